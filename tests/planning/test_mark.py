"""The mark on identities that we make: nothing else looks like it."""

from dataclasses import replace

import pytest

from fleet_identity.mark import is_marked, with_mark
from fleet_identity.planner import plan
from fleet_identity.resource_id import ResourceId
from fleet_identity.roles import ACR_PULL, assignment_name
from fleet_identity.steps import CreateIdentity
from fleet_identity.target import Target
from tests.builders import CLUSTER, IDENTITY, NEW, REGISTRY, cluster, grant, surroundings

PREFIX = "fleet-identity"
MARKED = dict(with_mark((), IDENTITY, CLUSTER, PREFIX))


def test_a_planned_identity_carries_the_mark() -> None:
    """Whatever tags are asked for, an identity that we make says for which cluster, within Azure's limits."""
    [step] = plan(cluster(), surroundings(), Target(identity_tags=("team=shop",))).of(CreateIdentity)
    tags = dict(step.tags)
    assert tags["team"] == "shop"
    assert is_marked(tags, IDENTITY, CLUSTER, PREFIX)
    assert all(len(name) <= 512 and len(value) <= 256 for name, value in step.tags)


def test_the_casing_of_names_is_nothing() -> None:
    """ARM tells ids and the names of tags in whatever casing; the mark is the same."""
    shouted = {name.upper(): value.upper() for name, value in MARKED.items()}
    assert is_marked(shouted, ResourceId(IDENTITY.text.upper()), ResourceId(CLUSTER.text.lower()), PREFIX.upper())


@pytest.mark.parametrize(
    ("tags", "identity", "of", "prefix"),
    [
        ({}, IDENTITY, CLUSTER, PREFIX),
        ({"fleet-identity-made-for": "prod"}, IDENTITY, CLUSTER, PREFIX),
        ({"fleet-identity-made-for": ""}, IDENTITY, CLUSTER, PREFIX),
        (MARKED, ResourceId(f"{IDENTITY}-2"), CLUSTER, PREFIX),
        (MARKED, IDENTITY, ResourceId(f"{CLUSTER}-2"), PREFIX),
        (MARKED, IDENTITY, CLUSTER, "other"),
    ],
    ids=["none", "a name alone", "empty", "copied to another identity", "of another cluster", "another prefix"],
)
def test_no_mark_of_ours(tags: dict[str, str], identity: ResourceId, of: ResourceId, prefix: str) -> None:
    """A tag that is missing, made up, or copied from another identity marks nothing."""
    assert not is_marked(tags, identity, of, prefix)


def test_no_room_for_it() -> None:
    """Fifty tags that somebody asks for go first: such an identity has no mark, and so is never removed."""
    asked = tuple((f"tag-{number}", "") for number in range(50))
    assert with_mark(asked, IDENTITY, CLUSTER, PREFIX) == asked
    assert is_marked(dict(with_mark(asked[1:], IDENTITY, CLUSTER, PREFIX)), IDENTITY, CLUSTER, PREFIX)


def test_a_mark_is_there_once() -> None:
    """A tag of that name that somebody asks for gives way: ARM takes no name twice, in whatever casing."""
    made = with_mark((("Fleet-Identity-Made-For", "me"), ("team", "shop")), IDENTITY, CLUSTER, PREFIX)
    assert [name for name, _ in made] == ["team", "fleet-identity-made-for"]


def test_our_grants_are_told_by_their_names() -> None:
    """A grant is ours by its name alone; one that somebody has narrowed by a condition counts as theirs."""
    made = replace(grant(NEW, ACR_PULL, REGISTRY), name=assignment_name(REGISTRY, ACR_PULL, NEW))
    assert made.ours
    assert replace(made, name=made.name.upper(), scope=ResourceId(REGISTRY.text.upper())).ours
    assert not replace(made, principal_id="another").ours
    assert not replace(made, condition="one").ours
    assert not grant(NEW, ACR_PULL, REGISTRY).ours
