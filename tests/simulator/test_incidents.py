"""The ledger: every kind of outage is seen, and none is seen where there is none."""

from __future__ import annotations

import pytest

from simulator import Simulator
from tests.azure_fixture import SimulatorFactory
from tests.simulator.clients import (
    ACR_PULL,
    IDENTITY_OPERATOR,
    NETWORK_CONTRIBUTOR,
    REPOSITORY_READER,
    Clients,
    clients,
    without_images,
)
from tests.worlds import (
    CLUSTER,
    FAMILY,
    GROUP,
    OLD_IMAGE,
    PUBLIC_IP_ID,
    REGISTRY,
    REGISTRY_ID,
    ROUTE_TABLE_ID,
    SUBNET_ID,
    cluster,
    one_cluster,
    pool,
)

HOUR = 3600
CONTRIBUTOR = "/providers/Microsoft.Authorization/roleDefinitions/b24988ac-6180-42a0-ab88-20f7382dd24c"
NO_NETWORK = [{"name": "system", "image": OLD_IMAGE}, {"name": "user", "image": OLD_IMAGE, "mode": "User"}]


async def switched(azure: Clients, simulator: Simulator) -> str:
    """Switch in the right order, up to and without any pull right; gives the kubelet's object id."""
    identity = await azure.identity()
    await azure.grant(identity.principal_id, NETWORK_CONTRIBUTOR, SUBNET_ID)
    simulator.advance(HOUR)
    await azure.switch(identity.id)
    simulator.advance(HOUR)
    cluster = await azure.cluster()
    return str(cluster.properties.identity_profile["kubeletidentity"].object_id)


async def upgraded(azure: Clients, simulator: Simulator, name: str = "system") -> None:
    """Upgrade a pool, and wait."""
    await azure.upgrade(name)
    simulator.advance(HOUR)


@pytest.mark.foreign_client("the order of the article, with the SDK alone")
@pytest.mark.expects_incidents("NetworkUnauthorized", "ImagePullFailed", "UnplannedNodeRoll")
async def test_the_plain_order_gives_incidents(simulate: SimulatorFactory) -> None:
    """Create, PUT at once, upgrade all pools, attach the registry last: customers would notice."""
    simulator = simulate(one_cluster(), pace=1)
    async with clients(simulator) as azure:
        identity = await azure.identity()
        document = await azure.cluster()
        document["identity"] = {"type": "UserAssigned", "userAssignedIdentities": {identity.id: {}}}
        await azure.put(document)
        simulator.advance(HOUR)
        await azure.upgrade("system")
        await azure.upgrade("user")
        simulator.advance(HOUR)
        cluster = await azure.cluster()
        kubelet = cluster.properties.identity_profile["kubeletidentity"].object_id
        await azure.grant(str(kubelet), ACR_PULL, REGISTRY_ID)
        simulator.advance(HOUR)
    pulls = [incident for incident in simulator.incidents if incident.kind == "ImagePullFailed"]
    assert len(pulls) == 2


@pytest.mark.expects_incidents("ImagePullFailed")
async def test_a_grant_that_is_not_effective_yet_does_not_help(simulate: SimulatorFactory) -> None:
    """Re-imaging before the pull right has propagated fails pulls, and the cause tells until when."""
    simulator = simulate(one_cluster(timing={"role_propagation": "20m"}), pace=1)
    async with clients(simulator) as azure:
        await azure.grant(await switched(azure, simulator), ACR_PULL, REGISTRY_ID)
        await upgraded(azure, simulator)
    [incident] = simulator.incidents
    assert "system" in incident.cause
    assert REGISTRY in incident.cause
    assert "becomes effective at 2026-" in incident.cause


async def test_a_grant_in_time_is_enough(simulate: SimulatorFactory) -> None:
    """The same with a right that is effective when the first node boots."""
    simulator = simulate(one_cluster(), pace=1)
    async with clients(simulator) as azure:
        await azure.grant(await switched(azure, simulator), ACR_PULL, REGISTRY_ID)
        simulator.advance(HOUR)
        await upgraded(azure, simulator)


@pytest.mark.expects_incidents("ImagePullFailed")
async def test_taking_a_grant_away_is_seen_at_once(simulate: SimulatorFactory) -> None:
    """Nodes that could pull cannot when their grant is deleted; it is one incident, however long it lasts."""
    simulator = simulate(one_cluster(), pace=1)
    async with clients(simulator) as azure:
        listed = azure.authorization.role_assignments.list_for_scope(REGISTRY_ID, filter="atScope()")
        [assignment] = [item async for item in listed]
        await azure.authorization.role_assignments.delete_by_id(assignment.id)
        simulator.advance(10 * HOUR)
        simulator.advance(10 * HOUR)
    assert {incident.kind for incident in simulator.incidents} == {"ImagePullFailed"}
    assert len(simulator.incidents) == 2  # one for each pool


