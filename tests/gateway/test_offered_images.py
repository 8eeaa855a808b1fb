"""What one pool is offered is shared by plans, and never decides that another pool must wait."""

import asyncio
from typing import Any

import pytest

from benchmarks.virtual_time import VirtualClock, run
from fleet_identity.cluster import Cluster
from fleet_identity.gateway.arm.offered_images import OfferedImages
from fleet_identity.node_pool import NodePool
from fleet_identity.resource_id import ResourceId
from tests.builders import CLUSTER, IMAGE, NEWER, cluster, pool

ELSEWHERE = ResourceId(CLUSTER.text.replace("/subscriptions/", "/subscriptions/9"))


class Profiles:
    """Answers with the newest image, a second later, and counts who was asked for."""

    def __init__(self, newest: str = NEWER) -> None:
        self.newest = newest
        self.asked: list[str] = []

    async def __call__(self, cluster: Cluster, pool: NodePool) -> str | None:
        self.asked.append(pool.name)
        await asyncio.sleep(1)
        return self.newest


def test_five_hundred_plans_cost_one_reading() -> None:
    """Plans that are made side by side ask once, for all pools of a kind."""

    async def story() -> None:
        profiles = Profiles()
        images = OfferedImages(profiles, VirtualClock())
        found = await asyncio.gather(*(images.for_plan(cluster(), pool(f"p{n}")) for n in range(1000)))
        assert (set(found), profiles.asked) == ({NEWER}, ["p0"])

    run(story())


def test_a_roll_reads_its_own() -> None:
    """Right before a roll the pool itself is asked for, whatever was told to plans."""

    async def story() -> None:
        profiles = Profiles()
        images = OfferedImages(profiles, VirtualClock())
        await images.for_plan(cluster(), pool("a"))
        profiles.newest = IMAGE
        assert await images.now(cluster(), pool("b")) == IMAGE
        assert profiles.asked == ["a", "b"]

    run(story())


def test_a_recall_reaches_plans_with_the_first_roll() -> None:
    """What a roll has read replaces what plans were told, so that the next plan does not ask for the same roll."""

    async def story() -> None:
        profiles = Profiles()
        images = OfferedImages(profiles, VirtualClock())
        await images.for_plan(cluster(), pool("a"))
        profiles.newest = IMAGE
        await images.now(cluster(), pool("b"))
        assert await images.for_plan(cluster(), pool("b")) == IMAGE

    run(story())


def test_nobody_waits_on_another_s_word() -> None:
    """Where the shared answer has nothing newer for a pool, the pool itself is asked for."""

    async def story() -> None:
        profiles = Profiles(IMAGE)
        images = OfferedImages(profiles, VirtualClock())
        await images.for_plan(cluster(), pool("a"))
        profiles.newest = NEWER
        assert await images.for_plan(cluster(), pool("b")) == NEWER
        assert profiles.asked == ["a", "b"]

    run(story())


def test_an_answer_grows_old() -> None:
    """After ten minutes it is asked for anew."""

    async def story() -> None:
        profiles = Profiles()
        images = OfferedImages(profiles, VirtualClock())
        for wait in (0, 590, 20):
            await asyncio.sleep(wait)
            await images.for_plan(cluster(), pool(f"after-{wait}"))
        assert profiles.asked == ["after-0", "after-20"]

    run(story())


@pytest.mark.parametrize(
    ("where", "which"),
    [
        ({"location": "northeurope"}, {}),
        ({"id": ELSEWHERE}, {}),
        ({}, {"image": IMAGE.replace("2204", "2404")}),
        ({}, {"kubernetes_version": "1.34.1"}),
    ],
)
def test_other_kinds_are_asked_for_themselves(where: dict[str, Any], which: dict[str, Any]) -> None:
    """Another region, subscription, image family or Kubernetes minor version has its own newest image."""

    async def story() -> None:
        profiles = Profiles()
        images = OfferedImages(profiles, VirtualClock())
        await images.for_plan(cluster(), pool("a"))
        await images.for_plan(cluster(**where), pool("b", **which))
        assert profiles.asked == ["a", "b"]

    run(story())


def test_a_failure_is_nobody_s_answer() -> None:
    """Where the reading fails, the next who plans asks again."""

    async def story() -> None:
        calls = list[str]()

        async def read(cluster: Cluster, pool: NodePool) -> str | None:
            calls.append(pool.name)
            if len(calls) == 1:
                raise ConnectionError
            return NEWER

        images = OfferedImages(read, VirtualClock())
        with pytest.raises(ConnectionError):
            await images.for_plan(cluster(), pool("a"))
        assert await images.for_plan(cluster(), pool("b")) == NEWER

    run(story())
