"""What is asked of Azure, about which cluster, and to what end."""

from dataclasses import dataclass

from fleet_identity.change import Change
from fleet_identity.cluster import Cluster
from fleet_identity.gateway.protocols import AzureReader
from fleet_identity.target import Target


@dataclass(frozen=True, slots=True, kw_only=True)
class Inquiry:
    """A cluster that has been read, and who can be asked about what lies around it."""

    azure: AzureReader
    cluster: Cluster
    target: Target
    difference: Change
    """What the target changes on the cluster: what does not change needs no reading."""
