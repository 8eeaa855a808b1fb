"""A run on a fleet, or its plans, as one HTML file that can be sent around: nothing to load, nothing to install."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from markdown_it import MarkdownIt

from fleet_identity.outcome import Outcome, State
from fleet_identity.report import run_words as words
from fleet_identity.report.crowd import crowd
from fleet_identity.report.html import template
from fleet_identity.report.markdown import PORTAL
from fleet_identity.report.picture import Bar, in_two
from fleet_identity.report.words import duration, kubelets
from fleet_identity.timeline import Phase, Span, elapsed

_MARKDOWN = MarkdownIt("commonmark", {"html": False}).enable("table")
_MANY = 40
"""From so many bars on the picture begins with how many clusters were at what."""

_DONE = (
    ("Moved", (State.MIGRATED, State.ALREADY_MIGRATED), "none"),
    ("Prepared", (State.PREPARED,), "ready"),
    ("Wait for a node image", (State.WAITING,), "waiting"),
    ("Need a person", (State.NEEDS_HUMAN,), "blocked"),
    ("Failed", (State.FAILED,), "overdue"),
    ("Not begun, or left out", (State.NOT_STARTED, State.SKIPPED), "later"),
)
_PLANNED = (
    ("Would be changed", (State.PLANNED,), "ready"),
    ("Need a person first", (State.NEEDS_HUMAN,), "blocked"),
    ("Wait for a node image", (State.WAITING,), "waiting"),
    ("Nothing left to do", (State.ALREADY_MIGRATED,), "none"),
    ("Left out", (State.SKIPPED,), "later"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """What the page is made of."""

    outcomes: Sequence[Outcome]
    applied: bool
    """Whether the plans were carried out."""
    ended_at: datetime
    """Aware."""
    pace: float = 1.0
    """As in `elapsed`."""
    portal: str = PORTAL
    by_workers: bool = False
    """Whether clusters were changed by workers of a pool."""
    rollout: str = ""
    """Stages, groups, gates, and what was decided at them, as Markdown; "" where there is nothing to tell of them."""


def run_html(run: Run) -> str:
    """Write the report of a run as one self-contained HTML file."""
    outcomes = run.outcomes
    spans = [span for outcome in outcomes for span in outcome.timeline]
    anchors = {outcome.cluster_id: f"c{number}" for number, outcome in enumerate(outcomes, 1)}
    began = min((span.began for span in spans), default=run.ended_at)
    return template("run.html.j2", _filters(run.pace)).render(
        run=run,
        began=began,
        ended=run.ended_at.astimezone(UTC),
        headline=words.headline(outcomes),
        lead=_lead(run, began),
        figures=_figures(run),
        states=_states(outcomes),
        state_words=words.STATES,
        tasks=words.to_do(outcomes),
        weighing=words.to_weigh(outcomes),
        picture=_picture(run, anchors) if spans else None,
        phases=list(Phase),
        untold=[outcome for outcome in outcomes if run.applied and _is_untold(outcome)],
        anchors=anchors,
        whens=words.WHENS,
        rollout=_MARKDOWN.render(run.rollout),
    )


def _filters(pace: float) -> dict[str, Callable[..., Any]]:
    def took(span: Span) -> str:
        return duration(elapsed(span.began, span.ended, pace)) if span.ended else "under way"

    shared = {one.__name__: one for one in (took, kubelets, duration)}
    return shared | {"steps": _steps, "moment": _moment, "minute": _minute}


def _lead(run: Run, began: datetime) -> str:
    if not run.applied:
        return words.proposal(run.outcomes)
    return words.course(run.outcomes, elapsed(began, run.ended_at, run.pace))


def _figures(run: Run) -> list[tuple[str, str, int]]:
    """Give what is counted in large: title, colour, clusters; what nobody came to is left out but for what is bad."""
    counts = Counter(outcome.state for outcome in run.outcomes)
    found = ((title, kind, sum(counts[one] for one in of)) for title, of, kind in (_DONE if run.applied else _PLANNED))
    return [one for one in found if one[2] or one[1] in {"blocked", "overdue"}]


def _states(outcomes: Sequence[Outcome]) -> list[tuple[str, str, int]]:
    """Give each state that a cluster ended in: its colour, its name, how many."""
    counts = Counter(outcome.state for outcome in outcomes)
    return [(kind, state.value, counts[state]) for state, (_, _, kind) in words.STATES.items() if counts[state]]


def _picture(run: Run, anchors: dict[Any, str]) -> dict[str, str]:
    """Draw the run; the drawings escape what they show."""
    bars = [Bar(name=one.cluster_id.name, spans=one.timeline, anchor=anchors[one.cluster_id]) for one in run.outcomes]
    head, rows = in_two(bars, run.ended_at, run.pace)
    timelines = [bar.spans for bar in bars if bar.spans]
    many = crowd(timelines, run.ended_at, run.pace) if len(timelines) >= _MANY else ""
    return {"head": head, "rows": rows, "crowd": many}


def _is_untold(outcome: Outcome) -> bool:
    """Whether steps of this run are missing: to be moved in it takes some."""
    return outcome.state is State.MIGRATED and not outcome.timeline


def _steps(outcome: Outcome) -> int:
    return sum(line.when in {"now", "then", "later"} for line in outcome.plan)


def _moment(at: datetime) -> str:
    told = at.astimezone(UTC)
    return f"{told.day} {told:%b, %H:%M:%S}"


def _minute(at: datetime) -> str:
    told = at.astimezone(UTC)
    return f"{told.day} {told:%b %Y, %H:%M}"
