"""How a rollout goes on: stages and groups, what bounds it, what stops it, and what is watched on the way."""

import asyncio
import logging
from datetime import timedelta
from typing import Any

import pytest
from prefect.client.orchestration import get_client

from fleet_identity.fleet.spec import Stage
from fleet_identity.outcome import State
from simulator import Simulator
from tests.azure_fixture import READS_BY_POST
from tests.flows.answers import until
from tests.flows.conftest import Azure
from tests.flows.fleets import (
    AT_ONCE,
    SLOW,
    carry_out,
    disrupted,
    fleet,
    group,
    in_flight,
    is_switch,
    rolls,
    spec,
    states,
    switched,
    waits,
)
from tests.simulator.clients import clients
from tests.worlds import FAMILY, GROUP, cluster, pool


def breaks(simulator: Simulator, names: str, *, method: str = "PUT") -> None:
    """Let switches of these clusters, or what else is named, fail for good."""
    match = {"method": method, "path": f"managedClusters/{names}$"}
    simulator.add_faults([{"match": match, "times": 9, "error": "QuotaExceeded"}])


async def test_stages_come_one_after_the_other(azure: Azure) -> None:
    """No cluster of the second stage is switched before the first stage is over; grants come first, for all."""
    simulator = azure(fleet(rolls("a1"), rolls("a2"), rolls("b1")))
    first = Stage(name="first", groups=(group("one", "a*", max_concurrency="2"),))
    outcomes = await carry_out(spec(first, Stage(name="second", groups=(group("two", "b*"),))))
    assert set(states(outcomes).values()) == {State.MIGRATED}
    assert [name[0] for name in disrupted(simulator)] == ["a"] * 4 + ["b"] * 2
    order = [(one.method, one.path) for one in simulator.journal if one.method == "PUT"]
    before = order[: next(index for index, one in enumerate(order) if is_switch(*one))]
    assert sum("roleAssignments" in path for _, path in before) == 3


async def test_groups_of_a_stage_go_side_by_side(azure: Azure) -> None:
    """Each of two groups has one cluster under change, at the same time, and never two."""
    simulator = azure(fleet(*map(waits, ("a1", "a2", "b1", "b2"))), pace=SLOW)
    await carry_out(spec(Stage(name="all", groups=(group("one", "a*"), group("two", "b*")))))
    together = in_flight(simulator)
    assert len(together) == 4
    assert any({name[0] for name in names} == {"a", "b"} for names in together)
    assert all(len({name for name in names if name.startswith(of)}) <= 1 for names in together for of in "ab")


@pytest.mark.parametrize(
    ("of_stage", "of_group", "most"), [("1", "4", 1), ("2", "4", 2), ("50%", "100%", 2), ("4", "1", 2)]
)
async def test_what_bounds_disruption(azure: Azure, of_stage: str, of_group: str, most: int) -> None:
    """However many a group may change, its stage bounds them all, and the other way round."""
    simulator = azure(fleet(*map(waits, ("a1", "a2", "b1", "b2"))), pace=SLOW / 2)
    groups = tuple(group(f"group-{of}", f"{of}*", max_concurrency=of_group) for of in "ab")
    await carry_out(spec(Stage(name="all", groups=groups, max_concurrency=of_stage)))
    assert max(map(len, in_flight(simulator))) == most


async def test_waits_hold_up_nobody(azure: Azure) -> None:
    """While one cluster waits for its rights to be seen, the next one is switched, though one may be at a time."""
    world = fleet(waits("a"), waits("b"), timing={"update": "1m", "role_propagation": 0})
    simulator = azure(world, pace=SLOW / 2)  # so that all tries fit into the hour of patience on a busy machine
    match = {"method": "PUT", "path": "managedClusters/a$"}
    simulator.add_faults([{"match": match, "times": 25, "error": "LinkedAuthorizationFailed"}])
    await carry_out(spec(Stage(name="all", groups=(group("one", "*"),))))
    order = switched(simulator)
    assert order.count("a") == 26
    assert order[-1] == "a"


