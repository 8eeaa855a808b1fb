"""What the runner itself may not do: found before the first step, from role lists, with each scope named."""

from collections.abc import Iterator, Sequence

from fleet_identity.cluster import Cluster, UserAssigned
from fleet_identity.findings import Code, Finding, blocks, notes, warns
from fleet_identity.findings.allowed import is_allowed
from fleet_identity.permissions import Runner
from fleet_identity.resource_id import ResourceId
from fleet_identity.rights import (
    ASSIGN_IDENTITY,
    ASSIGN_ROLE,
    JOIN_ADDRESS,
    JOIN_PREFIX,
    JOIN_SUBNET,
    READ_ENCRYPTION_SET,
    READ_POOL,
    READ_WORKSPACE_KEYS,
    REIMAGE_POOL,
    REQUIRED,
    USE_PLACEMENT_GROUP,
    WRITE_CLUSTER,
    WRITE_IDENTITY,
    WRITE_POOL,
    For,
)
from fleet_identity.situation import Situation
from fleet_identity.steps import (
    AssignKubelet,
    AssignRole,
    CreateIdentity,
    Reconcile,
    ReimagePool,
    Step,
    SwitchIdentity,
    UpgradePool,
)

_LINKED = {
    "subnet": JOIN_SUBNET,
    "pod subnet": JOIN_SUBNET,
    "API server subnet": JOIN_SUBNET,
    "public IP": JOIN_ADDRESS,
    "public IP prefix": JOIN_PREFIX,
    "proximity placement group": USE_PLACEMENT_GROUP,
    "disk encryption set": READ_ENCRYPTION_SET,
}
"""Rights that a PUT of a cluster needs on what it names. Source: Microsoft Learn, "AKS service permissions"."""
Need = tuple[str, ResourceId]


def runner_findings(situation: Situation, steps: Sequence[Step]) -> Iterator[Finding]:
    """List the rights that these steps need and the runner lacks."""
    runner = situation.surroundings.runner
    if runner is None:
        return
    needs = dict.fromkeys(need for step in steps for need in needs_of(step, situation.cluster))
    for action, scope in needs:
        if not runner.may(action, scope):
            yield blocks(
                Code.MISSING_RIGHT,
                f"The runner (object id {runner.object_id}) lacks permission {action} on {scope}.",
                "Grant it a role with this action there, and run again.",
            )
    for grant in dict.fromkeys(step for step in steps if isinstance(step, AssignRole)):
        # one that the allow-list lacks is told as that: the condition rightly does not name it
        if is_allowed(grant, situation) and not runner.may_grant(grant.role, grant.scope):
            yield _not_in_condition(runner, grant)


def _not_in_condition(runner: Runner, grant: AssignRole) -> Finding:
    return blocks(
        Code.MISSING_RIGHT,
        f"The runner (object id {runner.object_id}) holds permission {ASSIGN_ROLE} on {grant.scope} only under a "
        f"condition that does not name {grant.role.name}.",
        "Replace that condition with the one printed by `python -m deployments.azure_role`, run with this runner's "
        "FLEET_IDENTITY_GRANTED_ROLES; then run again.",
    )


def unread_findings(situation: Situation) -> Iterator[Finding]:
    """Tell what was not read because the runner may not, as Azure's refusals say."""
    return map(_unread, situation.surroundings.not_read)


def hidden_findings(situation: Situation) -> Iterator[Finding]:
    """Tell what lists have hidden from the runner: Azure shows what one may read, and no refusal."""
    subscription = ResourceId(f"/subscriptions/{situation.cluster.id.subscription}")
    if runner := situation.surroundings.runner:
        for one in REQUIRED:
            if one.needed >= {For.ASSESS, For.MIGRATE} and not runner.may_somewhere(one.action, subscription):
                yield _unread(
                    f"The runner (object id {runner.object_id}) lacks permission {one.action} in subscription "
                    f"{subscription.name}, which tells {one.because}."
                )


def _unread(evidence: str) -> Finding:
    return notes(
        Code.NOT_READ,
        evidence,
        "The plan is made without it; let the runner read it to know more (`python -m deployments.azure_role`).",
    )


def tenant_findings(situation: Situation) -> Iterator[Finding]:
    """Tell that the runner is signed in to another tenant than the subscription's."""
    runner, tenant = situation.surroundings.runner, situation.surroundings.tenant
    if runner and tenant and runner.tenant and runner.tenant.lower() != tenant.lower():
        yield warns(
            Code.TENANT_MISMATCH,
            f"The subscription belongs to tenant {tenant}, and the runner is signed in to {runner.tenant}: the "
            "directory that it reads is not the cluster's.",
            "Sign in to the subscription's tenant, or tell the service principal's object id (--service-principal).",
        )


def needs_of(step: Step, cluster: Cluster) -> Iterator[Need]:
    """Tell which actions a step needs, and where."""
    match step:
        case CreateIdentity():
            yield WRITE_IDENTITY, step.id
        case AssignRole():
            yield ASSIGN_ROLE, step.scope
        case SwitchIdentity() | AssignKubelet() | Reconcile():
            yield WRITE_CLUSTER, cluster.id
            yield from ((ASSIGN_IDENTITY, identity) for identity in _assigned(step, cluster))
            yield from ((_LINKED[item.kind], item.id) for item in cluster.outside_references if item.kind in _LINKED)
            if workspace := cluster.monitoring_workspace:
                yield READ_WORKSPACE_KEYS, workspace
        case ReimagePool():
            yield REIMAGE_POOL, cluster.id
        case UpgradePool():
            yield READ_POOL, cluster.id
            yield WRITE_POOL, cluster.id
        case _:
            return


def _assigned(step: SwitchIdentity | AssignKubelet | Reconcile, cluster: Cluster) -> Iterator[ResourceId]:
    """Which user-assigned identities a PUT names; the kubelet's own, which AKS made, lies in its node group."""
    if isinstance(step, SwitchIdentity):
        if isinstance(step.identity, UserAssigned):
            yield step.identity.identity_id
    elif isinstance(cluster.identity, UserAssigned):
        yield cluster.identity.identity_id
    kubelet = None if isinstance(step, Reconcile) else step.kubelet_id
    if kubelet:
        yield kubelet
    elif cluster.kubelet and not cluster.made_kubelet:
        yield cluster.kubelet.resource_id
