"""A service principal whose secret has expired: AKS cannot sign in as it any more."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.errors import from_aks

if TYPE_CHECKING:
    from simulator.azure import Azure
    from simulator.managed_clusters.models import ControlPlane, ManagedCluster


def refuse_expired_secret(azure: Azure, cluster: ManagedCluster, after: ControlPlane) -> None:
    """Refuse what goes on with an expired secret; leaving it is possible where the world says so."""
    before = cluster.control_plane
    if before.type != "ServicePrincipal":
        return
    leaves = after.type != "ServicePrincipal"
    if leaves and not azure.world.behaviour.expired_secret_blocks_switch:
        return
    principal = azure.directory.with_client_id(before.client_id)
    ends = principal.secret_expires_at if principal else None
    if ends is None or ends > azure.now:
        return
    # Microsoft Learn: BadRequest or InvalidClientSecret
    raise from_aks(
        400,
        "BadRequest",
        "The credentials in ServicePrincipalProfile were invalid. Please see https://aka.ms/aks-sp-help for more "
        "details. (Details: adal: Refresh request failed. Status Code = '401'. Response body: AADSTS7000222: The "
        f"provided client secret keys for app '{before.client_id}' are expired.)",
    )
