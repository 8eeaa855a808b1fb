"""Assesses a fleet: reads only."""

from prefect import task

from fleet_identity import assessment
from fleet_identity.assessment import Assessed
from fleet_identity.scope import Scope
from fleet_identity.target import Target
from tasks.retry_policy import READS
from tasks.session import current


@task(name="assess", **READS)
async def assess(scope: Scope, target: Target, *, may_be_gone: bool = False) -> tuple[Assessed, ...]:
    """Read every cluster that is meant and what is around it, from as few lists as there can be."""
    return await assessment.assess(current().inventory(), scope, target, current().allow, may_be_gone=may_be_gone)
