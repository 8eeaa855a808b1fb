"""`fleet-identity migrate`: shows what a migration would do, or does it."""

import json
from typing import Annotated, Literal

from cyclopts import Parameter
from rich.console import Console

from cli.exit_status import UsageError, exit_status
from cli.prefect_run import run_flow
from cli.target_options import AS_DOCUMENTED, TargetOptions
from fleet_identity.errors import NeedsHumanError
from fleet_identity.outcome import Outcome
from fleet_identity.report.document import fleet_document
from fleet_identity.resource_id import parse_cluster_id
from fleet_identity.target import Target


def migrate(
    *,
    cluster: Annotated[tuple[str, ...], Parameter(negative=())] = (),
    subscription: Annotated[tuple[str, ...], Parameter(negative=())] = (),
    options: TargetOptions = AS_DOCUMENTED,
    max_concurrency: int = 5,
    apply: Annotated[bool, Parameter(negative=())] = False,
    output: Literal["table", "json"] = "table",
) -> int:
    """Move AKS clusters from service principals, or other identities, to managed identities.

    Without --apply nothing is changed: the plan is shown, step by step. A run may be stopped at any
    moment and started again; it goes on from what it finds in Azure.

    Exit status: 0 all done, waiting or planned; 1 something failed; 2 bad usage; 3 a person must act;
    130 stopped by Ctrl-C.

    Args:
        cluster: Resource id of a cluster; may be given again.
        subscription: Id of a subscription, all of whose clusters are meant; may be given again.
        options: What the clusters shall run on.
        max_concurrency: How many clusters may be changed at the same time.
        apply: Carry the plan out.
        output: A table for people, or one JSON document.
    """
    _check(cluster, subscription, max_concurrency)
    outcomes = run_fleet(
        clusters=cluster,
        subscriptions=subscription,
        target=options.target(),
        max_concurrency=max_concurrency,
        apply=apply,
    )
    show(outcomes, output=output, apply=apply)
    return exit_status(outcomes)


def _check(clusters: tuple[str, ...], subscriptions: tuple[str, ...], max_concurrency: int) -> None:
    if not clusters and not subscriptions:
        raise UsageError("Say what to migrate: --cluster ID or --subscription ID.")
    if max_concurrency < 1:
        raise UsageError("--max-concurrency must be at least 1.")
    check_ids(clusters)


def check_ids(clusters: tuple[str, ...]) -> None:
    """Refuse what is not the id of a cluster before anything is started."""
    for text in clusters:
        try:
            parse_cluster_id(text)
        except NeedsHumanError as error:
            raise UsageError(str(error)) from error


def run_fleet(
    *,
    clusters: tuple[str, ...],
    subscriptions: tuple[str, ...],
    target: Target,
    max_concurrency: int,
    apply: bool,
) -> list[Outcome]:
    """Run the flow in this process."""

    async def start() -> list[Outcome]:
        from flows.migrate_fleet import migrate_fleet
        from tasks.conclude import outcomes_of, state_of

        run = migrate_fleet(clusters, subscriptions, target, max_concurrency, dry_run=not apply, return_state=True)
        return await outcomes_of(await state_of(run))

    return run_flow(start)


def show(outcomes: list[Outcome], *, output: Literal["table", "json"], apply: bool) -> None:
    """Print what the run came to."""
    from cli.render import show_fleet, show_plans

    if output == "json":
        print(json.dumps(fleet_document(outcomes), indent=2))
        return
    console = Console()
    if not apply:
        show_plans(console, outcomes)
    show_fleet(console, outcomes)
    if not apply:
        console.print("This was a dry run: nothing was changed. Add --apply to carry the plan out.")
