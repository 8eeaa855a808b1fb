"""Gates on the real engine: a person decides, or a time has come, before anything that disturbs anybody."""

import asyncio
import logging
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from prefect import flow
from prefect.client.orchestration import get_client
from prefect.states import Cancelled

from cli.approve import approve
from fleet_identity.errors import HeldBackError, NeedsHumanError
from fleet_identity.fleet.gate import Gate
from fleet_identity.fleet.spec import Stage
from fleet_identity.outcome import State
from fleet_identity.report.artifact_key import artifact_key
from tasks.gates import wait_until_open
from tasks.permits import Halt
from tasks.publish import keeping
from tasks.session import session
from tests.flows.answers import answer, answered, question, until
from tests.flows.conftest import Azure
from tests.flows.fleets import (
    SLOW,
    carry_out,
    disrupted,
    fleet,
    group,
    is_switch,
    rolls,
    spec,
    states,
    switched,
    waits,
)
from tests.simulator.clients import clients
from tests.worlds import FAMILY, GROUP

APPROVAL = Gate(type="Approval")
CANARY = Stage(name="canary", groups=(group("one", "a*"),), after_gates=(APPROVAL,))
REST = Stage(name="rest", groups=(group("two", "b*"),))
GUARDED = Stage(name="rest", groups=(group("two", "b*"),), before_gates=(APPROVAL,))


@pytest.fixture(autouse=True)
def _soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """Look for answers more often than a person would need."""
    monkeypatch.setattr("tasks.gates._BETWEEN_LOOKS", 0.05)


@pytest.mark.parametrize(
    ("decision", "guarded", "after"),
    [
        ("approve", State.MIGRATED, State.MIGRATED),
        ("skip", State.SKIPPED, State.MIGRATED),
        ("stop", State.NOT_STARTED, State.NOT_STARTED),
    ],
)
async def test_what_a_person_decides(azure: Azure, decision: str, guarded: State, after: State) -> None:
    """Approve goes on, skip leaves the stage out, stop ends the run; why is told of each cluster that was left."""
    simulator = azure(fleet(rolls("b1"), rolls("c1")))
    last = Stage(name="last", groups=(group("three", "c*"),))
    outcomes, pages = await answered(spec(GUARDED, last), decision)
    assert states(outcomes) == {"b1": guarded, "c1": after}
    assert "Before stage rest" in pages[0]
    assert set(switched(simulator)) == {name for name, one in outcomes.items() if one.state is State.MIGRATED}
    assert all("so it is" in one.left[0] for one in outcomes.values() if one.state is not State.MIGRATED)


async def test_nothing_is_disturbed_before_the_answer(azure: Azure) -> None:
    """While somebody is asked identities and grants are there, and no cluster is touched; then the run goes on."""
    simulator = azure(fleet(rolls("b1")))
    running = asyncio.create_task(carry_out(spec(GUARDED)))
    async with get_client() as client:
        _, page = await question(client, running)
    assert switched(simulator) == []
    assert any("roleAssignments" in one.path for one in simulator.journal if one.method == "PUT")
    assert "Next: 1 cluster, 3 nodes" in page
    await answer("approve", running)
    assert states(await running) == {"b1": State.MIGRATED}


