"""Azure's clouds: where the clients go, for which scope they ask, and who issues their tokens; without the network."""

from types import TracebackType
from typing import Any, Self

import pytest
from azure.core import AzureClouds
from azure.core.credentials import AccessToken
from azure.core.exceptions import ServiceRequestError
from azure.identity import AzureAuthorityHosts
from azure.mgmt.core.tools import get_arm_endpoints

from cli.main import run
from fleet_identity.clock import PacedClock
from fleet_identity.clouds import CLOUDS, NAMES, CloudName
from fleet_identity.gateway.arm.connection import Connection, connect
from fleet_identity.gateway.arm.transport import PacedTransport
from fleet_identity.settings import Settings
from tests.worlds import GROUP, SUBSCRIPTION

SDK: dict[CloudName, tuple[AzureClouds, str]] = {
    "public": (AzureClouds.AZURE_PUBLIC_CLOUD, AzureAuthorityHosts.AZURE_PUBLIC_CLOUD),
    "government": (AzureClouds.AZURE_US_GOVERNMENT, AzureAuthorityHosts.AZURE_GOVERNMENT),
    "china": (AzureClouds.AZURE_CHINA_CLOUD, AzureAuthorityHosts.AZURE_CHINA),
}
TENANT = "7c1b6a52-3f0e-4b7d-9a55-2f6f0a1c9e11"


class Addressed(Exception):  # noqa: N818 - no error: it only carries what was asked
    """A request was to be sent."""


class NoNetwork(PacedTransport):
    """Sends nothing, and tells where a request would have gone."""

    def __init__(self) -> None:
        super().__init__(PacedClock(1))
        self.urls: list[str] = []

    async def send(self, request: Any, **config: Any) -> Any:
        self.urls.append(str(request.url))
        raise Addressed


