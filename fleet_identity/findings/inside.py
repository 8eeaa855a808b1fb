"""What a look into the cluster shows before nodes are drained."""

from collections.abc import Collection, Iterator

from fleet_identity.findings import Code, Finding, blocks, notes
from fleet_identity.situation import Situation


def inside_findings(situation: Situation, rolling: Collection[str]) -> Iterator[Finding]:
    """List budgets that forbid a drain, if any pool is to roll; and say where nobody could look."""
    if not situation.target.in_cluster_checks:
        return
    inside = situation.surroundings.inside
    if inside is None:
        yield notes(
            Code.NOT_LOOKED_INSIDE,
            f"The cluster was not looked into: {_why(situation)}.",
            "The verdict on its nodes is likely at best; PodDisruptionBudgets that forbid a drain show when it fails.",
        )
        return
    for budget in inside.budgets if rolling else ():
        yield blocks(
            Code.DRAIN_BLOCKED,
            f"PodDisruptionBudget {budget.describe()} allows no disruption at present: nodes with its pods can't be "
            "drained, and the roll would fail.",
            "Add replicas, or let the budget allow one disruption, and run again.",
        )


def _why(situation: Situation) -> str:
    if not situation.cluster.run_command:
        return "running commands is disabled on it"
    return "a look creates a pod, and a dry run changes nothing; or the command failed"
