"""How an accepted PUT changes a cluster: at once, and when its operation is over."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.agent_pools.nodes import resize, roll
from simulator.agent_pools.settings import apply as apply_to_pool
from simulator.json_object import merged
from simulator.managed_clusters.addon_identities import adopt_identities
from simulator.managed_clusters.identities import kubelet_made_by_aks
from simulator.managed_clusters.principals import forget_system_assigned, register_system_assigned
from simulator.operations.start import start

if TYPE_CHECKING:
    from simulator.agent_pools.models import Kubelet
    from simulator.azure import Azure
    from simulator.errors import OperationError
    from simulator.json_object import JsonObject
    from simulator.managed_clusters.models import ControlPlane, ManagedCluster
    from simulator.operations.models import Operation

READ_ONLY = frozenset(
    {
        "provisioningState",
        "powerState",
        "agentPoolProfiles",
        "servicePrincipalProfile",
        "identityProfile",
        "nodeResourceGroup",
        "currentKubernetesVersion",
        "fqdn",
        "privateFQDN",
        "azurePortalFQDN",
        "maxAgentPools",
        "resourceUID",
    }
)
"""Properties that a PUT does not write as they are sent."""


def apply(azure: Azure, cluster: ManagedCluster, document: JsonObject, control_plane: ControlPlane) -> None:
    """What ARM shows as soon as the PUT is accepted."""
    properties: JsonObject = document.get("properties") or {}
    writable = {name: value for name, value in properties.items() if name not in READ_ONLY}
    cluster.properties = merged(cluster.properties, writable)
    cluster.tags = document.get("tags")
    for sent in properties.get("agentPoolProfiles") or ():
        # assumed: a pool that the body does not name stays, and one that is not there is not added
        if pool := cluster.pools.get(str(sent.get("name")).lower()):
            apply_to_pool(pool, sent)
    if control_plane != cluster.control_plane:
        # assumed, the stricter reading: the control plane uses the new identity from the acceptance on
        forget_system_assigned(azure, cluster.control_plane)
        register_system_assigned(azure, control_plane, found_from=azure.now + azure.world.timing.directory_replication)
        cluster.control_plane = control_plane
        cluster.shows_identity_ids = False
    azure.touched.add(cluster.key)


def begin(
    azure: Azure,
    cluster: ManagedCluster,
    *,
    kubelet: Kubelet | None,
    rolls: dict[str, str],
    error: OperationError | None,
) -> None:
    """Start the operation: the update itself, then one pool after the other that it re-images."""
    done = azure.now + azure.world.timing.update
    if not error:
        azure.timeline.at(done, lambda: _adopt_kubelet(azure, cluster, kubelet))
        for name, image in rolls.items():
            done = roll(azure, cluster, cluster.pools[name], to=image, at=done)
    cluster.operation = start(
        azure,
        cluster.new_operation("Updating", azure.now),
        lasts=done - azure.now,
        error=error,
        ends=lambda operation: end(azure, cluster, operation),
    )
    cluster.show("Updating")
    # assumed: the eTags move when the operation is accepted and again when it ends, as the document does
    cluster.touch()


def end(azure: Azure, cluster: ManagedCluster, operation: Operation) -> None:
    """The operation is over; a failed one leaves what was accepted, and no kubelet identity (assumed)."""
    cluster.operation = None
    cluster.show(operation.status)
    cluster.touch()
    if operation.status != "Succeeded":
        return
    cluster.shows_identity_ids = True
    adopt_identities(azure, cluster, since=azure.now)
    cluster.shown_kubelet = cluster.kubelet_in_force if cluster.kubelet_in_force.resource_id else None
    for pool in cluster.pools.values():
        resize(azure, cluster, pool)


def _adopt_kubelet(azure: Azure, cluster: ManagedCluster, asked_for: Kubelet | None) -> None:
    """Nodes that boot from now on run as this; those that are there keep what they booted with."""
    if asked_for:
        cluster.kubelet_in_force = asked_for
    elif cluster.control_plane.type != "ServicePrincipal" and not cluster.kubelet_in_force.resource_id:
        cluster.kubelet_in_force = kubelet_made_by_aks(azure, cluster)
