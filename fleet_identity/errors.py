"""Errors, by who acts next.

    FleetIdentityError
    ├── TransientError             the clock acts: wait, try again
    │   ├── ClusterChangedError        somebody else was faster: observe again
    │   │   └── PlanAgedError              the plan has waited for a window: observe again
    │   ├── RightsNotEffectiveError    a grant of ours has not reached the resource provider yet
    │   └── StillRunningError          an operation takes longer than a run should wait
    ├── NeedsHumanError            a person acts: the sentence says what to do
    ├── HeldBackError              nobody acts: the run was stopped before this cluster's turn
    └── TerminalError              a developer acts: we sent something that Azure does not take

Arguments are positional and plain, so that every error survives pickling between Prefect's processes.
"""


class FleetIdentityError(Exception):
    """What went wrong in one sentence, and what Azure said about it."""

    def __init__(
        self,
        message: str,
        code: str = "",
        correlation_id: str = "",
        resource_id: str = "",
        retry_after: float | None = None,
    ) -> None:
        """Keep Azure's error `code`, its correlation id and the resource; `retry_after` is in seconds."""
        super().__init__(message, code, correlation_id, resource_id, retry_after)
        self.message = message
        self.code = code
        self.correlation_id = correlation_id
        self.resource_id = resource_id
        self.retry_after = retry_after

    def __str__(self) -> str:
        """Show the sentence, and what a support ticket needs."""
        facts = (self.code, self.correlation_id and f"correlation id {self.correlation_id}")
        shown = ", ".join(fact for fact in facts if fact)
        return f"{self.message} ({shown})" if shown else self.message


class TransientError(FleetIdentityError):
    """Time heals it: wait `retry_after` seconds where given, and try again."""


class ClusterChangedError(TransientError):
    """The cluster is busy or not as we read it; the next round observes it again."""


class PlanAgedError(ClusterChangedError):
    """The plan is from before a long wait; what it rests on is observed again before anything begins."""


class RightsNotEffectiveError(TransientError):
    """The resource provider misses a right; until 60 minutes after our grant that means "not yet"."""


class StillRunningError(TransientError):
    """An operation has outlived our patience; the next run takes it up."""


class NeedsHumanError(FleetIdentityError):
    """A person must act before it makes sense to try again."""


class HeldBackError(FleetIdentityError):
    """The run was stopped before this cluster's first disruptive step; nothing was done to it."""


class TerminalError(FleetIdentityError):
    """Trying again can't help: a defect of ours, or an Azure that we do not know."""