async def test_the_command_answers(azure: Azure, prefect: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """`fleet-identity approve` answers a run that asks, once; a run that does not ask is told from it."""
    azure(fleet(rolls("b1")))
    monkeypatch.setenv("PREFECT_API_URL", prefect)
    running = asyncio.create_task(carry_out(spec(GUARDED)))
    async with get_client() as client:
        run, _ = await question(client, running)
    assert await asyncio.to_thread(approve, run, decision="skip", why="not today") == 0
    outcomes = await running
    assert "skipped at a gate: not today" in outcomes["b1"].left[0]
    with pytest.raises(NeedsHumanError, match="waits at no gate"):
        await asyncio.to_thread(approve, run)


async def test_the_evidence_is_published(azure: Azure) -> None:
    """After a stage the page tells what was done and what comes next, as an artifact too; the report, who decided."""
    azure(fleet(rolls("a1"), rolls("b1")))
    with keeping() as kept:
        outcomes, pages = await answered(spec(CANARY, REST), "approve")
    assert "After stage canary: approve, by me (as claimed). so it is." in kept["rollout"]
    assert set(states(outcomes).values()) == {State.MIGRATED}
    async with get_client() as client:
        key = artifact_key("gate", "canary-after-1")
        found = await client.request("GET", "/artifacts/{key}/latest", path_params={"key": key})
    shown = str(found.json()["data"])
    for told in ("After stage canary", "Clusters: 1 Migrated", "Next: 1 cluster,", "b1 (service principal)"):
        assert told in shown
        assert told in pages[0]


async def test_stop_after_a_stage(azure: Azure) -> None:
    """A stage that did not convince is the last one."""
    azure(fleet(rolls("a1"), rolls("b1")))
    outcomes, _ = await answered(spec(CANARY, REST), "stop")
    assert states(outcomes) == {"a1": State.MIGRATED, "b1": State.NOT_STARTED}
    assert "stopped at a gate (after stage canary): so it is" in outcomes["b1"].left[0]


async def test_nothing_can_be_skipped_after_a_stage(azure: Azure) -> None:
    """What was done can't be left out: the answer is no approval, and it is asked for again."""
    azure(fleet(rolls("a1"), rolls("b1")))
    outcomes, pages = await answered(spec(CANARY, REST), "skip", "stop")
    assert states(outcomes)["b1"] is State.NOT_STARTED
    assert len(pages) == 2


async def test_a_run_that_is_started_again_asks_again(azure: Azure) -> None:
    """Who ends a run at the gate after a stage, and starts it anew, is asked before the next stage all the same."""
    azure(fleet(rolls("a1"), rolls("b1")))
    await answered(spec(CANARY, REST), "stop")
    outcomes, pages = await answered(spec(CANARY, REST), "approve")
    assert states(outcomes) == {"a1": State.ALREADY_MIGRATED, "b1": State.MIGRATED}
    assert "Clusters: 1 AlreadyMigrated" in pages[0]


async def test_nobody_is_asked_where_nothing_is_to_be_done(azure: Azure) -> None:
    """A fleet that has arrived, or can't be begun, passes its gates without a person."""
    azure(fleet(rolls("a1"), rolls("b1", power="Stopped")))
    await answered(spec(CANARY, REST), "approve")
    guarded = Stage(name="first", groups=(group("one", "a*"),), before_gates=(APPROVAL,), after_gates=(APPROVAL,))
    outcomes, _ = await answered(spec(guarded, GUARDED))
    assert states(outcomes) == {"a1": State.ALREADY_MIGRATED, "b1": State.NEEDS_HUMAN}


async def test_an_approval_is_for_what_was_shown(azure: Azure, caplog: pytest.LogCaptureFixture) -> None:
    """A node image that is published while somebody thinks adds a roll: it is shown, and asked for, again."""
    simulator = azure(fleet(waits("b1")))
    running = asyncio.create_task(carry_out(spec(GUARDED)))
    async with get_client() as client:
        await question(client, running)
    simulator.publish_image(FAMILY, "202611.20.0")
    first, second = await answer("approve", running), await answer("approve", running)
    assert "202611.20.0" not in first
    assert "202611.20.0" in second
    assert "The plan has grown since it was shown, so approval is asked for again." in caplog.messages
    assert states(await running) == {"b1": State.MIGRATED}


async def test_work_that_has_come_up_meanwhile_is_asked_for(azure: Azure) -> None:
    """A stage that had nothing to do when the run began is asked for if it has when its turn comes."""
    simulator = azure(fleet(rolls("a1"), waits("b1"), rolls("c1")))
    canary, last = group("one", "a*"), Stage(name="last", groups=(group("three", "c*"),))
    await carry_out(spec(REST, Stage(name="canary", groups=(canary,)), last))
    first = Stage(name="canary", groups=(canary,), before_gates=(APPROVAL,))
    running = asyncio.create_task(carry_out(spec(first, GUARDED, last)))
    async with get_client() as client:
        await question(client, running)
    simulator.publish_image(FAMILY, "202611.20.0")
    pages = [await answer("approve", running), await answer("skip", running)]
    assert [page.splitlines()[0] for page in pages] == ["# Before stage canary", "# Before stage rest"]
    assert states(await running)["b1"] is State.SKIPPED


async def test_groups_ask_one_after_the_other(azure: Azure) -> None:
    """Two groups with gates and one without: it goes on while the first asks, and the second asks then."""
    simulator = azure(fleet(rolls("a1"), rolls("b1"), rolls("c1")))
    groups = (
        group("one", "a*", before_gates=(APPROVAL,)),
        group("two", "b*", before_gates=(APPROVAL,)),
        group("three", "c*"),
    )
    running = asyncio.create_task(carry_out(spec(Stage(name="all", groups=groups))))
    async with get_client() as client:
        await question(client, running)
    await until(lambda: disrupted(simulator) == ["c1", "c1"])
    pages = [await answer("approve", running), await answer("skip", running)]
    assert {page.splitlines()[0] for page in pages} == {"# Before group one", "# Before group two"}
    first, second = ("a1", "b1") if "group one" in pages[0] else ("b1", "a1")
    assert states(await running) == {first: State.MIGRATED, second: State.SKIPPED, "c1": State.MIGRATED}


async def test_a_gate_that_cant_be_passed_takes_no_outcome_along(azure: Azure) -> None:
    """Where plans can't be read after the answer, nothing more begins, and what was done is told all the same."""
    simulator = azure(fleet(rolls("a1"), rolls("b1")))
    running = asyncio.create_task(carry_out(spec(CANARY, REST)))
    async with get_client() as client:
        await question(client, running)
    simulator.add_faults([{"match": {"method": "GET"}, "times": 99, "error": "AuthorizationFailed"}])
    await answer("approve", running)
    outcomes = await running
    assert states(outcomes) == {"a1": State.MIGRATED, "b1": State.NOT_STARTED}
    assert "a gate could not be passed (after stage canary)" in outcomes["b1"].left[0]


async def test_a_run_that_is_ended_in_prefect_while_it_waits(azure: Azure) -> None:
    """Who cancels a run at a gate ends it: nothing more begins, and the report tells why, with what was done."""
    simulator = azure(fleet(rolls("a1"), rolls("b1")))
    with keeping() as kept:
        running = asyncio.create_task(carry_out(spec(CANARY, REST)))
        async with asyncio.timeout(60), get_client() as client:
            run, _ = await question(client, running)
            await client.set_flow_run_state(run, Cancelled(), force=True)
            await asyncio.wait([running])
    running.exception()  # Prefect keeps no outcomes of a run that was cancelled
    assert set(switched(simulator)) == {"a1"}
    assert "(after stage canary): The run became Cancelled in Prefect while it waited" in kept["rollout"]
    assert "1 Migrated" in kept["rollout"]


async def test_an_unanswered_gate_stops_the_run(azure: Azure) -> None:
    """When the time for an answer is over the run ends in good order: what was done is told, nothing else begins."""
    azure(fleet(rolls("a1"), rolls("b1")))
    hurried = APPROVAL.model_copy(update={"answer_within_hours": 1 / 3600})
    outcomes = await carry_out(spec(CANARY.model_copy(update={"after_gates": (hurried,)}), REST))
    assert states(outcomes) == {"a1": State.MIGRATED, "b1": State.NOT_STARTED}
    assert "nobody answered within 0.000277778 hours" in outcomes["b1"].left[0]


async def test_what_comes_up_in_the_queue_was_not_approved(azure: Azure, caplog: pytest.LogCaptureFixture) -> None:
    """A roll that a new node image adds after the answer, while the stage waits for its time, is not carried out."""
    caplog.set_level(logging.INFO, "tasks.gates")
    simulator = azure(fleet(waits("b1"), rolls("b2")), pace=SLOW * 10)
    late = GUARDED.model_copy(update={"before_gates": (APPROVAL, TONIGHT)})
    running = asyncio.create_task(carry_out(spec(late)))
    await answer("approve", running)
    await until(lambda: any(told.startswith("The gate opens at") for told in caplog.messages))
    simulator.publish_image(FAMILY, "202611.20.0")
    outcomes = await running
    assert states(outcomes) == {"b1": State.NOT_STARTED, "b2": State.MIGRATED}
    assert "Its plan has grown since it was approved (ReimagePool system)" in outcomes["b1"].left[0]


@pytest.mark.foreign_client("somebody deletes a cluster")
async def test_a_cluster_that_is_gone_holds_up_nobody(azure: Azure) -> None:
    """A cluster that is deleted while somebody is asked fails alone; its siblings go on."""
    simulator = azure(fleet(rolls("b1"), rolls("b2")))
    both = group("two", "b*", max_allowed_failures="1")
    guarded = GUARDED.model_copy(update={"groups": (both,), "max_allowed_failures": "1"})
    running = asyncio.create_task(carry_out(spec(guarded)))
    async with get_client() as client:
        await question(client, running)
    async with clients(simulator) as found:
        await found.aks.managed_clusters.begin_delete(GROUP, "b1", polling=False)
    simulator.advance(3600)
    await answer("approve", running)
    assert states(await running) == {"b1": State.NEEDS_HUMAN, "b2": State.MIGRATED}


TONIGHT = Gate(type="ScheduledStart", start_time="22:00", utc_offset="+01:00")


async def test_a_scheduled_start(azure: Azure) -> None:
    """Grants are made at once, on Monday morning; the stage begins at its time, and not before."""
    saturday = TONIGHT.model_copy(update={"start_day": "Saturday"})
    simulator = azure(fleet(rolls("a1")))
    stage = Stage(name="all", groups=(group("one", "a*", before_gates=(saturday,)),), before_gates=(TONIGHT,))
    assert states(await carry_out(spec(stage))) == {"a1": State.MIGRATED}
    began = next(one.at for one in simulator.journal if is_switch(one.method, one.path))
    granted = next(one.at for one in simulator.journal if one.method == "PUT" and "roleAssignments" in one.path)
    assert granted < datetime(2026, 11, 2, 21, tzinfo=UTC)
    assert datetime(2026, 11, 7, 21, tzinfo=UTC) <= began < datetime(2026, 11, 8, 12, tzinfo=UTC)


WEEKLY = Gate(type="ScheduledStart", start_time="22:00", start_day="Monday")


@flow
async def comes_to_a_gate(times: int, go_on: Callable[[], None]) -> None:
    async with session():
        for _ in range(times):
            await wait_until_open("rest-before-1", WEEKLY, go_on)


async def test_a_gate_that_has_opened_stays_open_for_its_run(azure: Azure) -> None:
    """A run that comes to it again, as one does that begins anew after an answer, does not wait for another week."""
    simulator = azure(fleet(rolls("a1"), starts_at="2026-11-02T10:00:00Z"), pace=7200)
    async with asyncio.timeout(60):
        await comes_to_a_gate(2, Halt().check)
    assert simulator.journal[-1].at < datetime(2026, 11, 9, tzinfo=UTC)


async def test_a_stopped_run_waits_for_no_gate(azure: Azure, caplog: pytest.LogCaptureFixture) -> None:
    """What stops a run ends its wait for a gate that opens in a week."""
    caplog.set_level(logging.INFO, "tasks.gates")
    azure(fleet(rolls("a1"), starts_at="2026-11-02T23:00:00Z"), pace=3600)
    halt = Halt()
    running = asyncio.create_task(comes_to_a_gate(1, halt.check))
    await until(lambda: any(told.startswith("The gate opens at") for told in caplog.messages))
    halt.because("too many failed")
    async with asyncio.timeout(30):
        with pytest.raises(HeldBackError, match="too many failed"):
            await running


async def test_nobody_waits_where_nothing_is_to_be_done(azure: Azure) -> None:
    """A stage that has arrived does not wait for its time."""
    simulator = azure(fleet(rolls("a1")), pace=SLOW)
    await carry_out(spec(Stage(name="all", groups=(group("one", "a*"),))))
    before = simulator.journal[-1].at
    await carry_out(spec(Stage(name="all", groups=(group("one", "a*"),), before_gates=(TONIGHT,))))
    assert simulator.journal[-1].at - before < timedelta(hours=6)
