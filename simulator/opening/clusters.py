"""Clusters as a world describes them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.managed_clusters.change import end
from simulator.managed_clusters.identities import service_principal_kubelet
from simulator.managed_clusters.models import KIND, ManagedCluster, Owners
from simulator.opening.identities import adopt, control_plane_of
from simulator.opening.pools import add_pools
from simulator.opening.properties import properties_of
from simulator.operations.start import start
from simulator.resource_id import key, resource_id

if TYPE_CHECKING:
    from simulator.azure import Azure
    from simulator.world import cluster as described


def add_cluster(azure: Azure, cluster: described.Cluster) -> None:
    """A cluster with its pools, its nodes, its subnets, and what goes on in it."""
    subscription = azure.world.subscription_id(cluster.subscription)
    control_plane = control_plane_of(azure, cluster)
    opened = ManagedCluster(
        id=resource_id(subscription, cluster.resource_group, KIND, cluster.name),
        name=cluster.name,
        subscription=subscription,
        group=cluster.resource_group,
        location=cluster.location,
        control_plane=control_plane,
        kubelet_in_force=service_principal_kubelet(control_plane),
        properties=properties_of(azure, cluster, subscription),
        owners=_owners(azure, cluster),
        tags=cluster.tags or None,
        power=cluster.power,
        provisioning_state=cluster.state,
        budgets=list(cluster.pod_disruption_budgets),
        node_disruption_policy=cluster.node_disruption_policy,
    )
    azure.clusters[opened.key] = opened
    azure.groups.ensure(subscription, cluster.resource_group, cluster.location)
    azure.groups.ensure(subscription, opened.node_resource_group, cluster.location)
    adopt(azure, cluster, opened)
    azure.maintenance_windows[opened.key] = cluster.maintenance_windows
    add_pools(azure, cluster, opened)
    _add_operation(azure, cluster, opened)


def _add_operation(azure: Azure, cluster: described.Cluster, opened: ManagedCluster) -> None:
    if cluster.operation_in_progress is None:
        return
    opened.operation = start(
        azure,
        opened.new_operation(cluster.operation_in_progress.name, azure.now),
        lasts=cluster.operation_in_progress.ends_after,
        error=None,
        ends=lambda operation: end(azure, opened, operation),
    )
    opened.show(cluster.operation_in_progress.name)


def _owners(azure: Azure, cluster: described.Cluster) -> Owners:
    by_name = {registry.name: registry for registry in azure.registries.values()}
    return Owners(
        registries=tuple(key(by_name[name].id) for name in cluster.pulls_from),
        one_pool_at_a_time=cluster.one_pool_at_a_time,
    )
