"""What is served: what prefect.yaml describes, started by module."""

from pathlib import Path

import pytest
from prefect.client.orchestration import get_client
from prefect.deployments.runner import RunnerDeployment

from deployments.described import described
from deployments.serve import deployments, fleet_of
from fleet_identity.fleet.spec_file import read_spec

FLEET = Path(__file__).parent.parent.parent / "deployments" / "fleet.example.yaml"


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


def test_a_fleet_fills_the_forms_in() -> None:
    """Where a flow asks for a fleet, or its scope or target, they are those of the file, and dry; only what is said."""
    fleet = read_spec(FLEET)
    filled = {one.name: one.with_fleet(fleet).parameters for one in described()}
    spec = fleet.model_dump(mode="json", exclude_unset=True)
    assert filled["migrate-fleet"] == filled["undo-preparation"] == {"fleet": spec, "dry_run": True}
    assert filled["assess-fleet"] == {"scope": spec["scope"], "target": spec["target"]}
    assert filled["migrate-cluster"] == {"target": spec["target"], "dry_run": True}
    assert filled["migrate-shard"] == {}
    assert type(fleet).model_validate(filled["migrate-fleet"]["fleet"]) == fleet


def test_a_deployment_keeps_a_fleet_of_its_own() -> None:
    """The nightly run changes clusters without a question, those that carry its tag: no file widens that."""
    nightly = next(one for one in described() if one.name == "migrate-fleet-nightly")
    assert nightly.with_fleet(read_spec(FLEET)) == nightly


def test_the_command_line(tmp_path: Path) -> None:
    """`--fleet` names a file; one that is no fleet spec is told before anything is served."""
    assert fleet_of([]) is None
    assert fleet_of(["--fleet", str(FLEET)]) == read_spec(FLEET)
    wrong = tmp_path / "wrong.yaml"
    wrong.write_text("scope: {colour: [red]}")
    with pytest.raises(SystemExit, match=r"wrong\.yaml:1.*colour"):
        fleet_of(["--fleet", str(wrong)])
