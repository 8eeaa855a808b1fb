"""Assesses a fleet, and changes nothing: what it runs on, what the target would change, what is in the way."""

import asyncio
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from fleet_identity.allow_list import AllowList
from fleet_identity.change import change
from fleet_identity.cluster import Cluster, ServicePrincipal
from fleet_identity.errors import NeedsHumanError
from fleet_identity.estimate import Estimate, estimate
from fleet_identity.findings.secret import SOON
from fleet_identity.findings.unreadable import concerns_one, unreadable
from fleet_identity.gateway.protocols import AzureReader
from fleet_identity.observe import observe
from fleet_identity.plan import Plan
from fleet_identity.planner import plan
from fleet_identity.resource_id import parse_cluster_id
from fleet_identity.scope import Scope
from fleet_identity.steps import ReimagePool
from fleet_identity.surroundings import Surroundings
from fleet_identity.target import Target
from fleet_identity.uses import Use, uses

_LATER = timedelta(days=90)


class Urgency(StrEnum):
    """How soon a cluster should leave its service principal, by the end of its secret."""

    OVERDUE = "overdue"
    """Every secret has expired."""
    URGENT = "urgent"
    """The last secret ends within 30 days."""
    SOON = "soon"
    """Within 90 days."""
    LATER = "later"
    UNKNOWN = "unknown"
    """It lives on a secret whose end can't be read."""
    NONE = "none"
    """It lives on no secret."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Assessed:
    """One cluster as it stands before the target."""

    cluster: Cluster
    plan: Plan
    uses: tuple[Use, ...]
    observed_at: datetime
    """ARM's clock, UTC."""
    secret_ends: datetime | None
    urgency: Urgency
    estimate: Estimate

    @property
    def image_is_there(self) -> bool:
        """Whether its control plane has switched, and a pool that owes a roll can be brought to a newer node image."""
        # before the switch a plan has its rolls under `later`
        return bool(self.plan.of(ReimagePool))


async def assess(
    azure: AzureReader, scope: Scope, target: Target, allow: AllowList, *, may_be_gone: bool = False
) -> tuple[Assessed, ...]:
    """Assess all clusters that are meant: the most urgent first, then by id."""
    members = await members_of(azure, scope, may_be_gone=may_be_gone)
    found = await asyncio.gather(*(_assess(azure, member, target, allow) for member in members))
    order = list(Urgency)
    return tuple(
        sorted(found, key=lambda one: (order.index(one.urgency), one.secret_ends or _NEVER, one.cluster.id.key))
    )


async def members_of(azure: AzureReader, scope: Scope, *, may_be_gone: bool = False) -> tuple[Cluster, ...]:
    """List the clusters that are meant; one that was named and is not there is an error, unless it `may_be_gone`."""
    named = [parse_cluster_id(text) for text in scope.clusters]
    subscriptions = (
        sorted({one.subscription.lower() for one in named}) or scope.subscriptions or await azure.subscriptions()
    )
    listed = await asyncio.gather(*map(azure.clusters, subscriptions))
    members = {cluster.id: cluster for clusters in listed for cluster in clusters if scope.contains(cluster)}
    if not may_be_gone and (missing := [one for one in named if one not in members]):
        raise NeedsHumanError(f"There is no cluster {missing[0]}, or it may not be read: check its id.")
    return tuple(members.values())


async def _assess(azure: AzureReader, cluster: Cluster, target: Target, allow: AllowList) -> Assessed:
    try:
        around = await observe(azure, cluster, target)
    except NeedsHumanError as refused:
        if not concerns_one(refused):
            raise
        around = Surroundings(observed_at=azure.observed_at())
        planned = _unplanned(cluster, target, refused)
    else:
        planned = plan(cluster, around, target, allow)
    ends = around.secret_end
    return Assessed(
        cluster=cluster,
        plan=planned,
        uses=uses(cluster),
        observed_at=around.observed_at,
        secret_ends=ends,
        urgency=_urgency(cluster, target, ends, around.observed_at),
        estimate=estimate(planned, cluster),
    )


def _unplanned(cluster: Cluster, target: Target, refused: NeedsHumanError) -> Plan:
    """Of a cluster whose surroundings may not be read: nothing to do but what a person must."""
    return Plan(
        cluster_id=cluster.id,
        identity=cluster.identity.describe(),
        findings=(unreadable(refused),),
        verdicts=change(cluster, target).verdicts,
    )


def _urgency(cluster: Cluster, target: Target, ends: datetime | None, now: datetime) -> Urgency:
    difference = change(cluster, target)
    record = difference.record
    lives_on_secret = isinstance(cluster.identity, ServicePrincipal) or (
        record is not None and record.client_id is not None and bool(difference.owed)
    )
    if not lives_on_secret:
        return Urgency.NONE
    if ends is None:
        return Urgency.UNKNOWN
    limits = ((timedelta(0), Urgency.OVERDUE), (SOON, Urgency.URGENT), (_LATER, Urgency.SOON))
    return next((urgency for limit, urgency in limits if ends - now <= limit), Urgency.LATER)


_NEVER = datetime.max.replace(tzinfo=UTC)
