"""Who may change clusters at this moment: within windows, bounded by stage and group, unless the run was stopped.

Each cluster of a fleet has a permit, which its tasks find through a context variable. A cluster that has begun is let
finish, whatever stops the others. Waits hold no permit: those for a window come before the queue, and a window that
has closed in the queue is waited for outside it again.
"""

import asyncio
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack, nullcontext
from contextvars import ContextVar
from dataclasses import dataclass, field
from types import TracebackType

from fleet_identity.errors import HeldBackError, TransientError
from fleet_identity.fleet.approval import promised
from fleet_identity.outcome import Outcome
from fleet_identity.plan import Plan
from tasks.windows import Windows

Bounds = tuple[asyncio.Semaphore, ...]
"""What bounds clusters under change: their group, and their stage."""


def slots(count: int) -> asyncio.Semaphore:
    """Bound how many clusters may be under change at once."""
    return asyncio.Semaphore(count)


async def taken(bounds: Bounds, most: int) -> int:
    """Take as many places as are free now, but no more than `most`; who takes them gives them back."""
    count = 0
    while count < most and not any(bound.locked() for bound in bounds):
        for bound in bounds:
            await bound.acquire()  # at once: it is free
        count += 1
    return count


@dataclass(slots=True, kw_only=True)
class Halt:
    """What has stopped a run; shared by all its clusters."""

    reason: str = ""
    by_budget: bool = False
    """Whether it was that more failed than was allowed."""

    def __bool__(self) -> bool:
        """Whether anything has."""
        return bool(self.reason)

    def check(self) -> None:
        """Raise HeldBackError if anything has."""
        if self.reason:
            raise HeldBackError(f"The run was stopped: {self.reason}.")

    def because(self, reason: str, *, by_budget: bool = False) -> None:
        """Stop what has not begun; the first reason stays."""
        if not self.reason:
            self.reason, self.by_budget = reason, by_budget


@dataclass(slots=True, kw_only=True)
class Permit:
    """One cluster's permit; entered for each disruptive step, one at a time.

    A step that fails for good keeps its place until `end`, so that its failure counts before the next cluster begins.
    """

    bounds: Bounds
    halt: Halt
    approved: frozenset[str] | None = None
    """The steps that somebody has approved for this cluster; None where no approval guards it."""
    windows: Windows | None = None
    """None where any time will do."""
    if_stopped: Callable[[str], Outcome] | None = None
    """What becomes of a cluster that would be changed, if the run is stopped, for a reason, before it is looked at."""
    begun: bool = False
    planned: asyncio.Event = field(default_factory=asyncio.Event)
    """Set once the cluster's run has made a plan."""
    _held: AsyncExitStack = field(default_factory=AsyncExitStack)

    async def __aenter__(self) -> None:
        """Wait for windows and for a turn; HeldBackError if the run has been stopped before this cluster began."""
        await self.end()
        self._refuse()
        while not await self._enter():
            pass
        self.begun = True

    async def _enter(self) -> bool:
        """Take a place in an open window; False, and no place, if it has closed in the queue."""
        if self.windows:
            await self.windows.until_open(self._refuse)
        async with AsyncExitStack() as held:
            for bound in self.bounds:
                await held.enter_async_context(bound)
            self._refuse()
            if self.windows and not await self.windows.are_open():
                return False
            self._held = held.pop_all()  # whoever is refused, or gives up waiting, has left the queue by now
        return True

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Let the next one in; at once where time heals what went wrong, for that may take an hour."""
        if error is None or isinstance(error, TransientError):
            await self._held.aclose()

    def without_a_look(self) -> Outcome | None:
        """Conclude of a cluster whose turn has come too late to do anything; None where there is something to see."""
        return self.if_stopped(self.halt.reason) if self.halt and self.if_stopped else None

    async def end(self) -> None:
        """Let the next one in, whatever became of this cluster."""
        await self._held.aclose()

    def _refuse(self) -> None:
        if self.halt and not self.begun:
            raise HeldBackError(f"The run was stopped before this cluster began: {self.halt.reason}.")


_mine: ContextVar[Permit | None] = ContextVar("permit", default=None)
_UNBOUNDED: AbstractAsyncContextManager[object] = nullcontext()


def hold(permit: Permit) -> None:
    """Make this the permit of the cluster that is migrated in this task and below."""
    _mine.set(permit)


def tell_planned() -> None:
    """Tell that the run has made a plan: another may begin."""
    if mine := _mine.get():
        mine.planned.set()


def check_approved(plan: Plan, *, looks_inside: bool) -> None:
    """Refuse a plan that has grown since it was approved: HeldBackError, and the next run asks for it.

    A cluster that has begun is let finish: what its plan shows then could not all be known before.

    What a look into a cluster adds, rolls of nodes that are seen not to have switched, no gate can show.
    """
    mine = _mine.get()
    if mine is None or mine.approved is None or mine.begun:
        return
    if added := promised([plan], rolls=not looks_inside) - mine.approved:
        what = min(added).removeprefix(plan.cluster_id.key).strip()
        raise HeldBackError(f"Its plan has grown since it was approved ({what}): run again, to be asked for it.")


def permit() -> AbstractAsyncContextManager[object]:
    """Give the permit of the cluster that is being migrated; unbounded for a run on one cluster alone."""
    return _mine.get() or _UNBOUNDED
