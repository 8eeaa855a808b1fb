"""What every test may use."""

import pytest

from tests.azure_fixture import MARKERS, simulate
from tests.prefect_fixture import prefect, prefect_home, prefect_tables

__all__ = ["prefect", "prefect_home", "prefect_tables", "simulate"]


def pytest_configure(config: pytest.Config) -> None:
    """Register the markers of the pretended Azure's fixture."""
    for marker in MARKERS:
        config.addinivalue_line("markers", marker)