class Scopes:
    """A credential that notes for which scopes it is asked."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    async def get_token(self, *scopes: str, **options: Any) -> AccessToken:
        self.asked += scopes
        return AccessToken("a-token", 2**33)

    async def close(self) -> None: ...

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        exc_type: type[BaseException] | None = None,
        exc_value: BaseException | None = None,
        traceback: TracebackType | None = None,
    ) -> None: ...


@pytest.fixture(autouse=True)
def no_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing of the machine's own environment says where Azure is."""
    for name in ("FLEET_IDENTITY_CLOUD", "FLEET_IDENTITY_ARM_ENDPOINT", "FLEET_IDENTITY_GRAPH_ENDPOINT"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.delenv("AZURE_AUTHORITY_HOST", raising=False)


@pytest.fixture(params=NAMES)
def cloud(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> CloudName:
    """Each cloud, set as an operator sets it."""
    monkeypatch.setenv("FLEET_IDENTITY_CLOUD", request.param)
    return request.param


def test_addresses_are_the_sdk_s_own(cloud: CloudName) -> None:
    """ARM, its scope and who issues tokens are what azure-mgmt-core and azure-identity say."""
    settings, (of_sdk, authority) = Settings(), SDK[cloud]
    endpoints = get_arm_endpoints(of_sdk)
    assert endpoints["resource_manager"].rstrip("/") == settings.arm_endpoint
    assert endpoints["credential_scopes"] == [f"{settings.arm_audience}/.default"]
    assert settings.authority_host == f"https://{authority}"
    assert settings.portal_endpoint == CLOUDS[cloud].portal


def test_without_a_word_it_is_the_public_cloud() -> None:
    """As it was before there was a setting for it."""
    settings = Settings()
    assert (settings.cloud, settings.arm_endpoint) == ("public", "https://management.azure.com")
    assert (settings.graph_endpoint, settings.portal_endpoint) == (
        "https://graph.microsoft.com",
        "https://portal.azure.com",
    )


async def test_where_clients_go(cloud: CloudName) -> None:
    """Every client, the SDK's and our own, sends its requests, and asks for its tokens, in that cloud."""
    settings, credential, transport = Settings(), Scopes(), NoNetwork()
    connection = Connection(settings, credential, transport)
    calls = (
        lambda: connection.aks(SUBSCRIPTION).managed_clusters.get(GROUP, "x"),
        lambda: connection.identities(SUBSCRIPTION).user_assigned_identities.get(GROUP, "x"),
        lambda: connection.authorization(SUBSCRIPTION).role_assignments.get("/subscriptions/x", "x"),
        lambda: connection.registries(SUBSCRIPTION).registries.get(GROUP, "registry"),
        lambda: connection.get_arm("/subscriptions"),
        lambda: connection.get_graph("/v1.0/applications"),
    )
    for call in calls:
        with pytest.raises(Addressed):
            await call()
    await connection.token()
    hosts = {url.split("/", 3)[2] for url in transport.urls}
    arm, graph = CLOUDS[cloud].arm, CLOUDS[cloud].graph
    assert hosts == {arm.removeprefix("https://"), graph.removeprefix("https://")}
    assert set(credential.asked) == {f"{CLOUDS[cloud].audience}/.default", f"{graph}/.default"}


async def test_who_issues_tokens(cloud: CloudName, monkeypatch: pytest.MonkeyPatch) -> None:
    """DefaultAzureCredential asks the cloud's own authority."""
    asked: list[str] = []

    async def send(self: PacedTransport, request: Any, **config: Any) -> Any:
        asked.append(str(request.url))
        raise ServiceRequestError("no network")

    monkeypatch.setattr(PacedTransport, "send", send)
    for name, value in (("TENANT_ID", TENANT), ("CLIENT_ID", TENANT), ("CLIENT_SECRET", "x")):
        monkeypatch.setenv(f"AZURE_{name}", value)
    async with connect(Settings(), PacedClock(100_000)) as connection:
        with pytest.raises(Exception, match="no network"):
            await connection.token()
    assert {url.split("/", 3)[2] for url in asked} == {CLOUDS[cloud].authority.removeprefix("https://")}


def test_what_azure_identity_reads_counts_first(monkeypatch: pytest.MonkeyPatch) -> None:
    """AZURE_AUTHORITY_HOST is kept where it is set: the simulator sets it, and so does AKS for workload identity."""
    monkeypatch.setenv("AZURE_AUTHORITY_HOST", "https://localhost:8443")
    assert Settings().authority_host == "https://localhost:8443"
    monkeypatch.setenv("AZURE_AUTHORITY_HOST", "https://login.microsoftonline.us/")
    monkeypatch.setenv("FLEET_IDENTITY_CLOUD", "government")
    assert Settings().authority_host == "https://login.microsoftonline.us/"


BELONGS = (
    "{name} is {address}, which belongs to FLEET_IDENTITY_CLOUD={its}, and the cloud is {cloud}: set one or the other."
)


@pytest.mark.parametrize(
    ("cloud", "wrong", "its"),
    [
        ("china", "FLEET_IDENTITY_ARM_ENDPOINT=https://management.azure.com/", "public"),
        ("public", "FLEET_IDENTITY_GRAPH_ENDPOINT=https://graph.microsoft.us", "government"),
        ("government", "AZURE_AUTHORITY_HOST=login.microsoftonline.com", "public"),
    ],
)
def test_a_mixture_is_refused(
    cloud: str, wrong: str, its: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """One sentence, and exit status 2: nothing is sent to either cloud."""
    name, _, address = wrong.partition("=")
    monkeypatch.setenv("FLEET_IDENTITY_CLOUD", cloud)
    monkeypatch.setenv(name, address)
    assert run(["assess", "--subscription", SUBSCRIPTION]) == 2
    told = BELONGS.format(name=name, address=address, its=its, cloud=cloud)
    assert capsys.readouterr().err == f"fleet-identity: {told}\n"


def test_an_unknown_cloud_is_refused(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """The sentence names those that there are."""
    monkeypatch.setenv("FLEET_IDENTITY_CLOUD", "germany")
    assert run(["assess", "--subscription", SUBSCRIPTION]) == 2
    assert capsys.readouterr().err == "fleet-identity: FLEET_IDENTITY_CLOUD must be public, government or china.\n"
