"""What a person is shown at a gate: what was done, what comes next, what is at risk. Markdown without backticks."""

from collections import Counter
from collections.abc import Iterable, Sequence

from fleet_identity.assessment import Assessed
from fleet_identity.outcome import Outcome
from fleet_identity.report.assessment_words import counted
from fleet_identity.steps import DISRUPTIVE

_SHOWN = 20
"""Clusters that are shown one by one."""


def evidence(title: str, done: Sequence[Outcome], coming: Sequence[Assessed]) -> str:
    """Write the page of a gate."""
    return "\n\n".join((f"# {title}", *_done(done), *_coming(coming), *_risks(coming)))


def _done(outcomes: Sequence[Outcome]) -> Iterable[str]:
    if not outcomes:
        return ("Nothing has been changed in this run yet, but identities and grants.",)
    counts = Counter(outcome.state.value for outcome in outcomes)
    verdicts = Counter(item.verdict.value for outcome in outcomes for item in outcome.verdicts)
    told = ", ".join(f"{count} {state}" for state, count in counts.items())
    pools = ", ".join(f"{count} {verdict}" for verdict, count in verdicts.items()) or "none"
    left = [f"- {outcome.cluster_id.name}: {'; '.join(outcome.left)}" for outcome in outcomes if outcome.left]
    return ("## Done so far", f"Clusters: {told}. Node pools: {pools}.", *(["\n".join(left[:_SHOWN])] if left else []))


def _coming(members: Sequence[Assessed]) -> Iterable[str]:
    if not members:
        return ()
    lines = [f"- {one.cluster.id.name} ({one.plan.identity}): {_steps(one)}" for one in members[:_SHOWN]]
    more = [f"- and {len(members) - _SHOWN} more"] if len(members) > _SHOWN else []
    nodes = sum(one.estimate.nodes for one in members)
    return (f"## Next: {len(members)} clusters, {nodes} nodes", "\n".join((*lines, *more)))


def _steps(one: Assessed) -> str:
    if one.plan.blocked:
        return "blocked, left as it is"
    steps = (*one.plan.now, *one.plan.later)
    return "; ".join(step.describe() for step in steps if isinstance(step, DISRUPTIVE)) or "nothing disruptive"


def _risks(members: Sequence[Assessed]) -> Iterable[str]:
    found = Counter(code for one in members for code in {finding.code.value for finding in one.plan.warnings})
    if not found:
        return ()
    lines = [f"- {code}: {counted(count)} (docs/runbook.md)" for code, count in found.most_common()]
    return ("## At risk", "\n".join(lines))
