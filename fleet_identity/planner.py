"""Plans the change of one cluster's identities from one observation. Pure: no input, no output, no clock.

Principal ids and the identities that AKS makes do not exist when a migration starts, so no single plan can drive all
of it. Three observations carry a whole migration; the last, with nothing in `now`, ends it.
"""

from collections.abc import Iterable
from dataclasses import replace

from fleet_identity.allow_list import AllowList, allow_list
from fleet_identity.change import change
from fleet_identity.cluster import Cluster, ServicePrincipal, UnknownIdentity, UserAssigned
from fleet_identity.findings import Code, Finding, Severity
from fleet_identity.findings.allowed import is_allowed
from fleet_identity.findings.identity import unknown_identity
from fleet_identity.findings.runner import runner_findings
from fleet_identity.findings.survey import after_switch, before_switch
from fleet_identity.grants.demands import demands
from fleet_identity.grants.held import await_propagation, lacking, narrowed
from fleet_identity.node_rolls import node_steps, waiting_pools
from fleet_identity.plan import Plan
from fleet_identity.resource_id import ResourceId
from fleet_identity.resuming import reconcile_steps, relied_on_now
from fleet_identity.situation import Situation
from fleet_identity.steps import (
    AssignKubelet,
    AssignRole,
    AwaitOperation,
    CreateIdentity,
    IdentityNamed,
    Step,
    SwitchIdentity,
    VerifyPull,
)
from fleet_identity.surroundings import Surroundings
from fleet_identity.target import Target

BY_DEFAULT = allow_list()
_WAITS_FOR_IDENTITY = Code.VAULT_ACCESS_POLICY


def plan(cluster: Cluster, surroundings: Surroundings, target: Target, allow: AllowList = BY_DEFAULT) -> Plan:
    """Plan what brings this cluster to the target's identities, as far as this observation reaches."""
    situation = Situation(
        cluster=cluster,
        surroundings=surroundings,
        target=target,
        allow=allow,
        change=change(cluster, target, surroundings.inside),
    )
    if isinstance(cluster.identity, UnknownIdentity):
        return _plan(situation, (unknown_identity(cluster.identity),))
    return _plan_switch(situation) if situation.change.control_plane else _plan_rest(situation)


def _plan_switch(situation: Situation) -> Plan:
    prepare, resume = _prepare(situation, _before(situation)), reconcile_steps(situation)
    switch, after = _switch(situation), _after_switch(situation)
    findings = (
        *before_switch(situation, ours=bool(resume)),
        *runner_findings(situation, (*prepare, switch, *after)),
    )
    found = replace(_plan(situation, findings), waiting=waiting_pools(situation))
    if found.blocked:
        return replace(found, now=_harmless(found, prepare), later=(*prepare, *resume, switch, *after))
    if first := (*_await_operation(situation.cluster), *resume):
        return replace(found, now=(*prepare, *first), later=(switch, *after))
    return replace(found, now=(*prepare, switch), later=after)


def _plan_rest(situation: Situation) -> Plan:
    """After the switch: grants that can only be made now, then nodes, by one PUT or pool by pool."""
    grants = lacking(
        (*situation.control_plane_grants(), *situation.kubelet_grants(), *situation.addon_grants()),
        situation.surroundings,
    )
    resume, minimum_age = reconcile_steps(situation), situation.target.minimum_grant_age
    steps = _kubelet_steps(situation) if situation.change.kubelet_id else _settled_steps(situation)
    findings = (*after_switch(situation, ours=bool(resume)), *runner_findings(situation, (*resume, *grants, *steps)))
    found = replace(_plan(situation, findings), waiting=waiting_pools(situation))
    # a grant disturbs nobody and may be needed any moment: a node that scales up already asks for its pull role
    possible = tuple(grant for grant in grants if situation.exists(grant.principal))
    rest = _in_order(step for step in (*grants, *steps) if step not in possible)
    if found.blocked:
        needed = tuple(grant for grant in possible if _in_use(situation, grant) and _can_be_made(situation, grant))
        return replace(
            found, now=needed, later=(*resume, *_in_order(step for step in (*grants, *steps) if step not in needed))
        )
    if first := (*_await_operation(situation.cluster), *resume):
        ready = await_propagation(relied_on_now(situation), situation.surroundings, minimum_age) if resume else ()
        return replace(found, now=(*possible, *ready, *first), later=rest)
    return replace(found, now=(*possible, *rest))


def _in_order(steps: Iterable[Step]) -> tuple[Step, ...]:
    """Name each step once, and make identities before anything is granted to them."""
    return tuple(sorted(dict.fromkeys(steps), key=lambda step: not isinstance(step, CreateIdentity)))


