"""`fleet-identity assess`: what a fleet runs on, what would change, and what is in the way."""

import json
from datetime import UTC, datetime
from typing import Annotated, Any, Literal

from cyclopts import Parameter
from rich.console import Console

from cli.exit_status import ExitStatus
from cli.help_groups import RESULT, Many
from cli.migrate import check_ids
from cli.prefect_run import run_flow
from cli.target_options import AS_DOCUMENTED, TargetOptions
from fleet_identity.assessment import Assessed
from fleet_identity.report.assessment import assessment_document
from fleet_identity.scope import Scope


def assess(
    *,
    subscription: Many = (),
    resource_group: Many = (),
    tag: Many = (),
    cluster: Many = (),
    options: TargetOptions = AS_DOCUMENTED,
    output: Annotated[Literal["table", "json", "csv", "html"], Parameter(group=RESULT)] = "table",
) -> int:
    """Tell what each AKS cluster runs on, what the target would change, what blocks it, and how urgent it is.

    It reads, and never changes anything. Without any condition all clusters that the credential sees are meant.

    For example:

        fleet-identity assess
        fleet-identity assess --subscription <id> --tag env=prod
        fleet-identity assess --output html > fleet.html

    The last makes one file that can be sent around.

    Exit status: 0 assessed, whatever was found; 1 something failed; 2 bad usage; 3 a person must act, for Azure could
    not be read; 130 stopped by Ctrl-C.

    Args:
        subscription: Id of a subscription; may be given again.
        resource_group: Name of a resource group that clusters are in; may be given again.
        tag: Tag that clusters carry, as name=value, or name for any value; may be given again.
        cluster: Resource id of a cluster, instead of the above; may be given again.
        options: What the clusters shall run on.
        output: A table for people, one JSON document, CSV, or one HTML file.
    """
    check_ids(cluster)
    scope = Scope(subscriptions=subscription, resource_groups=resource_group, tags=tag, clusters=cluster)
    target = options.target()

    async def start() -> tuple[Assessed, ...]:
        from flows.assess_fleet import assess_fleet

        return await assess_fleet(scope, target, pages=False)

    _show(assessment_document(run_flow(start)), output, scope)
    return ExitStatus.DONE


def _show(document: dict[str, Any], output: str, scope: Scope) -> None:
    match output:
        case "json":
            print(json.dumps(document, indent=2))
        case "csv":
            from fleet_identity.report.assessment_csv import assessment_csv

            print(assessment_csv(document), end="")
        case "html":
            from fleet_identity.report.assessment_html import assessment_html

            observed = document["observed_at"]
            at = datetime.fromisoformat(observed) if observed else datetime.now(UTC)
            print(assessment_html(document, assessed_at=at))
        case _:
            from cli.render_assessment import show_assessment

            show_assessment(Console(), document, scope)
