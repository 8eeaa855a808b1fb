"""Passes gates: asks until what was approved is what is planned, or waits until a time has come."""

import logging
from collections.abc import Iterable, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import timedelta

from fleet_identity.assessment import Assessed
from fleet_identity.fleet.approval import digest, promised
from fleet_identity.fleet.gate import Gate
from fleet_identity.outcome import Outcome
from fleet_identity.report.artifact_key import artifact_key
from fleet_identity.report.evidence import evidence
from fleet_identity.report.rollout import decision_note
from fleet_identity.scope import Scope
from flows.fleet_run import FleetRun
from tasks.assess import assess
from tasks.gates import Decision, ask, given, wait_until_open
from tasks.publish import publish

_NO_REASON = "no reason given"
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Threshold:
    """A place in the rollout that gates may guard: before or after a stage or group."""

    key: str
    title: str
    ahead: tuple[Assessed, ...]
    """What lies behind the gates: the stage or group itself, or the stages that follow it."""
    done: tuple[Outcome, ...]
    worked: bool
    """Whether something has just been done that a person may want to look at, whatever lies ahead."""
    may_skip: bool
    of_group: bool = False
    """Whether a group stands here, beside which others may be under way."""


async def pass_gates(gates: Sequence[Gate], at: Threshold, run: FleetRun) -> str:
    """Go through gates; give why this part is skipped, "" if it is not. A stop is noted in the run's halt.

    Whatever keeps a gate from being passed stops the run, and takes no cluster's outcome with it.
    """
    try:
        for number, gate in enumerate(gates, start=1):
            if skipped := await _pass_one(number, gate, at, run):
                return skipped
    except Exception as error:  # noqa: BLE001 - Prefect's too: clusters that are under way are brought to their end
        run.halt.because(f"a gate could not be passed ({at.title.lower()}): {error}")
    return ""


async def _pass_one(number: int, gate: Gate, at: Threshold, run: FleetRun) -> str:
    """Go through one gate. Where nothing is to be done nobody need approve it, nor wait for its time."""
    if run.halt:
        return ""
    key, coming = f"{at.key}-{number}", await _as_it_is(at, run)
    idle = not at.worked and not any(one.plan.now for one in coming)
    if gate.type == "ScheduledStart":
        if not idle:
            await wait_until_open(key, gate, run.halt.check)
        return ""
    earlier = await given(key)
    skipped = _as_decided(earlier, at, run)
    if skipped or run.halt:
        return skipped
    if not idle:
        return await _approve(key, gate, at, coming, run)
    _note(earlier, at, run)
    run.approve(coming)  # nothing, then: what comes up later was not asked for
    return ""


def _as_decided(earlier: Sequence[Decision], at: Threshold, run: FleetRun) -> str:
    """Heed a stop or a skip that was answered while the run was suspended, though the plan may have changed since."""
    for one in sorted(earlier, key=lambda one: one.decision != "stop"):
        if one.decision == "stop" or (one.decision == "skip" and at.may_skip):
            _note([one], at, run)
            return _ended(one.decision, one.why, at, run)
    return ""


async def _approve(key: str, gate: Gate, at: Threshold, coming: Sequence[Assessed], run: FleetRun) -> str:
    """Ask until what was approved is what is planned: anything added meanwhile is shown, and asked for, again."""
    while True:
        decided = await _ask(key, gate, at, coming, run)
        if decided is None:
            return ""
        answer, why = decided
        if answer == "stop" or (answer == "skip" and at.may_skip):
            return _ended(answer, why, at, run)
        if answer == "skip":
            _log.warning("Nothing can be left out here any more: approve, or stop. You are asked again.")
        shown, coming = coming, await _as_it_is(at, run)
        if answer == "approve" and _promised(coming) <= _promised(shown):
            run.approve(coming)
            return ""
        if answer == "approve":
            _log.warning("The plan has grown since it was shown, so approval is asked for again.")


async def _ask(
    key: str, gate: Gate, at: Threshold, coming: Sequence[Assessed], run: FleetRun
) -> tuple[str, str] | None:
    """Ask once, and give the decision with its reason; None if the run was stopped before it could be asked."""
    resting = run.at_rest() if at.of_group else nullcontext()
    with resting:
        async with run.asking:
            if run.halt:
                return None
            page, question = evidence(at.title, at.done, coming), f"{key}-{digest(_promised(coming))}"
            await publish(page, key=artifact_key("gate", key), description=at.title)
            run.asked[question] += 1
            decided = await ask(
                f"{question}-{run.asked[question]}",
                page,
                within=timedelta(hours=gate.answer_within_hours),
                alone=not run.busy,
            )
    _note([decided], at, run)
    return decided.decision, decided.why


def _note(decided: Iterable[Decision], at: Threshold, run: FleetRun) -> None:
    for one in decided:
        run.notes.append(decision_note(at.title, one.decision, one.who or "somebody", one.why or _NO_REASON))


def _ended(answer: str, why: str, at: Threshold, run: FleetRun) -> str:
    """Carry out a decision not to go on here; give why this part is skipped, "" if the run is stopped."""
    if answer == "skip":
        return f"skipped at a gate: {why or _NO_REASON}"
    run.halt.because(f"stopped at a gate ({at.title.lower()}): {why or _NO_REASON}")
    return ""


def _promised(members: Sequence[Assessed]) -> frozenset[str]:
    return promised(one.plan for one in members)


async def _as_it_is(at: Threshold, run: FleetRun) -> tuple[Assessed, ...]:
    """Plan anew what lies ahead: days may have passed since the run began, or since somebody was asked.

    A cluster that was deleted meanwhile holds up nobody: its own run tells that it is gone.
    """
    if not at.ahead:  # a scope without clusters means all there are
        return ()
    scope = Scope(clusters=tuple(one.cluster.id.text for one in at.ahead))
    found = await assess(scope, run.fleet.target, may_be_gone=True)
    run.see(found)
    return found
