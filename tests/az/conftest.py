"""Simulated Azures with an Azure CLI that is logged in to them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from simulator import Simulator
from tests.az.command import AZ, MISSING, AzureCli
from tests.azure_fixture import SimulatorFactory
from tests.gateway.conftest import connect
from tests.worlds import one_cluster

__all__ = ["connect"]

PACE = 3600.0
POLL = 1
"""Seconds. Without it az polls every 30 s, for Azure tells it no better."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Here:
    """An Azure CLI and the Azure that it is logged in to."""

    az: AzureCli
    simulator: Simulator

    def cluster(self, name: str | None = None) -> dict[str, Any]:
        """A cluster as the control surface shows it, with its nodes; the first one by default."""
        clusters = self.simulator.state()["clusters"]
        return next(it for it in clusters if name in {None, it["arm"]["name"]})

    def grants(self, principal: str) -> set[tuple[str, str]]:
        """What a principal is granted: the GUID of each role, and where."""
        grants = [it["properties"] for it in self.simulator.state()["role_assignments"]]
        return {
            (it["roleDefinitionId"].rpartition("/")[2], it["scope"]) for it in grants if it["principalId"] == principal
        }


LogIn = Callable[..., Here]


@pytest.fixture(autouse=True)
def installed() -> None:
    """Skip before anything is started where there is no Azure CLI."""
    if not AZ.exists():
        pytest.skip(MISSING)


@pytest.fixture
def log_in(simulate: SimulatorFactory, tmp_path: Path) -> LogIn:
    """A factory of Azures, each with an Azure CLI that has nothing but the printed environment."""

    def logged_in(world: Mapping[str, Any] | None = None, **changes: Any) -> Here:
        simulator = simulate(patient(world or one_cluster(**changes)), pace=PACE)
        home = tmp_path / simulator.arm.rpartition(":")[2]
        az = AzureCli(home=home, env={**simulator.env, "AZURE_CONFIG_DIR": str(home / "azure")})
        az("login --service-principal -u 00000000-0000-4000-8000-000000000001 -p x --tenant", simulator.tenant)
        return Here(az=az, simulator=simulator)

    return logged_in


def patient(world: Mapping[str, Any]) -> dict[str, Any]:
    """The same world, whose operations tell clients when to ask again."""
    return {**world, "behaviour": {**world.get("behaviour", {}), "operation_retry_after": POLL}}
