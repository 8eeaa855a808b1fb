"""Clusters as a world describes them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.agent_pools.defaults import default_profile
from simulator.agent_pools.models import AgentPool
from simulator.agent_pools.nodes import resize
from simulator.guid import derived_guid
from simulator.managed_clusters.addons import adopt_identities, described_profiles
from simulator.managed_clusters.change import end
from simulator.managed_clusters.defaults import default_properties, network_profile_with
from simulator.managed_clusters.identities import kubelet_made_by_aks, service_principal_kubelet
from simulator.managed_clusters.models import KIND, ControlPlane, ManagedCluster, Owners
from simulator.networks.models import Subnet
from simulator.operations.start import start
from simulator.resource_id import key, resource_id

if TYPE_CHECKING:
    from simulator.azure import Azure
    from simulator.json_object import JsonObject
    from simulator.world import cluster as described


def add_cluster(azure: Azure, cluster: described.Cluster) -> None:
    """A cluster with its pools, its nodes, its subnets, and what goes on in it."""
    subscription = azure.world.subscription_id(cluster.subscription)
    control_plane = _control_plane(azure, cluster)
    opened = ManagedCluster(
        id=resource_id(subscription, cluster.resource_group, KIND, cluster.name),
        name=cluster.name,
        subscription=subscription,
        group=cluster.resource_group,
        location=cluster.location,
        control_plane=control_plane,
        kubelet_in_force=service_principal_kubelet(control_plane),
        properties=_properties(cluster, subscription),
        owners=_owners(azure, cluster),
        tags=cluster.tags or None,
        power=cluster.power,
        budgets=list(cluster.pod_disruption_budgets),
        node_disruption_policy=cluster.node_disruption_policy,
    )
    azure.clusters[opened.key] = opened
    azure.groups.ensure(subscription, cluster.resource_group, cluster.location)
    azure.groups.ensure(subscription, opened.node_resource_group, cluster.location)
    if control_plane.type != "ServicePrincipal":
        opened.kubelet_in_force = opened.shown_kubelet = kubelet_made_by_aks(azure, opened)
    adopt_identities(azure, opened)
    azure.maintenance_windows[opened.key] = cluster.maintenance_windows
    _add_pools(azure, cluster, opened)
    _add_operation(azure, cluster, opened)


def _add_pools(azure: Azure, cluster: described.Cluster, opened: ManagedCluster) -> None:
    for pool in cluster.node_pools:
        newest = azure.world.images[pool.image_family][-1]
        version = newest if pool.image == "newest" else pool.image
        image = f"{pool.image_family}-{version}"
        profile = _profile(pool, pool.kubernetes_version or cluster.kubernetes_version)
        opened.pools[pool.name] = AgentPool(name=pool.name, profile=profile, image=image)
        resize(azure, opened, opened.pools[pool.name])
        if pool.subnet:
            _add_subnet(azure, pool.subnet, cluster.network.route_table)


def _add_subnet(azure: Azure, subnet: str, route_table: str | None) -> None:
    """A subnet that several clusters share has the route table that any of them names."""
    known = azure.subnets.get(key(subnet))
    azure.subnets[key(subnet)] = Subnet(id=subnet, route_table=route_table or (known and known.route_table))


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


def _control_plane(azure: Azure, cluster: described.Cluster) -> ControlPlane:
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
    user_assigned = next(i for i in azure.identities.values() if i.name == identity.user_assigned)
    return ControlPlane(
        type="UserAssigned",
        name=user_assigned.name,
        client_id=user_assigned.client_id,
        principal_id=user_assigned.principal_id,
        resource_id=user_assigned.id,
    )


def _properties(cluster: described.Cluster, subscription: str) -> JsonObject:
    properties = default_properties(
        subscription=subscription,
        group=cluster.resource_group,
        name=cluster.name,
        location=cluster.location,
        kubernetes_version=cluster.kubernetes_version,
    )
    properties["networkProfile"] = network_profile_with(
        cluster.network.outbound_public_ips,
        routed=cluster.network.route_table is not None,
        profile=properties["networkProfile"],
    )
    if zone := cluster.network.private_dns_zone:
        properties["apiServerAccessProfile"] = {"enablePrivateCluster": True, "privateDNSZone": zone}
    if cluster.addons:
        properties |= described_profiles(cluster.addons, subscription=subscription, group=cluster.resource_group)
    properties["autoUpgradeProfile"] = {
        "nodeOSUpgradeChannel": cluster.auto_upgrade.node_os,
        "upgradeChannel": cluster.auto_upgrade.kubernetes,
    }
    return properties | cluster.extra_properties


def _owners(azure: Azure, cluster: described.Cluster) -> Owners:
    by_name = {registry.name: registry for registry in azure.registries.values()}
    return Owners(
        registries=tuple(key(by_name[name].id) for name in cluster.pulls_from),
        one_pool_at_a_time=cluster.one_pool_at_a_time,
    )


def _profile(pool: described.NodePool, version: str) -> JsonObject:
    profile = default_profile(version) | {
        "count": pool.count,
        "vmSize": pool.vm_size,
        "mode": pool.mode,
        "osType": pool.os,
        "osSKU": "Ubuntu" if pool.os == "Linux" else "Windows2022",
        "upgradeSettings": {"maxSurge": pool.max_surge} if pool.max_surge else {},
    }
    if pool.autoscaler:
        profile |= {
            "enableAutoScaling": True,
            "minCount": pool.autoscaler.min,
            "maxCount": pool.autoscaler.max,
        }
    if pool.spot:
        # as Azure fills it in where nobody names a price: up to that of a regular machine
        profile |= {"scaleSetPriority": "Spot", "scaleSetEvictionPolicy": "Delete", "spotMaxPrice": -1.0}
    optional = {"vnetSubnetID": pool.subnet, "nodeLabels": dict(pool.labels), "nodeTaints": list(pool.taints)}
    return profile | {name: value for name, value in optional.items() if value}
