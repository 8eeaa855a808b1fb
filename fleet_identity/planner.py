"""Plans the move of one cluster from one observation. Pure: no input, no output, no clock.

Principal ids and the kubelet identity do not exist when a migration starts, so no single plan can drive all
of it. Three observations carry a whole migration; the last, with nothing in `now`, ends it.
"""

from dataclasses import replace

from fleet_identity.cluster import Cluster, ServicePrincipal, UnknownIdentity
from fleet_identity.findings import Finding
from fleet_identity.grants import await_propagation, missing
from fleet_identity.network_grants import demands, network_grants
from fleet_identity.node_rolls import node_steps, pools_on_old_principal, waiting_pools
from fleet_identity.obstacles import node_obstacles, switch_obstacles
from fleet_identity.plan import Plan
from fleet_identity.pull_grants import pull_grants
from fleet_identity.record import SwitchRecord, unpack
from fleet_identity.risks import kubelet_missing, other_identity, pull_gap, unknown_identity
from fleet_identity.role_findings import role_findings
from fleet_identity.steps import AssignRole, AwaitOperation, CreateIdentity, IdentityNamed, Step, SwitchIdentity
from fleet_identity.surroundings import Surroundings
from fleet_identity.target import Target
from fleet_identity.verdict import verdicts


def plan(cluster: Cluster, surroundings: Surroundings, target: Target) -> Plan:
    """Plan what brings this cluster to its managed identities, as far as this observation reaches."""
    match cluster.identity:
        case UnknownIdentity() as identity:
            return _plan(cluster, (unknown_identity(identity),))
        case ServicePrincipal():
            return _plan_switch(cluster, surroundings, target)
        case _:
            return _plan_nodes(cluster, surroundings, target)


def _plan_switch(cluster: Cluster, surroundings: Surroundings, target: Target) -> Plan:
    identity = target.identity_for(cluster.id)
    networks = network_grants(cluster, surroundings, IdentityNamed(id=identity))
    pulls = pull_grants(cluster, surroundings, target)
    findings = (
        *switch_obstacles(cluster, surroundings, target, tuple(grant.scope for grant in (*networks, *pulls))),
        *role_findings(surroundings, target),
        *pull_gap(cluster, pulls),
    )
    prepare = (
        *(() if surroundings.identity else (CreateIdentity(id=identity, location=cluster.location),)),
        *missing(networks, surroundings.held_by_identity),
        *await_propagation(networks, surroundings.held_by_identity, target.minimum_grant_age, surroundings.observed_at),
    )
    switch = SwitchIdentity(
        cluster_id=cluster.id,
        identity_id=identity,
        references=frozenset(demands(cluster, surroundings)),
        grants=networks,
        minimum_age=target.minimum_grant_age,
        tag_prefix=target.tag_prefix,
    )
    after = node_steps(cluster, surroundings, target, None)
    found = replace(_plan(cluster, findings), waiting=waiting_pools(cluster, surroundings, None))
    if found.blocked:
        return replace(found, later=(*prepare, switch, *after))
    if busy := _await_operation(cluster):
        return replace(found, now=(*prepare, *busy), later=(switch, *after))
    return replace(found, now=(*prepare, switch), later=after)


def _plan_nodes(cluster: Cluster, surroundings: Surroundings, target: Target) -> Plan:
    record = unpack(cluster.tags, target.tag_prefix)
    findings = (
        *other_identity(cluster, record, target),
        *_unfinished(cluster, surroundings, target, record),
    )
    steps = node_steps(cluster, surroundings, target, record)
    busy = _await_operation(cluster)
    found = replace(_plan(cluster, findings, record), waiting=waiting_pools(cluster, surroundings, record))
    if not found.blocked and not busy:
        return replace(found, now=steps)
    # a pull role disturbs nobody and may be needed any moment: a node that scales up already asks for it
    grants = tuple(step for step in steps if isinstance(step, AssignRole) and cluster.kubelet)
    rest = tuple(step for step in steps if step not in grants)
    return replace(found, now=(*grants, *(() if found.blocked else busy)), later=rest)


def _plan(cluster: Cluster, findings: tuple[Finding, ...], record: SwitchRecord | None = None) -> Plan:
    return Plan(
        cluster_id=cluster.id,
        identity=cluster.identity.describe(),
        findings=findings,
        verdicts=verdicts(cluster, record),
    )


def _await_operation(cluster: Cluster) -> tuple[Step, ...]:
    if cluster.idle:
        return ()
    return (AwaitOperation(cluster_id=cluster.id, operation=cluster.operation),)


def _unfinished(
    cluster: Cluster, surroundings: Surroundings, target: Target, record: SwitchRecord | None
) -> tuple[Finding, ...]:
    if not pools_on_old_principal(cluster, record):
        return ()
    pulls = tuple(grant.scope for grant in pull_grants(cluster, surroundings, target))
    return (
        *node_obstacles(cluster, surroundings, pulls),
        *role_findings(surroundings, target),
        *kubelet_missing(cluster),
    )
