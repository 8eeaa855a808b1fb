"""The automations, on a real Prefect server: made once, and fired by what happens."""

import asyncio
from collections.abc import AsyncGenerator
from datetime import timedelta
from pathlib import Path

import pytest
from prefect import flow
from prefect.blocks.notifications import CustomWebhookNotificationBlock
from prefect.client.orchestration import PrefectClient, get_client
from prefect.client.schemas.objects import FlowRun
from prefect.events import emit_event
from prefect.settings import PREFECT_API_URL, temporary_settings
from prefect.states import Completed, Crashed, Failed, Paused

from deployments.automations import make
from simulator import Simulator
from tests.azure_fixture import SimulatorFactory
from tests.deployments.commands import MAKE, command
from tests.deployments.listener import listening
from tests.deployments.runs import PATIENCE, ended, more_runs, runs_of, start
from tests.flows.fleets import disrupted, fleet, waits
from tests.flows.workers import workers
from tests.worlds import FAMILY

pytestmark = pytest.mark.alone

CONTINUATION = "fleet-identity: node images are there"
NIGHT = {22, 23, 0, 1, 2, 3}
LATE = {4, 5}
"""What lies between the look at the time and the request: at this pace a second is half an hour."""


@pytest.fixture
async def client(api: str) -> AsyncGenerator[PrefectClient]:
    with temporary_settings({PREFECT_API_URL: api}):
        async with get_client() as found:
            yield found


@pytest.fixture
def azure(simulate: SimulatorFactory) -> Simulator:
    """A cluster with the tag that the nightly run looks for; its pool runs the newest image. It is late evening."""
    world = fleet(waits("a1", tags={"migrate": "yes"}), waits("a2"), starts_at="2026-11-02T21:00:00Z")
    return simulate(world, pace=1800)


async def switches(client: PrefectClient) -> dict[str, bool]:
    """Which automations there are, and whether they are on."""
    return {one.name: one.enabled for one in await client.read_automations(limit=200)}


async def test_they_are_made_once(api: str, home: Path, client: PrefectClient) -> None:
    """Without a block only the continuation is made, switched off; again nothing is doubled, what is on stays on."""
    first = command(api, home, *MAKE)
    assert first.returncode == 0, first.stderr
    assert "Made no automation that notifies" in first.stdout
    assert await switches(client) == {CONTINUATION: False}
    refused = command(api, home, *MAKE, "--notify", "slack-webhook/nowhere")
    assert (refused.returncode, refused.stdout) == (1, "")
    assert "There is no block slack-webhook/nowhere" in refused.stderr
    (made,) = await client.read_automations_by_name(CONTINUATION)
    for words in (("--continue",), ()):
        assert command(api, home, *MAKE, *words).returncode == 0
        assert await switches(client) == {CONTINUATION: True}
    (again,) = await client.read_automations_by_name(CONTINUATION)
    assert (again.id, again.trigger, again.actions) == (made.id, made.trigger, made.actions)


async def test_people_are_told(api: str, home: Path, client: PrefectClient) -> None:
    """A person must act, a run failed or was lost, a gate waits, the budget is exhausted: one notification each."""

    @flow(name="migrate-cluster")
    async def of_a_fleet() -> None: ...

    with listening() as (address, told):
        body = {"subject": "{{subject}}", "body": "{{body}}"}
        block = CustomWebhookNotificationBlock(name="listener", url=address, json_data=body, headers=None, cookies=None)
        await block.asave("listener", overwrite=True)
        made = command(api, home, *MAKE, "--notify", "custom-webhook/listener")
        assert made.returncode == 0, made.stderr
        # of a cluster in a fleet nobody is told: the fleet's run is
        child = await client.create_flow_run(of_a_fleet)
        await client.set_flow_run_state(child.id, Failed(name="NeedsHuman", message="a cluster"), force=True)
        for state in (
            Failed(name="NeedsHuman", message="1 NeedsHuman"),
            Failed(message="1 Failed"),
            Crashed(),
            Paused(name="Suspended"),
            Failed(name="BudgetExhausted", message="group one allows 0"),
        ):
            run = await start(client, "migrate-fleet")
            await client.set_flow_run_state(run.id, state, force=True)
        async with asyncio.timeout(PATIENCE):
            while len(told) < 5:  # noqa: ASYNC110 - what is looked at knows no events
                await asyncio.sleep(0.2)
    assert sorted(one["subject"] for one in told) == [
        "AKS fleet identity: a gate waits",
        "AKS fleet identity: a person must act",
        "AKS fleet identity: a run has failed",
        "AKS fleet identity: a run has failed",
        "AKS fleet identity: the budget of failures is exhausted",
    ]
    assert any("group one allows 0" in one["body"] for one in told)


