"""The table of sources keeps up with the catalogue of faults."""

from __future__ import annotations

from pathlib import Path

import pytest

from simulator.faults_catalogue import CATALOGUE

ROWS = (Path(__file__).parent.parent.parent / "docs" / "simulator.md").read_text(encoding="utf-8").splitlines()


@pytest.mark.parametrize("name", CATALOGUE)
def test_every_fault_has_a_row(name: str) -> None:
    """Each error of the catalogue is in the table, and the row says that a fault brings it about."""
    assert [row for row in ROWS if row.startswith(f"| `{name}`") and "fault" in row]
