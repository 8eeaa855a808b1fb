"""Plans a new cluster on managed identities, from one observation. Pure, as the planner of changes is.

The order is that of the article: identities, roles, propagation, the cluster. What AKS makes itself (a system-assigned
identity, its own kubelet identity) exists only from then on, and gets its roles afterwards.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from fleet_identity.allow_list import AllowList
from fleet_identity.change import Change, same_identity
from fleet_identity.cluster import Cluster, Reference, ServicePrincipal
from fleet_identity.findings import Code, Finding, Severity, blocks
from fleet_identity.findings.allowed import allowed_findings
from fleet_identity.findings.conditional import conditional_findings
from fleet_identity.findings.gaps import gap_findings
from fleet_identity.findings.limits import assignment_findings, tag_findings
from fleet_identity.findings.named import named_findings
from fleet_identity.findings.registries import registry_findings
from fleet_identity.findings.runner import runner_findings, unread_findings
from fleet_identity.findings.uses import use_findings
from fleet_identity.grants.held import await_propagation, lacking
from fleet_identity.new_cluster import NewCluster
from fleet_identity.node_pool import NodePool
from fleet_identity.plan import Plan
from fleet_identity.record import unpack
from fleet_identity.resource_id import ResourceId
from fleet_identity.situation import Situation
from fleet_identity.steps import (
    AssignRole,
    AwaitOperation,
    CreateCluster,
    CreateIdentity,
    IdentityNamed,
    Step,
    VerifyPull,
)
from fleet_identity.surroundings import Surroundings
from fleet_identity.target import Target
from fleet_identity.verdict import verdicts


def plan_creation(
    new: NewCluster, existing: Cluster | None, surroundings: Surroundings, target: Target, allow: AllowList
) -> Plan:
    """Plan what is left to do until the cluster is there, with its identities and their roles."""
    situation = Situation(
        cluster=existing or draft(new),
        surroundings=surroundings,
        target=target,
        allow=allow,
        change=_all_of_it(new, existing, target),
    )
    return _plan_rest(situation, existing) if existing else _plan_new(situation, new)


def draft(new: NewCluster) -> Cluster:
    """Give the cluster that is to be as if it were there, on nothing yet."""
    return Cluster(
        id=new.cluster_id,
        location=new.location,
        etag="",
        identity=ServicePrincipal(client_id=""),
        kubelet=None,
        pools=tuple(_pool(pool.name, pool.mode, pool.count, pool.vm_size) for pool in new.pools),
        references=tuple(Reference(kind="subnet", id=subnet) for subnet in new.subnets),
        node_resource_group=ResourceId(f"{new.cluster_id}/nodes"),
        provisioning_state="Succeeded",
        power_state="Running",
    )


def _pool(name: str, mode: str, count: int, vm_size: str) -> NodePool:
    return NodePool(
        name=name,
        mode=mode,
        kind="VirtualMachineScaleSets",
        count=count,
        autoscaling=False,
        image="",
        provisioning_state="Succeeded",
        vm_size=vm_size,
    )


def _all_of_it(new: NewCluster, existing: Cluster | None, target: Target) -> Change:
    return Change(
        control_plane=existing is None or same_identity(existing, target),
        kubelet_id=None if existing else target.kubelet_for(new.cluster_id),
        verdicts=(),
        record=unpack(existing.tags, target.tag_prefix) if existing else None,
        settled=existing is not None,
        creates=True,
    )


def _plan_new(situation: Situation, new: NewCluster) -> Plan:
    cluster, target, surroundings = situation.cluster, situation.target, situation.surroundings
    grants = _before(situation)
    prepare = (
        *(
            CreateIdentity(id=identity, location=cluster.location, tags=target.tags_of_new(identity, cluster.id))
            for identity in target.identities_for(cluster.id)
            if identity not in surroundings.identities
        ),
        *lacking(grants, surroundings),
        *await_propagation(grants, surroundings, target.minimum_grant_age),
    )
    create = CreateCluster(
        new=new,
        identity=target.control_plane_for(cluster.id),
        kubelet_id=target.kubelet_for(cluster.id),
        grants=grants,
        minimum_age=target.minimum_grant_age,
        tag_prefix=target.tag_prefix,
    )
    after = _after(situation)
    findings = _findings_of_new(situation, (*prepare, create, *after))
    found = Plan(cluster_id=cluster.id, identity="not there yet", findings=tuple(dict.fromkeys(findings)))
    steps = (*prepare, create)
    blocked = found.blocked
    return Plan(
        cluster_id=cluster.id,
        identity=found.identity,
        findings=found.findings,
        now=() if blocked else steps,
        later=(*steps, *after) if blocked else after,
    )


def _findings_of_new(situation: Situation, steps: tuple[Step, ...]) -> Iterator[Finding]:
    yield from use_findings(situation)
    yield from registry_findings(situation)
    yield from _gaps(situation)
    yield from tag_findings(situation)
    yield from assignment_findings(situation)
    yield from conditional_findings(situation)
    yield from allowed_findings(situation)
    yield from named_findings(situation)
    yield from runner_findings(situation, steps)
    yield from unread_findings(situation)


def _plan_rest(situation: Situation, existing: Cluster) -> Plan:
    """The cluster is there: its own identities get their roles; one on other identities is somebody else's."""
    matches = _as_wanted(existing, situation.target)
    findings = () if matches else (_taken(existing),)
    steps: Iterable[Step] = ()
    if matches and not existing.idle:
        steps = (AwaitOperation(cluster_id=existing.id, operation=existing.operation),)
    elif matches:
        findings = (*_broken(existing), *conditional_findings(situation), *allowed_findings(situation))
        steps = _after(situation) if lacking(_late(situation), situation.surroundings) or _young(situation) else ()
    blocked = any(finding.severity == "blocks" for finding in findings)
    return Plan(
        cluster_id=existing.id,
        identity=existing.identity.describe(),
        findings=findings,
        now=() if blocked else tuple(steps),
        verdicts=verdicts(existing, situation.change.record, situation.surroundings.inside),
    )


