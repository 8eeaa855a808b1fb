"""One connection of a run to Azure: a credential, a session, and the SDK's clients, made when first needed."""

from collections.abc import AsyncGenerator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any, TypeVar

from azure.core import AsyncPipelineClient
from azure.core.credentials_async import AsyncTokenCredential
from azure.core.pipeline.policies import AsyncBearerTokenCredentialPolicy, AsyncRetryPolicy
from azure.core.rest import HttpRequest
from azure.identity.aio import DefaultAzureCredential
from azure.mgmt.authorization.v2022_04_01.aio import AuthorizationManagementClient
from azure.mgmt.containerregistry.aio import ContainerRegistryManagementClient
from azure.mgmt.containerservice.aio import ContainerServiceClient
from azure.mgmt.msi.v2024_11_30.aio import ManagedServiceIdentityClient

from fleet_identity.clock import Clock
from fleet_identity.gateway.arm.transport import PacedTransport
from fleet_identity.settings import Settings

ClientT = TypeVar("ClientT")

SENT_ONCE: dict[str, Any] = {"retry_total": 0}
"""Options of a write that rests on what has just been read.

azure-core would send the same request again minutes later: pools may have scaled meanwhile, which a cluster's If-Match
does not notice, and a window may have closed. Whoever tries again reads again.
"""


class Connection:
    """The SDK's clients over one session; they are never closed one by one, the session is."""

    def __init__(self, settings: Settings, credential: AsyncTokenCredential, transport: PacedTransport) -> None:
        """Take what all clients share."""
        self.transport = transport
        self._settings = settings
        self._credential = credential
        self._clients: dict[tuple[object, str], Any] = {}
        self._arm = self._plain(settings.arm_endpoint, settings.arm_audience)
        self._graph = self._plain(settings.graph_endpoint, settings.graph_endpoint)

    def aks(self, subscription: str) -> ContainerServiceClient:
        """Give the client for clusters and node pools."""
        return self._client(ContainerServiceClient, subscription)

    def identities(self, subscription: str) -> ManagedServiceIdentityClient:
        """Give the client for user-assigned identities."""
        return self._client(ManagedServiceIdentityClient, subscription)

    def authorization(self, subscription: str) -> AuthorizationManagementClient:
        """Give the client for role assignments."""
        return self._client(AuthorizationManagementClient, subscription)

    def registries(self, subscription: str) -> ContainerRegistryManagementClient:
        """Give the client for container registries."""
        return self._client(ContainerRegistryManagementClient, subscription)

    async def get_arm(self, path_or_url: str) -> dict[str, Any]:
        """GET what the SDKs at hand have no client for; an operation's url is used as Azure sent it."""
        return await _send(self._arm, HttpRequest("GET", path_or_url))

    async def list_arm(self, path: str) -> list[dict[str, Any]]:
        """GET a list, page after page."""
        found: list[dict[str, Any]] = []
        url = path
        while url:
            page = await self.get_arm(url)
            found += page["value"]
            url = page.get("nextLink") or ""
        return found

    async def get_graph(self, path: str) -> dict[str, Any]:
        """GET from Microsoft Graph."""
        return await _send(self._graph, HttpRequest("GET", path))

    async def post_graph(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        """POST to Microsoft Graph, which takes batches of readings so."""
        return await _send(self._graph, HttpRequest("POST", path, json=body))

    async def token(self) -> str:
        """Give the token that ARM gets; it tells who we are."""
        found = await self._credential.get_token(_scope(self._settings.arm_audience))
        return found.token

    def _client(self, kind: Callable[..., ClientT], subscription: str) -> ClientT:
        key = (kind, subscription.lower())
        if key not in self._clients:
            self._clients[key] = kind(
                self._credential,
                subscription,
                base_url=self._settings.arm_endpoint,
                credential_scopes=[_scope(self._settings.arm_audience)],
                transport=self.transport,
            )
        return self._clients[key]

    def _plain(self, endpoint: str, audience: str) -> AsyncPipelineClient[Any, Any]:
        policies = [
            AsyncRetryPolicy(),
            AsyncBearerTokenCredentialPolicy(self._credential, _scope(audience)),
        ]
        return AsyncPipelineClient(endpoint, policies=policies, transport=self.transport)


@asynccontextmanager
async def connect(settings: Settings, clock: Clock) -> AsyncGenerator[Connection]:
    """Open a connection with whatever credential the environment offers (DefaultAzureCredential)."""
    async with AsyncExitStack() as stack:
        transport = await stack.enter_async_context(PacedTransport(clock))
        credential = await stack.enter_async_context(_credential(settings, transport))
        yield Connection(settings, credential, transport)


def _credential(settings: Settings, transport: PacedTransport) -> DefaultAzureCredential:
    return DefaultAzureCredential(authority=settings.authority_host, transport=transport)


def _scope(audience: str) -> str:
    return f"{audience.rstrip('/')}/.default"


async def _send(client: AsyncPipelineClient[Any, Any], request: HttpRequest) -> dict[str, Any]:
    request.headers["Accept"] = "application/json"
    request.url = client.format_url(request.url)
    response = await client.send_request(request)
    response.raise_for_status()
    return response.json() if response.content else {}
