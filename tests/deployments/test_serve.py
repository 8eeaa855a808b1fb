"""What is served: every flow, dry by default, started by module."""

import pytest
from prefect.client.orchestration import get_client
from prefect.deployments.runner import RunnerDeployment

from deployments.serve import deployments


@pytest.fixture
async def served(prefect: str) -> list[RunnerDeployment]:
    return await deployments()


def test_every_flow(served: list[RunnerDeployment]) -> None:
    """Each flow has a deployment of its own name, imported by module."""
    assert {one.name: one.entrypoint for one in served} == {
        "assess-fleet": "flows.assess_fleet.assess_fleet",
        "create-cluster": "flows.create_cluster.create_cluster",
        "migrate-cluster": "flows.migrate_cluster.migrate_cluster",
        "migrate-fleet": "flows.migrate_fleet.migrate_fleet",
        "migrate-shard": "flows.migrate_shard.migrate_shard",
        "undo-preparation": "flows.undo_preparation.undo_preparation",
    }


async def test_forms_start_dry(served: list[RunnerDeployment]) -> None:
    """Whoever presses Run without a look changes nothing; a shard can't be started without its clusters."""
    async with get_client() as client:
        for one in served:
            saved = await client.read_deployment(await one.aapply())
            assert saved.parameter_openapi_schema
            properties = saved.parameter_openapi_schema["properties"]
            if one.name == "migrate-shard":
                assert saved.parameter_openapi_schema["required"] == ["shard"]
            elif one.name != "assess-fleet":
                assert properties["dry_run"]["default"] is True
