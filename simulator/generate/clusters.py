"""Clusters of a generated fleet, as a world describes them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from simulator.generate import shares
from simulator.generate.pools import pools_of
from simulator.generate.shares import happens, one_of

if TYPE_CHECKING:
    from random import Random

    from simulator.generate.teams import Team

_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_OPERATIONS = ("Upgrading", "Updating", "Scaling")


def cluster_of(draws: Random, team: Team, index: int) -> dict[str, Any]:
    """One cluster of a team."""
    name = f"{team.name}-{team.region}-{index + 1:02d}"
    identity = _identity(draws, team, name)
    # plain ones: clusters with a system-assigned identity use nothing outside their node group here
    own_network = "system_assigned" not in identity and happens(draws, shares.OWN_NETWORK)
    subnet = f"{team.network_id}/virtualNetworks/vnet-{team.name}/subnets/snet-{index + 1:02d}" if own_network else None
    return {
        "name": name,
        "subscription": team.subscription,
        "resource_group": team.group,
        "location": team.location,
        "kubernetes_version": draws.choice(("1.32.7", "1.33.2", "1.33.4")),
        "identity": identity,
        "node_pools": pools_of(draws, subnet),
        "network": _network(draws, team, name, own_network=own_network),
        "pulls_from": [team.registry] if happens(draws, shares.PULLS) else [],
        "one_pool_at_a_time": happens(draws, shares.ONE_POOL_AT_A_TIME),
        "tags": {"team": team.name, "stage": draws.choice(("prod", "test", "dev"))},
    } | _state(draws)


def managed_identity_of(team: Team, cluster: dict[str, Any]) -> dict[str, Any] | None:
    """The user-assigned identity that a cluster runs as, as a world describes it."""
    name = cluster["identity"].get("user_assigned")
    if name is None:
        return None
    return {
        "name": name,
        "resource_group": team.group,
        "location": team.location,
        "subscription": team.subscription,
    }


def _identity(draws: Random, team: Team, name: str) -> dict[str, Any]:
    match one_of(draws, user=shares.USER_ASSIGNED, system=shares.SYSTEM_ASSIGNED):
        case "user":
            return {"user_assigned": f"id-{name}"}
        case "system":
            return {"system_assigned": True}
        case _:
            return {"service_principal": team.principal}


def _network(draws: Random, team: Team, name: str, *, own_network: bool) -> dict[str, Any]:
    if own_network and team.routed:
        return {"route_table": team.route_table}
    if own_network and happens(draws, shares.OUTBOUND_IP):
        return {"outbound_public_ips": [f"{team.network_id}/publicIPAddresses/ip-{name}"]}
    return {}


def _state(draws: Random) -> dict[str, Any]:
    """What goes on in the cluster when we come, and what its owners let AKS do."""
    going_on = one_of(draws, stopped=shares.STOPPED, busy=shares.BUSY)
    state: dict[str, Any] = {}
    if going_on == "stopped":
        state["power"] = "Stopped"
    elif going_on == "busy":
        operation = {"name": draws.choice(_OPERATIONS), "ends_after": f"{draws.randint(5, 90)}m"}
        state["operation_in_progress"] = operation
    if happens(draws, shares.AUTO_UPGRADE):
        state["auto_upgrade"] = {"node_os": "NodeImage", "kubernetes": draws.choice(("none", "patch"))}
        state["maintenance_windows"] = [_window(draws)] if happens(draws, shares.WINDOW) else []
    return state


def _window(draws: Random) -> dict[str, Any]:
    start = f"{draws.randint(0, 23):02d}:00"
    return {"name": "aksManagedNodeOSUpgradeSchedule", "weekly": draws.choice(_DAYS), "start": start, "hours": 4}
