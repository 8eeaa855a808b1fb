"""Prefect's own engine and server for tests, once a session."""

import os
from collections.abc import Generator

import pytest

from cli.prefect_profile import apply_prefect_profile

apply_prefect_profile()
os.environ.setdefault("FLEET_IDENTITY_PACE", "20000")  # retry delays are fixed when tasks are imported


@pytest.fixture(scope="session")
def prefect() -> Generator[str]:
    """A Prefect server with an empty database of its own; gives its API's address, for other processes."""
    from prefect.settings import PREFECT_API_URL
    from prefect.testing.utilities import prefect_test_harness

    with prefect_test_harness(server_startup_timeout=120):
        yield str(PREFECT_API_URL.value())
