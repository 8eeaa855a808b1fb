"""An assessment as plain data: what JSON shows, and what every other form of the report is made from."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from fleet_identity.assessment import Assessed, Urgency
from fleet_identity.findings import Finding, Severity
from fleet_identity.steps import Step
from fleet_identity.verdict import PoolVerdict


def assessment_document(assessed: Sequence[Assessed]) -> dict[str, Any]:
    """Give `{"observed_at", "clusters": [...], "summary": {...}}`; durations in minutes, moments as ISO 8601 in UTC.

    Each cluster: `id`, `name`, `subscription`, `resource_group`, `location`, `kubernetes_version`, `state`, `identity`,
    `kubelet`, `pools`, `addons`, `findings`, `plan`, `blocked`, `urgency`, `secret_ends`, `nodes`, `nodes_to_roll`,
    `minutes`.
    """
    clusters = [_cluster(one) for one in assessed]
    observed = max((one.observed_at.isoformat() for one in assessed), default=None)
    return {"observed_at": observed, "clusters": clusters, "summary": _summary(assessed)}


def finding_document(finding: Finding) -> dict[str, str]:
    """Give one finding, with its place in the runbook."""
    return {
        "code": finding.code.value,
        "severity": finding.severity.value,
        "evidence": finding.evidence,
        "remedy": finding.remedy,
        "runbook": f"docs/runbook.md#{finding.code.value.lower()}",
    }


def _cluster(one: Assessed) -> dict[str, Any]:
    cluster, plan = one.cluster, one.plan
    control_plane, kubelet, *addons = one.uses
    return {
        "id": cluster.id.text,
        "name": cluster.id.name,
        "subscription": cluster.id.subscription,
        "resource_group": cluster.id.resource_group,
        "location": cluster.location,
        "kubernetes_version": cluster.kubernetes_version,
        "state": cluster.condition,
        "identity": {"runs_as": control_plane.runs_as, "id": control_plane.identity},
        "kubelet": {"runs_as": kubelet.runs_as, "id": kubelet.identity},
        "pools": [_pool(one, verdict) for verdict in plan.verdicts],
        "addons": [{"name": use.part, "runs_as": use.runs_as, "id": use.identity} for use in addons],
        "findings": [finding_document(finding) for finding in plan.findings],
        "plan": [
            *({"when": "now", **_step(step)} for step in plan.now),
            *({"when": "then" if plan.blocked else "later", **_step(step)} for step in plan.later),
            *({"when": "waits", "what": item.describe(), "until": item.expected.isoformat()} for item in plan.waiting),
        ],
        "blocked": plan.blocked,
        "urgency": one.urgency.value,
        "secret_ends": one.secret_ends.isoformat() if one.secret_ends else None,
        "nodes": cluster.nodes,
        "nodes_to_roll": one.estimate.nodes,
        "minutes": {"least": round(one.estimate.least), "most": round(one.estimate.most)},
    }


def _pool(one: Assessed, verdict: PoolVerdict) -> dict[str, Any]:
    pool = one.cluster.pool(verdict.pool)
    shown = {} if pool is None else {"mode": pool.mode, "os": pool.os, "nodes": pool.count, "image": pool.image}
    return {"name": verdict.pool, **shown, "verdict": verdict.verdict.value, "evidence": verdict.evidence}


def _step(step: Step) -> dict[str, str]:
    return {"step": type(step).__name__, "what": step.describe()}


def _waits(one: Assessed) -> bool:
    return bool(one.plan.waiting) and not one.plan.blocked and not one.plan.now


def _summary(assessed: Sequence[Assessed]) -> dict[str, Any]:
    blocking = Counter(
        code
        for one in assessed
        for code in {finding.code.value for finding in one.plan.findings if finding.severity is Severity.BLOCKS}
    )
    on_secret = [one for one in assessed if one.urgency is not Urgency.NONE]
    return {
        "clusters": len(assessed),
        "on_a_secret": len(on_secret),
        "ready": sum(not one.plan.blocked and bool(one.plan.now) for one in assessed),
        "blocked": sum(one.plan.blocked for one in assessed),
        "waiting": sum(_waits(one) for one in assessed),
        "nothing_to_do": sum(not (one.plan.blocked or one.plan.now or _waits(one)) for one in assessed),
        "nodes_to_roll": sum(one.estimate.nodes for one in assessed),
        "urgency": {urgency.value: sum(one.urgency is urgency for one in assessed) for urgency in Urgency},
        "identities": dict(Counter(one.cluster.identity.describe() for one in assessed)),
        "blocking_findings": dict(blocking.most_common()),
    }
