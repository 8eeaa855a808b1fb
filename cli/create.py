"""`fleet-identity create`: a new cluster on managed identities."""

from typing import Annotated, Literal

from cyclopts import Parameter

from cli.exit_status import exit_status
from cli.help_groups import CLUSTER, RESULT, Apply
from cli.migrate import check_ids, show
from cli.prefect_run import run_flow
from cli.target_options import NEW_AS_DOCUMENTED, IdentityOptions
from fleet_identity.new_cluster import NewCluster, NewPool
from fleet_identity.outcome import Outcome

_OF_CLUSTER = Parameter(group=CLUSTER)
_Outbound = Literal["loadBalancer", "userDefinedRouting", "userAssignedNATGateway"]


def create(
    *,
    cluster: Annotated[str, _OF_CLUSTER],
    location: Annotated[str, _OF_CLUSTER],
    kubernetes_version: Annotated[str | None, _OF_CLUSTER] = None,
    nodes: Annotated[int, _OF_CLUSTER] = 3,
    vm_size: Annotated[str, _OF_CLUSTER] = "Standard_D4s_v5",
    subnet: Annotated[str | None, _OF_CLUSTER] = None,
    outbound: Annotated[_Outbound, _OF_CLUSTER] = "loadBalancer",
    options: IdentityOptions = NEW_AS_DOCUMENTED,
    apply: Apply = False,
    output: Annotated[Literal["table", "json"], Parameter(group=RESULT)] = "table",
) -> int:
    """Make an AKS cluster on managed identities, with their roles in effect before it needs them.

    Without --apply nothing is changed: the plan is shown. A cluster that exists is never changed. A run may be stopped
    at any moment and started again.

    For example:

        fleet-identity create --cluster <resource id> --location westeurope
        fleet-identity create --cluster <resource id> --location westeurope --apply

    Exit status: 0 done, or planned; 1 something failed; 2 bad usage; 3 a person must act; 130 stopped by Ctrl-C.

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

        run = create_cluster(cluster=new, target=target, dry_run=not apply, return_state=True)
        return [await outcome_of(new.cluster_id, await state_of(run))]

    outcomes = run_flow(start)
    show(outcomes, output=output, apply=apply)
    return exit_status(outcomes)