@pytest.mark.expects_incidents("IdentityDeleted")
@pytest.mark.parametrize(("deleted", "broken"), [("id-prod", 1), ("id-kubelet", 2), ("id-other", 0)])
async def test_an_identity_in_use_can_be_deleted(simulate: SimulatorFactory, deleted: str, broken: int) -> None:
    """Azure lets it go, and what runs as it stands without one: the control plane, or each pool of nodes."""
    identities = [{"name": name, "resource_group": GROUP} for name in ("id-prod", "id-kubelet", "id-other", "id-old")]
    on_identities = {"user_assigned": "id-prod", "kubelet": "id-kubelet"}
    grants = [
        {"principal": "id-prod", "role": "Network Contributor", "scope": SUBNET_ID},
        {"principal": "id-kubelet", "role": "AcrPull", "scope": REGISTRY_ID},
    ]
    members = [cluster(identity=on_identities), cluster("old", identity={"user_assigned": "id-old"}, pulls_from=[])]
    simulator = simulate(one_cluster(user_assigned_identities=identities, role_assignments=grants, clusters=members))
    async with clients(simulator) as azure:
        await azure.msi.user_assigned_identities.delete(GROUP, deleted)
        assert len(simulator.incidents) == broken
        await azure.msi.user_assigned_identities.delete(GROUP, "id-old")
    assert [incident.kind for incident in simulator.incidents] == ["IdentityDeleted"] * (broken + 1)


@pytest.mark.expects_incidents("ImagePullFailed")
async def test_a_node_that_is_added_is_judged_too(simulate: SimulatorFactory) -> None:
    """A scale-up after the switch boots a node that may not pull."""
    simulator = simulate(one_cluster(), pace=1)
    async with clients(simulator) as azure:
        await switched(azure, simulator)
        await scale(azure, "user", 3)
        simulator.advance(HOUR)


@pytest.mark.parametrize(
    ("mode", "role", "pulls"),
    [
        ("rbac", ACR_PULL, True),
        ("rbac", CONTRIBUTOR, True),
        ("abac", ACR_PULL, False),
        ("abac", CONTRIBUTOR, False),
        ("abac", REPOSITORY_READER, True),
    ],
)
async def test_a_registry_honours_the_roles_of_its_mode(
    simulate: SimulatorFactory, request: pytest.FixtureRequest, mode: str, role: str, *, pulls: bool
) -> None:
    """ABAC registries honour neither AcrPull nor Contributor; they want Container Registry Repository Reader."""
    if not pulls:
        request.node.add_marker(pytest.mark.expects_incidents("ImagePullFailed"))
    registries = [{"name": REGISTRY, "resource_group": "rg-shared", "mode": mode}]
    simulator = simulate(one_cluster(registries=registries), pace=1)
    async with clients(simulator) as azure:
        await azure.grant(await switched(azure, simulator), role, REGISTRY_ID)
        simulator.advance(HOUR)
        await upgraded(azure, simulator)


@pytest.mark.expects_incidents("NetworkUnauthorized")
async def test_every_network_resource_is_needed(simulate: SimulatorFactory) -> None:
    """Without rights the subnet, the route table and the public IP are an incident each, at the PUT."""
    network = {"route_table": ROUTE_TABLE_ID, "outbound_public_ips": [PUBLIC_IP_ID]}
    simulator = simulate(one_cluster(network=network, pulls_from=[]), pace=1)
    async with clients(simulator) as azure:
        await azure.switch((await azure.identity()).id)
        put = simulator.journal[-1]
    assert [incident.at for incident in simulator.incidents] == [put.at] * 3
    causes = " ".join(incident.cause for incident in simulator.incidents)
    assert all(resource in causes for resource in (SUBNET_ID, ROUTE_TABLE_ID, PUBLIC_IP_ID))


@pytest.mark.expects_incidents("UnplannedNodeRoll")
async def test_a_second_roll_is_unplanned(simulate: SimulatorFactory) -> None:
    """A pool that rolls again in the same world is an incident."""
    simulator = simulate(one_cluster(), pace=1)
    async with clients(simulator) as azure:
        await upgraded(azure, simulator)
        simulator.publish_image(FAMILY, "202612.01.0")
        await upgraded(azure, simulator)


@pytest.mark.expects_incidents("UnplannedNodeRoll")
async def test_two_pools_at_once_are_unplanned_where_owners_asked_for_one(simulate: SimulatorFactory) -> None:
    """Pools that roll side by side are an incident if the owners did not want that."""
    simulator = simulate(one_cluster(one_pool_at_a_time=True), pace=1)
    async with clients(simulator) as azure:
        await azure.upgrade("system")
        await azure.upgrade("user")


@pytest.mark.foreign_client("sends images back")
@pytest.mark.expects_incidents("UnplannedNodeRoll")
async def test_a_stale_image_rolls_a_pool_back(simulate: SimulatorFactory) -> None:
    """A body from before an upgrade names the old image, and a PUT of it rolls the pool back."""
    simulator = simulate(one_cluster(), pace=1)
    async with clients(simulator) as azure:
        stale = await azure.cluster()
        await upgraded(azure, simulator)
        await azure.put(stale)
        simulator.advance(HOUR)
    images = {n["image"] for n in simulator.state()["clusters"][0]["nodes"] if n["pool"] == "system"}
    assert images == {f"{FAMILY}-{OLD_IMAGE}"}


