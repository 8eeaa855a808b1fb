"""What to export so that clients talk to the simulator, trust it, and share its pace."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.guid import derived_guid
from simulator.metadata.cloud import NAME

if TYPE_CHECKING:
    from pathlib import Path


def environment(arm: str, ca: Path, tenant: str, pace: float) -> dict[str, str]:
    """Variables for the product, for azure-identity's DefaultAzureCredential and for the Azure CLI."""
    return {
        # azure-identity
        "AZURE_AUTHORITY_HOST": arm,
        "AZURE_TENANT_ID": tenant,
        "AZURE_CLIENT_ID": derived_guid("client"),
        "AZURE_CLIENT_SECRET": "not-a-secret",
        # trust: aiohttp and ssl read the first, requests (and with it the Azure CLI) the second
        "SSL_CERT_FILE": str(ca),
        "REQUESTS_CA_BUNDLE": str(ca),
        "NO_PROXY": "localhost,127.0.0.1",
        # the product
        "FLEET_IDENTITY_ARM_ENDPOINT": arm,
        "FLEET_IDENTITY_GRAPH_ENDPOINT": arm,
        "FLEET_IDENTITY_PACE": f"{pace:g}",
        # the Azure CLI: a folder of its own, for it caches what it learns about clouds
        "AZURE_CONFIG_DIR": str(ca.with_name("azure-cli")),
        "ARM_CLOUD_METADATA_URL": f"{arm}/metadata/endpoints?api-version=2019-05-01",
        "AZURE_CLOUD_NAME": NAME,
        "AZURE_CORE_INSTANCE_DISCOVERY": "false",
        "AZURE_CORE_COLLECT_TELEMETRY": "false",
    }
