"""What a migration costs in requests is measured, and the page that says so is true."""

from pathlib import Path

import pytest

from benchmarks.requests import PACE, POLL, WHY, WORLD, report, requests_of_a_migration
from tests.azure_fixture import SimulatorFactory

PAGE = Path(__file__).parent.parent / "docs" / "requests.md"


async def test_the_page_is_true(simulate: SimulatorFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """docs/requests.md holds the table that the benchmark prints, and every kind of request has its reason."""
    simulator = simulate(WORLD, pace=PACE)
    for name, value in simulator.env.items():
        monkeypatch.setenv(name, value)
    counts = await requests_of_a_migration(simulator)
    assert set(counts) <= set(WHY)
    assert counts[POLL] > 0
    assert report(counts) in PAGE.read_text()
