"""The walk along the SDK's models finds what deserialising hides."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from simulator import World, load_world
from simulator.clock import Clock
from simulator.opening import open_world
from simulator.state import state_document
from tests.strict_schema import misfits
from tests.worlds import CLUSTER_ID, one_cluster


@pytest.fixture
def document() -> dict[str, Any]:
    world: World = load_world(one_cluster())
    return state_document(open_world(world, Clock(starts_at=None, pace=1)))["clusters"][0]["arm"]


def test_a_cluster_of_the_simulator_fits(document: dict[str, Any]) -> None:
    """The document as it is has no misfit."""
    assert misfits(CLUSTER_ID, document) == []


@pytest.mark.parametrize(
    ("member", "value"),
    [
        ("invented", 1),
        ("properties.maxAgentPools", "100"),
        ("properties.enableRbac", True),
        ("properties.agentPoolProfiles.0.osType", "linux"),
        ("properties.networkProfile.outboundType", "magic"),
        ("properties.agentPoolProfiles.0.count", True),
    ],
)
def test_a_tampered_cluster_does_not_fit(document: dict[str, Any], member: str, value: Any) -> None:
    """Unknown properties, wrong types, unknown enum values and wrong casing are all found."""
    tampered = copy.deepcopy(document)
    *steps, name = member.split(".")
    place: Any = tampered
    for step in steps:
        place = place[int(step) if step.isdigit() else step]
    place[name] = value
    found = [problem.partition(":")[0] for problem in misfits(CLUSTER_ID, tampered)]
    assert found == [f"managedClusters.{member}".replace(".0", "")]


def test_older_models_are_walked_too() -> None:
    """Role assignments come from a model that flattens `properties`; misfits there are found."""
    path = "/subscriptions/s/providers/Microsoft.Authorization/roleAssignments/name"
    properties = {"principalId": 7, "scope": "/", "roleDefinitionID": "x", "createdOn": "yesterday"}
    assert len(misfits(path, {"name": "name", "properties": properties})) == 3


def test_what_a_world_adds_on_purpose_is_no_misfit(document: dict[str, Any]) -> None:
    """Properties newer than the SDK's model are allowed where the world names them."""
    document["properties"]["nodeDisruptionProfile"] = {"nodeDisruptionPolicy": "Allow"}
    assert misfits(CLUSTER_ID, document)
    assert misfits(CLUSTER_ID, document, newer=frozenset({"nodeDisruptionProfile"})) == []
