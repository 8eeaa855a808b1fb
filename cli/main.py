"""The command `fleet-identity`."""

import sys

from cyclopts import App, CycloptsError, Parameter
from pydantic import ValidationError

from cli.approve import approve
from cli.assess import assess
from cli.completion import completion
from cli.create import create
from cli.demo import demo
from cli.error_document import asks_json, print_error
from cli.exit_status import ExitStatus, UsageError
from cli.help_groups import ANSWER, CHANGE, LOOK, TERMINAL, TRY
from cli.migrate import migrate
from cli.sentences import sentence_of
from cli.simulate import simulate
from cli.stopping import leave, leave_on_ctrl_c, nobody_reads, tell, tell_stopped
from cli.ui import ui
from cli.undo_preparation import undo_preparation
from cli.validate import validate
from fleet_identity.errors import FleetIdentityError, NeedsHumanError


def _shown(default: object) -> str | None:
    """Show a default in the help, but not that an option is off or empty unless it is given."""
    return None if default is None or default is False or default in ((), "") else str(default)


def _read_on(page: str, what: str) -> str:
    return f"Read on: {page}, on {what}."


_HELP = """Move fleets of AKS clusters from service principals to managed identities.

Nothing is changed in Azure without --apply. Azure is the only truth: a run may be stopped at any moment, and the same
command goes on from what Azure shows.

To begin with:

    fleet-identity demo
    fleet-identity assess
    fleet-identity migrate --subscription <id>

The first needs no Azure, the second reads what you have, the third shows what would be done.

Exit status: 0 done, or shown; 1 something failed, run again; 2 bad usage, nothing was started; 3 a person must act;
130 stopped by Ctrl-C.
"""

app = App(
    name="fleet-identity",
    help=_HELP,
    help_epilogue="Read on: docs/terminal.md, on each command; README.md, on where to begin.",
    suppress_keyboard_interrupt=False,
    default_parameter=Parameter(show_default=_shown),
)
for flag in ("--help", "--version"):
    app[flag].group = TERMINAL
app.command(assess, group=LOOK, help_epilogue=_read_on("docs/runbook.md", "what each finding wants from you"))
app.command(validate, group=LOOK, help_epilogue=_read_on("docs/fleets.md", "what a fleet spec may say"))
app.command(
    migrate, group=CHANGE, help_epilogue=_read_on("docs/runbook.md", "what each finding and state wants from you")
)
app.command(
    undo_preparation, group=CHANGE, help_epilogue=_read_on("docs/fleets.md", "what is taken back, and what stays")
)
app.command(create, group=CHANGE, help_epilogue=_read_on("docs/terminal.md", "all commands"))
app.command(approve, group=ANSWER, help_epilogue=_read_on("docs/fleets.md", "gates, and who may answer them"))
app.command(demo, group=TRY, help_epilogue=_read_on("README.md", "where to go from there"))
app.command(ui, group=TRY, help_epilogue=_read_on("docs/ui.md", "what to click, with pictures"))
app.command(simulate, group=TRY, help_epilogue=_read_on("docs/simulator.md", "worlds, and what behaves as Azure does"))
app.command(completion, group=TERMINAL, help_epilogue=_read_on("docs/terminal.md", "all commands"))


_EXPECTED = (CycloptsError, UsageError, ValidationError, FleetIdentityError)
"""What goes wrong in ways that have a sentence; anything else is a defect, and shows its traceback."""


def main(arguments: list[str] | None = None) -> None:
    """Run the command and end the process with its exit status."""
    try:
        status = run(arguments)
        sys.stdout.flush()
    except BrokenPipeError:
        status = nobody_reads()
    if status == ExitStatus.STOPPED:
        leave(status)
    leave_on_ctrl_c(status)
    sys.exit(status)


def run(arguments: list[str] | None = None) -> int:
    """Run the command; whatever goes wrong is told in one sentence on standard error."""
    try:
        return int(app(arguments, exit_on_error=False, print_error=False, result_action="return_value") or 0)
    except KeyboardInterrupt:
        tell_stopped()
        return ExitStatus.STOPPED
    except _EXPECTED as error:
        return _tell(error, as_json=asks_json(arguments))


def _tell(error: Exception, *, as_json: bool) -> int:
    sentence = sentence_of(error) if isinstance(error, ValidationError) else str(error)
    status = _status(error)
    tell(sentence)
    if as_json:
        print_error(sentence, status, error)
    return status


def _status(error: Exception) -> ExitStatus:
    match error:
        case NeedsHumanError():
            return ExitStatus.PERSON_MUST_ACT
        case FleetIdentityError():
            return ExitStatus.FAILED
        case _:
            return ExitStatus.USAGE
