"""`fleet-identity migrate`: shows what a migration would do, or does it."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Literal

from cyclopts import Parameter
from rich.console import Console

from cli.exit_status import UsageError, exit_status
from cli.help_groups import HOW, RESULT, WHICH, Apply, Many
from cli.prefect_profile import apply_prefect_profile, prefect_api
from cli.prefect_run import run_flow
from cli.target_options import AS_DOCUMENTED, TargetOptions
from fleet_identity.errors import NeedsHumanError
from fleet_identity.fleet.spec import FleetSpec, Group, Stage, Strategy
from fleet_identity.fleet.spec_file import SpecError, read_spec
from fleet_identity.lifecycle import lifecycle_of
from fleet_identity.outcome import Outcome, State
from fleet_identity.report.document import fleet_document
from fleet_identity.report.words import by_state
from fleet_identity.resource_id import parse_cluster_id
from fleet_identity.scope import Scope
from fleet_identity.settings import Settings

_AT_A_TIME, _FAILURES = "5", "100%"
BY_FILE = "--fleet FILE says all of this itself"


def migrate(
    *,
    fleet: Annotated[Path | None, Parameter(group=WHICH)] = None,
    cluster: Many = (),
    subscription: Many = (),
    options: TargetOptions = AS_DOCUMENTED,
    max_concurrency: Annotated[str, Parameter(group=HOW)] = _AT_A_TIME,
    max_allowed_failures: Annotated[str, Parameter(group=HOW)] = _FAILURES,
    apply: Apply = False,
    prepare_only: Apply = False,
    output: Annotated[Literal["table", "json", "html"], Parameter(group=RESULT)] = "table",
) -> int:
    """Move AKS clusters from service principals, or other identities, to managed identities.

    Without --apply nothing is changed: the plan is shown, step by step. A run may be stopped at any
    moment and started again; it goes on from what it finds in Azure. It never switches a cluster before the
    roles of its new identity are an hour old (--grant-age), and never deletes anything. A switch has no way back: try
    one cluster first.

    For example:

        fleet-identity migrate --subscription <id>
        fleet-identity migrate --cluster <resource id> --apply
        fleet-identity migrate --fleet fleet.yaml --apply --output html > run.html

    The last makes one file that can be sent around: what became of each cluster, and a picture of the run.

    Exit status: 0 all done, waiting or planned; 1 something failed; 2 bad usage; 3 a person must act;
    130 stopped by Ctrl-C.

    Args:
        fleet: A fleet spec, which says all of this in a file, with stages and gates (`fleet-identity validate`).
        cluster: Resource id of a cluster; may be given again.
        subscription: Id of a subscription, all of whose clusters are meant; may be given again.
        options: What the clusters shall run on.
        max_concurrency: How many clusters may be changed at the same time: a whole number, or a percentage such as 5%.
        max_allowed_failures: More failures than these, a whole number or a percentage, hold back what has not begun.
        apply: Carry the plan out.
        prepare_only: With --apply: make identities and grants, which disturb nobody, touch no cluster, and end.
        output: A table for people, one JSON document, or one HTML file.
    """
    check_ids(cluster)
    spec = _spec(fleet, cluster, subscription, options, max_concurrency, max_allowed_failures)
    if output == "html":
        return _as_page(spec, apply=apply, prepare_only=prepare_only)
    outcomes = run_fleet(spec, apply=apply, prepare_only=prepare_only)
    show(outcomes, output=output, apply=apply)
    return exit_status(outcomes)


def _as_page(spec: FleetSpec, *, apply: bool, prepare_only: bool) -> int:
    apply_prefect_profile()  # before Prefect is imported
    from tasks.publish import keeping

    with keeping() as pages:
        outcomes = run_fleet(spec, apply=apply, prepare_only=prepare_only)
    by_workers = spec.strategy.dispatch == "work_pool"
    print(_page(outcomes, apply=apply, by_workers=by_workers, rollout=pages.get("rollout", "")))
    return exit_status(outcomes)


def _page(outcomes: list[Outcome], *, apply: bool, by_workers: bool, rollout: str) -> str:
    from fleet_identity.report.run_html import Run, run_html

    settings = Settings()
    return run_html(
        Run(
            outcomes=outcomes,
            applied=apply,
            ended_at=datetime.now(UTC),
            pace=settings.pace,
            portal=settings.portal_endpoint,
            by_workers=apply and by_workers,
            rollout=rollout,
        )
    )


def _spec(  # noqa: PLR0917 - the options of one command
    fleet: Path | None,
    clusters: tuple[str, ...],
    subscriptions: tuple[str, ...],
    options: TargetOptions,
    max_concurrency: str,
    max_allowed_failures: str,
) -> FleetSpec:
    if fleet is not None:
        amounts = (max_concurrency, max_allowed_failures)
        if clusters or subscriptions or options != AS_DOCUMENTED or amounts != (_AT_A_TIME, _FAILURES):
            raise UsageError(
                f"{BY_FILE}: leave --subscription, --cluster, the options of the target, --max-concurrency and "
                "--max-allowed-failures away."
            )
        return read_fleet(fleet)
    if not clusters and not subscriptions:
        raise UsageError("Say what to migrate: --fleet FILE, --cluster ID or --subscription ID.")
    if max_concurrency.strip("0") in {"", "%"}:
        raise UsageError("--max-concurrency must be at least 1: a whole number, or a percentage such as 5%.")
    group = Group(
        name="everything", rest=True, max_concurrency=max_concurrency, max_allowed_failures=max_allowed_failures
    )
    stage = Stage(name="all", groups=(group,), max_concurrency="100%", max_allowed_failures="100%")
    return FleetSpec(
        scope=Scope(clusters=clusters, subscriptions=subscriptions),
        target=options.target(),
        strategy=Strategy(stages=(stage,), waiting_passes=True),
    )


def read_fleet(fleet: Path) -> FleetSpec:
    """Read a fleet spec; what is wrong with it is told line by line."""
    try:
        return read_spec(fleet)
    except SpecError as error:
        raise UsageError(str(error)) from error


def check_ids(clusters: tuple[str, ...]) -> None:
    """Refuse what is not the id of a cluster before anything is started."""
    for text in clusters:
        try:
            parse_cluster_id(text)
        except NeedsHumanError as error:
            raise UsageError(str(error)) from error


def run_fleet(spec: FleetSpec, *, apply: bool, prepare_only: bool = False) -> list[Outcome]:
    """Run the flow in this process."""
    if apply and not prepare_only and spec.has_approvals and not prefect_api():
        raise UsageError(
            "An Approval is answered through a Prefect server: set PREFECT_API_URL (`prefect server start`)."
        )

    async def start() -> list[Outcome]:
        from flows.migrate_fleet import migrate_fleet
        from tasks.conclude import outcomes_of, state_of

        run = migrate_fleet(fleet=spec, dry_run=not apply, prepare_only=prepare_only, return_state=True)
        return await outcomes_of(await state_of(run))

    return run_flow(start)


def show(outcomes: list[Outcome], *, output: Literal["table", "json"], apply: bool) -> None:
    """Print what the run came to."""
    from cli.render import show_fleet, show_plans

    if output == "json":
        print(json.dumps(fleet_document(outcomes), indent=2))
        return
    console = Console()
    planned = not apply and any(line.when == "now" for outcome in outcomes for line in outcome.plan)
    if not apply:
        show_plans(console, [outcome for outcome in outcomes if outcome.plan])
    show_fleet(console, outcomes)
    if apply and outcomes:
        console.print(f"The run is {lifecycle_of(outcomes)}. Its outcome: {by_state(outcomes)}.", highlight=False)
    if planned:
        told = f"This was a dry run: nothing was changed. {by_state(outcomes)}. Add --apply to carry the plan out."
        console.print(told, highlight=False)
    if any(outcome.state is State.PREPARED for outcome in outcomes):
        console.print("No cluster was touched. Start again without --prepare-only; undo-preparation takes it back.")
