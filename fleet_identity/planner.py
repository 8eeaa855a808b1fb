"""Plans the move of one cluster from one observation. Pure: no input, no output, no clock.

Principal ids and the kubelet identity do not exist when a migration starts, so no single plan can drive all
of it. Three observations carry a whole migration; the last, with nothing in `now`, ends it.
"""

from fleet_identity.cluster import Cluster, ServicePrincipal
from fleet_identity.findings import Finding
from fleet_identity.grants import missing
from fleet_identity.network_grants import demands, network_grants, roles_not_copied
from fleet_identity.node_rolls import await_propagation, node_steps, waiting_pools
from fleet_identity.obstacles import obstacles
from fleet_identity.plan import Plan
from fleet_identity.pull_grants import pull_findings, pull_grants
from fleet_identity.record import unpack
from fleet_identity.risks import kubelet_missing, other_identity, principal_unknown, pull_gap
from fleet_identity.steps import AwaitOperation, CreateIdentity, IdentityNamed, SwitchIdentity
from fleet_identity.surroundings import Surroundings
from fleet_identity.target import Target
from fleet_identity.verdict import verdicts


def plan(cluster: Cluster, surroundings: Surroundings, target: Target) -> Plan:
    """Plan what brings this cluster to its managed identities, as far as this observation reaches."""
    if isinstance(cluster.identity, ServicePrincipal):
        return _plan_switch(cluster, surroundings, target)
    return _plan_nodes(cluster, surroundings, target)


def _plan_switch(cluster: Cluster, surroundings: Surroundings, target: Target) -> Plan:
    identity = target.identity_for(cluster.id)
    networks = network_grants(cluster, surroundings, IdentityNamed(id=identity))
    pulls = pull_grants(cluster, surroundings, target)
    principal = surroundings.identity.principal_id if surroundings.identity else None
    switch = SwitchIdentity(
        cluster_id=cluster.id,
        identity_id=identity,
        references=frozenset(demands(cluster, surroundings)),
        tag_prefix=target.tag_prefix,
    )
    return Plan(
        cluster_id=cluster.id,
        identity=cluster.identity.describe(),
        findings=(
            *principal_unknown(surroundings, target),
            *obstacles(cluster, surroundings, target, tuple(grant.scope for grant in (*networks, *pulls))),
            *pull_findings(surroundings, target),
            *roles_not_copied(surroundings),
            *pull_gap(cluster, pulls),
        ),
        now=(
            *(() if surroundings.identity else (CreateIdentity(id=identity, location=cluster.location),)),
            *missing(networks, surroundings.held_by(principal)),
            *await_propagation(networks, surroundings, principal, target),
            *_await_operation(cluster),
            *(() if _await_operation(cluster) else (switch,)),
        ),
        later=(
            *((switch,) if _await_operation(cluster) else ()),
            *node_steps(cluster, surroundings, target, None),
        ),
        waiting=waiting_pools(cluster, surroundings, None),
        verdicts=verdicts(cluster, None),
    )


def _plan_nodes(cluster: Cluster, surroundings: Surroundings, target: Target) -> Plan:
    record = unpack(cluster.tags, target.tag_prefix)
    steps = node_steps(cluster, surroundings, target, record)
    busy = _await_operation(cluster)
    findings = (
        *other_identity(cluster, target),
        *(_unfinished(cluster, surroundings, target) if steps else ()),
    )
    return Plan(
        cluster_id=cluster.id,
        identity=cluster.identity.describe(),
        findings=findings,
        now=busy or steps,
        later=steps if busy else (),
        waiting=waiting_pools(cluster, surroundings, record),
        verdicts=verdicts(cluster, record),
    )


def _await_operation(cluster: Cluster) -> tuple[AwaitOperation, ...]:
    if cluster.idle:
        return ()
    return (AwaitOperation(cluster_id=cluster.id, operation=cluster.operation),)


def _unfinished(cluster: Cluster, surroundings: Surroundings, target: Target) -> tuple[Finding, ...]:
    pulls = tuple(grant.scope for grant in pull_grants(cluster, surroundings, target))
    return (
        *principal_unknown(surroundings, target),
        *obstacles(cluster, surroundings, target, pulls),
        *pull_findings(surroundings, target),
        *kubelet_missing(cluster),
    )
