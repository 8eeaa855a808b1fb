"""Unmodified Azure SDK clients that talk to a simulator, and the steps of a migration with them."""

from __future__ import annotations

import ssl
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from aiohttp import ClientSession, TCPConnector
from azure.core.pipeline.transport import AioHttpTransport
from azure.identity.aio import ClientSecretCredential
from azure.mgmt.authorization.aio import AuthorizationManagementClient
from azure.mgmt.containerregistry.aio import ContainerRegistryManagementClient
from azure.mgmt.containerservice.aio import ContainerServiceClient
from azure.mgmt.msi.aio import ManagedServiceIdentityClient

from tests.worlds import CLUSTER, GROUP

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from simulator import Simulator

ROLES = "/providers/Microsoft.Authorization/roleDefinitions/"
NETWORK_CONTRIBUTOR = ROLES + "4d97b98b-1d4f-4787-a291-c67834d212e7"
ACR_PULL = ROLES + "7f951dda-4ed3-4680-a7ca-43fe172d538d"
REPOSITORY_READER = ROLES + "b93aa761-3e63-49ed-ac28-beffa264f7ac"
IDENTITY_OPERATOR = ROLES + "f1a07417-d97a-45cb-824c-7a7467783830"
POLL = 0.02


@dataclass(frozen=True, slots=True, kw_only=True)
class Clients:
    """One client for each provider; untyped, for every property of the SDK's models may be None."""

    aks: Any
    msi: Any
    authorization: Any
    registries: Any

    async def cluster(self, name: str = CLUSTER) -> Any:
        """Read a cluster."""
        return await self.aks.managed_clusters.get(GROUP, name)

    async def identity(self, name: str = "id-prod") -> Any:
        """Create a user-assigned identity."""
        return await self.msi.user_assigned_identities.create_or_update(GROUP, name, {"location": "westeurope"})

    async def grant(self, principal: str, role: str, scope: str, **changes: Any) -> Any:
        """Grant a role to a service principal, under a new name."""
        properties = {
            "roleDefinitionId": role,
            "principalId": principal,
            "principalType": "ServicePrincipal",
        } | changes
        return await self.authorization.role_assignments.create(scope, str(uuid4()), {"properties": properties})

    async def put(self, document: Any, *, etag: str | None = None) -> Any:
        """PUT a cluster without waiting for its operation."""
        headers = {"If-Match": f'"{etag}"'} if etag else {}
        return await self.aks.managed_clusters.begin_create_or_update(
            GROUP, CLUSTER, document, headers=headers, polling=False
        )

    async def switch(self, identity_id: str) -> Any:
        """Let the control plane run as an identity; the operation goes on."""
        document = without_images(await self.cluster())
        document["identity"] = {"type": "UserAssigned", "userAssignedIdentities": {identity_id: {}}}
        return await self.put(document, etag=document.e_tag)

    async def upgrade(self, pool: str) -> Any:
        """Start to re-image a pool."""
        return await self.aks.agent_pools.begin_upgrade_node_image_version(GROUP, CLUSTER, pool, polling=False)


def without_images(document: Any) -> Any:
    """A cluster's document as it is safe to send back: an image that it names could roll a pool back."""
    for pool in document["properties"]["agentPoolProfiles"]:
        pool.pop("nodeImageVersion", None)
    return document


@asynccontextmanager
async def clients(simulator: Simulator, **options: Any) -> AsyncGenerator[Clients]:
    """Clients of the first subscription, on one session: with `connection_verify` each request would connect anew."""
    trust = ssl.create_default_context(cafile=str(simulator.ca))
    async with AsyncExitStack() as stack:
        session = await stack.enter_async_context(
            ClientSession(connector=TCPConnector(ssl=trust), auto_decompress=False)
        )
        common: dict[str, Any] = {
            "base_url": simulator.arm,
            "credential_scopes": [f"{simulator.arm}/.default"],
            "polling_interval": POLL,
            "retry_total": 0,
        } | options
        arguments = (_credential(simulator, session), simulator.subscriptions[0])
        yield Clients(
            aks=ContainerServiceClient(*arguments, transport=_transport(session), **common),
            msi=ManagedServiceIdentityClient(*arguments, transport=_transport(session), **common),
            authorization=AuthorizationManagementClient(*arguments, transport=_transport(session), **common),
            registries=ContainerRegistryManagementClient(*arguments, transport=_transport(session), **common),
        )


def _credential(simulator: Simulator, session: ClientSession) -> ClientSecretCredential:
    return ClientSecretCredential(
        simulator.tenant, "client", "secret", authority=simulator.arm, transport=_transport(session)
    )


def _transport(session: ClientSession) -> Any:
    return AioHttpTransport(session=session, session_owner=False)
