"""Who may do what in a generated fleet, and what is locked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from simulator.generate import shares
from simulator.generate.extras import MONITORING
from simulator.generate.shares import one_of
from simulator.resource_id import group_id

if TYPE_CHECKING:
    from collections.abc import Iterator
    from random import Random

    from simulator.generate.teams import Team


def grants_for_team(team: Team) -> Iterator[dict[str, str]]:
    """What the team's service principal holds: the roles that it needs, or one wide one."""
    if team.wide:
        yield _grant(team.principal, "Contributor", f"/subscriptions/{team.subscription_id}")
    if not team.wide or team.abac:
        yield _grant(team.principal, _pull_role(team), team.registry_id)
    if team.routed and not team.wide:
        yield _grant(team.principal, "Network Contributor", team.route_table)


def grants_for_cluster(team: Team, cluster: dict[str, Any]) -> Iterator[dict[str, str]]:
    """What a cluster's control plane holds on its own network, and a managed one's kubelet on the registry."""
    identity = cluster["identity"].get("user_assigned")
    if identity or not team.wide:
        for scope in _network_of(team, cluster, managed=identity is not None):
            yield _grant(identity or team.principal, "Network Contributor", scope)
    if "service_principal" not in cluster["identity"] and cluster["pulls_from"]:
        yield _grant(f"kubelet:{cluster['name']}", _pull_role(team), team.registry_id)
    if "addons" in cluster:
        yield _grant(_monitor(team, cluster), "Monitoring Metrics Publisher", _cluster_id(team, cluster["name"]))


def lock_on(draws: Random, team: Team, cluster: dict[str, Any]) -> dict[str, str] | None:
    """Now and then somebody has locked a cluster, or the group of its nodes."""
    locked = one_of(draws, nodes=shares.LOCKED_NODES, cluster=shares.LOCKED_CLUSTER)
    if locked is None:
        return None
    name = cluster["name"]
    if locked == "nodes":
        level, scope = "CanNotDelete", group_id(team.subscription_id, f"MC_{team.group}_{name}_{team.location}")
    else:
        level, scope = "ReadOnly", _cluster_id(team, name)
    return {"name": f"keep-{name}", "level": level, "scope": scope}


def _monitor(team: Team, cluster: dict[str, Any]) -> str:
    """What the monitoring add-on runs as: the service principal, or an identity of its own."""
    own = "service_principal" not in cluster["identity"]
    return f"addon:{cluster['name']}:{MONITORING}" if own else team.principal


def _cluster_id(team: Team, name: str) -> str:
    group = group_id(team.subscription_id, team.group)
    return f"{group}/providers/Microsoft.ContainerService/managedClusters/{name}"


def _network_of(team: Team, cluster: dict[str, Any], *, managed: bool) -> Iterator[str]:
    subnets = dict.fromkeys(pool["subnet"] for pool in cluster["node_pools"] if "subnet" in pool)
    yield from subnets
    yield from cluster["network"].get("outbound_public_ips", ())
    if managed and cluster["network"].get("route_table"):
        yield team.route_table


def _pull_role(team: Team) -> str:
    return "Container Registry Repository Reader" if team.abac else "AcrPull"


def _grant(principal: str, role: str, scope: str) -> dict[str, str]:
    return {"principal": principal, "role": role, "scope": scope}
