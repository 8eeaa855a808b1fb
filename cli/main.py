"""The command `fleet-identity`."""

import sys

from cyclopts import App, CycloptsError
from pydantic import ValidationError
from rich.console import Console

from cli.demo import demo
from cli.exit_status import ExitStatus, UsageError
from cli.migrate import migrate
from cli.simulate import simulate
from fleet_identity.errors import FleetIdentityError, NeedsHumanError
from simulator.errors import SimulatorError

app = App(
    name="fleet-identity",
    help="Move fleets of AKS clusters from service principals to managed identities.",
)
app.command(migrate)
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
        problem = error.errors()[0]
        return _tell(f"{'.'.join(map(str, problem['loc']))}: {problem['msg']}", ExitStatus.USAGE)
    except NeedsHumanError as error:
        return _tell(str(error), ExitStatus.PERSON_MUST_ACT)
    except FleetIdentityError as error:
        return _tell(str(error), ExitStatus.FAILED)
    except KeyboardInterrupt:
        return _tell("Stopped. Run the same command again to go on from what Azure shows.", ExitStatus.FAILED)


def _tell(sentence: str, status: ExitStatus) -> int:
    Console(stderr=True).print(f"fleet-identity: {sentence}", markup=False, highlight=False, soft_wrap=True)
    return status


if __name__ == "__main__":
    main()
