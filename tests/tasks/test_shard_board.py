"""What a shard hears of its fleet's run, on Prefect's own engine."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from uuid import UUID

import pytest
from prefect import flow
from prefect.client.orchestration import get_client
from prefect.runtime import flow_run
from prefect.states import Crashed

from fleet_identity.outcome import State, failed, not_started
from fleet_identity.settings import Settings
from tasks.fleet_sign import look_for_sign, sign_of_life
from tasks.permits import Halt
from tasks.shard_board import Board, board
from tests.builders import CLUSTER
from tests.flows.answers import until

pytestmark = pytest.mark.usefixtures("prefect", "hurried")


@pytest.fixture
def hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """Twenty beats a second, and patience for thirty of them."""
    monkeypatch.setenv("FLEET_IDENTITY_SHARD_BEAT", "0.05")
    monkeypatch.setenv("FLEET_IDENTITY_SHARD_PATIENCE", "1.5")


async def crash(run: UUID) -> None:
    """Note that a run is dead."""
    async with get_client() as client:
        await client.set_flow_run_state(run, Crashed(), force=True)


async def sign_of(fleet: UUID) -> datetime:
    """Read when a fleet's run has last shown that it lives."""
    async with get_client() as client:
        while not (renewed := (await look_for_sign(client, fleet)).renewed):  # noqa: ASYNC110 - Prefect is asked
            await asyncio.sleep(0)
        return renewed


Happens = Callable[[UUID, UUID, Halt], Awaitable[None]]
"""What happens while a shard is under way: of the fleet's run, the shard's, and what stops the fleet."""


async def under_way(happens: Happens, *, shown: bool = True) -> Board:
    """Run a shard below a fleet's run until it is told to begin nothing more; give its board."""
    halt = Halt()

    @flow
    async def shard(fleet: UUID) -> Board:
        async with board() as told:
            await happens(fleet, UUID(flow_run.id), halt)
            await until(lambda: bool(told.halt))
            return told

    @flow
    async def fleet() -> Board:
        this = UUID(flow_run.id)
        if not shown:
            return await shard(this)
        async with sign_of_life(halt):
            return await shard(this)

    return await fleet()


async def test_the_fleet_is_stopped() -> None:
    """A shard hears why within a beat, and tells of what it has not begun."""

    async def stopped(_fleet: UUID, _shard: UUID, halt: Halt) -> None:
        halt.because("cluster a1 failed")

    told = await under_way(stopped)
    assert (told.halt.reason, told.abandoned) == ("cluster a1 failed", False)


async def test_the_fleets_run_has_ended() -> None:
    """A shard whose fleet run is over begins nothing more, though somebody still shows a sign."""

    async def ended(fleet: UUID, _shard: UUID, _halt: Halt) -> None:
        await crash(fleet)

    told = await under_way(ended)
    assert (told.halt.reason, told.abandoned) == ("the fleet run ended Crashed", True)


async def test_the_fleets_process_was_killed() -> None:
    """Its run is Running in Prefect for ever: a shard that sees no sign of it for long enough begins nothing more."""

    async def nothing(_fleet: UUID, _shard: UUID, _halt: Halt) -> None:
        pass

    told = await under_way(nothing, shown=False)
    assert "no sign of life" in told.halt.reason
    assert told.abandoned


async def test_the_shard_was_given_up() -> None:
    """A shard that its fleet's run took for dead begins nothing more: another has its clusters."""

    async def given_up(_fleet: UUID, shard: UUID, _halt: Halt) -> None:
        await crash(shard)

    told = await under_way(given_up)
    assert "given up" in told.halt.reason
    assert told.abandoned


async def test_a_fleet_that_lives_stops_no_shard() -> None:
    """As long as it shows that it lives, a shard may go on, however long nothing else is said."""

    async def lives(fleet: UUID, _shard: UUID, halt: Halt) -> None:
        first = await sign_of(fleet)
        while (await sign_of(fleet)) - first < 2 * timedelta(seconds=Settings().shard_patience):  # noqa: ASYNC110 - Prefect is asked
            await asyncio.sleep(0)
        halt.because("the end of this test")

    told = await under_way(lives)
    assert (told.halt.reason, told.abandoned) == ("the end of this test", False)


def test_what_an_abandoned_shard_tells() -> None:
    """How clusters ended that it had begun; the rest it leaves to the run that takes the fleet up."""
    told = Board()
    told.add(not_started(CLUSTER, "service principal", "stopped"))
    told.abandoned = True
    told.add(not_started(CLUSTER, "service principal", "stopped"))
    told.add(failed(CLUSTER, "of its own"))
    assert [outcome.state for outcome in told.outcomes] == [State.NOT_STARTED, State.FAILED]
