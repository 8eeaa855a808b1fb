"""Azure's clouds: the public one, and the two that are apart from it.

Sources: ARM's endpoints, and whom its tokens are for: `get_arm_endpoints` of azure-mgmt-core. Graph, authorities and
portals: Microsoft Learn, "Microsoft Graph national cloud deployments". The US government's Graph for DoD is another:
set FLEET_IDENTITY_GRAPH_ENDPOINT to https://dod-graph.microsoft.us for it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Literal, get_args

CloudName = Literal["public", "government", "china"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Cloud:
    """Where a cloud is reached: Azure Resource Manager, Microsoft Graph, who issues its tokens, and its portal."""

    arm: str
    audience: str
    """Whom a token for ARM is for: the government's is another host than its endpoint."""
    graph: str
    authority: str
    portal: str


CLOUDS: Mapping[CloudName, Cloud] = {
    "public": Cloud(
        arm="https://management.azure.com",
        audience="https://management.azure.com",
        graph="https://graph.microsoft.com",
        authority="https://login.microsoftonline.com",
        portal="https://portal.azure.com",
    ),
    "government": Cloud(
        arm="https://management.usgovcloudapi.net",
        audience="https://management.core.usgovcloudapi.net",
        graph="https://graph.microsoft.us",
        authority="https://login.microsoftonline.us",
        portal="https://portal.azure.us",
    ),
    "china": Cloud(
        arm="https://management.chinacloudapi.cn",
        audience="https://management.chinacloudapi.cn",
        graph="https://microsoftgraph.chinacloudapi.cn",
        authority="https://login.chinacloudapi.cn",
        portal="https://portal.azure.cn",
    ),
}
NAMES: tuple[CloudName, ...] = get_args(CloudName)


def cloud_of(address: str) -> CloudName | None:
    """Tell whose address this is; None for one that is no cloud's own, such as the simulator's."""
    host = _host(address)
    return next((name for name, cloud in CLOUDS.items() if host in _hosts(cloud)), None)


def _hosts(cloud: Cloud) -> set[str]:
    return {_host(getattr(cloud, field.name)) for field in fields(cloud)}


def _host(address: str) -> str:
    return address.lower().removeprefix("https://").partition("/")[0]
