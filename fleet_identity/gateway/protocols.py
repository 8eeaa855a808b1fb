"""What the core asks of Azure. The type of an argument tells who may write."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from fleet_identity.cluster import Cluster, ManagedIdentity
from fleet_identity.errors import FleetIdentityError
from fleet_identity.inside import Inside
from fleet_identity.maintenance import MaintenanceConfiguration
from fleet_identity.new_cluster import NewCluster
from fleet_identity.node_pool import NodePool
from fleet_identity.permissions import RoleDefinition, Runner
from fleet_identity.resource_id import ResourceId
from fleet_identity.roles import Role
from fleet_identity.surroundings import (
    Application,
    Cores,
    Identity,
    Lock,
    Registry,
    RoleAssignment,
    Subnet,
    TagPolicy,
    Vault,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """A long-running operation that Azure has accepted; `url` is where its status can be read."""

    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Identities:
    """What a PUT changes on a cluster; all else goes back as it was read. Nothing at all reconciles the cluster."""

    control_plane: ManagedIdentity | None = None
    kubelet_id: ResourceId | None = None
    tags: Mapping[str, str] = field(default_factory=dict[str, str])
    """Beside those that the cluster has."""
    without_tags: frozenset[str] = frozenset()
    """Names of those that the cluster has and shall not keep."""


class AzureReader(Protocol):
    """Reads Azure, and can't change it."""

    def observed_at(self) -> datetime:
        """Tell ARM's own time: the Date header of its latest answer, UTC."""
        ...

    async def time(self) -> datetime:
        """Ask ARM for its own time, UTC: the latest answer may be hours old."""
        ...

    async def subscriptions(self) -> tuple[str, ...]:
        """List the subscriptions that the credential sees; an answer may be ten minutes old."""
        ...

    async def tenant(self, subscription: str) -> str:
        """Tell the tenant of a subscription; "" where it is not seen. An answer may be ten minutes old."""
        ...

    async def runner(self, subscriptions: Sequence[str]) -> Runner | None:
        """Tell who we are and what we may do in these subscriptions; None where that can't be told."""
        ...

    async def cluster(self, cluster_id: ResourceId) -> Cluster:
        """Read a cluster afresh."""
        ...

    async def find_cluster(self, cluster_id: ResourceId) -> Cluster | None:
        """Read a cluster afresh; None where there is none."""
        ...

    async def clusters(self, subscription: str) -> tuple[Cluster, ...]:
        """Read all clusters of a subscription."""
        ...

    async def clusters_of(self, client_id: str) -> tuple[ResourceId, ...]:
        """List the clusters, in all subscriptions that we see, that run on a service principal.

        An answer may be ten minutes old.
        """
        ...

    async def maintenance(self, cluster_id: ResourceId) -> tuple[MaintenanceConfiguration, ...]:
        """Read a cluster's planned maintenance afresh."""
        ...

    async def until(self, cluster_id: ResourceId, predicate: Callable[[Cluster], bool]) -> Cluster:
        """Watch a cluster until `predicate` holds; TransientError when that takes too long."""
        ...

    async def identity(self, identity_id: ResourceId) -> Identity | None:
        """Read a user-assigned identity; None where there is none."""
        ...

    async def role_assignments(self, principal_id: str, subscription: str) -> tuple[RoleAssignment, ...]:
        """List the grants that a principal holds itself, at, above and below a subscription."""
        ...

    async def roles_of_old_principal(self, principal_id: str, subscription: str) -> tuple[RoleAssignment, ...]:
        """List the grants of a service principal, those of its groups included; an answer may be ten minutes old."""
        ...

    async def assignment_counts(self, subscriptions: Sequence[str]) -> Mapping[str, int]:
        """Count the role assignments of subscriptions, where they have been listed anyway."""
        ...

    async def role_definitions(self, subscription: str) -> Mapping[str, RoleDefinition]:
        """Tell what each role permits, by GUID; an answer may be ten minutes old."""
        ...

    async def registry(self, registry_id: ResourceId) -> Registry | None:
        """Read a container registry; None where it is not found."""
        ...

    async def locks(self, subscription: str) -> tuple[Lock, ...]:
        """List all locks in a subscription."""
        ...

    async def tag_policies(self, subscription: str) -> tuple[TagPolicy, ...]:
        """List the policies of a subscription that refuse resources without a tag; an answer may be ten minutes old."""
        ...

    async def cores(self, subscription: str, location: str) -> Cores | None:
        """Tell the vCPU quota of a subscription in a region; None where Azure does not say."""
        ...

    async def newest_image(self, cluster: Cluster, pool: NodePool) -> str | None:
        """Tell the newest node image for a pool, as it is now; None where Azure does not say."""
        ...

    async def offered_image(self, cluster: Cluster, pool: NodePool) -> str | None:
        """Tell the newest node image, to plan with: what one pool was offered minutes ago may speak for others."""
        ...

    async def newest_patch(self, cluster: Cluster, pool: NodePool) -> str | None:
        """Tell the newest Kubernetes version of the same minor that a pool may be upgraded to, if there is one."""
        ...

    async def subnet(self, subnet_id: ResourceId) -> Subnet:
        """Read a subnet."""
        ...

    async def vaults(self, subscription: str) -> tuple[Vault, ...]:
        """List the key vaults of a subscription; an answer may be ten minutes old."""
        ...

    async def vault(self, subscription: str, named: ResourceId | str) -> Vault | None:
        """Find a key vault by id, or by its name (which is unique in the world), near a subscription first."""
        ...

    async def workspace_exists(self, workspace_id: ResourceId) -> bool:
        """Tell whether a Log Analytics workspace is there."""
        ...

    async def application(self, client_id: str) -> Application | None:
        """Read a service principal from the directory; None where it is unknown or hidden.

        An answer may be ten minutes old.
        """
        ...

    async def failure(self, operation: Operation) -> FleetIdentityError | None:
        """Read an operation's status once; None unless it ended badly."""
        ...


