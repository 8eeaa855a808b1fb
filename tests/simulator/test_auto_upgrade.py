"""Images come and go, AKS takes them up by itself, and a switch may re-image nodes on its own."""

from __future__ import annotations

import pytest

from tests.azure_fixture import SimulatorFactory
from tests.simulator.clients import clients, without_images
from tests.simulator.moving import DAY, HOUR, STILL, happened, images, nodes, switched, world
from tests.worlds import CLUSTER, FAMILY, GROUP, NEW_IMAGE, OLD_IMAGE, pool

NEXT = "202611.09.0"


async def test_images_are_published_by_themselves(simulate: SimulatorFactory) -> None:
    """Once under a version of its own, then every week under the day's; the profile offers the newest."""
    published = [
        {"family": FAMILY, "at": "1h", "version": "202611.02.1"},
        {"family": FAMILY, "at": "168h", "every": "168h"},
    ]
    simulator = simulate(world(images_published=published), pace=STILL)
    offered = list[str]()
    async with clients(simulator) as azure:
        for days in (1, 7, 7):
            simulator.advance(days * DAY)
            profile = await azure.aks.agent_pools.get_upgrade_profile(GROUP, CLUSTER, "user")
            offered.append(profile.properties.latest_node_image_version.removeprefix(f"{FAMILY}-"))
    assert offered == ["202611.02.1", "202611.09.0", "202611.16.0"]


async def test_a_recalled_image_is_not_offered_any_more(simulate: SimulatorFactory) -> None:
    """The newest version goes backwards, and an upgrade does not lead a pool back to an older image."""
    pools = [pool("system", image="newest"), pool("user", mode="User")]
    simulator = simulate(world(node_pools=pools, events=[{"at": "1h", "do": "recall", "family": FAMILY}]), pace=STILL)
    async with clients(simulator) as azure:
        simulator.advance(2 * HOUR)
        profile = await azure.aks.agent_pools.get_upgrade_profile(GROUP, CLUSTER, "system")
        assert profile.properties.latest_node_image_version == f"{FAMILY}-{OLD_IMAGE}"
        for name in ("system", "user"):
            await azure.upgrade(name)
            simulator.advance(HOUR)
    assert (images(simulator, "system"), images(simulator, "user")) == ({NEW_IMAGE}, {OLD_IMAGE})


@pytest.mark.parametrize(
    ("channel", "taken"), [("NodeImage", True), ("None", False), ("Unmanaged", False), ("SecurityPatch", False)]
)
async def test_a_channel_takes_what_is_published(simulate: SimulatorFactory, channel: str, *, taken: bool) -> None:
    """Only NodeImage re-images to a new node image, some hours later, one pool after the other; no incident."""
    published = [{"family": FAMILY, "at": "1h", "version": NEXT}]
    simulator = simulate(world(auto_upgrade={"node_os": channel}, images_published=published), pace=STILL)
    async with clients(simulator) as azure:
        simulator.advance(6 * HOUR)
        assert images(simulator, "system") == {OLD_IMAGE}
        simulator.advance(65 * 60)
        states = [shown.properties.provisioning_state async for shown in azure.aks.agent_pools.list(GROUP, CLUSTER)]
        assert states == (["UpgradingNodeImageVersion", "Succeeded"] if taken else ["Succeeded"] * 2)
        simulator.advance(HOUR)
        shown = await azure.cluster()
    assert shown.properties.auto_upgrade_profile.node_os_upgrade_channel == channel
    assert images(simulator, "system") == images(simulator, "user") == ({NEXT} if taken else {OLD_IMAGE})


async def test_a_channel_can_be_left_in_time(simulate: SimulatorFactory) -> None:
    """Owners who turn the channel off before AKS has begun are not upgraded."""
    published = [{"family": FAMILY, "at": "1h", "version": NEXT}]
    simulator = simulate(world(auto_upgrade={"node_os": "NodeImage"}, images_published=published), pace=STILL)
    async with clients(simulator) as azure:
        simulator.advance(3 * HOUR)
        document = without_images(await azure.cluster())
        document["properties"]["autoUpgradeProfile"] = {"nodeOSUpgradeChannel": "None"}
        await azure.put(document, etag=document.e_tag)
        simulator.advance(DAY)
    assert images(simulator, "system") == {OLD_IMAGE}


def test_auto_upgrades_week_by_week_are_nobodys_incident(simulate: SimulatorFactory) -> None:
    """Owners who follow node images have asked for each of those rolls."""
    weekly = [{"family": FAMILY, "at": "25h", "every": "168h"}]
    simulator = simulate(world(auto_upgrade={"node_os": "NodeImage"}, images_published=weekly), pace=STILL)
    simulator.advance(23 * DAY)
    assert len(happened(simulator)) == 4 + 2 * 4
    assert images(simulator, "system") == {"202611.24.0"}


@pytest.mark.expects_incidents("ImagePullFailed")
async def test_an_auto_upgrade_between_switch_and_grant_is_an_outage(simulate: SimulatorFactory) -> None:
    """AKS itself re-images pools to an identity that may not pull yet."""
    published = [{"family": FAMILY, "at": "1h", "version": NEXT}]
    described = world(
        auto_upgrade={"node_os": "NodeImage"}, images_published=published, timing={"auto_upgrade_after": "1h"}
    )
    simulator = simulate(described, pace=STILL)
    async with clients(simulator) as azure:
        await switched(azure, simulator)
        simulator.advance(2 * HOUR)
    assert len(simulator.incidents) == 2  # one for each pool


async def test_a_patch_version_brings_the_newest_images_along(simulate: SimulatorFactory) -> None:
    """The channel patch upgrades Kubernetes within its minor version, and re-images every pool on the way."""
    versions = [{"version": "1.34.1", "at": "1h"}, {"version": "1.33.9", "at": "2h"}]
    simulator = simulate(world(auto_upgrade={"kubernetes": "patch"}, kubernetes_published=versions), pace=STILL)
    async with clients(simulator) as azure:
        simulator.advance(8 * HOUR + 60)
        assert (await azure.cluster()).properties.provisioning_state == "Upgrading"
        simulator.advance(HOUR)
        shown = await azure.cluster()
    assert shown.properties.current_kubernetes_version == "1.33.9"
    assert {one.orchestrator_version for one in shown.properties.agent_pool_profiles} == {"1.33.9"}
    assert images(simulator, "user") == {NEW_IMAGE}
    assert happened(simulator) == ["auto-upgrade: Kubernetes 1.33.9"]


@pytest.mark.parametrize(
    ("reimages", "to", "image"),
    [(False, "newest", OLD_IMAGE), (True, "present", OLD_IMAGE), (True, "newest", NEW_IMAGE)],
)
async def test_both_opinions_of_the_switch(
    simulate: SimulatorFactory, request: pytest.FixtureRequest, *, reimages: bool, to: str, image: str
) -> None:
    """Where the switch itself re-images nodes, the pull gap opens at once; where it does not, with the next roll."""
    if reimages:
        request.node.add_marker(pytest.mark.expects_incidents("ImagePullFailed"))
    behaviour = {"switch_reimages_nodes": reimages, "switch_reimages_to": to}
    simulator = simulate(world(behaviour=behaviour), pace=STILL)
    async with clients(simulator) as azure:
        await switched(azure, simulator)
        simulator.advance(HOUR)
    assert len(simulator.incidents) == (2 if reimages else 0)
    assert images(simulator, "system") == {image}
    assert ("service-principal" in {node["kubelet"] for node in nodes(simulator, "system")}) is not reimages
