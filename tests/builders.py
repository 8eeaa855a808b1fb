"""Builds clusters and surroundings for tests of the core: sound defaults, change what the test is about."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from fleet_identity.cluster import (
    Cluster,
    KubeletIdentity,
    Reference,
    ServicePrincipal,
    UserAssigned,
)
from fleet_identity.node_pool import NodePool
from fleet_identity.record import Rolls, SwitchRecord, pack
from fleet_identity.resource_id import ResourceId
from fleet_identity.roles import ACR_PULL, NETWORK_CONTRIBUTOR, Role
from fleet_identity.steps import IdentityNamed, KubeletOf
from fleet_identity.surroundings import Identity, Registry, RoleAssignment, Surroundings

NOW = datetime(2026, 1, 5, 6, tzinfo=UTC)
LONG_AGO = NOW - timedelta(days=90)
SUBSCRIPTION = "00000000-0000-0000-0000-00000000000a"
GROUP = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/rg-prod"
NETWORK = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/rg-network/providers/Microsoft.Network"
CLUSTER = ResourceId(f"{GROUP}/providers/Microsoft.ContainerService/managedClusters/prod")
SUBNET = ResourceId(f"{NETWORK}/virtualNetworks/vnet/subnets/nodes")
ROUTE_TABLE = ResourceId(f"{NETWORK}/routeTables/to-firewall")
REGISTRY = ResourceId(
    f"/subscriptions/{SUBSCRIPTION}/resourceGroups/rg-shared/providers/Microsoft.ContainerRegistry/registries/acr"
)
IDENTITY = ResourceId(f"{GROUP}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/id-prod")
MADE_BY_AKS = ResourceId(
    f"/subscriptions/{SUBSCRIPTION}/resourceGroups/MC_prod"
    "/providers/Microsoft.ManagedIdentity/userAssignedIdentities/prod-agentpool"
)
OLD, NEW, KUBELET = "old-principal", "new-principal", "kubelet-principal"
IMAGE, NEWER = "AKSUbuntu-2204gen2containerd-202610.05.0", "AKSUbuntu-2204gen2containerd-202611.02.0"


def pool(name: str = "system", **changes: Any) -> NodePool:
    """A Linux pool of three nodes on an old image."""
    base = NodePool(
        name=name,
        mode="System" if name == "system" else "User",
        kind="VirtualMachineScaleSets",
        count=3,
        autoscaling=False,
        image=IMAGE,
        provisioning_state="Succeeded",
        kubernetes_version="1.33.2",
        vm_size="Standard_D4s_v5",
    )
    return replace(base, **changes)


def cluster(**changes: Any) -> Cluster:
    """A cluster on a service principal, in its own subnet, with two pools."""
    base = Cluster(
        id=CLUSTER,
        location="westeurope",
        etag="1",
        identity=ServicePrincipal(client_id="app"),
        kubelet=None,
        pools=(pool("apps"), pool("system")),
        references=(Reference(kind="subnet", id=SUBNET),),
        node_resource_group=ResourceId(f"/subscriptions/{SUBSCRIPTION}/resourceGroups/MC_prod"),
        provisioning_state="Succeeded",
        power_state="Running",
        kubernetes_version="1.33.2",
    )
    return replace(base, **changes)


def switched(**changes: Any) -> Cluster:
    """The same cluster right after its switch: nodes still on the old principal, the record in its tags."""
    images, versions = {"apps": IMAGE, "system": IMAGE}, {"apps": "1.33.2", "system": "1.33.2"}
    rolls = changes.pop("rolls", Rolls.IMAGE)
    record = SwitchRecord(client_id="app", switched_at=NOW, images=images, versions=versions, rolls=rolls)
    base = cluster(
        identity=UserAssigned(identity_id=IDENTITY),
        kubelet=KubeletIdentity(resource_id=MADE_BY_AKS, client_id="kubelet", object_id=KUBELET),
        tags=pack(record, "fleet-identity"),
    )
    return replace(base, **changes)


def grant(principal: str, role: Role, scope: ResourceId, created_on: datetime = LONG_AGO) -> RoleAssignment:
    """A role assignment, made long ago unless told otherwise."""
    return RoleAssignment(principal_id=principal, role=role, scope=scope, created_on=created_on)


OLD_GRANTS = (grant(OLD, NETWORK_CONTRIBUTOR, SUBNET), grant(OLD, ACR_PULL, REGISTRY))


def surroundings(**changes: Any) -> Surroundings:
    """An old principal with a network role and a pull role, and a newer image for both pools.

    `identity`, `held_by_identity`, `held_by_kubelet` stand for the control-plane identity of the default target, and
    for what it and the kubelet identity of AKS hold.
    """
    held = {
        IdentityNamed(id=IDENTITY): changes.pop("held_by_identity", ()),
        KubeletOf(cluster_id=CLUSTER): changes.pop("held_by_kubelet", ()),
    }
    made = changes.pop("identity", None)
    held_before = changes.get("held_by_old_principal", OLD_GRANTS)
    base = Surroundings(
        observed_at=NOW,
        identities={made.id: made} if made else {},
        old_principal_id=OLD,
        held_by_old_principal=OLD_GRANTS,
        pulled_by=held_before,
        held={principal: grants for principal, grants in held.items() if grants},
        registries={REGISTRY: Registry(id=REGISTRY)},
        newest_images={"apps": NEWER, "system": NEWER},
    )
    return replace(base, **changes)


def identity() -> Identity:
    """The control-plane identity, once it exists."""
    return Identity(id=IDENTITY, principal_id=NEW, client_id="new")
