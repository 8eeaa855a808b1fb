"""prefect.yaml, deployed to a fresh Prefect server by the command that people type."""

from pathlib import Path
from typing import Any

import pytest
from prefect.client.orchestration import get_client
from prefect.exceptions import PrefectHTTPStatusError
from prefect.settings import PREFECT_API_URL, temporary_settings

from deployments.described import described
from fleet_identity.fleet.spec import FleetSpec
from tests.deployments.commands import DEPLOY, POOL, command, deployed, without_times

pytestmark = pytest.mark.alone


async def test_every_deployment_is_there(api: str) -> None:
    """All seven are there, imported by module, without pull steps, tagged, on the pool, told to people."""
    found = await deployed(api)
    assert {name: one.entrypoint for name, one in found.items()} == {
        "assess-fleet": "flows.assess_fleet.assess_fleet",
        "create-cluster": "flows.create_cluster.create_cluster",
        "migrate-cluster": "flows.migrate_cluster.migrate_cluster",
        "migrate-fleet": "flows.migrate_fleet.migrate_fleet",
        "migrate-fleet-nightly": "flows.migrate_fleet.migrate_fleet",
        "migrate-shard": "flows.migrate_shard.migrate_shard",
        "undo-preparation": "flows.undo_preparation.undo_preparation",
    }
    for one in found.values():
        assert (one.pull_steps, one.tags, one.work_pool_name) == ([], ["fleet-identity"], "fleet-identity")
        assert one.global_concurrency_limit is None
        assert one.description
        assert "`" not in one.description


async def test_only_what_reads_is_scheduled_at_first(api: str) -> None:
    """The assessment comes every day; the nightly migration has a schedule that is switched off."""
    schedules = {
        name: [(each.slug, each.active) for each in one.schedules] for name, one in (await deployed(api)).items()
    }
    assert {name: each for name, each in schedules.items() if each} == {
        "assess-fleet": [("daily", True)],
        "migrate-fleet-nightly": [("nightly", False)],
    }


async def test_forms_start_dry_but_for_the_nightly_one(api: str) -> None:
    """Whoever presses Run without a look changes nothing; the nightly one is bound to a window, and to a tag."""
    found = await deployed(api)
    dry = {name: one.parameters.get("dry_run") for name, one in found.items()}
    assert [name for name, value in dry.items() if value is False] == ["migrate-fleet-nightly"]
    assert {name for name, value in dry.items() if value is None} == {"assess-fleet", "migrate-shard"}
    fleet = FleetSpec.model_validate(found["migrate-fleet-nightly"].parameters["fleet"])
    assert fleet.strategy.window is not None
    assert fleet.scope.tags == ("migrate",)
    assert not fleet.has_approvals


@pytest.mark.parametrize(
    ("name", "parameters"),
    [
        ("migrate-fleet", {"dry_run": "perhaps"}),
        ("migrate-fleet", {"fleet": {"strategy": {"window": {"start_time": "22:00", "duration_hours": 99}}}}),
        ("migrate-fleet-nightly", {"fleet": {"scope": {"colour": "green"}}}),
        ("assess-fleet", {"scope": {"subscriptions": ["production"]}}),
        ("migrate-cluster", {}),
    ],
    ids=["no boolean", "out of range", "unknown field", "no subscription id", "no cluster"],
)
async def test_bad_parameters_are_refused(api: str, name: str, parameters: dict[str, Any]) -> None:
    """Prefect's server refuses what the form would not take, before there is a run."""
    deployment = (await deployed(api))[name]
    with temporary_settings({PREFECT_API_URL: api}):
        async with get_client() as client:
            with pytest.raises(PrefectHTTPStatusError, match="Validation failed"):
                await client.create_flow_run_from_deployment(deployment.id, parameters=parameters)


async def test_again(api: str, home: Path) -> None:
    """A pool that is there is left alone; deployed again nothing changes, and schedules are as the file says again.

    So the nightly schedule that somebody has switched on is off after the next `prefect deploy`.
    """
    before = await deployed(api)
    with temporary_settings({PREFECT_API_URL: api}):
        async with get_client() as client:
            for one, active in (("assess-fleet", False), ("migrate-fleet-nightly", True)):
                schedule = before[one].schedules[0]
                await client.update_deployment_schedule(before[one].id, schedule.id, active=active)
    switched = await deployed(api)
    assert switched["migrate-fleet-nightly"].schedules[0].active
    refused = command(api, home, *POOL)
    assert (refused.returncode, "already exists" in refused.stdout) == (1, True)
    done = command(api, home, *DEPLOY)
    assert done.returncode == 0, done.stdout + done.stderr
    after = await deployed(api)
    assert {name: without_times(one) for name, one in after.items()} == {
        name: without_times(one) for name, one in before.items()
    }


def test_they_are_read_as_prefect_reads_them() -> None:
    """Who serves them, or deploys them by work_pool, takes them from the same file, in its order."""
    assert [one.name for one in described()][:3] == ["assess-fleet", "migrate-fleet", "migrate-fleet-nightly"]
    assert all(one.description.endswith(".") for one in described())