class AzureWriter(AzureReader, Protocol):
    """Reads and changes Azure."""

    async def create_identity(self, identity_id: ResourceId, location: str, tags: Mapping[str, str]) -> Identity:
        """Create a user-assigned identity; one that exists is returned as it is."""
        ...

    async def assign_role(self, scope: ResourceId, role: Role, principal_id: str) -> None:
        """Grant a role; one that is granted already is left as it is."""
        ...

    async def put_cluster(self, cluster: Cluster, identities: Identities) -> Operation | None:
        """PUT a cluster back as it was read, with other identities and more tags, if nobody changed it since.

        None where Azure names no operation to ask for.
        """
        ...

    async def create_cluster(self, cluster: NewCluster, identities: Identities) -> Operation | None:
        """PUT a cluster that does not exist yet; one that does is refused (ClusterChangedError)."""
        ...

    async def upgrade_node_image(self, cluster_id: ResourceId, pool: str) -> Operation | None:
        """Start to re-image a pool with the newest node image; None where Azure sees nothing to do."""
        ...

    async def upgrade_pool(self, cluster_id: ResourceId, pool: str, version: str) -> Operation | None:
        """Start to upgrade a pool to a Kubernetes version, if nobody changed the pool since it was read here."""
        ...

    async def look_inside(self, cluster_id: ResourceId) -> Inside:
        """Run a command in the cluster that lists its nodes and its budgets; this creates a pod there."""
        ...


class AzureRemover(AzureReader, Protocol):
    """Reads Azure, and deletes what the product itself has made; it can't change anything else."""

    async def all_held(self, principal_id: str, subscription: str) -> tuple[RoleAssignment, ...]:
        """List afresh what a principal holds itself or through groups, at, above and below a subscription."""
        ...

    async def granted_on(self, resource: ResourceId) -> tuple[RoleAssignment, ...]:
        """List the grants whose scope is this very resource, whoever holds them."""
        ...

    async def federated_credentials(self, identity_id: ResourceId) -> tuple[str, ...]:
        """Name the federated identity credentials of an identity."""
        ...

    async def remove_role(self, assignment: RoleAssignment) -> None:
        """Delete a role assignment that we have made; one that is gone already is no error."""
        ...

    async def remove_identity(self, identity_id: ResourceId) -> None:
        """Delete a user-assigned identity; one that is gone already is no error."""
        ...
