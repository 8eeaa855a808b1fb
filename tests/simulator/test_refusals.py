"""What the AKS resource provider and Authorization refuse because of how the world is."""

from __future__ import annotations

from typing import Any

import pytest
from azure.core.exceptions import HttpResponseError

from tests.azure_fixture import SimulatorFactory
from tests.simulator.clients import ACR_PULL, IDENTITY_OPERATOR, NETWORK_CONTRIBUTOR, Clients, clients, without_images
from tests.worlds import (
    CLUSTER,
    GROUP,
    IDENTITY_ID,
    NETWORK_ID,
    REGISTRY_ID,
    SP,
    SP_CLIENT_ID,
    SP_OBJECT_ID,
    SUBSCRIPTION,
    one_cluster,
    pool,
)

HOUR = 3600
ZONE_ID = f"{NETWORK_ID}/privateDnsZones/privatelink.westeurope.azmk8s.io"
ZONE_CONTRIBUTOR = "/x/b12aa53e-6015-4669-85d0-8515ebb3ae7f"
EXPIRED = "2026-10-01T00:00:00Z"


def world(**changes: Any) -> dict[str, Any]:
    """A world without networks and registries, with an identity."""
    settings: dict[str, Any] = {
        "pulls_from": [],
        "node_pools": [pool("system", subnet=None), pool("user", mode="User", count=2, subnet=None)],
        "user_assigned_identities": [
            {"name": "id-prod", "resource_group": GROUP},
            {"name": "id-kubelet", "resource_group": GROUP},
        ],
    }
    return one_cluster(**(settings | changes))


def principal(**changes: Any) -> list[dict[str, Any]]:
    """The cluster's service principal."""
    return [{"name": SP, "client_id": SP_CLIENT_ID, "object_id": SP_OBJECT_ID} | changes]


async def reconcile(azure: Clients) -> Any:
    """PUT the cluster as it is."""
    document = without_images(await azure.cluster())
    return await azure.put(document, etag=document.e_tag)


async def code_of(act: Any) -> tuple[int | None, str | None]:
    """How a call that must be refused was refused."""
    with pytest.raises(HttpResponseError) as refused:
        await act
    assert refused.value.error is not None
    return refused.value.status_code, refused.value.error.code


async def test_an_expired_secret_refuses_what_goes_on_with_it(simulate: SimulatorFactory) -> None:
    """A PUT that keeps the service principal, a scaled pool and an upgrade are refused; leaving it works."""
    simulator = simulate(world(service_principals=principal(secret_expires_at=EXPIRED)), pace=1)
    async with clients(simulator) as azure:
        assert await code_of(reconcile(azure)) == (400, "BadRequest")
        message = simulator.journal[-1].response_body["message"]
        assert await code_of(azure.upgrade("system")) == (400, "BadRequest")
        await azure.switch(IDENTITY_ID)
        simulator.advance(HOUR)
        assert (await azure.cluster()).properties.provisioning_state == "Succeeded"
        await azure.upgrade("system")
    assert f"AADSTS7000222: The provided client secret keys for app '{SP_CLIENT_ID}' are expired" in message


async def test_a_secret_expires_with_time(simulate: SimulatorFactory) -> None:
    """Until its moment a PUT is accepted, from then on it is refused."""
    simulator = simulate(world(service_principals=principal(secret_expires_at="2026-11-02T07:00:00Z")), pace=1)
    async with clients(simulator) as azure:
        await reconcile(azure)
        simulator.advance(HOUR)
        assert await code_of(reconcile(azure)) == (400, "BadRequest")


async def test_an_expired_secret_may_keep_a_cluster_from_leaving(simulate: SimulatorFactory) -> None:
    """Under the other assumption the switch is refused as well."""
    behaviour = {"expired_secret_blocks_switch": True}
    simulator = simulate(world(service_principals=principal(secret_expires_at=EXPIRED), behaviour=behaviour))
    async with clients(simulator) as azure:
        assert await code_of(azure.switch(IDENTITY_ID)) == (400, "BadRequest")


async def test_a_custom_zone_wants_its_rights_in_effect(simulate: SimulatorFactory) -> None:
    """The new control plane needs Private DNS Zone Contributor, and a fresh grant does not do yet."""
    grant = {"principal": SP, "role": "Private DNS Zone Contributor", "scope": ZONE_ID}
    simulator = simulate(world(network={"private_dns_zone": ZONE_ID}, role_assignments=[grant]), pace=1)
    refusal = (400, "CustomPrivateDNSZoneMissingPermissionError")
    async with clients(simulator) as azure:
        identity = await azure.msi.user_assigned_identities.get(GROUP, "id-prod")
        assert await code_of(azure.switch(IDENTITY_ID)) == refusal
        message = simulator.journal[-1].response_body["message"]
        await azure.grant(identity.principal_id, ZONE_CONTRIBUTOR, ZONE_ID)
        assert await code_of(azure.switch(IDENTITY_ID)) == refusal
        simulator.advance(HOUR)
        await azure.switch(IDENTITY_ID)
    assert f"custom private dns zone {ZONE_ID}. Check access result not allowed for action Microsoft.Network" in message


