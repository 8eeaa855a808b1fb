"""The page of the simulator's errors keeps up with the catalogue and with the tests."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from simulator.faults_catalogue import CATALOGUE

ROOT = Path(__file__).parent.parent.parent
PAGE = (ROOT / "docs" / "simulator-errors.md").read_text(encoding="utf-8")
ROWS = [row for row in PAGE.splitlines() if row.count(" | ") == 3 and "`test_" in row]
TESTS = "\n".join(module.read_text(encoding="utf-8") for module in sorted(Path(__file__).parent.glob("test_*.py")))


@pytest.mark.parametrize("name", CATALOGUE)
def test_every_fault_has_a_row(name: str) -> None:
    """Each error of the catalogue is in the table, and the row says that a fault brings it about."""
    assert [row for row in ROWS if row.startswith(f"| `{name}`") and "fault" in row]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.split("|")[1].strip())
def test_every_row_names_a_test_that_exists(row: str) -> None:
    """The last cell is a test of the simulator, and no cell is empty."""
    cells = [cell.strip() for cell in row.strip("|").split("|")]
    assert all(cells)
    assert re.search(rf"def {cells[-1].strip('`')}\(", TESTS)
