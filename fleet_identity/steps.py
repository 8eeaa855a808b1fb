"""The steps of a migration: goals, frozen and typed, that describe themselves.

A step says what shall be true; whoever applies it first looks whether it is true already. So a step may be
applied twice, and a migration may be killed between any two.
"""

from dataclasses import dataclass
from datetime import timedelta

from fleet_identity.cluster import Reference
from fleet_identity.resource_id import ResourceId
from fleet_identity.roles import Role


@dataclass(frozen=True, slots=True, kw_only=True)
class IdentityNamed:
    """The principal of a user-assigned identity, which may not exist yet."""

    id: ResourceId

    def describe(self) -> str:
        """Say it in a few words."""
        return f"identity {self.id.name}"


@dataclass(frozen=True, slots=True, kw_only=True)
class KubeletOf:
    """The kubelet identity of a cluster, which AKS makes when the cluster switches."""

    cluster_id: ResourceId

    def describe(self) -> str:
        """Say it in a few words."""
        return f"kubelet identity of {self.cluster_id.name}"


Principal = IdentityNamed | KubeletOf


@dataclass(frozen=True, slots=True, kw_only=True)
class CreateIdentity:
    """The control-plane identity exists."""

    id: ResourceId
    location: str

    def describe(self) -> str:
        """Say what the step does."""
        return f"create user-assigned identity {self.id.name} in {self.id.resource_group}"


@dataclass(frozen=True, slots=True, kw_only=True)
class AssignRole:
    """A principal holds a role at a scope."""

    principal: Principal
    role: Role
    scope: ResourceId
    because: str

    def describe(self) -> str:
        """Say what the step does, and why."""
        return f"grant {self.role.name} on {self.scope.name} to {self.principal.describe()}: {self.because}"


@dataclass(frozen=True, slots=True, kw_only=True)
class AwaitPropagation:
    """Every one of these grants, of one principal, exists and is at least `minimum_age` old."""

    grants: tuple[AssignRole, ...]
    minimum_age: timedelta

    def describe(self) -> str:
        """Say what the step does."""
        minutes = self.minimum_age.total_seconds() / 60
        grants = "the grant is" if len(self.grants) == 1 else f"the {len(self.grants)} grants are"
        return f"wait until {grants} {minutes:g} minutes old"


@dataclass(frozen=True, slots=True, kw_only=True)
class AwaitOperation:
    """No operation runs on the cluster or on its pools."""

    cluster_id: ResourceId
    operation: str

    def describe(self) -> str:
        """Say what the step does."""
        return f"wait for the operation in progress to end ({self.operation})"


@dataclass(frozen=True, slots=True, kw_only=True)
class SwitchIdentity:
    """The control plane runs on the user-assigned identity, and the move is recorded in tags."""

    cluster_id: ResourceId
    identity_id: ResourceId
    references: frozenset[Reference]
    """What the grants before this step were made for: a cluster that uses more now is planned anew."""
    grants: tuple[AssignRole, ...]
    minimum_age: timedelta
    """What the grants must still be when the switch comes, which may be hours after they were waited for."""
    tag_prefix: str

    def describe(self) -> str:
        """Say what the step does."""
        return f"switch the control plane to {self.identity_id.name}, for good: AKS knows no way back"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReimagePool:
    """Every node of the pool has been re-imaged since the switch, and so uses the kubelet identity."""

    cluster_id: ResourceId
    pool: str
    nodes: int
    from_image: str
    to_image: str

    def describe(self) -> str:
        """Say what the step does."""
        nodes = "1 node" if self.nodes == 1 else f"{self.nodes} nodes"
        return f"upgrade the node image of pool {self.pool} ({nodes}) to {self.to_image}"


@dataclass(frozen=True, slots=True, kw_only=True)
class VerifyPull:
    """The kubelet identity still holds every pull role: what "reattach ACR" means once nodes have rolled."""

    grants: tuple[AssignRole, ...]

    def describe(self) -> str:
        """Say what the step does."""
        scopes = ", ".join(grant.scope.name for grant in self.grants)
        return f"verify that nodes may pull from {scopes}, and repair it where not"


Step = CreateIdentity | AssignRole | AwaitPropagation | AwaitOperation | SwitchIdentity | ReimagePool | VerifyPull

DISRUPTIVE = (SwitchIdentity, ReimagePool)
"""Steps that touch the running cluster: a switch restarts control-plane components, a re-image drains nodes."""

IRREVERSIBLE = (SwitchIdentity, ReimagePool)
"""Steps without a way back: AKS has none to a service principal, nor to an older node image."""
