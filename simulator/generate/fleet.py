"""A fleet of any size: the same number and seed give the same world. How common each thing is, is assumed."""

from __future__ import annotations

from itertools import islice
from random import Random
from typing import TYPE_CHECKING, Any

from simulator.errors import SimulatorError
from simulator.generate.clusters import cluster_of, managed_identity_of
from simulator.generate.grants import grants_for_cluster, grants_for_team, lock_on
from simulator.generate.pools import IMAGES
from simulator.generate.teams import drawn_team
from simulator.guid import derived_guid
from simulator.world import load_world

if TYPE_CHECKING:
    from collections.abc import Iterator

    from simulator.generate.teams import Team
    from simulator.world import World

_STARTS = "2026-11-02T06:00:00Z"
_CLUSTERS_OF_A_SUBSCRIPTION = 40


def generated(clusters: int, seed: int = 0) -> World:
    """A world of so many clusters: teams with a subscription, a region, a service principal and a registry each."""
    if clusters < 1:
        raise SimulatorError("A generated world needs at least one cluster.")
    draws = Random(seed)  # noqa: S311 - chance, not cryptography
    subscriptions = [_subscription(number, seed) for number in range(1 + -(-clusters // _CLUSTERS_OF_A_SUBSCRIPTION))]
    fleet = list(islice(_members(draws, subscriptions), clusters))
    teams = list({team.name: team for team, _ in fleet}.values())
    return load_world(_world(draws, subscriptions, teams, fleet) | {"seed": seed})


def _subscription(number: int, seed: int) -> dict[str, str]:
    return {"id": derived_guid("generated", str(seed), str(number)), "name": f"landing-zone-{number + 1:02d}"}


def _members(draws: Random, subscriptions: list[dict[str, str]]) -> Iterator[tuple[Team, dict[str, Any]]]:
    """Clusters without end, team after team."""
    number = 0
    while True:
        team = drawn_team(draws, number, subscriptions[number % len(subscriptions)])
        for index in range(team.size):
            yield team, cluster_of(draws, team, index)
        number += 1


def _world(
    draws: Random,
    subscriptions: list[dict[str, str]],
    teams: list[Team],
    fleet: list[tuple[Team, dict[str, Any]]],
) -> dict[str, Any]:
    identities = [managed_identity_of(team, cluster) for team, cluster in fleet]
    locks = [lock_on(draws, team, cluster) for team, cluster in fleet]
    return {
        "starts_at": _STARTS,
        "subscriptions": subscriptions,
        "images": IMAGES,
        "service_principals": [{"name": team.principal} for team in teams],
        "registries": [team.registry_described for team in teams],
        "user_assigned_identities": [identity for identity in identities if identity],
        "clusters": [cluster for _, cluster in fleet],
        "role_assignments": [
            *(grant for team in teams for grant in grants_for_team(team)),
            *(grant for team, cluster in fleet for grant in grants_for_cluster(team, cluster)),
        ],
        "locks": [lock for lock in locks if lock],
        "images_published": [{"family": family, "at": "24h", "every": "168h"} for family in IMAGES],
    }