def _before(situation: Situation) -> tuple[AssignRole, ...]:
    """The grants of identities that can be made before the switch."""
    grants = (*situation.control_plane_grants(), *situation.kubelet_grants())
    return tuple(grant for grant in grants if isinstance(grant.principal, IdentityNamed))


def _prepare(situation: Situation, grants: tuple[AssignRole, ...]) -> tuple[Step, ...]:
    surroundings, target = situation.surroundings, situation.target
    return (
        *_create(situation),
        *lacking(grants, surroundings),
        *await_propagation(grants, surroundings, target.minimum_grant_age),
    )


def _create(situation: Situation) -> tuple[CreateIdentity, ...]:
    cluster, target = situation.cluster, situation.target
    return tuple(
        CreateIdentity(id=identity, location=cluster.location, tags=target.tags_of_new(identity, cluster.id))
        for identity in target.identities_for(cluster.id)
        if identity not in situation.surroundings.identities
    )


def _switch(situation: Situation) -> SwitchIdentity:
    cluster, target = situation.cluster, situation.target
    return SwitchIdentity(
        cluster_id=cluster.id,
        identity=target.control_plane_for(cluster.id),
        references=frozenset(demands(cluster, situation.surroundings)),
        grants=_before(situation),
        minimum_age=target.minimum_grant_age,
        tag_prefix=target.tag_prefix,
        kubelet_id=situation.change.kubelet_id if situation.same_put else None,
        rolls=situation.rolls,
        from_principal=isinstance(cluster.identity, ServicePrincipal),
        nodes=cluster.nodes,
    )


def _after_switch(situation: Situation) -> tuple[Step, ...]:
    """What follows the switch, as far as it can be told before."""
    later = tuple(
        grant
        for grant in (*situation.control_plane_grants(), *situation.addon_grants())
        if not isinstance(grant.principal, IdentityNamed)
    )
    if situation.change.kubelet_id is None:
        return (*lacking(later, situation.surroundings), *node_steps(situation))
    pulls = situation.kubelet_grants()
    assign = () if situation.same_put else (_assign_kubelet(situation, situation.change.kubelet_id),)
    return (*lacking(later, situation.surroundings), *assign, *((VerifyPull(grants=pulls),) if pulls else ()))


def _kubelet_steps(situation: Situation) -> tuple[Step, ...]:
    """What assigns a pre-created kubelet identity on a cluster whose control plane is as it is wanted."""
    if situation.change.kubelet_id is None:
        return ()
    pulls = situation.kubelet_grants()
    return (
        *_prepare(situation, _before(situation)),
        _assign_kubelet(situation, situation.change.kubelet_id),
        *((VerifyPull(grants=pulls),) if pulls else ()),
    )


def _assign_kubelet(situation: Situation, kubelet_id: ResourceId) -> AssignKubelet:
    return AssignKubelet(
        cluster_id=situation.cluster.id,
        kubelet_id=kubelet_id,
        grants=_before(situation),
        minimum_age=situation.target.minimum_grant_age,
        tag_prefix=situation.target.tag_prefix,
        nodes=situation.cluster.nodes,
    )


def _settled_steps(situation: Situation) -> tuple[Step, ...]:
    change = situation.change
    return node_steps(situation) if change.settled and (change.owed or change.rolling) else ()


def _in_use(situation: Situation, grant: AssignRole) -> bool:
    """Whether the cluster lives on the principal of a grant already, so that its rights can't wait for a person."""
    cluster, principal = situation.cluster, grant.principal
    if not isinstance(principal, IdentityNamed):
        return True
    kubelet = cluster.kubelet.resource_id if cluster.kubelet else None
    return principal.id == kubelet or cluster.identity == UserAssigned(identity_id=principal.id)


def _can_be_made(situation: Situation, grant: AssignRole) -> bool:
    return is_allowed(grant, situation) and narrowed(grant, situation.surroundings.held_by(grant.principal)) is None


def _harmless(found: Plan, prepare: Iterable[Step]) -> tuple[Step, ...]:
    """Of a blocked plan: the identity that a person must see before a vault's access policy can name it."""
    blocking = {finding.code for finding in found.findings if finding.severity is Severity.BLOCKS}
    return (
        tuple(step for step in prepare if isinstance(step, CreateIdentity)) if blocking == {_WAITS_FOR_IDENTITY} else ()
    )


def _plan(situation: Situation, findings: tuple[Finding, ...]) -> Plan:
    return Plan(
        cluster_id=situation.cluster.id,
        identity=situation.cluster.identity.describe(),
        findings=tuple(dict.fromkeys(findings)),
        verdicts=situation.change.verdicts,
    )


def _await_operation(cluster: Cluster) -> tuple[Step, ...]:
    if cluster.idle:
        return ()
    return (AwaitOperation(cluster_id=cluster.id, operation=cluster.operation),)
