"""What a plan must know beside the cluster itself: principals, grants, registries, locks, images."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from fleet_identity.cluster import Reference
from fleet_identity.resource_id import ResourceId
from fleet_identity.roles import Role


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """A user-assigned managed identity that exists."""

    id: ResourceId
    principal_id: str
    client_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleAssignment:
    """A grant that exists; `created_on` is Azure's own record of when, in UTC."""

    principal_id: str
    role: Role
    scope: ResourceId
    created_on: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Registry:
    """A container registry; in ABAC mode AcrPull is not honoured."""

    id: ResourceId
    abac: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Lock:
    """A management lock; `level` is ReadOnly or CanNotDelete."""

    name: str
    level: str
    scope: ResourceId


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """One reading of everything around a cluster."""

    observed_at: datetime
    """ARM's clock (its Date header), UTC."""
    identity: Identity | None = None
    """The control-plane identity that the target names, if it exists already."""
    old_principal_id: str | None = None
    """Object id of the service principal that the cluster runs on, or ran on."""
    held_by_old_principal: tuple[RoleAssignment, ...] = ()
    """Its grants in every subscription that we see, those of its groups included."""
    held_by_identity: tuple[RoleAssignment, ...] = ()
    """Grants of the control-plane identity that the target names."""
    held_by_kubelet: tuple[RoleAssignment, ...] = ()
    """Grants of the kubelet identity."""
    unreadable: tuple[str, ...] = ()
    """Subscriptions whose role assignments may not be read."""
    registries: Mapping[ResourceId, Registry | None] = field(default_factory=dict[ResourceId, Registry | None])
    """Registries that the old principal's roles or the target name; None where it can't be found."""
    route_tables: tuple[Reference, ...] = ()
    """Those of the cluster's subnets."""
    locks: tuple[Lock, ...] = ()
    newest_images: Mapping[str, str] = field(default_factory=dict[str, str])
    """Newest node image of each pool that is still to be re-imaged, by pool name."""
