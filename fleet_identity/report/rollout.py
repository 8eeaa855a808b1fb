"""A rollout as a page of Markdown: how far each stage and group has come, and apart from that how it fared."""

import re
from collections.abc import Iterable, Sequence

from fleet_identity.fleet.rollout import RolloutGroup, RolloutStage
from fleet_identity.lifecycle import lifecycle_of
from fleet_identity.outcome import Outcome
from fleet_identity.report.words import by_state

_HEADER = "| stage | group | clusters | lifecycle | outcome |\n|---|---|--:|---|---|"


def rollout_page(
    stages: Sequence[RolloutStage], outcomes: Sequence[Outcome], stopped: str, notes: Sequence[str]
) -> str:
    """Write a table of stages and groups, why the run was stopped ("" if it was not), and notes on the whole."""
    rows = [row for stage in stages for row in _rows(stage, outcomes)]
    ended = f"The run was stopped: {stopped}." if stopped else "The run was not stopped."
    return "\n\n".join(("\n".join((_HEADER, *rows)), ended, *notes)) + "\n"


def decision_note(where: str, decision: str, who: str, why: str) -> str:
    """Tell what somebody has decided at a gate; what they typed is shown as typed, and on one line."""
    return f"{where}: {decision}, by {_typed(who)} (as claimed). {_typed(why)}."


def _typed(text: str) -> str:
    """Escape all that Markdown or HTML may take for its own."""
    return re.sub(r"([\\`*_{}\[\]()#+!|<>&~-])", r"\\\1", " ".join(text.split()).rstrip("."))


def _rows(stage: RolloutStage, outcomes: Sequence[Outcome]) -> Iterable[str]:
    found = [(group, _of(group, outcomes)) for group in stage.groups]
    yield _row(stage.stage.name, "", [one for _, mine in found for one in mine])
    for group, mine in found:
        yield _row("", group.group.name, mine)


def _of(group: RolloutGroup, outcomes: Sequence[Outcome]) -> list[Outcome]:
    ids = {one.cluster.id for one in (*group.members, *group.skipped)}
    return [outcome for outcome in outcomes if outcome.cluster_id in ids]


def _row(stage: str, group: str, outcomes: Sequence[Outcome]) -> str:
    return f"| {stage} | {group} | {len(outcomes)} | {lifecycle_of(outcomes)} | {by_state(outcomes)} |"
