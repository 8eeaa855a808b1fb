"""What moves in a world is checked when the world is read, in one sentence for each problem."""

from __future__ import annotations

from typing import Any

import pytest

from simulator import WorldError, load_world
from tests.azure_fixture import SimulatorFactory
from tests.simulator.moving import scaled, world
from tests.worlds import CLUSTER, FAMILY, pool

WINDOW = {"name": "default", "weekly": "Friday"}


def event(**what: Any) -> dict[str, Any]:
    """A world in which somebody does something."""
    return world(events=[{"at": "1h", **what}])


@pytest.mark.parametrize(
    ("described", "sentence"),
    [
        (event(do="update", cluster="x"), "events.0.cluster: no cluster is named 'x'"),
        (event(do="upgrade", cluster=CLUSTER, pool="x"), f"events.0.pool: {CLUSTER} has no pool 'x'"),
        (event(do="recall", family="x"), "events.0.family: no image family is named 'x'"),
        (event(do="recall", cluster=CLUSTER), "events.0: recall takes family, and nothing else"),
        (
            event(do="scale", cluster=CLUSTER, pool="user"),
            "events.0: scale takes cluster, count, pool, and nothing else",
        ),
        (
            world(images_published=[{"family": "x", "at": "1h"}]),
            "images_published.0.family: no image family is named 'x'",
        ),
        (
            world(images_published=[{"family": FAMILY, "at": "1h", "version": "1", "every": "168h"}]),
            "images_published.0: every needs a duration, and takes its versions from the days",
        ),
        (
            world(node_pools=scaled(min=7)),
            "clusters.0.node_pools.1.autoscaler: min must not be above max",
        ),
        (
            world(node_pools=scaled(every="0s")),
            "clusters.0.node_pools.1.autoscaler: every must be longer than nothing",
        ),
        (
            world(maintenance_windows=[WINDOW | {"start": "24:00"}]),
            "clusters.0.maintenance_windows.0.start: string should match pattern '^([01]\\d|2[0-3]):[0-5]\\d$'",
        ),
        (
            world(maintenance_windows=[WINDOW | {"hours": 3}]),
            "clusters.0.maintenance_windows.0.hours: input should be greater than or equal to 4",
        ),
        (
            world(maintenance_windows=[WINDOW | {"daily": True}]),
            "clusters.0.maintenance_windows.0: a window is daily, weekly or monthly",
        ),
        (
            world(maintenance_windows=[WINDOW | {"name": "default", "every": 2}]),
            "clusters.0.maintenance_windows.0: the window named default is of hours in each week, and nothing else",
        ),
    ],
)
def test_a_wrong_movement_is_told_in_one_sentence(described: dict[str, Any], sentence: str) -> None:
    """The sentence begins with the path in the file."""
    with pytest.raises(WorldError) as refused:
        load_world(described)
    assert str(refused.value) == sentence


def test_a_pool_without_an_autoscaler_rests(simulate: SimulatorFactory) -> None:
    """Nothing moves that nobody has described."""
    simulator = simulate(world(node_pools=[pool("system")]), pace=1)
    simulator.advance(30 * 24 * 3600)
    assert simulator.state()["moved_by_itself"] == []
