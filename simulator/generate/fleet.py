"""A fleet of any size: the same number and seed give the same world. How common each thing is, is assumed."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import islice
from random import Random
from typing import TYPE_CHECKING, Any

from simulator.errors import SimulatorError
from simulator.generate.clusters import cluster_of, managed_identity_of
from simulator.generate.extras import apart, secrets_of, with_extras
from simulator.generate.grants import grants_for_cluster, grants_for_team, lock_on
from simulator.generate.pools import IMAGES
from simulator.generate.teams import drawn_team
from simulator.guid import derived_guid
from simulator.world import load_world

if TYPE_CHECKING:
    from collections.abc import Iterator

    from simulator.generate.teams import Team
    from simulator.world import World

_STARTS = datetime(2026, 11, 2, 6, tzinfo=UTC)
_CLUSTERS_OF_A_SUBSCRIPTION = 40


def generated(clusters: int, seed: int = 0, subscriptions: int | None = None) -> World:
    """A world of so many clusters: teams with a subscription, a region, a service principal and a registry each.

    They share so many subscriptions; by default one for each 40 clusters, and one more.
    """
    if clusters < 1 or (subscriptions is not None and subscriptions < 1):
        raise SimulatorError("A generated world needs at least one cluster and one subscription.")
    draws = Random(seed)  # noqa: S311 - chance, not cryptography
    number = subscriptions or 1 + -(-clusters // _CLUSTERS_OF_A_SUBSCRIPTION)
    shared = [_subscription(one, seed) for one in range(number)]
    fleet = list(islice(_members(draws, seed, shared), clusters))
    teams = list({team.name: team for team, _ in fleet}.values())
    return load_world(_world(draws, shared, teams, fleet) | {"seed": seed} | _principals(seed, teams))


def _subscription(number: int, seed: int) -> dict[str, str]:
    return {"id": derived_guid("generated", str(seed), str(number)), "name": f"landing-zone-{number + 1:02d}"}


def _members(draws: Random, seed: int, subscriptions: list[dict[str, str]]) -> Iterator[tuple[Team, dict[str, Any]]]:
    """Clusters without end, team after team."""
    number = 0
    while True:
        team = drawn_team(draws, apart(seed, "team", number), number, subscriptions[number % len(subscriptions)])
        for index in range(team.size):
            cluster = cluster_of(draws, team, index)
            yield team, with_extras(apart(seed, team.name, index), cluster, _STARTS)
        number += 1


def _principals(seed: int, teams: list[Team]) -> dict[str, Any]:
    named = [(team.principal, apart(seed, team.name, "secret")) for team in teams]
    return {"service_principals": [{"name": name} | secrets_of(draws, _STARTS) for name, draws in named]}


def _world(
    draws: Random,
    subscriptions: list[dict[str, str]],
    teams: list[Team],
    fleet: list[tuple[Team, dict[str, Any]]],
) -> dict[str, Any]:
    identities = [managed_identity_of(team, cluster) for team, cluster in fleet]
    locks = [lock_on(draws, team, cluster) for team, cluster in fleet]
    return {
        "starts_at": _STARTS.isoformat(),
        "subscriptions": subscriptions,
        "images": IMAGES,
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
