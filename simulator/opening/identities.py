"""What clusters run as when a world begins."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.guid import derived_guid
from simulator.managed_clusters.addon_identities import adopt_identities
from simulator.managed_clusters.identities import kubelet_made_by_aks, kubelet_of
from simulator.managed_clusters.models import ControlPlane
from simulator.managed_clusters.principals import register_system_assigned

if TYPE_CHECKING:
    from simulator.azure import Azure
    from simulator.managed_clusters.models import ManagedCluster
    from simulator.managed_identities.models import UserAssignedIdentity
    from simulator.world.cluster import Cluster


def control_plane_of(azure: Azure, cluster: Cluster) -> ControlPlane:
    """The identity of the control plane."""
    identity = cluster.identity
    if identity.service_principal:
        found = next(sp for sp in azure.world.service_principals if sp.name == identity.service_principal)
        return ControlPlane(
            type="ServicePrincipal",
            name=found.name,
            client_id=found.app_id,
            principal_id=found.principal_id,
        )
    if identity.system_assigned:
        ids = (derived_guid(cluster.name, "client"), derived_guid(cluster.name, "principal"))
        return ControlPlane(type="SystemAssigned", name=cluster.name, client_id=ids[0], principal_id=ids[1])
    user_assigned = _named(azure, str(identity.user_assigned))
    return ControlPlane(
        type="UserAssigned",
        name=user_assigned.name,
        client_id=user_assigned.client_id,
        principal_id=user_assigned.principal_id,
        resource_id=user_assigned.id,
    )


def adopt(azure: Azure, cluster: Cluster, opened: ManagedCluster) -> None:
    """Let the control plane, the kubelet and the add-ons run as what they have run as for long."""
    register_system_assigned(azure, opened.control_plane, found_from=azure.now)
    if opened.control_plane.type != "ServicePrincipal":
        own = cluster.identity.kubelet
        kubelet = kubelet_of(_named(azure, own)) if own else kubelet_made_by_aks(azure, opened)
        opened.kubelet_in_force = opened.shown_kubelet = kubelet
    # whoever manages these has had the time to grant them what they need
    adopt_identities(azure, opened, since=azure.now - azure.world.timing.addon_patience)


def made_by_aks(azure: Azure, kind: str, cluster: str, addon: str = "") -> str:
    """The object id behind `kubelet:<cluster>`, `cluster:<cluster>` or `addon:<cluster>:<addon>`."""
    owner = next(found for found in azure.clusters.values() if found.name == cluster)
    match kind:
        case "kubelet":
            return owner.kubelet_in_force.principal_id
        case "cluster":
            return owner.control_plane.principal_id
        case _:
            return owner.addon_identities[addon].principal_id


def _named(azure: Azure, name: str) -> UserAssignedIdentity:
    return next(identity for identity in azure.identities.values() if identity.name == name)
