"""The command `fleet-identity`."""

import sys

from cyclopts import App, CycloptsError, Parameter
from pydantic import ValidationError

from cli.approve import approve
from cli.assess import assess
from cli.create import create
from cli.demo import demo
from cli.exit_status import ExitStatus, UsageError
from cli.migrate import migrate
from cli.sentences import sentence_of
from cli.simulate import simulate
from cli.stopping import leave, leave_on_ctrl_c, tell, tell_stopped
from cli.undo_preparation import undo_preparation
from cli.validate import validate
from fleet_identity.errors import FleetIdentityError, NeedsHumanError
from simulator.errors import SimulatorError


def _shown(default: object) -> str | None:
    """Show a default in the help, but not that an option is off or empty unless it is given."""
    return None if default is None or default is False or default == () else str(default)


app = App(
    name="fleet-identity",
    help="Move fleets of AKS clusters from service principals to managed identities.",
    suppress_keyboard_interrupt=False,
    default_parameter=Parameter(show_default=_shown),
)
app.command(assess)
app.command(migrate)
app.command(undo_preparation)
app.command(create)
app.command(validate)
app.command(approve)
app.command(simulate)
app.command(demo)


def main(arguments: list[str] | None = None) -> None:
    """Run the command and end the process with its exit status."""
    status = run(arguments)
    if status == ExitStatus.STOPPED:
        leave(status)
    leave_on_ctrl_c(status)
    sys.exit(status)


def run(arguments: list[str] | None = None) -> int:
    """Run the command; whatever goes wrong is told in one sentence on standard error."""
    try:
        return int(app(arguments, exit_on_error=False, print_error=False, result_action="return_value") or 0)
    except (CycloptsError, UsageError, SimulatorError) as error:
        return _tell(str(error), ExitStatus.USAGE)
    except ValidationError as error:
        return _tell(sentence_of(error), ExitStatus.USAGE)
    except NeedsHumanError as error:
        return _tell(str(error), ExitStatus.PERSON_MUST_ACT)
    except FleetIdentityError as error:
        return _tell(str(error), ExitStatus.FAILED)
    except KeyboardInterrupt:
        tell_stopped()
        return ExitStatus.STOPPED


def _tell(sentence: str, status: ExitStatus) -> int:
    tell(sentence)
    return status
