"""How long a refusal for missing rights means "not yet"."""

from datetime import timedelta

import pytest

from fleet_identity.apply.put_cluster import until_permitted
from fleet_identity.errors import NeedsHumanError, RightsNotEffectiveError
from tests.builders import NOW
from tests.planning.pure_world import PureWorld


async def test_the_hour_begins_with_the_first_refusal() -> None:
    """An attempt that waited for its turn for days is tried again for an hour like any other, and not longer."""
    world = PureWorld()

    async def attempt() -> None:
        world.now = max(world.now, NOW + timedelta(days=3))
        raise RightsNotEffectiveError("It may not join the subnet.")

    with pytest.raises(NeedsHumanError, match="refused this for an hour"):
        await until_permitted(attempt, world.clock())
    assert world.now == NOW + timedelta(days=3, hours=1)