async def test_a_run_that_falls_silent(api: str, client: PrefectClient) -> None:
    """A run whose machine is lost ends in no state: that its heartbeats stop is told, but not of one that has ended."""
    with listening() as (address, told):
        body = {"body": "{{body}}"}
        block = CustomWebhookNotificationBlock(name="silence", url=address, json_data=body, headers=None, cookies=None)
        await block.asave("silence", overwrite=True)
        await make(notify="custom-webhook/silence", go_on=False, silence=timedelta(seconds=10))
        lost, well = [await start(client, "migrate-fleet") for _ in range(2)]
        for run in (well, lost):
            emit(run, "heartbeat")
        await until_stored(client, [lost, well])  # or the end of a run might be seen before its heartbeat
        await client.set_flow_run_state(well.id, Completed(), force=True)
        async with asyncio.timeout(PATIENCE):
            while not told:  # noqa: ASYNC110 - what is looked at knows no events
                await asyncio.sleep(0.2)
        await asyncio.sleep(2)  # time for the other one, which must not come
    assert [lost.name in one["body"] for one in told] == [True]


async def until_stored(client: PrefectClient, runs: list[FlowRun]) -> None:
    """Wait until Prefect's server has taken in a heartbeat of each."""
    of_runs = {"id": [f"prefect.flow-run.{run.id}" for run in runs]}
    asked = {"filter": {"event": {"name": ["prefect.flow-run.heartbeat"]}, "resource": of_runs}}
    async with asyncio.timeout(PATIENCE):
        while (await client.request("POST", "/events/filter", json=asked)).json()["total"] < len(runs):  # noqa: ASYNC110
            await asyncio.sleep(0.2)


def emit(run: FlowRun, what: str) -> None:
    """Send an event of a run of migrate-fleet as Prefect does."""
    related = [
        {
            "prefect.resource.id": f"prefect.{kind}.{which}",
            "prefect.resource.role": kind,
            "prefect.resource.name": "migrate-fleet",
        }
        for kind, which in (("flow", run.flow_id), ("deployment", run.deployment_id))
    ]
    emit_event(f"prefect.flow-run.{what}", {"prefect.resource.id": f"prefect.flow-run.{run.id}"}, related=related)


async def test_new_node_images_start_the_nightly_run(
    api: str, home: Path, client: PrefectClient, azure: Simulator
) -> None:
    """A worker carries all of it out: a nightly run waits for an image, an assessment finds it, the next one rolls."""
    assert command(api, home, *MAKE, "--continue").returncode == 0
    with workers(1, "fleet-identity", api, azure):
        await start(client, "migrate-fleet-nightly")
        assert await ended(client, "migrate-fleet-nightly", 1) == "WaitingForNodeImage"
        azure.publish_image(FAMILY, "202611.09.0")
        await start(client, "assess-fleet")
        assert await ended(client, "assess-fleet", 1) == "NodeImagesAvailable"
        assert await ended(client, "migrate-fleet-nightly", 2) == "Migrated"
    assert disrupted(azure) == ["a1", "a1"]
    written = [one for one in azure.journal if one.method in {"PUT", "POST"} and "managedClusters/a1" in one.path]
    assert {one.at.hour for one in written} <= NIGHT | LATE


async def test_without_such_images_nothing_is_started(client: PrefectClient) -> None:
    """An assessment that ends in any other state starts nothing: seen by one that comes after it."""
    before = len(await runs_of(client, "migrate-fleet-nightly"))
    for state in (Completed(), Completed(name="NodeImagesAvailable")):
        run = await start(client, "assess-fleet")
        await client.set_flow_run_state(run.id, state, force=True)
    assert await more_runs(client, "migrate-fleet-nightly", before) == before + 1
