"""A fleet spec: who is a member of what, how many at a time, and what is wrong with a file."""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from fleet_identity.assessment import Assessed, Urgency
from fleet_identity.errors import NeedsHumanError
from fleet_identity.estimate import estimate
from fleet_identity.fleet.amount import allowed, at_a_time
from fleet_identity.fleet.approval import digest, promised
from fleet_identity.fleet.rollout import rollout
from fleet_identity.fleet.scheduled import opens_at
from fleet_identity.fleet.spec import FleetSpec, Gate, Group, Stage, Strategy
from fleet_identity.fleet.spec_file import SpecError, read_spec
from fleet_identity.planner import plan
from fleet_identity.resource_id import ResourceId
from fleet_identity.target import Target
from fleet_identity.uses import uses
from tests.builders import CLUSTER, NEWER, NOW, cluster, pool, surroundings

EXAMPLE = Path(__file__).parent.parent.parent / "deployments" / "fleet.example.yaml"


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


def test_the_line_is_told(tmp_path: Path) -> None:
    """What is wrong in a file is told with its line; all of it at once."""
    file = tmp_path / "fleet.yaml"
    file.write_text("target:\n  kubelet: mine\nstrategy:\n  stages:\n    - name: a\n      groups:\n        - nmae: g\n")
    with pytest.raises(SpecError) as found:
        read_spec(file)
    lines = str(found.value).splitlines()
    assert any(line.startswith(f"{file}:2: target.kubelet: ") for line in lines)
    assert any(line.startswith(f"{file}:7: strategy.stages.0.groups.0.nmae: ") for line in lines)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("a: [", ":1: this is no YAML"),
        ("- 1\n", "the spec"),
        ("[]\n", "the spec"),
        ("false\n", "the spec"),
        ("nonsense: 1\n", ":1: nonsense"),
        ("# later\n", "is empty: say at least"),
    ],
)
def test_what_is_no_spec(tmp_path: Path, text: str, told: str) -> None:
    """Broken YAML, another shape, unknown keys: one sentence each."""
    file = tmp_path / "fleet.yaml"
    file.write_text(text)
    with pytest.raises(SpecError, match=told):
        read_spec(file)


def test_what_is_no_file(tmp_path: Path) -> None:
    """A file that is not there, a folder, and what is no text: one sentence each, in words."""
    with pytest.raises(SpecError, match=r"none.yaml: there is no such file\.$"):
        read_spec(tmp_path / "none.yaml")
    with pytest.raises(SpecError, match=r"can't be read \(Is a directory\)\.$"):
        read_spec(tmp_path)
    picture = tmp_path / "fleet.png"
    picture.write_bytes(b"\x89PNG")
    with pytest.raises(SpecError, match=r"can't be read \(it is no text in UTF-8\)\.$"):
        read_spec(picture)


def test_in_the_order_of_lines(tmp_path: Path) -> None:
    """What is wrong is told from the top of the file down, whatever the order of the model's fields."""
    file = tmp_path / "fleet.yaml"
    file.write_text("strategy:\n  dispatch: far\n  verdict: maybe\ntarget:\n  kubelet: mine\nscope:\n  colour: red\n")
    with pytest.raises(SpecError) as found:
        read_spec(file)
    assert [int(line.split(":")[1]) for line in str(found.value).splitlines()] == [2, 3, 5, 7]


def test_counts_without_quotes(tmp_path: Path) -> None:
    """YAML reads 5 as a number: it is the count all the same."""
    file = tmp_path / "fleet.yaml"
    file.write_text(GROUP.format(name="a", more=", max_concurrency: 5, max_allowed_failures: 0"))
    (group,) = read_spec(file).strategy.stages[0].groups
    assert (group.max_concurrency, group.max_allowed_failures) == ("5", "0")


def test_the_example_is_a_spec() -> None:
    """The commented example is read as it is."""
    found = read_spec(EXAMPLE)
    assert [stage.name for stage in found.strategy.stages] == ["canary", "production"]
    assert found.has_approvals
    assert found.strategy.window
    assert found.strategy.window.days == ("Friday", "Saturday")
    assert not found.strategy.maintenance_windows


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


