"""How the real Azure CLI finds the simulator."""

from pathlib import Path

import pytest

from tests.az.command import AzureCli
from tests.az.conftest import LogIn
from tests.azure_fixture import SimulatorFactory
from tests.worlds import CLUSTER, SUBSCRIPTION, one_cluster

pytestmark = [pytest.mark.az, pytest.mark.foreign_client("the Azure CLI")]
TRUST = ("REQUESTS_CA_BUNDLE",)


def test_the_printed_environment_is_enough(log_in: LogIn) -> None:
    """With what the simulator prints exported, az knows the cloud, logs in and lists the clusters."""
    here = log_in()
    assert here.az("account show")["id"] == SUBSCRIPTION
    assert here.az("cloud show")["endpoints"]["resourceManager"] == here.simulator.arm
    assert [it["name"] for it in here.az("aks list")] == [CLUSTER]


def test_a_registered_cloud_does_as_well(simulate: SimulatorFactory, tmp_path: Path) -> None:
    """Without any variable but the trusted certificate, `cloud register` and `cloud set` lead az here."""
    simulator = simulate(one_cluster())
    az = AzureCli(home=tmp_path, env={name: simulator.env[name] for name in TRUST})
    az("cloud register -n Here --endpoint-resource-manager", simulator.arm)
    az("cloud set -n Here")
    az("config set core.instance_discovery=false")
    az("login --service-principal -u 00000000-0000-4000-8000-000000000001 -p x --tenant", simulator.tenant)
    assert az("aks list")[0]["name"] == CLUSTER
