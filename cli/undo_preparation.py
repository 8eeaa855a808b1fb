"""`fleet-identity undo-preparation`: takes back what was prepared, where nobody uses it."""

import json
from pathlib import Path
from typing import Annotated, Literal

from cyclopts import Parameter
from rich.console import Console

from cli.exit_status import UsageError, exit_status
from cli.help_groups import RESULT, WHICH, Apply, Many
from cli.migrate import BY_FILE, check_ids, read_fleet
from cli.prefect_run import run_flow
from cli.target_options import AS_DOCUMENTED, TargetOptions
from fleet_identity.fleet.spec import FleetSpec
from fleet_identity.outcome import Outcome
from fleet_identity.report.document import fleet_document
from fleet_identity.scope import Scope


def undo_preparation(
    *,
    fleet: Annotated[Path | None, Parameter(group=WHICH)] = None,
    cluster: Many = (),
    subscription: Many = (),
    options: TargetOptions = AS_DOCUMENTED,
    apply: Apply = False,
    output: Annotated[Literal["table", "json"], Parameter(group=RESULT)] = "table",
) -> int:
    """Delete the identities and grants that a preparation has made for clusters, where nobody uses them.

    Without --apply nothing is deleted: what would be is shown, and what stays, and why. Name the clusters and their
    identities as they were named when they were prepared. A run may be stopped at any moment and started again.
    It never deletes what this product has not made, nor anything of a cluster that has begun its migration.

    For example:

        fleet-identity undo-preparation --fleet fleet.yaml
        fleet-identity undo-preparation --fleet fleet.yaml --apply

    Exit status: 0 all done, nothing to do, or shown; 1 something failed; 2 bad usage; 3 a person must act;
    130 stopped by Ctrl-C.

    Args:
        fleet: The fleet spec by which they were prepared.
        cluster: Resource id of a cluster; may be given again.
        subscription: Id of a subscription, all of whose clusters are meant; may be given again.
        options: What the clusters were to run on.
        apply: Delete what is shown.
        output: A table for people, or one JSON document.
    """
    check_ids(cluster)
    outcomes = _run(_spec(fleet, cluster, subscription, options), apply=apply)
    _show(outcomes, output=output, apply=apply)
    return exit_status(outcomes)


def _spec(
    fleet: Path | None, clusters: tuple[str, ...], subscriptions: tuple[str, ...], options: TargetOptions
) -> FleetSpec:
    if fleet is None and not clusters and not subscriptions:
        raise UsageError("Say what to take back: --fleet FILE, --cluster ID or --subscription ID.")
    if fleet is None:
        return FleetSpec(scope=Scope(clusters=clusters, subscriptions=subscriptions), target=options.target())
    if clusters or subscriptions or options != AS_DOCUMENTED:
        raise UsageError(f"{BY_FILE}: leave --subscription, --cluster and the options of the target away.")
    return read_fleet(fleet)


def _run(spec: FleetSpec, *, apply: bool) -> list[Outcome]:
    async def start() -> list[Outcome]:
        from flows.undo_preparation import undo_preparation as flow
        from tasks.conclude import outcomes_of, state_of

        return await outcomes_of(await state_of(flow(fleet=spec, dry_run=not apply, return_state=True)))

    return run_flow(start)


def _show(outcomes: list[Outcome], *, output: Literal["table", "json"], apply: bool) -> None:
    from cli.render import show_fleet, show_plans

    if output == "json":
        print(json.dumps(fleet_document(outcomes), indent=2))
        return
    console = Console()
    show_plans(console, outcomes)
    if apply:
        show_fleet(console, outcomes)
    elif any(line.when == "now" for outcome in outcomes for line in outcome.plan):
        console.print("This was a dry run: nothing was deleted. Add --apply to delete what is listed under now.")