WINDOW = 'strategy:\n  window:\n    start_time: "22:00"\n    {more}\n'
GROUP = "strategy:\n  stages:\n    - name: {name}\n      groups:\n        - {{name: g, rest: true{more}}}\n"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (GROUP.format(name="a", more=", max_concurrency: lots"), ":5: .*'lots' does not fit. How many .*such as 20%.$"),
        (GROUP.format(name="a b", more=""), ":3: strategy.stages.0.name: 'a b' does not fit. Letters, digits"),
        (GROUP.format(name="a", more=", colour: red"), ":5: .*colour: there is no such field.$"),
        (
            GROUP.format(name="a", more=", max_concurency: 5"),
            r":5: .*max_concurency: there is no such field; did you mean max_concurrency\?$",
        ),
        ("scpoe: {}\n", r":1: scpoe: there is no such field; did you mean scope\?$"),
        (GROUP.format(name="a", more=", max_concurrency: 500%"), ":5: .*'500%' is more than all: a share is at most"),
        (GROUP.format(name="a", more=", max_concurrency: true"), ":5: .*True does not fit. How many .*such as 20%.$"),
        (GROUP.format(name="a", more=", max_concurrency: -1"), ":5: .*'-1' does not fit. How many .*such as 20%.$"),
        ("strategy:\n  stages:\n    - groups: [{name: g, rest: true}]\n", ":3: strategy.stages.0.name: is missing. "),
        ("target:\n  kubelet: mine\n", ":2: target.kubelet: 'mine' is none of 'aks_managed', "),
        ("strategy:\n  stages: []\n", r":2: strategy.stages: \[\] does not fit. One after the other.$"),
        (
            GROUP.format(name="a", more=", before_gates: [{type: ScheduledStart}]"),
            ": a ScheduledStart needs start_time",
        ),
        (
            "strategy:\n  window: {duration_hours: 4}\n",
            ":2: strategy.window.start_time: is missing. When it opens, such",
        ),
        ("strategy:\n  window:\n    start_time: 22:00\n    duration_hours: 4\n", ":3: .*start_time: .*in quotes.$"),
        ('strategy:\n  window:\n    start_time: "24:00"\n    duration_hours: 4\n', ":3: .*'24:00' does not fit. When"),
        ('strategy:\n  window: {start_time: "22:00"}\n', ":2: strategy.window.duration_hours: is missing. How long"),
        (WINDOW.format(more="duration_hours: 30"), ":4: .*duration_hours: 30 does not fit. How .*from 1 to 24"),
        (WINDOW.format(more="duration_hours: 4\n    days: [Sat]"), ":5: .*days.0: 'Sat' is none of 'Monday', "),
        (WINDOW.format(more='duration_hours: 4\n    utc_offset: "1:00"'), ":5: .*'1:00' does not fit. Of that time"),
        (
            WINDOW.format(more="duration_hours: 4\n    until: never"),
            ":5: strategy.window.until: there is no such field",
        ),
        (
            "strategy:\n  maintenance_windows: sometimes\n",
            ":2: .*'sometimes' does not fit. Begin disruptive steps only",
        ),
        (
            "scope:\n  clusters:\n    - prod\n",
            ":3: scope.clusters.0: 'prod' is not the id of an AKS cluster. It looks like /.* prints it.$",
        ),
        (
            GROUP.replace("rest: true", "clusters: [prod]").format(name="a", more=""),
            ":5: strategy.stages.0.groups.0.clusters.0: 'prod' is not the id of an AKS cluster. .* prints it.$",
        ),
        (
            GROUP.format(name="a", more="") + "  skip: [a, prod]\n",
            ":6: strategy.skip: 'prod' is no stage, no group, and no cluster's resource id.$",
        ),
        (GROUP.format(name="g", more=""), ":2: strategy.stages: the name 'g' is there twice.$"),
    ],
)
def test_each_fault_is_one_sentence(tmp_path: Path, text: str, told: str) -> None:
    """In the words of the form, not of a library; what merely follows from a fault is not told beside it."""
    file = tmp_path / "fleet.yaml"
    file.write_text(text)
    with pytest.raises(SpecError) as found:
        read_spec(file)
    assert len(str(found.value).splitlines()) == 1
    assert re.search(told, str(found.value))
