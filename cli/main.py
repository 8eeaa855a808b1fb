"""The command `fleet-identity`."""

import sys

from cyclopts import App, CycloptsError
from pydantic import ValidationError
from rich.console import Console

from cli.assess import assess
from cli.create import create
from cli.demo import demo
from cli.exit_status import ExitStatus, UsageError
from cli.migrate import migrate
from cli.simulate import simulate
from fleet_identity.errors import FleetIdentityError, NeedsHumanError
from fleet_identity.settings import Settings
from simulator.errors import SimulatorError

app = App(
    name="fleet-identity",
    help="Move fleets of AKS clusters from service principals to managed identities.",
    suppress_keyboard_interrupt=False,
)
app.command(assess)
app.command(migrate)
app.command(create)
app.command(simulate)
app.command(demo)


def main(arguments: list[str] | None = None) -> None:
    """Run the command and end the process with its exit status."""
    sys.exit(run(arguments))


def run(arguments: list[str] | None = None) -> int:
    """Run the command; whatever goes wrong is told in one sentence on standard error."""
    try:
        return int(app(arguments, exit_on_error=False, print_error=False, result_action="return_value") or 0)
    except (CycloptsError, UsageError, SimulatorError) as error:
        return _tell(str(error), ExitStatus.USAGE)
    except ValidationError as error:
        return _tell(_problem(error), ExitStatus.USAGE)
    except NeedsHumanError as error:
        return _tell(str(error), ExitStatus.PERSON_MUST_ACT)
    except FleetIdentityError as error:
        return _tell(str(error), ExitStatus.FAILED)
    except KeyboardInterrupt:
        return _tell("Stopped. Run the same command again to go on from what Azure shows.", ExitStatus.STOPPED)


def _problem(error: ValidationError) -> str:
    first = error.errors()[0]
    place = ".".join(map(str, first["loc"]))
    name = f"FLEET_IDENTITY_{place.upper()}" if error.title == Settings.__name__ else place
    return f"{name}: {first['msg']}."


def _tell(sentence: str, status: ExitStatus) -> int:
    Console(stderr=True).print(f"fleet-identity: {sentence}", markup=False, highlight=False, soft_wrap=True)
    return status


if __name__ == "__main__":
    main()
