"""`fleet-identity create`: a new cluster on managed identities."""

from typing import Annotated, Literal

from cyclopts import Parameter

from cli.exit_status import exit_status
from cli.migrate import check_ids, show
from cli.prefect_run import run_flow
from cli.target_options import NEW_AS_DOCUMENTED, IdentityOptions
from fleet_identity.new_cluster import NewCluster, NewPool
from fleet_identity.outcome import Outcome


def create(
    *,
    cluster: str,
    location: str,
    kubernetes_version: str | None = None,
    nodes: int = 3,
    vm_size: str = "Standard_D4s_v5",
    subnet: str | None = None,
    outbound: Literal["loadBalancer", "userDefinedRouting", "userAssignedNATGateway"] = "loadBalancer",
    options: IdentityOptions = NEW_AS_DOCUMENTED,
    apply: Annotated[bool, Parameter(negative=())] = False,
    output: Literal["table", "json"] = "table",
) -> int:
    """Make an AKS cluster on managed identities, with their roles in effect before it needs them.

    Without --apply nothing is changed: the plan is shown. Exit statuses are those of `migrate`.

    Args:
        cluster: Resource id of the cluster that is to be made; its group exists.
        location: Region, such as westeurope.
        kubernetes_version: Version of Kubernetes; without, AKS's default.
        nodes: Nodes of its system pool.
        vm_size: Machine size of the nodes.
        subnet: Resource id of a subnet of yours; without, AKS makes a network.
        outbound: How nodes reach the internet.
        options: What the cluster shall run on, and the registries that it pulls from.
        apply: Carry the plan out.
        output: A table for people, or one JSON document.
    """
    check_ids((cluster,))
    new = NewCluster(
        id=cluster,
        location=location,
        kubernetes_version=kubernetes_version,
        pools=(NewPool(count=nodes, vm_size=vm_size, subnet=subnet),),
        outbound=outbound,
    )
    target = options.target()

    async def start() -> list[Outcome]:
        from flows.create_cluster import create_cluster
        from tasks.conclude import outcome_of, state_of

        run = create_cluster(new, target, dry_run=not apply, return_state=True)
        return [await outcome_of(new.cluster_id, await state_of(run))]

    outcomes = run_flow(start)
    show(outcomes, output=output, apply=apply)
    return exit_status(outcomes)
