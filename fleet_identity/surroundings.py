"""What a plan must know beside the cluster itself: principals, grants, registries, locks, images."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from fleet_identity.cluster import Reference
from fleet_identity.inside import Inside
from fleet_identity.permissions import RoleDefinition, Runner
from fleet_identity.resource_id import ResourceId
from fleet_identity.roles import Role, assignment_name
from fleet_identity.steps import Principal


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """A user-assigned managed identity that exists."""

    id: ResourceId
    principal_id: str
    client_id: str
    tags: Mapping[str, str] = field(default_factory=dict[str, str], hash=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleAssignment:
    """A grant that exists; `created_on` is Azure's own record of when, in UTC."""

    principal_id: str
    role: Role
    scope: ResourceId
    created_on: datetime
    condition: str = ""
    """What narrows it, so that it gives less than its role says; "" where nothing does."""
    name: str = ""
    """The GUID that its id ends with."""

    @property
    def conditional(self) -> bool:
        """Whether a condition narrows it."""
        return bool(self.condition)

    @property
    def ours(self) -> bool:
        """Whether we have made it, by its name, and nobody has put a condition on it."""
        own = assignment_name(self.scope, self.role, self.principal_id)
        return self.name.lower() == own and not self.conditional


@dataclass(frozen=True, slots=True, kw_only=True)
class Application:
    """A service principal as the directory shows it, and when the secrets of its application end (UTC)."""

    object_id: str
    secrets_end: tuple[datetime, ...] = ()
    """Of all its secrets: the directory does not tell which one a cluster uses."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Registry:
    """A container registry; in ABAC mode AcrPull is not honoured."""

    id: ResourceId
    abac: bool = False
    foreign: bool = False
    """Whether it lives in another tenant, from which no managed identity can pull."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Vault:
    """A key vault; without Azure RBAC its own access policies say who may what."""

    id: ResourceId
    rbac: bool
    named: frozenset[str] = frozenset()
    """Object ids of those whom any access policy names, in lower case."""
    crypto: frozenset[str] = frozenset()
    """Of those, who may encrypt and decrypt with keys."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Subnet:
    """A subnet, and what hangs on it."""

    id: ResourceId
    attached: tuple[Reference, ...] = ()
    """Its route table and its NAT gateway, where it has them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lock:
    """A management lock; `level` is ReadOnly or CanNotDelete."""

    name: str
    level: str
    scope: ResourceId


@dataclass(frozen=True, slots=True, kw_only=True)
class TagPolicy:
    """A policy that refuses resources without a tag, at a scope and below."""

    name: str
    scope: ResourceId
    tag: str
    value: str | None = None
    """The value that the tag must have; None where any will do."""
    spares: tuple[ResourceId, ...] = ()
    """Subscriptions, groups and resources below its own scope where it does not hold."""

    def holds_for(self, resource: ResourceId) -> bool:
        """Whether it looks at a resource."""
        return self.scope.contains(resource) and not any(one.contains(resource) for one in self.spares)


@dataclass(frozen=True, slots=True, kw_only=True)
class Quota:
    """How many vCPUs are used of how many that may be."""

    used: int
    limit: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Cores(Quota):
    """The vCPU quota of a subscription in a region, and those of families of machines in it."""

    families: Mapping[str, Quota] = field(default_factory=dict[str, Quota], hash=False)
    """By Azure's name in lower case, such as `standarddsv5family`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """One reading of everything around a cluster."""

    observed_at: datetime
    """ARM's clock (its Date header), UTC."""
    identities: Mapping[ResourceId, Identity] = field(default_factory=dict[ResourceId, Identity])
    """The user-assigned identities that the target names and that exist already."""
    old_principal_id: str | None = None
    """Object id of what the control plane runs as, or ran as: the service principal, or a managed identity."""
    secrets_end: tuple[datetime, ...] = ()
    """When the secrets of the service principal end, where the directory may be read."""
    shared_with: int = 0
    """How many other clusters that we see run on the same service principal."""
    held_by_old_principal: tuple[RoleAssignment, ...] = ()
    """Its grants in every subscription that we see, those of its groups included."""
    pulled_by: tuple[RoleAssignment, ...] = ()
    """Grants of what the nodes pull as at present: the service principal, or the kubelet identity that is to go."""
    held: Mapping[Principal, tuple[RoleAssignment, ...]] = field(
        default_factory=dict[Principal, tuple[RoleAssignment, ...]]
    )
    """Grants of the principals that the plan is about, as far as they exist."""
    definitions: Mapping[str, RoleDefinition] = field(default_factory=dict[str, RoleDefinition])
    """What each role permits, by its GUID."""
    runner: Runner | None = None
    """What we may do ourselves; None where it can't be told."""
    tenant: str = ""
    """The tenant of the cluster's subscription; "" where it is not known."""
    unreadable: tuple[str, ...] = ()
    """Subscriptions whose role assignments may not be read."""
    not_read: tuple[str, ...] = ()
    """Why some of what a plan can do without was not read: Azure's refusals."""
    assignments: Mapping[str, int] = field(default_factory=dict[str, int])
    """How many role assignments each subscription holds, where somebody has counted."""
    registries: Mapping[ResourceId, Registry | None] = field(default_factory=dict[ResourceId, Registry | None])
    """Registries that the old principal's roles or the target name; None where it can't be found."""
    attached: tuple[Reference, ...] = ()
    """Route tables and NAT gateways of the cluster's subnets."""
    vault: Vault | None = None
    """The key vault that holds the key of etcd, where there is one and it can be found."""
    named_in_vaults: tuple[ResourceId, ...] = ()
    """Key vaults near the cluster whose access policies name the old principal."""
    workspace_missing: bool = False
    """Whether the Log Analytics workspace of the monitoring add-on is gone."""
    locks: tuple[Lock, ...] = ()
    tag_policies: tuple[TagPolicy, ...] = ()
    cores: Cores | None = None
    newest_images: Mapping[str, str] = field(default_factory=dict[str, str])
    """Newest node image of each pool that is still to be re-imaged, by pool name."""
    patches: Mapping[str, str] = field(default_factory=dict[str, str])
    """Newest Kubernetes patch that each pool may be upgraded to, by pool name."""
    inside: Inside | None = None
    """What was read in the cluster itself, where that was asked for."""

    @property
    def secret_end(self) -> datetime | None:
        """The earliest end of a secret that has not passed, or else the latest; None where none is known.

        Any of them may be the one that the cluster uses, so the worst is assumed.
        """
        ahead = [ends for ends in self.secrets_end if ends > self.observed_at]
        return min(ahead) if ahead else max(self.secrets_end, default=None)

    def held_by(self, principal: Principal) -> tuple[RoleAssignment, ...]:
        """Give the grants of a principal; none where it does not exist yet."""
        return self.held.get(principal, ())
