"""The table of sources keeps up with the simulator: its tests exist, its settings are all there, its sums are right."""

from __future__ import annotations

import ast
import re
from collections import Counter
from pathlib import Path

import pytest

from simulator.world.settings import Behaviour, Timing

ROOT = Path(__file__).parent.parent.parent
PAGE = ROOT / "docs" / "simulator.md"
KINDS = ("recording", "page", "issue", "client", "assumed")
SETTINGS = [f"{part}.{name}" for part, of in (("timing", Timing), ("behaviour", Behaviour)) for name in of.model_fields]


def cells(page: Path, columns: int) -> list[list[str]]:
    """The rows of the page's table, and of the count below it, by their number of columns, without heads."""
    _, _, section = page.read_text(encoding="utf-8").partition("\n## Where each behaviour")
    lines = [line for line in section.splitlines() if line.startswith("| ")]
    rows = [[cell.strip() for cell in line.strip("|").split(" | ")] for line in lines]
    return [row for row in rows if len(row) == columns and row[-1] not in {"test", "rows"}]


def names_in(module: str) -> set[str]:
    """The names of the functions in a module of tests."""
    tree = ast.parse((ROOT / "tests" / "simulator" / f"{module}.py").read_text(encoding="utf-8"))
    return {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)}


@pytest.mark.parametrize("row", cells(PAGE, 4), ids=lambda row: row[0][:50])
def test_a_row_names_a_kind_a_source_and_a_test_that_exists(row: list[str]) -> None:
    """No behaviour is claimed without saying from where, and without a test that pins it."""
    behaviour, kind, source, pinned = row
    assert behaviour
    assert kind in KINDS
    assert source
    named = re.fullmatch(r"`(?P<module>\w+)::(?P<test>test_\w+)`", pinned)
    assert named, f"{pinned} is not written as `module::test`"
    assert named["test"] in names_in(named["module"])


@pytest.mark.parametrize("setting", SETTINGS)
def test_every_setting_has_a_row(setting: str) -> None:
    """What a world may set about Azure's behaviour is in the table with its source, or has a section of its own."""
    rows = [row[0] for row in cells(PAGE, 4)]
    assert any(f"`{setting}" in row for row in rows) or f"(`{setting}`)" in PAGE.read_text(encoding="utf-8")


def test_the_sums_are_right() -> None:
    """The closing count tells how much is recorded, documented, reported and assumed."""
    counted = Counter(row[1] for row in cells(PAGE, 4))
    told = {kind: int(rows) for kind, rows in cells(PAGE, 2) if kind in {*KINDS, "all"}}
    assert told == {**counted, "all": counted.total()}


def test_no_behaviour_is_there_twice() -> None:
    """One row for each behaviour."""
    behaviours = [row[0] for row in cells(PAGE, 4)]
    assert len(behaviours) > 50
    assert len(set(behaviours)) == len(behaviours)
