"""The gateway on the real SDK, against the pretended Azure."""

from collections.abc import AsyncGenerator, Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import Any, Protocol

import pytest

from fleet_identity.clock import PacedClock
from fleet_identity.gateway.arm.gateway import ArmGateway, open_gateway
from fleet_identity.settings import Settings
from simulator import Simulator
from tests.azure_fixture import SimulatorFactory

PACE = 20_000.0
"""An hour of Azure's time in a fifth of a second."""
UNHURRIED = PACE / 8
"""Where something of Azure's has a patience of an hour or two, which must outlast a machine that is busy."""


@dataclass(frozen=True, kw_only=True)
class Connected:
    """A gateway and the Azure behind it."""

    azure: ArmGateway
    simulator: Simulator
    clock: PacedClock


class Connect(Protocol):
    """Connects a gateway to a world of its own; `pace` seconds of Azure's time pass in a real one."""

    async def __call__(self, world: Mapping[str, Any], *, pace: float = PACE) -> Connected: ...


@pytest.fixture
async def connect(simulate: SimulatorFactory, monkeypatch: pytest.MonkeyPatch) -> AsyncGenerator[Connect]:
    """A factory of gateways, each on a world of its own."""
    async with AsyncExitStack() as stack:

        async def connected(world: Mapping[str, Any], *, pace: float = PACE) -> Connected:
            simulator = simulate(world, pace=pace)
            for name, value in simulator.env.items():
                monkeypatch.setenv(name, value)
            clock = PacedClock(pace)
            gateway = await stack.enter_async_context(open_gateway(Settings(), clock))
            return Connected(azure=gateway, simulator=simulator, clock=clock)

        yield connected
