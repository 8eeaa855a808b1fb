"""Resolves the principal of a grant, which a plan can only name, to the object id that Azure wants."""

from typing import assert_never

from fleet_identity.cluster import SystemAssigned
from fleet_identity.errors import ClusterChangedError
from fleet_identity.gateway.protocols import AzureReader
from fleet_identity.steps import AddonOf, ControlPlaneOf, IdentityNamed, KubeletOf, Principal


async def object_id(principal: Principal, azure: AzureReader) -> str:
    """Give the object id of a principal that must exist by now."""
    found = await _find(principal, azure)
    if not found:
        raise ClusterChangedError(f"The {principal.describe()} does not exist, or no longer exists.")
    return found


async def _find(principal: Principal, azure: AzureReader) -> str | None:
    match principal:
        case IdentityNamed():
            identity = await azure.identity(principal.id)
            return identity.principal_id if identity else None
        case KubeletOf():
            cluster = await azure.cluster(principal.cluster_id)
            return cluster.kubelet.object_id if cluster.kubelet else None
        case ControlPlaneOf():
            cluster = await azure.cluster(principal.cluster_id)
            return cluster.identity.principal_id if isinstance(cluster.identity, SystemAssigned) else None
        case AddonOf():
            addon = (await azure.cluster(principal.cluster_id)).addon(principal.addon)
            return addon.principal_id if addon else None
        case _:
            assert_never(principal)
