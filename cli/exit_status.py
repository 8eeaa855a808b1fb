"""How the command ends, for scripts. Documented in README.md; never changes its meaning."""

from collections.abc import Sequence
from enum import IntEnum

from cli import stopped
from fleet_identity.outcome import Outcome, State


class ExitStatus(IntEnum):
    """Exit statuses of `fleet-identity`."""

    DONE = 0
    """All done, prepared, taken back or kept, waiting for Azure, or planned."""
    FAILED = 1
    """Something failed; running again may help."""
    USAGE = 2
    """The command line or a file is wrong; nothing was started."""
    PERSON_MUST_ACT = 3
    """At least one cluster waits for a person, or was held back when the run was stopped; the report says why."""
    STOPPED = stopped.STATUS
    """Stopped by Ctrl-C; the same command goes on from what Azure shows."""


_FOR_A_PERSON = {State.NEEDS_HUMAN, State.NOT_STARTED}


class UsageError(Exception):
    """The command line asks for something that makes no sense; the sentence says what would."""


def exit_status(outcomes: Sequence[Outcome]) -> ExitStatus:
    """Tell how a run on these clusters ends."""
    states = {outcome.state for outcome in outcomes}
    if State.FAILED in states:
        return ExitStatus.FAILED
    return ExitStatus.PERSON_MUST_ACT if states & _FOR_A_PERSON else ExitStatus.DONE