async def test_an_exhausted_budget_stops_what_has_not_begun(azure: Azure) -> None:
    """One at a time, none may fail: after the first failure nobody is switched, and the reason is told."""
    simulator = azure(fleet(*map(rolls, ("a1", "a2", "a3", "b1"))), pace=SLOW)
    breaks(simulator, "a.")
    second = Stage(name="second", groups=(group("two", "b*"),))
    outcomes = await carry_out(spec(Stage(name="first", groups=(group("one", "a*"),)), second))
    assert sorted(states(outcomes).values()) == [State.NEEDS_HUMAN] + [State.NOT_STARTED] * 3
    bad = next(name for name, one in outcomes.items() if one.state is State.NEEDS_HUMAN)
    assert set(switched(simulator)) == {bad}
    told = f"cluster {bad} failed, and group one allows 0"
    assert all(told in one.left[0] for name, one in outcomes.items() if name != bad)


async def test_who_has_begun_finishes(azure: Azure) -> None:
    """A cluster that was switched when the budget is exhausted gets the rest of its rolls; nobody else begins."""
    names = ("system", "one", "two", "three", "four", "five", "six")
    first, second = (
        cluster(name, node_pools=[pool(one) for one in names[:pools]], pulls_from=[])
        for name, pools in (("a1", 6), ("a2", 7))
    )
    simulator = azure(fleet(first, second, rolls("b1")), pace=SLOW / 2)
    both = Stage(name="first", groups=(group("one", "a*", max_concurrency="2"),))
    running = asyncio.create_task(carry_out(spec(both, Stage(name="second", groups=(group("two", "b*"),)))))
    await until(lambda: {*switched(simulator)} == {"a1", "a2"})
    breaks(simulator, "a1/agentPools/.*/upgradeNodeImageVersion", method="POST")
    outcomes = await running
    assert states(outcomes) == {"a1": State.NEEDS_HUMAN, "a2": State.MIGRATED, "b1": State.NOT_STARTED}
    assert disrupted(simulator)[-1] == "a2"


async def test_a_budget_may_be_used(azure: Azure) -> None:
    """As many failures as are allowed stop nothing, in their stage or after it."""
    simulator = azure(fleet(*map(rolls, ("a1", "a2", "b1"))))
    breaks(simulator, "a1")
    first = Stage(name="first", groups=(group("one", "a*", max_allowed_failures="50%"),), max_allowed_failures="1")
    outcomes = await carry_out(spec(first, Stage(name="second", groups=(group("two", "b*"),))))
    assert states(outcomes) == {"a1": State.NEEDS_HUMAN, "a2": State.MIGRATED, "b1": State.MIGRATED}


async def test_a_stage_has_a_budget_of_its_own(azure: Azure) -> None:
    """Failures that each group may have are too many together."""
    simulator = azure(fleet(*map(rolls, ("a1", "b1", "c1"))))
    breaks(simulator, "a1")
    breaks(simulator, "b1")
    groups = tuple(group(f"group-{of}", f"{of}*", max_allowed_failures="1") for of in "ab")
    first = Stage(name="first", groups=groups, max_allowed_failures="1")
    outcomes = await carry_out(spec(first, Stage(name="second", groups=(group("two", "c*"),))))
    assert states(outcomes)["c1"] is State.NOT_STARTED
    assert "stage first allows 1" in outcomes["c1"].left[0]


@pytest.mark.parametrize(("counts", "then"), [(False, State.MIGRATED), (True, State.NOT_STARTED)])
async def test_blocked_clusters(azure: Azure, counts: bool, then: State) -> None:
    """A cluster that was blocked before its stage takes from the budget only where the spec says so."""
    azure(fleet(rolls("a1", power="Stopped"), rolls("b1")))
    stages = (Stage(name="first", groups=(group("one", "a*"),)), Stage(name="second", groups=(group("two", "b*"),)))
    outcomes = await carry_out(spec(*stages, blocked_counts=counts))
    assert states(outcomes) == {"a1": State.NEEDS_HUMAN, "b1": then}


