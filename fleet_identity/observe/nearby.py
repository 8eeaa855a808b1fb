"""What lies near a cluster: what hangs on its subnets, images, quota, the vault of its key, its workspace."""

import asyncio

from fleet_identity.cluster import Reference, ServicePrincipal, SystemAssigned
from fleet_identity.observe.inquiry import Inquiry
from fleet_identity.resource_id import ResourceId
from fleet_identity.surroundings import Cores, Vault


async def attached(ask: Inquiry) -> tuple[Reference, ...]:
    """List the route tables and NAT gateways of the cluster's subnets, which its own document does not show."""
    if not ask.difference.control_plane and not follows(ask):
        return ()
    references = ask.cluster.outside_references
    subnets = dict.fromkeys(reference.id for reference in references if "subnet" in reference.kind)
    found = await asyncio.gather(*map(ask.azure.subnet, subnets))
    return tuple(dict.fromkeys(item for subnet in found for item in subnet.attached))


async def newest_images(ask: Inquiry) -> dict[str, str]:
    """Read the newest image of each pool that is still to be rolled."""
    pools = [pool for pool in ask.cluster.pools if pool.name in ask.difference.owed]
    newest = await asyncio.gather(*(ask.azure.offered_image(ask.cluster, pool) for pool in pools))
    return {pool.name: image for pool, image in zip(pools, newest, strict=True) if image}


async def patches(ask: Inquiry) -> dict[str, str]:
    """Read which Kubernetes patches are offered, where an upgrade may have to stand in for a missing image."""
    if isinstance(ask.cluster.identity, ServicePrincipal) or not ask.target.upgrade_when_expiring:
        return {}
    pools = [pool for pool in ask.cluster.pools if pool.name in ask.difference.owed]
    offered = await asyncio.gather(*(ask.azure.newest_patch(ask.cluster, pool) for pool in pools))
    return {pool.name: version for pool, version in zip(pools, offered, strict=True) if version}


async def cores(ask: Inquiry) -> Cores | None:
    """Read the region's vCPU quota, if nodes are to roll."""
    if not ask.difference.nodes:
        return None
    return await ask.azure.cores(ask.cluster.id.subscription, ask.cluster.location)


async def vault_of_etcd(ask: Inquiry) -> Vault | None:
    """Find the vault that holds the key of etcd: by its id where ARM shows it, or else by its name."""
    key = ask.cluster.etcd_key
    if key is None or not ask.difference.control_plane:
        return None
    return await ask.azure.vault(ask.cluster.id.subscription, key.vault_id or key.vault)


async def named_in_vaults(ask: Inquiry, principal: str | None) -> tuple[ResourceId, ...]:
    """List the vaults of the cluster's subscription whose access policies name the old principal."""
    if principal is None or not ask.difference.control_plane:
        return ()
    found = await ask.azure.vaults(ask.cluster.id.subscription)
    return tuple(vault.id for vault in found if principal.lower() in vault.named)


async def workspace_missing(ask: Inquiry) -> bool:
    """Tell whether the workspace that the monitoring add-on names is gone."""
    workspace = ask.cluster.monitoring_workspace
    return workspace is not None and not await ask.azure.workspace_exists(workspace)


def follows(ask: Inquiry) -> bool:
    """Whether grants follow the switch, as they do for a system-assigned identity."""
    ours = ask.difference.settled and ask.difference.record is not None
    return ours and isinstance(ask.cluster.identity, SystemAssigned)
