"""The soak, look by look."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from types import SimpleNamespace

import pytest

from fleet_identity.cluster import Cluster
from fleet_identity.errors import TransientError
from fleet_identity.resource_id import ResourceId
from tasks.soak import soak
from tests.builders import CLUSTER, cluster, pool

HOUR = 3600.0


@dataclass
class Azure:
    """A clock that jumps, and what lists show at its time; it keeps when lists were answered."""

    shows: Callable[[float], tuple[Cluster, ...]]
    time: float = 0.0
    looks: list[float] = field(default_factory=list[float])

    def now(self) -> float:
        return self.time

    def deadline(self, seconds: float) -> float:
        return self.time + seconds

    async def sleep(self, seconds: float) -> None:
        self.time += seconds

    async def clusters(self, _subscription: str) -> tuple[Cluster, ...]:
        shown = self.shows(self.time)
        self.looks.append(self.time)
        return shown


async def observe(monkeypatch: pytest.MonkeyPatch, azure: Azure) -> tuple[ResourceId, ...]:
    """Observe the cluster for an hour."""
    monkeypatch.setattr("tasks.soak.current", lambda: SimpleNamespace(clock=azure))
    monkeypatch.setattr("tasks.soak.reader", lambda: azure)
    return await soak.fn((CLUSTER,), HOUR)


async def test_it_lasts_as_long_as_it_shall(monkeypatch: pytest.MonkeyPatch) -> None:
    """The last look is when the time is over; a cluster that is well all along has not turned bad."""
    azure = Azure(lambda _: (cluster(),))
    assert await observe(monkeypatch, azure) == ()
    assert azure.looks[-1] == HOUR
    assert len(azure.looks) == 12


@pytest.mark.parametrize(
    "ill",
    [
        cluster(provisioning_state="Failed"),
        cluster(pools=(pool(provisioning_state="Failed"),)),
        cluster(power_state="Stopped"),
    ],
)
async def test_who_was_bad_once_has_turned_bad(monkeypatch: pytest.MonkeyPatch, ill: Cluster) -> None:
    """A cluster, or a pool, that failed for a while counts, even if it is well at the end."""
    azure = Azure(lambda time: (ill if time == HOUR / 2 else cluster(),))
    assert await observe(monkeypatch, azure) == (CLUSTER,)


async def test_who_is_busy_or_of_no_interest_has_not(monkeypatch: pytest.MonkeyPatch) -> None:
    """An operation under way is no failure, nor is another cluster's."""
    other = cluster(id=ResourceId(CLUSTER.text + "-other"), provisioning_state="Failed")
    azure = Azure(lambda _: (replace(cluster(), provisioning_state="Updating"), other))
    assert await observe(monkeypatch, azure) == ()


async def test_a_soak_that_sees_nothing_is_not_over(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where clusters can't be read when the time is over, it is waited until they can: silence is no evidence."""

    def shows(time: float) -> tuple[Cluster, ...]:
        if time < 3 * HOUR:
            raise TransientError("try again")
        return (cluster(provisioning_state="Failed"),)

    azure = Azure(shows)
    assert await observe(monkeypatch, azure) == (CLUSTER,)
    assert azure.looks == [3 * HOUR]
