"""Assesses a fleet, and changes nothing: what it runs on, what would change, what is in the way."""

import logging

from prefect import flow

from fleet_identity.assessment import Assessed
from fleet_identity.errors import FleetIdentityError
from fleet_identity.report.artifact_key import artifact_key
from fleet_identity.report.assessment import assessment_document
from fleet_identity.report.assessment_pages import cluster_page, fleet_summary, fleet_table
from fleet_identity.report.assessment_words import counted
from fleet_identity.scope import Scope
from fleet_identity.target import Target
from tasks.assess import assess
from tasks.conclude import conclude_assessment, conclude_early
from tasks.publish import publish, publish_pages, publish_table
from tasks.session import session

_log = logging.getLogger(__name__)


@flow(name="assess-fleet", persist_result=False)
async def assess_fleet(scope: Scope = Scope(), target: Target = Target(), pages: bool = True) -> tuple[Assessed, ...]:
    """Tell what each AKS cluster runs on, what the target would change, what blocks it, and how urgent it is.

    Reads only. The result is a table of the fleet and a page for each cluster.

    Args:
        scope: Which clusters; without any condition, all that the credential sees.
        target: The identities that clusters shall run on.
        pages: Publish a page for each cluster as well, not the table alone.
    """
    async with session():
        try:
            assessed = await assess(scope, target)
        except FleetIdentityError as error:
            return conclude_early(error)
    document = assessment_document(assessed)
    _log.info("%s assessed.", counted(len(assessed)))
    await publish(fleet_summary(document), key="assessment", description="The fleet in short")
    await publish_table(fleet_table(document), key="assessment-clusters", description="The fleet, cluster by cluster")
    if pages:
        await publish_pages(
            (artifact_key("assessment", cluster["id"]), f"Cluster {cluster['name']}", cluster_page(cluster))
            for cluster in document["clusters"]
        )
    return conclude_assessment(assessed)
