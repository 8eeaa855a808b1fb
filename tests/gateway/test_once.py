"""What clusters of a run share: one reading, for as long as it is fresh."""

import asyncio

import pytest

from benchmarks.virtual_time import VirtualClock, run
from fleet_identity.errors import NeedsHumanError
from fleet_identity.gateway.arm.once import Once
from fleet_identity.resource_id import ResourceId
from tests.gateway.conftest import Connect
from tests.worlds import SP_OBJECT_ID, SUBSCRIPTION, one_cluster

LASTS = 600.0


class Readings:
    """Gives the number of the reading, a minute later; the first so many fail."""

    def __init__(self, failing: int = 0) -> None:
        self.made = 0
        self._failing = failing

    async def __call__(self) -> int:
        self.made += 1
        made = self.made
        await asyncio.sleep(60)
        if made <= self._failing:
            raise NeedsHumanError("no rights")
        return made


def test_an_answer_is_shared_while_it_is_fresh() -> None:
    """Those who ask together get one reading; ten minutes after its arrival it is made again."""

    async def story() -> None:
        readings, once = Readings(), Once(VirtualClock(), LASTS)
        assert await asyncio.gather(*(once("key", readings) for _ in range(500))) == [1] * 500
        await asyncio.sleep(LASTS - 1)
        assert await once("key", readings) == 1
        await asyncio.sleep(1)
        assert await asyncio.gather(*(once("key", readings) for _ in range(500))) == [2] * 500
        assert await once("another", readings) == 3

    run(story())


@pytest.mark.parametrize(("keeps", "made"), [((), 2), ((NeedsHumanError,), 1)])
def test_a_failure_is_kept_only_where_asked(keeps: tuple[type[NeedsHumanError], ...], made: int) -> None:
    """Asking again may help, or is known not to."""

    async def story() -> None:
        readings, once = Readings(failing=9), Once(VirtualClock(), LASTS, keeps)
        for _ in range(2):
            with pytest.raises(NeedsHumanError):
                await once("key", readings)
        assert readings.made == made

    run(story())


async def test_a_role_that_is_granted_during_a_run_is_seen(connect: Connect) -> None:
    """A run may wait for days at a gate: what the old principal got meanwhile counts when its cluster's turn comes."""
    here = await connect(one_cluster())
    before = await here.azure.roles_of_old_principal(SP_OBJECT_ID, SUBSCRIPTION)
    here.simulator.advance(24 * 3600)
    await here.clock.sleep(LASTS)
    assert await here.azure.roles_of_old_principal(SP_OBJECT_ID, SUBSCRIPTION) == before
    lists = [one for one in here.simulator.journal if one.path.endswith("/roleAssignments")]
    assert len(lists) == 2
    assert ResourceId(lists[0].path) == ResourceId(lists[1].path)
