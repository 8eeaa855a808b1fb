"""A small recording, written by hand: a cluster leaves its service principal."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import yaml

if TYPE_CHECKING:
    from pathlib import Path

SUBSCRIPTION = "1b2f9a3c-5d4e-4c6b-8a7f-0e1d2c3b4a59"
TENANT = "7c1b6a52-3f0e-4b7d-9a55-2f6f0a1c9e11"
ARM = "https://management.azure.com"
GROUP = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/rg"
CLUSTER = f"{GROUP}/providers/Microsoft.ContainerService/managedClusters/small"
OPERATION = (
    f"/subscriptions/{SUBSCRIPTION}/providers/Microsoft.ContainerService/locations/westeurope"
    "/operations/0f6a1f7c-52e3-4d0b-8a3e-6a1b2c3d4e5f?api-version=2016-03-30"
)


def interaction(method: str, path: str, at: str, status: int, body: Any = None, **more: Any) -> dict[str, Any]:
    """One request and its response, as a cassette has them."""
    headers = {"Date": [f"Thu, 29 Jun 2023 {at} GMT"], **more.get("headers", {})}
    if body is not None:
        headers["Content-Type"] = ["application/json"]
    sent = more.get("sent")
    return {
        "request": {"method": method, "uri": ARM + path, "body": json.dumps(sent) if sent else None, "headers": {}},
        "response": {
            "status": {"code": status, "message": ""},
            "headers": headers,
            "body": {"string": "" if body is None else json.dumps(body)},
        },
    }


def identity(name: str = "id-small") -> dict[str, Any]:
    """Somebody makes a user-assigned identity."""
    path = f"/providers/Microsoft.ManagedIdentity/userAssignedIdentities/{name}"
    resource = f"{GROUP.replace('resourceGroups', 'resourcegroups')}{path}"
    ids = {"principalId": "aaaaaaaa-0000-4000-8000-000000000001", "clientId": "aaaaaaaa-0000-4000-8000-000000000002"}
    body = {
        "id": resource,
        "name": name,
        "type": "Microsoft.ManagedIdentity/userAssignedIdentities",
        "location": "westeurope",
        "tags": {},
        "properties": {"tenantId": TENANT, **ids},
    }
    return interaction(
        "PUT",
        f"{GROUP}{path}?api-version=2023-01-31",
        "09:00:00",
        201,
        body,
        sent={"location": "westeurope"},
        headers={"Location": [resource]},
    )


def grant(name: str, at: str, status: int, body: Any) -> dict[str, Any]:
    """Somebody grants that identity a role, without telling what kind of principal it is."""
    role = f"/subscriptions/{SUBSCRIPTION}/providers/Microsoft.Authorization/roleDefinitions"
    sent = {
        "roleDefinitionId": f"{role}/4d97b98b-1d4f-4787-a291-c67834d212e7",
        "principalId": "aaaaaaaa-0000-4000-8000-000000000001",
    }
    path = f"{GROUP}/providers/Microsoft.Authorization/roleAssignments/{name}?api-version=2022-04-01"
    return interaction("PUT", path, at, status, body, sent={"properties": sent})


def not_found() -> dict[str, Any]:
    """The error of a principal that the directory does not find yet."""
    message = f"Principal aaaaaaaa000040008000000000000001 does not exist in the directory {TENANT}."
    return {"error": {"code": "PrincipalNotFound", "message": message}}


def missing_cluster() -> dict[str, Any]:
    """Somebody reads a cluster that is not there."""
    body = {"error": {"code": "ResourceNotFound", "message": "The Resource was not found."}}
    return interaction("GET", f"{CLUSTER}?api-version=2024-05-01", "08:59:00", 404, body)


def deletion(operation: str = OPERATION) -> dict[str, Any]:
    """Somebody deletes a cluster that was there before the recording began."""
    headers = {
        "Azure-AsyncOperation": [ARM + operation],
        "Location": [ARM + operation.replace("/operations/", "/operationresults/")],
    }
    return interaction("DELETE", f"{CLUSTER}?api-version=2024-05-01", "09:10:00", 202, headers=headers)


def poll(at: str, status: str) -> dict[str, Any]:
    """A poll of the deletion."""
    body = {"name": "7c1fa60f-e352-0b4d-8a3e-6a1b2c3d4e5f", "status": status, "startTime": "2023-06-29T09:10:00.1Z"}
    return interaction("GET", OPERATION, at, 200, body | ({"endTime": "x"} if status == "Succeeded" else {}))


def write(file: Path, *interactions: dict[str, Any]) -> Path:
    """A cassette of these interactions."""
    file.write_text(yaml.safe_dump({"version": 1, "interactions": list(interactions)}))
    return file


def cluster(at: str = "09:05:00", **properties: Any) -> dict[str, Any]:
    """Somebody reads a cluster with a service principal, in the shape of 2023."""
    shown = {
        "provisioningState": "Succeeded",
        "powerState": {"code": "Running"},
        "kubernetesVersion": "1.25.6",
        "currentKubernetesVersion": "1.25.6",
        "dnsPrefix": "small",
        "fqdn": "small.hcp.westeurope.azmk8s.io",
        "azurePortalFQDN": "small.portal.hcp.westeurope.azmk8s.io",
        "agentPoolProfiles": [_pool()],
        "servicePrincipalProfile": {"clientId": "aaaaaaaa-0000-4000-8000-000000000009"},
        "nodeResourceGroup": "MC_rg_small_westeurope",
        "enableRBAC": True,
        "supportPlan": "KubernetesOfficial",
        "networkProfile": _network(),
        "maxAgentPools": 100,
        "disableLocalAccounts": False,
        "securityProfile": {},
        "storageProfile": {
            name: {"enabled": True} for name in ("diskCSIDriver", "fileCSIDriver", "snapshotController")
        },
        "oidcIssuerProfile": {"enabled": False},
        "workloadAutoScalerProfile": {},
    }
    body = {
        "id": CLUSTER.replace("resourceGroups", "resourcegroups"),
        "location": "westeurope",
        "name": "small",
        "type": "Microsoft.ContainerService/ManagedClusters",
        "properties": shown | properties,
        "sku": {"name": "Base", "tier": "Free"},
    }
    return interaction("GET", f"{CLUSTER}?api-version=2024-05-01", at, 200, body)


def _network() -> dict[str, Any]:
    return {
        "networkPlugin": "azure",
        "loadBalancerSku": "Standard",
        "loadBalancerProfile": {"managedOutboundIPs": {"count": 1}, "effectiveOutboundIPs": [{"id": f"{GROUP}/ip"}]},
        "podCidr": "10.244.0.0/16",
        "serviceCidr": "10.0.0.0/16",
        "dnsServiceIP": "10.0.0.10",
        "outboundType": "loadBalancer",
        "podCidrs": ["10.244.0.0/16"],
        "serviceCidrs": ["10.0.0.0/16"],
        "ipFamilies": ["IPv4"],
    }


def _pool() -> dict[str, Any]:
    return {
        "name": "system",
        "count": 1,
        "vmSize": "Standard_DS2_v2",
        "osDiskSizeGB": 128,
        "osDiskType": "Managed",
        "kubeletDiskType": "OS",
        "maxPods": 110,
        "type": "VirtualMachineScaleSets",
        "enableAutoScaling": False,
        "provisioningState": "Succeeded",
        "powerState": {"code": "Running"},
        "orchestratorVersion": "1.25.6",
        "currentOrchestratorVersion": "1.25.6",
        "enableNodePublicIP": False,
        "mode": "System",
        "enableEncryptionAtHost": False,
        "enableUltraSSD": False,
        "osType": "Linux",
        "osSKU": "Ubuntu",
        "nodeImageVersion": "AKSUbuntu-2204gen2containerd-202306.19.0",
        "upgradeSettings": {},
        "enableFIPS": False,
    }
