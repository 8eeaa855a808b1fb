"""Every action that this product performs on Azure, and what for: the one list of its rights.

The findings name a missing one from here, and `deployments.azure_role` makes the runner's role of it. Actions are in
Azure's words: Microsoft Learn, "Azure permissions" (resource provider operations).
"""

from dataclasses import dataclass
from enum import StrEnum

AKS = "Microsoft.ContainerService/managedClusters"
IDENTITIES = "Microsoft.ManagedIdentity/userAssignedIdentities"
_AUTHORIZATION = "Microsoft.Authorization"

READ_CLUSTER = f"{AKS}/read"
READ_ROLES = f"{_AUTHORIZATION}/roleAssignments/read"
WRITE_CLUSTER = f"{AKS}/write"
READ_POOL = f"{AKS}/agentPools/read"
WRITE_POOL = f"{AKS}/agentPools/write"
REIMAGE_POOL = f"{AKS}/agentPools/upgradeNodeImageVersion/action"
WRITE_IDENTITY = f"{IDENTITIES}/write"
REMOVE_IDENTITY = f"{IDENTITIES}/delete"
ASSIGN_IDENTITY = f"{IDENTITIES}/assign/action"
ASSIGN_ROLE = f"{_AUTHORIZATION}/roleAssignments/write"
REMOVE_ROLE = f"{_AUTHORIZATION}/roleAssignments/delete"
JOIN_SUBNET = "Microsoft.Network/virtualNetworks/subnets/join/action"
JOIN_ADDRESS = "Microsoft.Network/publicIPAddresses/join/action"
JOIN_PREFIX = "Microsoft.Network/publicIPPrefixes/join/action"
USE_PLACEMENT_GROUP = "Microsoft.Compute/proximityPlacementGroups/write"
READ_ENCRYPTION_SET = "Microsoft.Compute/diskEncryptionSets/read"
READ_WORKSPACE_KEYS = "Microsoft.OperationalInsights/workspaces/sharedkeys/read"

GRAPH_PERMISSION = "Application.Read.All"
"""Of Microsoft Graph, to the application: the object id, the groups and the ends of secrets of service principals."""


class For(StrEnum):
    """What an action is needed for: the flows, by name, and two options of theirs."""

    ASSESS = "assess-fleet"
    MIGRATE = "migrate-cluster and migrate-fleet"
    CREATE = "create-cluster"
    UNDO = "undo-preparation"
    INSIDE = "migrations with in_cluster_checks"
    EXPIRING = "migrations with upgrade_when_expiring"


@dataclass(frozen=True, slots=True, kw_only=True)
class Required:
    """An action that the runner must be permitted, and why."""

    action: str
    because: str
    needed: frozenset[For]

    @property
    def reads(self) -> bool:
        """Whether an assessment, which changes nothing, needs it."""
        return For.ASSESS in self.needed


def _required(action: str, because: str, *needed: For) -> Required:
    return Required(action=action, because=because, needed=frozenset(needed))


_ALL = (For.ASSESS, For.MIGRATE, For.CREATE)
_PUTS = (For.MIGRATE, For.CREATE)

REQUIRED = (
    # what is read
    _required(READ_CLUSTER, "what each cluster runs on, and how its operations go", *_ALL, For.UNDO),
    _required(f"{AKS}/agentPools/upgradeProfiles/read", "the newest node image of a pool", For.ASSESS, For.MIGRATE),
    _required(f"{AKS}/maintenanceConfigurations/read", "planned maintenance, where a fleet honours it", For.MIGRATE),
    _required(f"{IDENTITIES}/read", "the identities that exist, and their principals", *_ALL, For.UNDO),
    _required(READ_ROLES, "who holds which role, and since when", *_ALL, For.UNDO),
    _required(
        f"{_AUTHORIZATION}/roleDefinitions/read", "what a role permits: the runner's own among them", *_ALL, For.UNDO
    ),
    _required(f"{_AUTHORIZATION}/policyAssignments/read", "policies that ask for a tag", *_ALL),
    _required(f"{_AUTHORIZATION}/locks/read", "locks that would refuse a change", For.ASSESS, For.MIGRATE, For.UNDO),
    _required("Microsoft.ContainerRegistry/registries/read", "which pull role a registry honours", *_ALL),
    _required("Microsoft.Network/virtualNetworks/read", "the subnets of a subscription, in one list", For.ASSESS),
    _required(
        "Microsoft.Network/virtualNetworks/subnets/read",
        "what hangs on a subnet: route tables and NAT gateways",
        *_PUTS,
    ),
    _required("Microsoft.KeyVault/vaults/read", "vaults that the cluster uses", For.ASSESS, For.MIGRATE),
    _required(
        "Microsoft.OperationalInsights/workspaces/read",
        "whether the workspace of the monitoring add-on is there",
        For.ASSESS,
        For.MIGRATE,
    ),
    _required(
        "Microsoft.Compute/locations/usages/read",
        "room in the quota for the nodes that a roll adds",
        For.ASSESS,
        For.MIGRATE,
    ),
    _required("Microsoft.ContainerService/locations/operations/read", "why an operation failed", *_PUTS),
    # what is prepared
    _required(WRITE_IDENTITY, "makes the identities", *_PUTS),
    _required(ASSIGN_ROLE, "grants them their roles", *_PUTS),
    # what is changed
    _required(WRITE_CLUSTER, "the switch; a new cluster", *_PUTS),
    _required(ASSIGN_IDENTITY, "puts an identity on a cluster", *_PUTS),
    _required(REIMAGE_POOL, "brings a pool's nodes to the new identity", For.MIGRATE),
    # what a PUT of a cluster names elsewhere wants a right of the caller's there
    _required(JOIN_SUBNET, "a cluster on a subnet of yours", *_PUTS),
    _required(JOIN_ADDRESS, "a cluster with outbound addresses of yours", For.MIGRATE),
    _required(JOIN_PREFIX, "a cluster with outbound or node address prefixes of yours", For.MIGRATE),
    _required(USE_PLACEMENT_GROUP, "a pool in a proximity placement group", For.MIGRATE),
    _required(READ_ENCRYPTION_SET, "disks encrypted with a key of yours", For.MIGRATE),
    _required(READ_WORKSPACE_KEYS, "a cluster with the monitoring add-on", For.MIGRATE),
    # what only an option asks for
    _required(READ_POOL, "a pool, right before it is upgraded", For.EXPIRING),
    _required(WRITE_POOL, "upgrades a pool whose secret ends before the next image", For.EXPIRING),
    _required(f"{AKS}/runCommand/action", "lists nodes and budgets from inside", For.INSIDE),
    _required(f"{AKS}/commandResults/read", "what that command printed", For.INSIDE),
    # what is taken back
    _required(f"{IDENTITIES}/federatedIdentityCredentials/read", "whether somebody relies on an identity", For.UNDO),
    _required(REMOVE_IDENTITY, "deletes an identity that we have made and nobody uses", For.UNDO),
    _required(REMOVE_ROLE, "takes its roles back", For.UNDO),
)
