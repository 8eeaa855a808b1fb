"""Windows: the run's own and each cluster's planned maintenance. Outside them no disruptive step begins."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from fleet_identity.clock import Clock
from fleet_identity.errors import NeedsHumanError, PlanAgedError
from fleet_identity.fleet.run_window import RunWindow
from fleet_identity.gateway.protocols import AzureReader
from fleet_identity.maintenance import governing
from fleet_identity.opening import Window, named, never_open, next_opening
from fleet_identity.progress import Progress
from fleet_identity.resource_id import ResourceId
from fleet_identity.spans import Span
from tasks.session import current, reader
from tasks.sleep_while import sleep_while

_AGE = timedelta(hours=1)
"""A plan that has waited longer is made anew; each step looks over what may change within the hour of a grant."""
_log = logging.getLogger(__name__)


def windows_of(cluster_id: ResourceId, window: RunWindow | None, *, planned_maintenance: bool) -> "Windows | None":
    """Give the windows that hold for a cluster of the run; None where any time will do."""
    if window is None and not planned_maintenance:
        return None
    run = (window,) if window else ()
    return Windows(cluster_id=cluster_id, run=run, own=planned_maintenance, azure=reader(), clock=current().clock)


@dataclass(slots=True, kw_only=True)
class Windows:
    """The windows of one cluster, all of which must be open for a disruptive step to begin."""

    cluster_id: ResourceId
    run: tuple[Window, ...]
    own: bool
    """Whether the cluster's planned maintenance counts: read when first asked for, and again after each long wait."""
    azure: AzureReader
    clock: Clock
    _own: tuple[Window, ...] | None = None

    async def are_open(self) -> bool:
        """Tell whether a step may begin now, by Azure's time."""
        now, opening = await self._look()
        return opening.start <= now

    async def until_open(self, go_on: Callable[[], None]) -> None:
        """Wait until a step may begin; `go_on` is called now and then, and raises to end the wait.

        PlanAgedError after a wait of more than an hour: what was planned before it needs another look.
        """
        while True:
            now, opening = await self._look()
            wait = opening.start - now
            if wait <= timedelta(0):
                return
            self._tell(opening, wait)
            await sleep_while(go_on, self.clock, wait.total_seconds())
            if wait > _AGE:
                awaited, self._own = self._named(), None
                raise PlanAgedError(f"The wait for {awaited} is over; the cluster is observed again.")

    def _tell(self, opening: Span, wait: timedelta) -> None:
        told = Progress(awaited=f"wait for {self._named()}", seconds=wait.total_seconds())
        of = (self._named(), _told(opening.start), _told(opening.end))
        _log.info("Waiting for %s: open from %s until %s.", *of, extra={"progress": told})

    async def _look(self) -> tuple[datetime, Span]:
        """Give Azure's time, and the opening that is or comes next."""
        windows = (*self.run, *await self._of_cluster())
        await self.azure.cluster(self.cluster_id)  # asked for the date of the answer: the latest may be days old
        now = self.azure.observed_at()
        opening = next_opening(windows, now)
        if opening is None:
            raise NeedsHumanError(f"{never_open(windows)} Change one of them.")
        return now, opening

    async def _of_cluster(self) -> tuple[Window, ...]:
        if not self.own:
            return ()
        if self._own is None:
            found = governing(await self.azure.maintenance(self.cluster_id), self.cluster_id)
            self._own = (found,) if found else ()
        return self._own

    def _named(self) -> str:
        return named((*self.run, *(self._own or ())))


def _told(moment: datetime) -> str:
    return moment.isoformat(timespec="minutes")