@pytest.mark.parametrize(
    ("setting", "value"), [("count", 5), ("nodeLabels", {"team": "b"}), ("nodeTaints", ["a=b:NoSchedule"])]
)
@pytest.mark.expects_incidents("LostUpdate")
async def test_putting_back_an_older_setting_is_a_lost_update(
    simulate: SimulatorFactory, setting: str, value: object
) -> None:
    """If-Match does not protect pools: a body from before somebody's change takes it back."""
    pools = [pool("system"), pool("user", labels={"team": "a"}, taints=["x=y:NoSchedule"])]
    simulator = simulate(one_cluster(node_pools=pools), pace=1)
    async with clients(simulator) as azure:
        stale = without_images(await azure.cluster())
        await change(azure, "user", setting, value)
        simulator.advance(HOUR)
        await azure.put(stale, etag=stale.e_tag)
    assert setting in simulator.incidents[0].cause


async def test_a_fresh_body_loses_nothing(simulate: SimulatorFactory) -> None:
    """A PUT from a GET after the change keeps it."""
    simulator = simulate(one_cluster(), pace=1)
    async with clients(simulator) as azure:
        await scale(azure, "user", 5)
        simulator.advance(HOUR)
        fresh = without_images(await azure.cluster())
        await azure.put(fresh, etag=fresh.e_tag)


async def test_what_was_broken_at_the_start_is_nobodys_incident(simulate: SimulatorFactory) -> None:
    """A world may leave out the rights that its service principals have in ways that it does not tell."""
    simulator = simulate(one_cluster(role_assignments=[]), pace=1)
    async with clients(simulator) as azure:
        await upgraded(azure, simulator)


@pytest.mark.expects_incidents("ImagePullFailed")
async def test_one_long_wait_gives_the_same_ledger_as_many_short_ones(simulate: SimulatorFactory) -> None:
    """Incidents are dated by the events that cause them, not by when somebody looks."""
    ledgers = list[list[tuple[str, float]]]()
    for steps in (1, 60):
        simulator = simulate(one_cluster(), pace=1e-6)
        async with clients(simulator) as azure:
            await switched(azure, simulator)
            await azure.upgrade("system")
            began = simulator.journal[-1].at
            for _ in range(steps):
                simulator.advance(HOUR / steps)
        ledgers.append([(i.kind, round((i.at - began).total_seconds())) for i in simulator.incidents])
    assert ledgers[0] == ledgers[1] == [("ImagePullFailed", 600)]


async def test_a_precreated_kubelet_identity_closes_the_gap(simulate: SimulatorFactory) -> None:
    """With a kubelet identity that may pull beforehand the PUT itself rolls all pools, and nothing fails."""
    simulator = simulate(one_cluster(), pace=1)
    async with clients(simulator) as azure:
        control, kubelet = await azure.identity(), await azure.identity("id-kubelet")
        await azure.grant(control.principal_id, NETWORK_CONTRIBUTOR, SUBNET_ID)
        await azure.grant(control.principal_id, IDENTITY_OPERATOR, kubelet.id)
        await azure.grant(kubelet.principal_id, ACR_PULL, REGISTRY_ID)
        simulator.advance(HOUR)
        document = without_images(await azure.cluster())
        document["identity"] = {"type": "UserAssigned", "userAssignedIdentities": {control.id: {}}}
        document["properties"]["identityProfile"] = {"kubeletidentity": {"resourceId": kubelet.id}}
        await azure.put(document, etag=document.e_tag)
        simulator.advance(HOUR)
        after = await azure.cluster()
    assert after.properties.identity_profile["kubeletidentity"].client_id == kubelet.client_id
    assert {n["kubelet"] for n in simulator.state()["clusters"][0]["nodes"]} == {kubelet.client_id}


async def test_a_kubelet_identity_needs_an_operator(simulate: SimulatorFactory) -> None:
    """Without Managed Identity Operator on it the PUT is refused, also while the grant is propagating."""
    simulator = simulate(one_cluster(node_pools=NO_NETWORK, role_assignments=[]), pace=1)
    async with clients(simulator) as azure:
        control, kubelet = await azure.identity(), await azure.identity("id-kubelet")
        await azure.grant(control.principal_id, IDENTITY_OPERATOR, kubelet.id)
        document = without_images(await azure.cluster())
        document["identity"] = {"type": "UserAssigned", "userAssignedIdentities": {control.id: {}}}
        document["properties"]["identityProfile"] = {"kubeletidentity": {"resourceId": kubelet.id}}
        with pytest.raises(Exception, match="Managed Identity Operator"):
            await azure.put(document, etag=document.e_tag)


async def scale(azure: Clients, name: str, count: int) -> None:
    """Somebody scales a pool."""
    await change(azure, name, "count", count)


async def change(azure: Clients, name: str, setting: str, value: object) -> None:
    """Somebody changes a setting of a pool."""
    document = await azure.aks.agent_pools.get(GROUP, CLUSTER, name)
    document["properties"][setting] = value
    await azure.aks.agent_pools.begin_create_or_update(GROUP, CLUSTER, name, document, polling=False)
