"""A fleet spec in a file: what is read, and what is wrong, line by line."""

import re
from pathlib import Path

import pytest

from fleet_identity.fleet.spec_file import SpecError, read_spec

EXAMPLE = Path(__file__).parent.parent.parent / "deployments" / "fleet.example.yaml"
WINDOW = 'strategy:\n  window:\n    start_time: "22:00"\n    {more}\n'
GROUP = "strategy:\n  stages:\n    - name: {name}\n      groups:\n        - {{name: g, rest: true{more}}}\n"


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
        (GROUP.format(name="a", more=", max_concurrency: 0"), ":5: .*'0' would change nothing, ever: say 1 or more"),
        (GROUP.format(name="a", more=", max_concurrency: 0%"), ":5: .*'0%' would change nothing, ever: say 1 or more"),
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
