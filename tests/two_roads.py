"""What two roads to the same end are compared by: names, since each world makes principals of its own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tests.worlds import CLUSTER, GROUP, NODE_GROUP_ID, SUBNET_ID, SUBSCRIPTION, one_cluster

if TYPE_CHECKING:
    from simulator import Simulator

IDENTITIES = "providers/microsoft.managedidentity/userassignedidentities"
OURS = f"/subscriptions/{SUBSCRIPTION}/resourcegroups/{GROUP}/{IDENTITIES}/id-{CLUSTER}".lower()
KUBELET = f"{NODE_GROUP_ID}/{IDENTITIES}/{CLUSTER}-agentpool".lower()
NETWORK_CONTRIBUTOR = "4d97b98b-1d4f-4787-a291-c67834d212e7"
ADDONS = ("omsagent", "azurepolicy")

Grant = tuple[str, str, str]
"""Whose (the id of an identity), which role (its GUID), where; all in lower case."""


def world() -> dict[str, Any]:
    """One cluster with its own subnet, a registry, and add-ons."""
    return one_cluster(addons=list(ADDONS))


@dataclass(frozen=True, slots=True, kw_only=True)
class End:
    """Where a road ends."""

    control_plane: tuple[str, tuple[str, ...]]
    kubelets: dict[str, str]
    """Of each node."""
    images: dict[str, str]
    """Of each node."""
    addons: dict[str, str | None]
    """The identity of each add-on."""


def end_of(simulator: Simulator) -> End:
    """Where the road in a simulator has ended."""
    state = simulator.state()
    cluster = state["clusters"][0]
    names = {it["properties"]["clientId"]: it["id"].lower() for it in state["identities"]}
    identity: dict[str, Any] = cluster["arm"].get("identity") or {"type": "ServicePrincipal"}
    addons = cluster["arm"]["properties"]["addonProfiles"]
    return End(
        control_plane=(identity["type"], tuple(it.lower() for it in identity.get("userAssignedIdentities", {}))),
        kubelets={node["name"]: names.get(node["kubelet"], node["kubelet"]) for node in cluster["nodes"]},
        images={node["name"]: node["image"] for node in cluster["nodes"]},
        addons={name: names.get(it.get("identity", {}).get("clientId")) for name, it in addons.items()},
    )


def grants_of(simulator: Simulator) -> set[Grant]:
    """What the identities of a world have been granted; what the service principal has is left out."""
    state = simulator.state()
    names = {it["properties"]["principalId"]: it["id"].lower() for it in state["identities"]}
    grants = [it["properties"] for it in state["role_assignments"]]
    return {
        (names[it["principalId"]], it["roleDefinitionId"].rpartition("/")[2], it["scope"].lower())
        for it in grants
        if it["principalId"] in names
    }


def kinds_of(simulator: Simulator) -> set[str]:
    """The kinds of incidents on a road."""
    return {incident.kind for incident in simulator.incidents}


FOR_NETWORK: Grant = (OURS, NETWORK_CONTRIBUTOR, SUBNET_ID.lower())
"""What this product grants, and the Azure CLI does not: nothing on the article's road gives it."""
FOR_METRICS: Grant = (
    f"{NODE_GROUP_ID}/{IDENTITIES}/omsagent-{CLUSTER}".lower(),
    "3913510d-42f4-4e42-8a64-420c390055eb",
    f"/subscriptions/{SUBSCRIPTION}/resourcegroups/{GROUP}/providers/microsoft.containerservice/managedclusters/{CLUSTER}",
)
"""Monitoring Metrics Publisher, which the Azure CLI grants in the public cloud only (its source)."""
