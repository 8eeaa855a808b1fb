"""What is served: what prefect.yaml describes, started by module."""

import pytest
from prefect.client.orchestration import get_client
from prefect.deployments.runner import RunnerDeployment

from deployments.described import described
from deployments.serve import deployments


@pytest.fixture
async def served(prefect: str) -> list[RunnerDeployment]:
    return await deployments()


def test_every_deployment(served: list[RunnerDeployment]) -> None:
    """Each is as prefect.yaml tells of it, and imported by module."""
    told = [(one.name, one.entrypoint, one.description, one.tags, one.parameters) for one in described()]
    assert [(one.name, one.entrypoint, one.description, one.tags, one.parameters) for one in served] == told


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


async def test_schedules_are_served_too(served: list[RunnerDeployment]) -> None:
    """The daily assessment is on, the nightly migration off; what was paused when it was not served is not paused."""
    async with get_client() as client:
        for name, active in (("assess-fleet", True), ("migrate-fleet-nightly", False)):
            one = next(each for each in served if each.name == name)
            await client.pause_deployment(identifier := await one.aapply())
            await one.aapply()
            saved = await client.read_deployment(identifier)
            assert [each.active for each in saved.schedules] == [active]
            assert not saved.paused