def _gaps(situation: Situation) -> Iterator[Finding]:
    """On a cluster without workloads a gap is worth a warning; and nobody pulls by an old principal."""
    for finding in gap_findings(situation):
        if finding.code is not Code.PULL_GAP:
            yield replace(finding, severity=Severity.WARNS)


def _before(situation: Situation) -> tuple[AssignRole, ...]:
    grants = (*situation.control_plane_grants(), *situation.kubelet_grants())
    return tuple(grant for grant in grants if isinstance(grant.principal, IdentityNamed))


def _late(situation: Situation) -> tuple[AssignRole, ...]:
    """Roles of what AKS makes itself, which can be granted only once the cluster is there."""
    grants = (*situation.control_plane_grants(), *situation.kubelet_grants())
    return tuple(grant for grant in grants if not isinstance(grant.principal, IdentityNamed))


def _young(situation: Situation) -> bool:
    late = _late(situation)
    return bool(await_propagation(late, situation.surroundings, situation.target.minimum_grant_age))


def _after(situation: Situation) -> tuple[Step, ...]:
    late, pulls = _late(situation), situation.kubelet_grants()
    return (
        *lacking(late, situation.surroundings),
        *await_propagation(late, situation.surroundings, situation.target.minimum_grant_age),
        *((VerifyPull(grants=pulls),) if pulls else ()),
    )


def _as_wanted(existing: Cluster, target: Target) -> bool:
    wanted = target.kubelet_for(existing.id)
    kubelet = wanted is None or existing.kubelet is None or existing.kubelet.resource_id == wanted
    return same_identity(existing, target) and kubelet


def _taken(existing: Cluster) -> Finding:
    return blocks(
        Code.OTHER_IDENTITY,
        f"A cluster of this name exists already and runs on other identities ({existing.identity.describe()}).",
        "Choose another name, or move that cluster (migrate_cluster).",
    )


def _broken(existing: Cluster) -> tuple[Finding, ...]:
    if existing.healthy:
        return ()
    return (
        blocks(
            Code.CLUSTER_FAILED,
            f"The cluster was made and is not well ({existing.condition}).",
            "Read its activity log; delete it and run again, or repair it (`az aks update` without options).",
        ),
    )
