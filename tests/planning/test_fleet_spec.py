"""A fleet spec: who is a member of what, how many at a time, and what makes no sense."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pydantic import ValidationError

from fleet_identity.assessment import Assessed, Urgency
from fleet_identity.errors import NeedsHumanError
from fleet_identity.estimate import estimate
from fleet_identity.fleet.amount import allowed, at_a_time
from fleet_identity.fleet.approval import digest, promised
from fleet_identity.fleet.gate import Gate
from fleet_identity.fleet.rollout import rollout
from fleet_identity.fleet.scheduled import opens_at
from fleet_identity.fleet.spec import FleetSpec, Group, Stage, Strategy
from fleet_identity.planner import plan
from fleet_identity.resource_id import ResourceId
from fleet_identity.target import Target
from fleet_identity.uses import uses
from tests.builders import CLUSTER, NEWER, NOW, cluster, pool, surroundings

PLAIN = Target()


def member(name: str, *, ends: int | None = None, target: Target = PLAIN, **changes: Any) -> Assessed:
    """A cluster whose secret ends in so many days."""
    it = cluster(id=ResourceId(CLUSTER.text.replace("/prod", f"/{name}")), **changes)
    around = surroundings(newest_images={found.name: NEWER for found in it.pools})
    planned = plan(it, around, target)
    return Assessed(
        cluster=it,
        plan=planned,
        uses=uses(it),
        observed_at=NOW,
        secret_ends=NOW + timedelta(days=ends) if ends is not None else None,
        urgency=Urgency.LATER,
        estimate=estimate(planned, it),
    )


def spec(*groups: Group, **strategy: Any) -> FleetSpec:
    return FleetSpec(strategy=Strategy(stages=(Stage(name="all", groups=groups),), **strategy))


def sorted_into(found: FleetSpec, *members: Assessed) -> dict[str, list[str]]:
    groups = [group for stage in rollout(found, members) for group in stage.groups]
    return {group.group.name: [one.cluster.id.name for one in group.members] for group in groups}


@pytest.mark.parametrize(
    ("amount", "members", "concurrency", "failures"),
    [("3", 10, 3, 3), ("20%", 10, 2, 2), ("25%", 10, 2, 3), ("1%", 10, 1, 1), ("0", 10, 1, 0), ("100%", 7, 7, 7)],
)
def test_amounts(amount: str, members: int, concurrency: int, failures: int) -> None:
    """Shares of clusters at a time are rounded down, and at least one; shares of failures are rounded up."""
    assert (at_a_time(amount, members), allowed(amount, members)) == (concurrency, failures)


@pytest.mark.parametrize(
    "selector",
    [
        {"clusters": (CLUSTER.text.upper().replace("/PROD", "/canary"),)},
        {"tags": ("stage=canary",)},
        {"tags": ("stage",)},
        {"regions": ("North Europe",)},
        {"name_pattern": "CAN*"},
    ],
)
def test_who_is_meant(selector: dict[str, Any]) -> None:
    """By id, tag, region or name pattern, whatever the case; the rest is the rest."""
    first = Group(name="first", **selector)
    canary = member("canary", location="northeurope", tags={"stage": "canary"})
    found = sorted_into(spec(first, Group(name="others", rest=True)), canary, member("prod-1"))
    assert found == {"first": ["canary"], "others": ["prod-1"]}


def test_a_cluster_belongs_to_one_group() -> None:
    """The same cluster twice, or nowhere, is an error that names it."""
    one, two = Group(name="one", name_pattern="p*"), Group(name="two", regions=("westeurope",))
    with pytest.raises(NeedsHumanError, match="prod-1 is in group one and in group two"):
        rollout(spec(one, two), [member("prod-1")])
    with pytest.raises(NeedsHumanError, match="No group names other"):
        rollout(spec(one), [member("prod-1"), member("other")])


TYPO = Group(name="canary", name_pattern="btach-*", tags=("stage=canary",))
OTHERS = Group(name="others", rest=True)


def test_a_group_without_clusters_is_a_mistake() -> None:
    """A canary that is empty by a slip of the pen proves nothing: it is named, with what it asks for."""
    told = re.escape("group canary (tags: stage=canary; name_pattern: btach-*): correct")
    with pytest.raises(NeedsHumanError, match=told):
        rollout(spec(TYPO, OTHERS), [member("batch-1")])
    gone = Group(name="gone", clusters=(f"{CLUSTER.text}-gone",))
    with pytest.raises(NeedsHumanError, match=r"group gone \(clusters: prod-gone\): correct"):
        rollout(spec(gone, OTHERS), [member("batch-1")])


def test_which_groups_may_be_empty() -> None:
    """The rest, one that is left out by name or with its stage, and one whose clusters are all left out."""
    everyone = Group(name="everyone", name_pattern="*")
    assert sorted_into(spec(everyone, OTHERS), member("batch-1")) == {"everyone": ["batch-1"], "others": []}
    assert sorted_into(spec(everyone, OTHERS, skip=(CLUSTER.text,)), member("prod"))["everyone"] == []
    for skip in ("canary", "all"):
        assert sorted_into(spec(TYPO, OTHERS, skip=(skip,)), member("batch-1"))["canary"] == []


def test_the_soonest_secret_goes_first() -> None:
    """Within a group the soonest expiring secret is first, those whose end is not known last."""
    everyone = spec(Group(name="all-of-it", rest=True))
    found = sorted_into(everyone, member("a", ends=90), member("b"), member("c", ends=-3), member("d", ends=5))
    assert found == {"all-of-it": ["c", "d", "a", "b"]}


@pytest.mark.parametrize(
    ("document", "told"),
    [
        ({"strategy": {"stages": []}}, "at least 1"),
        ({"strategy": {"stages": [{"name": "a", "groups": [{"name": "g"}]}]}}, "say either rest: true"),
        (
            {"strategy": {"stages": [{"name": "a", "groups": [{"name": "a", "rest": True}]}]}},
            "the name 'a' is there twice",
        ),
        ({"strategy": {"verdict": "verified"}}, "needs target.in_cluster_checks"),
        ({"scope": {"subscriptions": ["prod"]}}, "subscriptions"),
        ({"scope": {"clusters": ["prod"]}}, "'prod' is not the id of an AKS cluster"),
        (
            {"strategy": {"stages": [{"name": "a", "groups": [{"name": "g", "rest": True, "max_concurrency": "x"}]}]}},
            "max_concurrency",
        ),
    ],
)
def test_what_makes_no_sense(document: dict[str, Any], told: str) -> None:
    """A spec that contradicts itself is refused before anything is read."""
    with pytest.raises(ValidationError, match=told):
        FleetSpec.model_validate(document)


def test_a_gate_is_one_of_two_kinds() -> None:
    """An approval has no time, and a scheduled start has one."""
    with pytest.raises(ValidationError, match="needs start_time"):
        Gate(type="ScheduledStart")
    with pytest.raises(ValidationError, match="an Approval has no"):
        Gate(start_time="22:00")


MONDAY = datetime(2026, 11, 2, 21, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("gate", "opens"),
    [
        (Gate(type="ScheduledStart", start_time="22:00"), "2026-11-02T22:00:00+00:00"),
        (Gate(type="ScheduledStart", start_time="21:00"), "2026-11-03T21:00:00+00:00"),
        (Gate(type="ScheduledStart", start_time="23:00", utc_offset="+01:00"), "2026-11-02T23:00:00+01:00"),
        (Gate(type="ScheduledStart", start_time="01:00", start_day="Saturday"), "2026-11-07T01:00:00+00:00"),
    ],
)
def test_when_a_gate_opens(gate: Gate, opens: str) -> None:
    """The next such time from now on, in its own offset."""
    assert opens_at(gate, MONDAY).isoformat() == opens


def test_an_approval_is_bound_to_what_was_shown() -> None:
    """A newer image or another count is what was approved; another grant, target or roll is not."""
    shown = promised([member("a").plan])
    assert digest(shown) == digest(promised([member("a").plan]))
    assert promised([member("a", pools=(pool("apps", count=9), pool("system"))).plan]) == shown
    assert not promised([member("a", target=Target(identity_name="mi-{cluster}")).plan]) <= shown
    assert not promised([member("a", pools=(pool("apps"), pool("system"), pool("more"))).plan]) <= shown
    assert promised([member("a", pools=(pool("system"),)).plan]) <= shown