async def test_a_zone_of_aks_wants_nothing(simulate: SimulatorFactory) -> None:
    """A private cluster with the zone `system` is switched without a right on any zone."""
    profile = {"apiServerAccessProfile": {"enablePrivateCluster": True, "privateDNSZone": "system"}}
    async with clients(simulate(world(extra_properties=profile))) as azure:
        await azure.switch(IDENTITY_ID)


@pytest.mark.parametrize(
    ("sent", "accepted"),
    [
        ({"system": "1.33.2", "user": "1.32.7"}, True),
        ({"system": "1.33.2", "user": "1.33.2"}, True),
        ({"system": "1.33.2", "user": None}, False),
        ({"system": "1.33.2", "user": "1.31.1"}, False),
        ({"system": None, "user": None}, False),
    ],
)
async def test_versions_of_pools_are_all_there_and_unchanged(
    simulate: SimulatorFactory, sent: dict[str, str | None], *, accepted: bool
) -> None:
    """A pool behind its control plane is sent as it is, or moved to the control plane's version; nothing else."""
    pools = [pool("system", subnet=None), pool("user", mode="User", subnet=None, kubernetes_version="1.32.7")]
    simulator = simulate(world(node_pools=pools))
    async with clients(simulator) as azure:
        document = without_images(await azure.cluster())
        for body in document["properties"]["agentPoolProfiles"]:
            body["orchestratorVersion"] = sent[body["name"]]
        put = azure.put(document, etag=document.e_tag)
        if accepted:
            await put
        else:
            assert await code_of(put) == (400, "NotAllAgentPoolOrchestratorVersionSpecifiedAndUnchanged")


async def test_versions_may_be_left_out_where_they_are_one(simulate: SimulatorFactory) -> None:
    """All unspecified is accepted where every pool has the control plane's version."""
    async with clients(simulate(world())) as azure:
        document = without_images(await azure.cluster())
        for body in document["properties"]["agentPoolProfiles"]:
            del body["orchestratorVersion"]
        await azure.put(document, etag=document.e_tag)


async def test_versions_are_left_out_of_all_pools_or_of_none(simulate: SimulatorFactory) -> None:
    """One pool without its version is refused, though all have the same."""
    async with clients(simulate(world())) as azure:
        document = without_images(await azure.cluster())
        del document["properties"]["agentPoolProfiles"][0]["orchestratorVersion"]
        refusal = azure.put(document, etag=document.e_tag)
        assert await code_of(refusal) == (400, "NotAllAgentPoolOrchestratorVersionSpecifiedAndUnchanged")


@pytest.mark.parametrize("policy", ["Allow", "AllowDuringMaintenanceWindow", "Block"])
async def test_a_node_disruption_policy_blocks_a_kubelet_identity(simulate: SimulatorFactory, policy: str) -> None:
    """Block refuses the PUT that would re-image nodes; it refuses neither an upgrade nor a PUT that rolls nothing."""
    kubelet = IDENTITY_ID.replace("id-prod", "id-kubelet")
    grant = {"principal": "id-prod", "role": "Managed Identity Operator", "scope": kubelet}
    settings = world(identity={"user_assigned": "id-prod"}, role_assignments=[grant], node_disruption_policy=policy)
    simulator = simulate(settings, pace=1)
    async with clients(simulator) as azure:
        document = without_images(await azure.cluster())
        document["properties"]["identityProfile"] = {"kubeletidentity": {"resourceId": kubelet}}
        put = azure.put(document, etag=document.e_tag)
        if policy != "Block":
            await put
            return
        assert await code_of(put) == (400, "NodeDisruptionPolicyBlocked")
        await reconcile(azure)
        simulator.advance(HOUR)
        await azure.upgrade("system")


