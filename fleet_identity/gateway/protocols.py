"""What the core asks of Azure. The type of an argument tells who may write."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from fleet_identity.cluster import Cluster
from fleet_identity.errors import FleetIdentityError
from fleet_identity.resource_id import ResourceId
from fleet_identity.roles import Role
from fleet_identity.surroundings import Identity, Lock, Registry, RoleAssignment


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """A long-running operation that Azure has accepted; `url` is where its status can be read."""

    url: str


class AzureReader(Protocol):
    """Reads Azure, and can't change it."""

    def observed_at(self) -> datetime:
        """Tell ARM's own time: the Date header of its latest answer, UTC."""
        ...

    async def subscriptions(self) -> tuple[str, ...]:
        """List the subscriptions that the credential sees; read once a run."""
        ...

    async def cluster(self, cluster_id: ResourceId) -> Cluster:
        """Read a cluster afresh."""
        ...

    async def clusters(self, subscription: str) -> tuple[Cluster, ...]:
        """Read all clusters of a subscription."""
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
        """List the grants of a service principal, those of its groups included; read once a run."""
        ...

    async def registry(self, registry_id: ResourceId) -> Registry | None:
        """Read a container registry; None where it is not found."""
        ...

    async def locks(self, subscription: str) -> tuple[Lock, ...]:
        """List all locks in a subscription."""
        ...

    async def newest_image(self, cluster_id: ResourceId, pool: str) -> str | None:
        """Tell the newest node image for a pool; None where Azure does not say."""
        ...

    async def route_table(self, subnet_id: ResourceId) -> ResourceId | None:
        """Tell the route table of a subnet, if it has one."""
        ...

    async def service_principal(self, client_id: str) -> str | None:
        """Tell the object id of an application's service principal; None where it is unknown or hidden."""
        ...

    async def failure(self, operation: Operation) -> FleetIdentityError | None:
        """Read an operation's status once; None unless it ended badly."""
        ...


class AzureWriter(AzureReader, Protocol):
    """Reads and changes Azure."""

    async def create_identity(self, identity_id: ResourceId, location: str) -> Identity:
        """Create a user-assigned identity; one that exists is returned as it is."""
        ...

    async def assign_role(self, scope: ResourceId, role: Role, principal_id: str) -> None:
        """Grant a role; one that is granted already is left as it is."""
        ...

    async def switch_identity(
        self, cluster: Cluster, identity_id: ResourceId, tags: Mapping[str, str]
    ) -> Operation | None:
        """PUT a cluster back as it was read, with another identity and more tags, if nobody changed it since.

        None where Azure names no operation to ask for.
        """
        ...

    async def upgrade_node_image(self, cluster_id: ResourceId, pool: str) -> Operation | None:
        """Start to re-image a pool with the newest node image; None where Azure sees nothing to do."""
        ...