async def test_a_scheduled_run_takes_waiting_clusters_up(azure: Azure) -> None:
    """Waiting is a normal end: the same run rolls them the night the image is out, and until then writes nothing."""
    nightly = spec(Stage(name="all", groups=(group("one", "a*"),)))
    simulator = azure(fleet(waits("a1"), rolls("a2")))

    async def night() -> tuple[dict[str, State], list[str]]:
        before = len(simulator.journal)
        outcomes = states(await carry_out(nightly))
        writes = {one.method for one in simulator.journal[before:] if not one.path.endswith(READS_BY_POST)} - {"GET"}
        return outcomes, sorted(writes)

    assert await night() == ({"a1": State.WAITING, "a2": State.MIGRATED}, ["POST", "PUT"])
    assert await night() == ({"a1": State.WAITING, "a2": State.ALREADY_MIGRATED}, [])
    simulator.publish_image(FAMILY, "202611.20.0")
    assert await night() == ({"a1": State.MIGRATED, "a2": State.ALREADY_MIGRATED}, ["POST"])
    assert await night() == ({"a1": State.ALREADY_MIGRATED, "a2": State.ALREADY_MIGRATED}, [])


@pytest.mark.parametrize(("passes", "then"), [(True, State.WAITING), (False, State.NOT_STARTED)])
async def test_waiting_clusters(azure: Azure, passes: bool, then: State) -> None:
    """A cluster that waits for a node image holds the next stage, unless the spec lets it pass."""
    azure(fleet(waits("a1"), waits("b1")))
    stages = (Stage(name="first", groups=(group("one", "a*"),)), Stage(name="second", groups=(group("two", "b*"),)))
    outcomes = await carry_out(spec(*stages, waiting_passes=passes))
    assert states(outcomes) == {"a1": State.WAITING, "b1": then}
    if not passes:
        assert "cluster a1 of stage first waits for a node image" in outcomes["b1"].left[0]


SOAK = 600.0
"""Minutes."""


def soaking() -> tuple[Stage, Stage]:
    canary = Stage(name="canary", groups=(group("one", "a*"),), after_stage_wait_minutes=SOAK)
    return canary, Stage(name="rest", groups=(group("two", "b*"),))


def at_once(stage: Stage) -> Stage:
    return stage.model_copy(update={"after_stage_wait_minutes": 0.0})


async def break_pool(simulator: Simulator, name: str) -> None:
    """Let somebody scale a pool, which fails."""
    path = f"managedClusters/{name}/agentPools/system$"
    simulator.add_faults([{"match": {"method": "PUT", "path": path}, "error": "QuotaExceeded"}])
    async with clients(simulator) as azure:
        found: Any = await azure.aks.agent_pools.get(GROUP, name, "system")
        found.properties.count = 4
        await azure.aks.agent_pools.begin_create_or_update(GROUP, name, "system", found, polling=False)


@pytest.mark.foreign_client("somebody scales a pool")
async def test_a_cluster_that_turns_bad_stops_the_next_stage(azure: Azure, caplog: pytest.LogCaptureFixture) -> None:
    """A pool that fails during the soak counts as a failure of its cluster."""
    simulator = azure(fleet(rolls("a1"), rolls("b1")))
    caplog.set_level(logging.INFO, "tasks.soak")
    running = asyncio.create_task(carry_out(spec(*soaking())))
    await until(lambda: "Observing 1 clusters for 600 minutes." in caplog.messages)
    await break_pool(simulator, "a1")
    outcomes = await running
    assert states(outcomes) == {"a1": State.NEEDS_HUMAN, "b1": State.NOT_STARTED}
    assert "turned bad while it was observed" in outcomes["a1"].left[-1]
    assert "cluster a1 failed, and group one allows 0 (it turned bad during the soak)" in outcomes["b1"].left[0]


async def test_a_calm_soak_lets_the_next_stage_begin(azure: Azure) -> None:
    """The next stage begins when the time is over, and not before."""
    simulator = azure(fleet(rolls("a1"), rolls("b1")))
    assert set(states(await carry_out(spec(*soaking()))).values()) == {State.MIGRATED}
    at = {one.path[-2:]: one.at for one in simulator.journal if is_switch(one.method, one.path)}
    assert (at["b1"] - at["a1"]).total_seconds() >= SOAK * 60


