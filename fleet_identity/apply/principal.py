"""Resolves the principal of a grant, which a plan can only name, to the object id that Azure wants."""

from typing import assert_never

from fleet_identity.errors import ClusterChangedError
from fleet_identity.gateway.protocols import AzureReader
from fleet_identity.steps import IdentityNamed, KubeletOf, Principal


async def object_id(principal: Principal, azure: AzureReader) -> str:
    """Give the object id of a principal that must exist by now."""
    match principal:
        case IdentityNamed():
            identity = await azure.identity(principal.id)
            found = identity.principal_id if identity else None
        case KubeletOf():
            cluster = await azure.cluster(principal.cluster_id)
            found = cluster.kubelet.object_id if cluster.kubelet else None
        case _:
            assert_never(principal)
    if found is None:
        raise ClusterChangedError(f"The {principal.describe()} is not there any more.")
    return found
