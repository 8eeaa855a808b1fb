"""The order of things, in a world without Azure and without Prefect: killed anywhere, it arrives all the same."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from fleet_identity.apply import apply
from fleet_identity.errors import ClusterChangedError
from fleet_identity.observe import observe_and_plan
from fleet_identity.plan import Plan
from fleet_identity.steps import AssignRole, AwaitPropagation, ReimagePool, Step, SwitchIdentity
from fleet_identity.target import Target
from fleet_identity.verdict import Verdict
from tests.builders import CLUSTER
from tests.planning.pure_world import Killed, PureWorld

Mutation = Callable[[tuple[Step, ...]], tuple[Step, ...]]


async def migrate(world: PureWorld, *, mutate: Mutation = lambda steps: steps) -> Plan:
    """Observe, plan and apply until there is nothing left to do."""
    for _ in range(12):
        plan = await observe_and_plan(world, CLUSTER, Target())
        if not plan.now:
            return plan
        try:
            for step in mutate(plan.now):
                await apply(step, world, world.clock())
        except ClusterChangedError:
            continue
    raise AssertionError("the migration does not come to an end")


async def calls_of_a_migration() -> int:
    world = PureWorld(lives=1000)
    await migrate(world)
    return int(1000 - world.lives)


async def test_three_observations_carry_a_migration() -> None:
    """An undisturbed migration ends settled, with one PUT, each pool rolled once, system pool first."""
    world = PureWorld()
    plan = await migrate(world)
    assert [verdict.verdict for verdict in plan.verdicts] == [Verdict.LIKELY, Verdict.LIKELY]
    assert (world.puts, world.rolls, world.incidents) == (1, ["system", "apps"], [])


@pytest.mark.parametrize("lives", range(11))
@pytest.mark.parametrize("later", [timedelta(0), timedelta(minutes=7), timedelta(hours=2)])
async def test_killed_anywhere_and_started_again(lives: int, later: timedelta) -> None:
    """Killed at any step boundary and resumed at any time, it settles: one PUT, one roll a pool, no incident."""
    world = PureWorld(lives=lives)
    with pytest.raises(Killed):
        await migrate(world)
    world.lives = float("inf")
    world.now += later
    plan = await migrate(world)
    assert all(verdict.verdict is Verdict.LIKELY for verdict in plan.verdicts)
    assert (world.puts, sorted(world.rolls), world.incidents) == (1, ["apps", "system"], [])


async def test_the_range_of_kills_is_complete() -> None:
    """The kill test above visits every boundary that a migration has."""
    assert await calls_of_a_migration() == 11


def careless(steps: tuple[Step, ...]) -> tuple[Step, ...]:
    """The same steps, none of which looks at its grants again, as a naive chain has it."""
    looking = SwitchIdentity | ReimagePool
    return tuple(replace(step, grants=()) if isinstance(step, looking) else step for step in steps)


def without_grants(steps: tuple[Step, ...]) -> tuple[Step, ...]:
    return tuple(step for step in careless(steps) if not isinstance(step, AssignRole | AwaitPropagation))


def without_waits(steps: tuple[Step, ...]) -> tuple[Step, ...]:
    return tuple(step for step in careless(steps) if not isinstance(step, AwaitPropagation))


def grants_last(steps: tuple[Step, ...]) -> tuple[Step, ...]:
    return tuple(sorted(without_waits(steps), key=lambda step: isinstance(step, AssignRole)))


@pytest.mark.parametrize("mutate", [without_grants, without_waits, grants_last])
async def test_mutants_have_incidents(mutate: Mutation) -> None:
    """A chain that skips a grant, skips the wait, or grants late does harm in this world: so the ledger counts."""
    world = PureWorld()
    await migrate(world, mutate=mutate)
    assert {"NetworkUnauthorized", "ImagePullFailed"} == set(world.incidents)


@pytest.mark.parametrize("head_start", range(0, 40, 3))
async def test_two_runs_at_once(head_start: int) -> None:
    """Two runs on one cluster, however far apart, make one PUT and roll each pool once; nobody is harmed."""
    world = PureWorld()
    first = asyncio.create_task(migrate(world))
    for _ in range(head_start):
        await asyncio.sleep(0)
    plans = [await migrate(world), await first]
    assert [plan.now for plan in plans] == [(), ()]
    assert (world.puts, sorted(world.rolls), world.incidents) == (1, ["apps", "system"], [])