@pytest.mark.parametrize(("day", "refused"), [("Monday", False), ("Sunday", True)])
async def test_a_window_opens_a_node_disruption_policy(simulate: SimulatorFactory, day: str, *, refused: bool) -> None:
    """With a window for node images, nodes may be disrupted inside it only; the world begins on a Monday at six."""
    kubelet = IDENTITY_ID.replace("id-prod", "id-kubelet")
    window = {"name": "aksManagedNodeOSUpgradeSchedule", "weekly": day, "start": "05:00", "hours": 4}
    settings = world(
        identity={"user_assigned": "id-prod"},
        role_assignments=[{"principal": "id-prod", "role": "Managed Identity Operator", "scope": kubelet}],
        node_disruption_policy="AllowDuringMaintenanceWindow",
        maintenance_windows=[window],
    )
    async with clients(simulate(settings, pace=1)) as azure:
        document = without_images(await azure.cluster())
        document["properties"]["identityProfile"] = {"kubeletidentity": {"resourceId": kubelet}}
        put = azure.put(document, etag=document.e_tag)
        if refused:
            assert await code_of(put) == (400, "NodeDisruptionPolicyBlocked")
        else:
            await put


@pytest.mark.foreign_client("races are lost without If-Match")
async def test_a_put_in_the_same_moment_loses_the_race(simulate: SimulatorFactory) -> None:
    """Within the window the loser is told EtagMismatch with AKS's details, and after it OperationNotAllowed."""
    simulator = simulate(world(timing={"race_window": "1s"}), pace=0.001)
    async with clients(simulator) as azure:
        document = without_images(await azure.cluster())
        await azure.put(document, etag=document.e_tag)
        assert await code_of(azure.put(document)) == (409, "EtagMismatch")
        body = simulator.journal[-1].response_body
        simulator.advance(2)
        assert await code_of(azure.put(document)) == (409, "OperationNotAllowed")
        assert await code_of(azure.put(document, etag=document.e_tag)) == (412, "PreConditionFailed")
    assert body["details"][0]["message"].endswith("Etag mismatched")


async def test_a_subscription_holds_so_many_role_assignments(simulate: SimulatorFactory) -> None:
    """One more than the limit is refused; one taken away makes room."""
    simulator = simulate(world(limits={"role_assignments": 3}))
    async with clients(simulator) as azure:
        first = await azure.grant(SP_OBJECT_ID, IDENTITY_OPERATOR, IDENTITY_ID)
        refusal = azure.grant(SP_OBJECT_ID, ACR_PULL, f"/subscriptions/{SUBSCRIPTION}/resourceGroups/{GROUP}")
        assert await code_of(refusal) == (400, "RoleAssignmentLimitExceeded")
        await azure.authorization.role_assignments.delete(IDENTITY_ID, first.name)
        await azure.grant(SP_OBJECT_ID, NETWORK_CONTRIBUTOR, REGISTRY_ID)


async def test_a_role_assignment_that_exists_is_no_further_one(simulate: SimulatorFactory) -> None:
    """At the limit a duplicate is told as a duplicate."""
    simulator = simulate(world(limits={"role_assignments": 2}))
    async with clients(simulator) as azure:
        assert await code_of(azure.grant(SP_OBJECT_ID, ACR_PULL, REGISTRY_ID)) == (409, "RoleAssignmentExists")


async def test_a_poll_carries_an_error_and_succeeds_all_the_same(simulate: SimulatorFactory) -> None:
    """NotLatestOperation stands beside InProgress and beside Succeeded; an unmodified poller goes on and succeeds."""
    simulator = simulate(world(), pace=3600)
    polls = {"method": "GET", "path": "/operations/"}
    simulator.add_faults([{"match": polls, "error": "NotLatestOperation", "times": 100}])
    async with clients(simulator) as azure:
        poller = await azure.aks.agent_pools.begin_upgrade_node_image_version(GROUP, CLUSTER, "system")
        await poller.result()
    statuses = [e.response_body for e in simulator.journal if "/operations/" in e.path]
    assert {body["status"] for body in statuses} == {"InProgress", "Succeeded"}
    assert {body["error"]["code"] for body in statuses} == {"NotLatestOperation"}


@pytest.mark.parametrize(("name", "status"), [("BadGatewayConnection", 502), ("GatewayTimeout", 504)])
async def test_a_poll_survives_the_gateway(simulate: SimulatorFactory, name: str, status: int) -> None:
    """The SDK's own retries bring a poll through what the gateway answers in recordings."""
    simulator = simulate(world(), pace=3600)
    simulator.add_faults([{"match": {"method": "GET", "path": "/operations/"}, "error": name}])
    async with clients(simulator, retry_total=2, retry_backoff_factor=0.01) as azure:
        poller = await azure.aks.agent_pools.begin_upgrade_node_image_version(GROUP, CLUSTER, "system")
        await poller.result()
    assert status in {exchange.status for exchange in simulator.journal}
