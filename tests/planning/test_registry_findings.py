"""Whether it can be told which registries nodes pull from."""

from dataclasses import replace

import pytest

from fleet_identity.findings import Code, Severity
from fleet_identity.permissions import RoleDefinition
from fleet_identity.planner import plan
from fleet_identity.resource_id import ResourceId
from fleet_identity.roles import ACR_PULL, CONTRIBUTOR, NETWORK_CONTRIBUTOR, READER, Role, role_named
from fleet_identity.target import Target
from tests.builders import (
    OLD,
    REGISTRY,
    SUBNET,
    cluster,
    grant,
    surroundings,
)
from tests.planning.test_findings import EVERYTHING, codes, findings


def test_unknown_principals_only_warn_once_registries_are_named() -> None:
    """A directory that is closed to us does not block who names the registries."""
    around = surroundings(old_principal_id=None, held_by_old_principal=())
    found = findings(cluster(), around, Target(registries=(REGISTRY.text,)))
    assert [item.severity for item in found if item.code is Code.OLD_PRINCIPAL_UNKNOWN] == [Severity.WARNS]


def test_wide_roles_do_not_block_once_registries_are_named() -> None:
    """Saying that there are no registries is an answer as well."""
    around = surroundings(held_by_old_principal=(grant(OLD, CONTRIBUTOR, EVERYTHING), grant(OLD, ACR_PULL, REGISTRY)))
    found = plan(cluster(), around, Target(registries=()))
    assert not found.blocked


@pytest.mark.parametrize(
    ("role", "scope"),
    [
        (CONTRIBUTOR, REGISTRY.group),
        (READER, EVERYTHING),
        (role_named("custom"), REGISTRY),
        (ACR_PULL, ResourceId("/providers/Microsoft.Management/managementGroups/all")),
    ],
    ids=["group", "subscription", "a role we don't know", "management group"],
)
def test_registries_that_cannot_be_told(role: Role, scope: ResourceId) -> None:
    """Whatever may let nodes pull from where we can't see blocks, until somebody says from where."""
    around = surroundings(held_by_old_principal=(grant(OLD, role, scope),), registries={})
    assert Code.REGISTRIES_UNKNOWN in {finding.code for finding in findings(cluster(), around)}
    assert not plan(cluster(), around, Target(registries=())).blocked


def test_a_pull_role_with_a_condition_tells_nothing() -> None:
    """What it lets nodes pull only its condition tells, so a person must name the registries."""
    held = (replace(grant(OLD, ACR_PULL, REGISTRY), condition="one"),)
    assert Code.REGISTRIES_UNKNOWN in codes(cluster(), surroundings(held_by_old_principal=held))


def test_a_custom_role_that_pulls_counts() -> None:
    """A role of one's own that may pull, on a group, hides which registries there are."""
    custom = RoleDefinition(
        guid="mine", name="Our puller", actions=("Microsoft.ContainerRegistry/registries/pull/read",)
    )
    held = (grant(OLD, role_named("mine"), EVERYTHING),)
    around = surroundings(held_by_old_principal=held, definitions={"mine": custom})
    assert Code.REGISTRIES_UNKNOWN in codes(cluster(), around)


def test_a_role_that_cannot_be_read_may_pull() -> None:
    """On a group or above nobody can tell which registries it opens, and the switch is one way; on a subnet, none."""
    wide, narrow = (grant(OLD, role_named("unread"), scope) for scope in (EVERYTHING, SUBNET))
    (found,) = [
        one
        for one in findings(cluster(), surroundings(held_by_old_principal=(wide,)))
        if one.code == Code.REGISTRIES_UNKNOWN
    ]
    assert "what this role permits can't be read" in found.evidence
    assert "roleDefinitions/read" in found.remedy
    assert Code.REGISTRIES_UNKNOWN not in codes(cluster(), surroundings(held_by_old_principal=(narrow,)))
    known = (grant(OLD, NETWORK_CONTRIBUTOR, EVERYTHING),)
    assert Code.REGISTRIES_UNKNOWN not in codes(cluster(), surroundings(held_by_old_principal=known))
