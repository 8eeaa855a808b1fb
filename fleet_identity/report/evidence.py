"""What a person is shown at a gate: what was done, what comes next, what is at risk. Markdown without backticks."""

from collections import Counter
from collections.abc import Iterable, Sequence
from textwrap import shorten

from fleet_identity.assessment import Assessed
from fleet_identity.findings import Code, Finding
from fleet_identity.outcome import Outcome
from fleet_identity.report.assessment_words import counted
from fleet_identity.steps import DISRUPTIVE, Step

_SHOWN = 20
"""Clusters that are shown one by one."""
_LONG = 400
"""Characters of what a warning says."""
_BLOCKED = "{} more are blocked, and left as they are"


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
    pages = ("\n".join(left[:_SHOWN]),) if left else ()
    return ("## Done so far", f"Clusters: {told}. Node pools on their new identity: {pools}.", *pages)


def _coming(members: Sequence[Assessed]) -> Iterable[str]:
    """List what will be disturbed; what will not be is told apart."""
    if not members:
        return ()
    blocked = [one for one in members if one.plan.blocked]
    disturbed = [one for one in members if not one.plan.blocked and _disruptive(one)]
    lines = [f"- {one.cluster.id.name} ({one.plan.identity}): {_steps(one)}" for one in disturbed[:_SHOWN]]
    more = [f"- and {len(disturbed) - _SHOWN} more"] if len(disturbed) > _SHOWN else []
    nodes = sum(one.estimate.nodes for one in disturbed)
    paragraphs = ("\n".join((*lines, *more)), _calm(len(members) - len(blocked) - len(disturbed)), _blocked(blocked))
    return (f"## Next: {counted(len(disturbed))}, {nodes} nodes", *filter(None, paragraphs))


def _calm(count: int) -> str:
    return f"Nothing that disturbs nodes is left to do on {count} more." if count else ""


def _blocked(members: Sequence[Assessed]) -> str:
    if not members:
        return ""
    names = ", ".join(one.cluster.id.name for one in members[:_SHOWN]) + (", ..." if len(members) > _SHOWN else "")
    told = "1 more is blocked, and left as it is" if len(members) == 1 else _BLOCKED.format(len(members))
    return f"{told}: {names}."


def _disruptive(one: Assessed) -> Sequence[Step]:
    return [step for step in (*one.plan.now, *one.plan.later) if isinstance(step, DISRUPTIVE)]


def _steps(one: Assessed) -> str:
    return "; ".join(step.describe() for step in _disruptive(one))


def _risks(members: Sequence[Assessed]) -> Iterable[str]:
    """Tell what warnings mean by what each says of one cluster; a blocked one runs no risk here."""
    found: dict[Code, list[tuple[str, Finding]]] = {}
    for one in members:
        for finding in () if one.plan.blocked else one.plan.warnings:
            found.setdefault(finding.code, []).append((one.cluster.id.name, finding))
    if not found:
        return ()
    by_clusters = sorted(found.values(), key=lambda having: -_clusters(having))
    return ("## At risk", "\n".join(map(_risk, by_clusters)), "What each wants from you: docs/runbook.md.")


def _risk(having: Sequence[tuple[str, Finding]]) -> str:
    name, finding = having[0]
    count = _clusters(having)
    whose = name if count == 1 else f"{counted(count)}, such as {name}"
    told = shorten(f"{finding.evidence} {finding.remedy}".replace("`", ""), _LONG, placeholder=" ...")
    return f"- {finding.code} ({whose}): {told}"


def _clusters(having: Sequence[tuple[str, Finding]]) -> int:
    return len({name for name, _ in having})
