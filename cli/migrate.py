"""`fleet-identity migrate`: shows what a migration would do, or does it."""

import asyncio
import json
from typing import Annotated, Literal

from cyclopts import Parameter
from rich.console import Console

from cli.exit_status import UsageError, exit_status
from cli.prefect_profile import apply_prefect_profile
from fleet_identity.clock import PacedClock
from fleet_identity.errors import NeedsHumanError, TransientError
from fleet_identity.outcome import Outcome
from fleet_identity.report.document import fleet_document
from fleet_identity.resource_id import parse_cluster_id
from fleet_identity.settings import Settings
from fleet_identity.target import Target


def migrate(
    *,
    cluster: Annotated[tuple[str, ...], Parameter(negative=())] = (),
    subscription: Annotated[tuple[str, ...], Parameter(negative=())] = (),
    registry: Annotated[tuple[str, ...], Parameter(negative=())] = (),
    no_registries: Annotated[bool, Parameter(negative=())] = False,
    accept_unknown: Annotated[bool, Parameter(negative=())] = False,
    identity_name: str = "id-{cluster}",
    identity_resource_group: str | None = None,
    grant_age: float = 60,
    max_concurrency: int = 5,
    apply: Annotated[bool, Parameter(negative=())] = False,
    output: Literal["table", "json"] = "table",
) -> int:
    """Move AKS clusters from service principals to user-assigned managed identities.

    Without --apply nothing is changed: the plan is shown, step by step. A run may be stopped at any
    moment and started again; it goes on from what it finds in Azure.

    Exit status: 0 all done, waiting or planned; 1 something failed; 2 bad usage; 3 a person must act;
    130 stopped by Ctrl-C.

    Args:
        cluster: Resource id of a cluster; may be given again.
        subscription: Id of a subscription, all of whose clusters are meant; may be given again.
        registry: Resource id of a registry that nodes pull from, beside those on which the service principal
            holds a pull role; may be given again.
        no_registries: Say that nodes pull from no others than those.
        accept_unknown: Take clusters on their identity as done although the record of their switch is gone.
        identity_name: Name of each cluster's identity; {cluster} stands for the cluster's name.
        identity_resource_group: Resource group of the identities; without, the cluster's own.
        grant_age: Minutes after which a grant is relied on. Azure documents up to 60; less is at your risk.
        max_concurrency: How many clusters may be changed at the same time.
        apply: Carry the plan out.
        output: A table for people, or one JSON document.
    """
    _check(cluster, subscription, max_concurrency)
    if registry and no_registries:
        raise UsageError("Say either --registry or --no-registries.")
    target = Target(
        identity_name=identity_name,
        identity_resource_group=identity_resource_group,
        registries=() if no_registries else registry or None,
        accept_unknown=accept_unknown,
        minimum_grant_age_minutes=grant_age,
    )
    outcomes = run_fleet(
        clusters=cluster,
        subscriptions=subscription,
        target=target,
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
    """Run the flow in this process, on Prefect's own server unless PREFECT_API_URL names another."""
    apply_prefect_profile()
    from cli.progress import show_progress
    from flows.migrate_fleet import migrate_fleet
    from tasks.conclude import outcomes_of, state_of

    async def run() -> list[Outcome]:
        show_progress(Console(stderr=True), PacedClock(Settings().pace))
        run = migrate_fleet(clusters, subscriptions, target, max_concurrency, dry_run=not apply, return_state=True)
        return await outcomes_of(await state_of(run))

    try:
        return asyncio.run(run())
    except RuntimeError as error:
        if "reach API" not in str(error):
            raise
        raise TransientError("Prefect's server can't be reached: check PREFECT_API_URL, or unset it.") from error


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
