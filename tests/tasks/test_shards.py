"""Runs of shards, as Prefect's own server shows them."""

from typing import Any
from uuid import UUID, uuid4

import pytest
from prefect import flow
from prefect.client.orchestration import PrefectClient, get_client
from prefect.client.schemas.actions import ArtifactCreate
from prefect.runtime import flow_run
from prefect.states import Completed, Crashed, Running

from fleet_identity.errors import NeedsHumanError
from fleet_identity.fleet.shard import Shard
from fleet_identity.outcome import failed
from fleet_identity.report.outcomes_json import to_json
from tasks.shard_board import BOARD
from tasks.shards import cancel_shards, look_at_shards, start_shard
from tests.builders import CLUSTER

pytestmark = pytest.mark.usefixtures("prefect")
SHARD = Shard(group="one", clusters=(CLUSTER.text,))


@flow
async def some_shard(shard: dict[str, Any]) -> None:
    """Be started, and never be carried out: there is no worker."""


async def deployed(client: PrefectClient, monkeypatch: pytest.MonkeyPatch, takes: dict[str, Any]) -> None:
    """Deploy a flow in place of migrate-shard; `takes` is the schema of what it takes."""
    name = uuid4().hex
    await client.create_deployment(
        await client.create_flow(some_shard),
        name,
        parameter_openapi_schema={"type": "object", "properties": {"shard": {"type": "object", **takes}}},
        enforce_parameter_schema=True,
    )
    monkeypatch.setenv("FLEET_IDENTITY_SHARD_DEPLOYMENT", f"{some_shard.name}/{name}")


async def under_way(client: PrefectClient, told: str) -> UUID:
    """Make a run that has told something."""
    run = await client.create_flow_run(some_shard, parameters={"shard": {}}, state=Running())
    await client.create_artifact(ArtifactCreate(type=BOARD, data=told, flow_run_id=run.id))
    return run.id


async def test_shards_that_cannot_be_read_or_found() -> None:
    """One that tells nonsense is alive, one that was deleted is over, and neither hides what another tells."""
    outcome = failed(CLUSTER, "of its own")
    async with get_client() as client:
        good, strange = await under_way(client, to_json([outcome])), await under_way(client, '[{"of": "tomorrow"}]')
    sights = await look_at_shards([gone := uuid4(), strange, good])
    found = {one.run: one for one in sights}
    assert found[good].outcomes == (outcome,)
    assert (found[strange].outcomes, found[strange].state.is_running()) == ((), True)
    assert found[strange].renewed
    assert (found[gone].state.is_crashed(), found[gone].state.name) == (True, "Deleted")


async def test_a_deployment_of_another_version(monkeypatch: pytest.MonkeyPatch) -> None:
    """It refuses what we tell a shard, today and tomorrow: a person is told to deploy it again."""
    async with get_client() as client:
        await deployed(client, monkeypatch, {"additionalProperties": False, "properties": {"clusters": {}}})

    @flow
    async def fleet() -> str:
        with pytest.raises(NeedsHumanError) as refused:
            await start_shard(SHARD, "one")
        return str(refused.value)

    assert "deploy it again" in await fleet()


async def test_only_shards_that_are_not_over_are_cancelled(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who cancels a fleet's run cancels those of its shards that are waiting or running, and no others."""

    @flow
    async def fleet() -> list[str]:
        async with get_client() as client:
            await deployed(client, monkeypatch, {})
            runs = [await start_shard(SHARD, name) for name in ("waiting", "running", "over", "dead")]
            for run, state in zip(runs[1:], (Running(), Completed(), Crashed()), strict=True):
                await client.set_flow_run_state(run, state, force=True)
            await cancel_shards(fleet, await client.read_flow_run(UUID(flow_run.id)), Running())
            return [str((await client.read_flow_run(run)).state_name) for run in runs]

    waiting, running, *over = await fleet()
    assert {waiting, running} <= {"Cancelling", "Cancelled"}
    assert over == ["Completed", "Crashed"]
