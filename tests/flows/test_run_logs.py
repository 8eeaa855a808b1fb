"""What the log of a run tells in Prefect: every step, and what a long wait waits for."""

import asyncio
import logging
import re
from collections.abc import Callable, Generator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from prefect.client.orchestration import get_client
from prefect.client.schemas.filters import FlowRunFilter, FlowRunFilterName, LogFilter, LogFilterFlowRunId
from prefect.client.schemas.sorting import FlowRunSort, LogSort
from prefect.logging.handlers import APILogHandler

from fleet_identity.fleet.spec import Stage
from fleet_identity.target import Target
from fleet_identity.timeline import Phase, Span
from tasks.heartbeat import LONG, still
from tasks.run_logs import tell_prefect
from tests.flows.conftest import Azure
from tests.flows.fleets import carry_out, fleet, group, rolls, spec

NOON = datetime(2026, 11, 2, 12, tzinfo=UTC)


@pytest.fixture
def without_prefects_handlers() -> Generator[None]:
    """As in a worker whose PREFECT_LOGGING_EXTRA_LOGGERS says nothing: our loggers reach no API by themselves."""
    loggers = [logging.getLogger(name) for name in ("fleet_identity", "flows", "tasks")]
    before = [list(logger.handlers) for logger in loggers]
    for logger in loggers:
        logger.handlers = [one for one in logger.handlers if not isinstance(one, APILogHandler)]
    yield
    for logger, handlers in zip(loggers, before, strict=True):
        logger.handlers = handlers


def test_once_a_process(without_prefects_handlers: None) -> None:
    """However many runs a process carries, each line is sent once; and none that belongs to no run."""
    tell_prefect()
    tell_prefect()
    (handler,) = [one for one in logging.getLogger("flows").handlers if isinstance(one, APILogHandler)]
    assert not handler.filter(logging.makeLogRecord({"msg": "outside a run"}))


async def told_of(name: str, enough: Callable[[list[str]], bool]) -> list[str]:
    """The log of the latest run of a name, once it is complete: Prefect takes logs in batches."""
    await APILogHandler.aflush()
    async with get_client() as client, asyncio.timeout(60):
        named = FlowRunFilter(name=FlowRunFilterName(like_=name))
        (latest,) = await client.read_flow_runs(flow_run_filter=named, sort=FlowRunSort.START_TIME_DESC, limit=1)
        mine = LogFilter(flow_run_id=LogFilterFlowRunId(any_=[latest.id]))
        lines: list[str] = []
        while not enough(lines):
            await asyncio.sleep(0.2)
            logs = await client.read_logs(mine, limit=200, offset=0, sort=LogSort.TIMESTAMP_ASC)
            lines = [one.message for one in logs]
        return lines


async def test_each_step_is_told(azure: Azure, without_prefects_handlers: None) -> None:
    """A cluster's run is named for what it does, and its log tells each step, and what long waits wait for."""
    azure(fleet(rolls("logged")))
    everyone = Stage(name="all", groups=(group("one", "logged"),))
    await carry_out(spec(everyone, target=Target(minimum_grant_age_minutes=60)))
    lines = await told_of("migrate logged", lambda found: any("Finished in state Migrated" in one for one in found))
    told = "\n".join(lines)
    assert "upgrade the node image of pool" in told
    assert "minutes to go" in told
    assert re.search(r"Still at it on logged, for \d+ min: propagation", told)


@pytest.mark.parametrize("phase", Phase)
def test_what_lasts(phase: Phase) -> None:
    """A heartbeat says on which cluster, for how long, what, and how long such a thing usually takes."""
    lasts = Span(phase=phase, what="pool system", began=NOON)
    told = still("a1", lasts, NOON + timedelta(minutes=30), pace=2)
    assert told.startswith(f"Still at it on a1, for 1 h 00 min: {phase} pool system; ")
    assert told.endswith(".")


def test_what_does_not_last() -> None:
    """Nothing is told of what is over, nor of what began just before the beat."""
    lasts = Span(phase=Phase.ROLL, what="pool system", began=NOON)
    assert still("a1", lasts, NOON + timedelta(seconds=LONG - 1), pace=1) == ""
    assert still("a1", lasts, NOON + timedelta(seconds=LONG), pace=1)
    assert still("a1", replace(lasts, ended=NOON), NOON + timedelta(hours=1), pace=1) == ""
