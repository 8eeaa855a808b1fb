"""The flows on Prefect's engine, against the pretended Azure."""

from collections.abc import Mapping
from typing import Any, Protocol

import pytest

from simulator import Simulator
from tests.azure_fixture import SimulatorFactory

PACE = 20_000.0


class Azure(Protocol):
    """Starts a simulator that the flows talk to."""

    def __call__(self, world: Mapping[str, Any], *, pace: float = PACE) -> Simulator: ...


@pytest.fixture
def azure(prefect: str, simulate: SimulatorFactory, monkeypatch: pytest.MonkeyPatch) -> Azure:
    """A factory of simulators that the flows talk to."""

    def start(world: Mapping[str, Any], *, pace: float = PACE) -> Simulator:
        simulator = simulate(world, pace=pace)
        for name, value in simulator.env.items():
            monkeypatch.setenv(name, value)
        return simulator

    return start
