"""The words in which the page of a run tells of it: headline, what each state means, and what a person must do."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from fleet_identity.findings import Finding, Severity
from fleet_identity.lifecycle import lifecycle_of
from fleet_identity.outcome import Outcome, State
from fleet_identity.report.words import duration

STATES = {
    State.MIGRATED: ("was moved", "were moved", "none"),
    State.CREATED: ("was made", "were made", "none"),
    State.PLANNED: ("would be changed", "would be changed", "ready"),
    State.PREPARED: ("was prepared", "were prepared", "ready"),
    State.ALREADY_MIGRATED: ("has nothing left to do", "have nothing left to do", "none"),
    State.WAITING: ("waits for a node image", "wait for a node image", "waiting"),
    State.UNDONE: ("was taken back", "were taken back", "none"),
    State.KEPT: ("was kept", "were kept", "waiting"),
    State.NOT_STARTED: ("was not begun", "were not begun", "later"),
    State.SKIPPED: ("was left out", "were left out", "later"),
    State.NEEDS_HUMAN: ("needs a person", "need a person", "blocked"),
    State.FAILED: ("failed", "failed", "overdue"),
}
"""Each state, told of one cluster and of many, and the colour that it has on a page; what is good comes first."""

WHENS = {"opens": "Windows", "now": "Now", "then": "Once nothing blocks it", "later": "Later", "waits": "Waits"}
"""When the steps of a plan come, in order."""

_REMEDIES = {
    State.NEEDS_HUMAN: "Do what each of these clusters says, and run again.",
    State.FAILED: "Run again; if it stays, report it with the correlation id.",
    State.NOT_STARTED: "Look at what stopped the run, and run again: what is done is found done.",
    State.WAITING: "Keep the secret alive, and run again when the next node image is out.",
}
"""What a state wants from a person, where no finding says it; what comes first is more urgent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A cluster, and what is told of it."""

    cluster: Outcome
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """Something that a person must do, and for which clusters."""

    key: str
    """The code of a finding, or a state: a heading of the runbook."""
    remedy: str
    """What most of these clusters are told to do."""
    remedies: int
    """How many different things they are told to do."""
    clusters: tuple[Told, ...]

    @property
    def runbook(self) -> str:
        """Its place in the runbook."""
        return f"docs/runbook.md#{self.key.lower()}"


def headline(outcomes: Sequence[Outcome]) -> str:
    """Say in one sentence how many clusters ended how."""
    counts = Counter(outcome.state for outcome in outcomes)
    told = [f"{counts[state]:,} {_words(state, counts[state])}" for state in STATES if counts[state]]
    if not told:
        return "There was no cluster."
    if len(told) == 1:
        state, count = next(iter(counts.items()))
        whole = "The one cluster" if count == 1 else f"All {count:,} clusters"
        return f"{whole} {_words(state, count)}."
    return f"Of {counts.total():,} clusters, {', '.join(told[:-1])} and {told[-1]}."


def course(outcomes: Sequence[Outcome], seconds: float) -> str:
    """Say how far a run that was carried out has come, and how long it took."""
    pools = Counter(item.verdict.value for outcome in outcomes for item in outcome.verdicts)
    told = ", ".join(f"{count:,} {verdict}" for verdict, count in pools.items())
    nodes = f" Node pools: {told}." if told else ""
    took = f" after {duration(seconds)}" if seconds else ""
    return f"The run is {lifecycle_of(outcomes)}{took}.{nodes}"


def proposal(outcomes: Iterable[Outcome]) -> str:
    """Say how much the plans of a dry run would do."""
    lines = [line for outcome in outcomes for line in outcome.plan]
    steps = [line for line in lines if line.when in {"now", "later"}]
    if not steps:
        return "There is nothing that a run would do now."
    disruptive = sum("(disruptive" in line.what for line in steps)
    return (
        f"In all, the plans have {len(steps):,} {'step' if len(steps) == 1 else 'steps'}, {disruptive:,} of them "
        "disruptive; --apply carries them out."
    )


def to_do(outcomes: Sequence[Outcome]) -> tuple[Task, ...]:
    """Gather what a person must do: what blocks by its code, the most common first, and then what else by its state."""
    codes: dict[str, list[tuple[str, Told]]] = {}
    states: dict[str, list[tuple[str, Told]]] = {state: [] for state in _REMEDIES}
    for outcome in outcomes:
        found = _of(outcome, Severity.BLOCKS) if outcome.state is State.NEEDS_HUMAN else ()
        for one in found:
            codes.setdefault(one.code, []).append((one.remedy, Told(cluster=outcome, why=one.evidence)))
        if not found and (remedy := _REMEDIES.get(outcome.state)):
            states[outcome.state].append((remedy, Told(cluster=outcome, why="; ".join(outcome.left))))
    return (*_tasks(_most_common_first(codes)), *_tasks(states))


def to_weigh(outcomes: Sequence[Outcome]) -> tuple[Task, ...]:
    """Gather warnings and notes by their code, what weighs more first."""
    found: dict[Severity, dict[str, list[tuple[str, Told]]]] = {Severity.WARNS: {}, Severity.NOTES: {}}
    for outcome in outcomes:
        for severity, codes in found.items():
            for one in _of(outcome, severity):
                codes.setdefault(one.code, []).append((one.remedy, Told(cluster=outcome, why=one.evidence)))
    return tuple(task for codes in found.values() for task in _tasks(_most_common_first(codes)))


def _words(state: State, count: int) -> str:
    return STATES[state][0 if count == 1 else 1]


def _of(outcome: Outcome, severity: Severity) -> tuple[Finding, ...]:
    """Give a cluster's findings of one severity, of each code the first."""
    return tuple({one.code: one for one in reversed(outcome.findings) if one.severity is severity}.values())[::-1]


def _most_common_first(found: dict[str, list[tuple[str, Told]]]) -> dict[str, list[tuple[str, Told]]]:
    return dict(sorted(found.items(), key=lambda item: (-len(item[1]), item[0])))


def _tasks(found: Mapping[str, Sequence[tuple[str, Told]]]) -> Iterable[Task]:
    for key, told in found.items():
        if told:
            remedies = Counter(remedy for remedy, _ in told)
            clusters = tuple(one for _, one in told)
            yield Task(key=key, remedy=remedies.most_common(1)[0][0], remedies=len(remedies), clusters=clusters)
