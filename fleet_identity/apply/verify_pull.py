"""Reattaches the registries: looks whether nodes may still pull, and repairs it where they may not."""

from fleet_identity.apply.assign_roles import assign_roles
from fleet_identity.apply.await_propagation import assignments_of
from fleet_identity.apply.principal import object_id
from fleet_identity.gateway.protocols import AzureWriter
from fleet_identity.grants.held import missing
from fleet_identity.steps import VerifyPull


async def verify_pull(step: VerifyPull, azure: AzureWriter) -> None:
    """Make sure that the kubelet identity holds its pull roles, now that nodes depend on them."""
    principal = await object_id(step.grants[0].principal, azure)
    if gone := missing(step.grants, await assignments_of(principal, step.grants, azure)):
        await assign_roles(gone, azure)