@pytest.mark.parametrize("finished", [True, False])
async def test_an_interrupted_soak_goes_on(azure: Azure, caplog: pytest.LogCaptureFixture, finished: bool) -> None:
    """A run that is started again observes for what is left of the soak, counted from the switch; no longer."""
    caplog.set_level(logging.INFO, "tasks.soak")
    simulator = azure(fleet(rolls("a1"), rolls("b1")))
    canary, rest = (one.model_copy(update={"after_stage_wait_minutes": 5 * SOAK}) for one in soaking())
    await carry_out(spec(canary if finished else at_once(canary), rest, skip=("rest",)))
    await carry_out(spec(canary, at_once(rest)))
    at = {one.path[-2:]: one.at for one in simulator.journal if is_switch(one.method, one.path)}
    assert at["b1"] - at["a1"] >= timedelta(minutes=5 * SOAK)
    observed = [int(told.split()[4]) for told in caplog.messages if told.startswith("Observing 1 clusters for ")]
    assert len(observed) == 1
    assert (observed[0] == 5 * SOAK) is finished


async def test_the_report_of_a_rollout(azure: Azure) -> None:
    """Lifecycle and outcome stand apart; what stopped the run is told, and what a soak can not see."""
    azure(fleet(rolls("a1"), rolls("b1", power="Stopped"), rolls("c1"), rolls("d1")))
    canary, rest = soaking()
    last = Stage(name="last", groups=(group("three", "c*"),))
    never = Stage(name="never", groups=(group("four", "d*"),))
    await carry_out(spec(canary, rest, last, never, blocked_counts=True, skip=("never",)))
    async with get_client() as client:
        found = await client.request("GET", "/artifacts/{key}/latest", path_params={"key": "rollout"})
    page = str(found.json()["data"])
    for row in (
        "| canary |  | 1 | completed | 1 Migrated |",
        "|  | two | 1 | completed | 1 NeedsHuman |",
        "| last |  | 1 | not started | 1 NotStarted |",
        "| never |  | 1 | skipped | 1 Skipped |",
        "The run was stopped: cluster b1 failed, and group two allows 0.",
        "Stage canary was observed for 600 minutes; clusters: 1, none turned bad. ARM shows",
    ):
        assert row in page


async def test_who_was_stopped_before_has_not_turned_bad(azure: Azure) -> None:
    """A cluster that had arrived before this run, and is stopped, is no failure of the soak."""
    nowhere = [pool("system", subnet=None)]
    arrived = cluster("a1", identity={"system_assigned": True}, power="Stopped", node_pools=nowhere, pulls_from=[])
    azure(fleet(arrived, *(cluster(name, node_pools=nowhere, pulls_from=[]) for name in ("a2", "b1"))))
    target = AT_ONCE.model_copy(update={"control_plane": "system_assigned", "accept_gap": True, "accept_unknown": True})
    outcomes = await carry_out(spec(*soaking(), target=target))
    assert states(outcomes) == {"a1": State.ALREADY_MIGRATED, "a2": State.MIGRATED, "b1": State.MIGRATED}


async def test_a_soak_that_may_not_look_stops_the_run(azure: Azure, caplog: pytest.LogCaptureFixture) -> None:
    """A right that is taken away during the soak lets nobody begin, and takes no outcome along."""
    caplog.set_level(logging.INFO, "tasks.soak")
    simulator = azure(fleet(rolls("a1"), rolls("b1")))
    running = asyncio.create_task(carry_out(spec(*soaking())))
    await until(lambda: "Observing 1 clusters for 600 minutes." in caplog.messages)
    match = {"method": "GET", "path": "managedClusters$"}
    simulator.add_faults([{"match": match, "times": 99, "error": "AuthorizationFailed"}])
    outcomes = await running
    assert states(outcomes) == {"a1": State.MIGRATED, "b1": State.NOT_STARTED}
    assert "stage canary could not be observed" in outcomes["b1"].left[0]
