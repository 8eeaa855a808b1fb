"""Asks every subject for its findings, in the order in which people should read them."""

from collections.abc import Iterator

from fleet_identity.findings import Finding
from fleet_identity.findings.allowed import allowed_findings
from fleet_identity.findings.conditional import conditional_findings
from fleet_identity.findings.gaps import gap_findings, short_wait
from fleet_identity.findings.identity import identity_findings
from fleet_identity.findings.inside import inside_findings
from fleet_identity.findings.limits import assignment_findings, quota_findings, tag_findings
from fleet_identity.findings.locks import lock_findings
from fleet_identity.findings.named import named_findings
from fleet_identity.findings.old_principal import old_principal_findings
from fleet_identity.findings.registries import registry_findings
from fleet_identity.findings.runner import hidden_findings, tenant_findings, unread_findings
from fleet_identity.findings.secret import secret_findings
from fleet_identity.findings.state import etag_findings, failed_findings, pool_findings, state_findings
from fleet_identity.findings.terraform import terraform_findings
from fleet_identity.findings.uses import disruption_findings, use_findings, windows_findings, workspace_missing
from fleet_identity.node_rolls import pools_to_roll
from fleet_identity.record import Rolls
from fleet_identity.situation import Situation


def before_switch(situation: Situation, *, ours: bool) -> Iterator[Finding]:
    """List what concerns a control plane that is to change; `ours`: what has failed was our own operation."""
    yield from state_findings(situation, ours=ours)
    yield from etag_findings(situation.cluster)
    if _nodes_roll(situation):
        yield from _node_findings(situation)
    yield from lock_findings(situation)
    yield from use_findings(situation)
    yield from old_principal_findings(situation)
    yield from registry_findings(situation)
    yield from gap_findings(situation)
    yield from tag_findings(situation)
    yield from _rights(situation)
    yield from secret_findings(situation)
    yield from terraform_findings(situation)


def after_switch(situation: Situation, *, ours: bool) -> Iterator[Finding]:
    """List what concerns a cluster on a managed identity that has nodes left to move."""
    yield from identity_findings(situation)
    if not situation.change.nodes and not ours:
        if situation.change.record:
            yield from failed_findings(situation.cluster)
        yield from _rights(situation)
        return
    yield from state_findings(situation, ours=ours)
    yield from _node_findings(situation)
    yield from lock_findings(situation)
    if situation.surroundings.workspace_missing:
        yield workspace_missing()
    yield from old_principal_findings(situation)
    yield from registry_findings(situation)
    yield from short_wait(situation) if situation.change.kubelet_id else ()
    yield from tag_findings(situation) if situation.change.kubelet_id else ()
    yield from _rights(situation)
    yield from secret_findings(situation)
    yield from terraform_findings(situation)


def _nodes_roll(situation: Situation) -> bool:
    return situation.leaves_principal or situation.change.kubelet_id is not None


def _node_findings(situation: Situation) -> Iterator[Finding]:
    """What a roll of nodes needs is checked before the PUT that may bring it, not after."""
    yield from pool_findings(situation.cluster)
    rolling = pools_to_roll(situation)
    yield from quota_findings(situation, rolling)
    yield from inside_findings(situation, rolling)
    if situation.change.kubelet_id or situation.rolls in {Rolls.PUT, Rolls.UNKNOWN}:
        yield from disruption_findings(situation.cluster)
    yield from windows_findings(situation)


def _rights(situation: Situation) -> Iterator[Finding]:
    yield from assignment_findings(situation)
    yield from conditional_findings(situation)
    yield from allowed_findings(situation)
    yield from named_findings(situation)
    yield from tenant_findings(situation)
    yield from unread_findings(situation)
    yield from hidden_findings(situation)
