"""Carries out the steps of a plan: one verb a module, each recognising first what is true already."""

from typing import assert_never

from fleet_identity.apply.assign_kubelet import assign_kubelet
from fleet_identity.apply.assign_roles import assign_roles
from fleet_identity.apply.await_operation import await_operation
from fleet_identity.apply.await_propagation import await_propagation
from fleet_identity.apply.create_cluster import create_cluster
from fleet_identity.apply.create_identity import create_identity
from fleet_identity.apply.reconcile import reconcile
from fleet_identity.apply.roll_pool import roll_pool
from fleet_identity.apply.switch_identity import switch_identity
from fleet_identity.apply.verify_pull import verify_pull
from fleet_identity.clock import Clock
from fleet_identity.findings import Finding
from fleet_identity.gateway.protocols import AzureWriter
from fleet_identity.steps import (
    AssignKubelet,
    AssignRole,
    AwaitOperation,
    AwaitPropagation,
    CreateCluster,
    CreateIdentity,
    Reconcile,
    ReimagePool,
    Step,
    SwitchIdentity,
    UpgradePool,
    VerifyPull,
)


async def apply(step: Step, azure: AzureWriter, clock: Clock) -> tuple[Finding, ...]:  # noqa: C901 - a case a step
    """Make one step true; give what a person should know of how it went."""
    match step:
        case CreateIdentity():
            await create_identity(step, azure)
        case AssignRole():
            await assign_roles((step,), azure)
        case AwaitPropagation():
            await await_propagation(step, azure, clock)
        case AwaitOperation():
            await await_operation(step, azure)
        case SwitchIdentity():
            return await switch_identity(step, azure, clock)
        case CreateCluster():
            await create_cluster(step, azure, clock)
        case AssignKubelet():
            return await assign_kubelet(step, azure, clock)
        case Reconcile():
            await reconcile(step, azure, clock)
        case ReimagePool() | UpgradePool():
            await roll_pool(step, azure, clock)
        case VerifyPull():
            await verify_pull(step, azure)
        case _:
            assert_never(step)
    return ()
