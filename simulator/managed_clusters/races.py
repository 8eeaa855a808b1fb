"""Two PUTs of one cluster at the same moment (Azure/terraform-azurerm-aks#604)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.errors import ArmError

if TYPE_CHECKING:
    from simulator.azure import Azure
    from simulator.json_object import JsonObject
    from simulator.managed_clusters.models import ManagedCluster


class EtagMismatchError(ArmError):
    """The backend's own comparison of versions has failed; its details are AKS's."""

    def __init__(self) -> None:
        message = "Operation is not allowed: Another operation is in progress"
        super().__init__(409, "EtagMismatch", message, flat=True)

    def body(self) -> JsonObject:
        """The error document, with the details that were seen; the sub-code is assumed past its beginning."""
        detail = "rpc error: code = FailedPrecondition desc = Etag mismatched"
        return {
            **super().body(),
            "details": [{"code": "Unspecified", "message": detail}],
            "subcode": "PutManagedClusterAndComponents_FailedPrecondition",
        }


def refuse_race(azure: Azure, cluster: ManagedCluster) -> None:
    """Refuse a PUT that comes while another one is being written down."""
    operation = cluster.operation
    if operation and azure.now - operation.started < azure.world.timing.race_window:
        raise EtagMismatchError
