"""What AKS fills in on a pool where nobody says otherwise (recordings of Azure CLI test traffic)."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from simulator.json_object import JsonObject


def default_profile(kubernetes_version: str) -> JsonObject:
    """The settings of a plain pool."""
    return {
        "count": 3,
        "vmSize": "Standard_D4s_v5",
        "osDiskSizeGB": 128,
        "osDiskType": "Managed",
        "kubeletDiskType": "OS",
        "maxPods": 110,
        "type": "VirtualMachineScaleSets",
        "enableAutoScaling": False,
        "powerState": {"code": "Running"},
        "orchestratorVersion": kubernetes_version,
        "currentOrchestratorVersion": kubernetes_version,
        "enableNodePublicIP": False,
        "mode": "System",
        "enableEncryptionAtHost": False,
        "enableUltraSSD": False,
        "osType": "Linux",
        "osSKU": "Ubuntu",
        "upgradeSettings": {},
        "enableFIPS": False,
    }
