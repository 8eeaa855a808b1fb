"""The steps of a migration: goals, frozen and typed, that describe themselves.

A step says what shall be true; whoever applies it first looks whether it is true already. So a step may be
applied twice, and a migration may be killed between any two.
"""

from dataclasses import dataclass
from datetime import timedelta

from fleet_identity.cluster import ManagedIdentity, Reference, UserAssigned
from fleet_identity.new_cluster import NewCluster
from fleet_identity.record import Rolls
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
class ControlPlaneOf:
    """The system-assigned identity of a cluster, which exists from its switch on."""

    cluster_id: ResourceId

    def describe(self) -> str:
        """Say it in a few words."""
        return f"system-assigned identity of {self.cluster_id.name}"


@dataclass(frozen=True, slots=True, kw_only=True)
class KubeletOf:
    """The kubelet identity of a cluster, which AKS makes when the cluster switches."""

    cluster_id: ResourceId

    def describe(self) -> str:
        """Say it in a few words."""
        return f"kubelet identity of {self.cluster_id.name}"


@dataclass(frozen=True, slots=True, kw_only=True)
class AddonOf:
    """The identity of an add-on, which AKS makes when the cluster switches."""

    cluster_id: ResourceId
    addon: str

    def describe(self) -> str:
        """Say it in a few words."""
        return f"add-on {self.addon} of {self.cluster_id.name}"


Principal = IdentityNamed | ControlPlaneOf | KubeletOf | AddonOf


@dataclass(frozen=True, slots=True, kw_only=True)
class CreateIdentity:
    """A user-assigned identity exists."""

    id: ResourceId
    location: str
    tags: tuple[tuple[str, str], ...] = ()

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
        grants = "the grant" if len(self.grants) == 1 else f"the {len(self.grants)} grants"
        verb = "is" if len(self.grants) == 1 else "are"
        return f"wait until {grants} of {self.grants[0].principal.describe()} {verb} {minutes:g} minutes old"


@dataclass(frozen=True, slots=True, kw_only=True)
class AwaitOperation:
    """No operation runs on the cluster or on its pools."""

    cluster_id: ResourceId
    operation: str

    def describe(self) -> str:
        """Say what the step does."""
        return f"wait for the operation in progress to end ({self.operation})"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reconcile:
    """What our own operation has left Failed is resumed, by a PUT of the cluster as it is."""

    cluster_id: ResourceId
    failed: tuple[str, ...]
    """What is Failed: the cluster, pools."""
    nodes: int
    grants: tuple[AssignRole, ...] = ()
    minimum_age: timedelta = timedelta(0)

    def describe(self) -> str:
        """Say what the step does."""
        return f"resume what has failed ({', '.join(self.failed)}): AKS finishes the rolls that it left undone"


@dataclass(frozen=True, slots=True, kw_only=True)
class SwitchIdentity:
    """The control plane runs on a managed identity, and the move is recorded in tags."""

    cluster_id: ResourceId
    identity: ManagedIdentity
    references: frozenset[Reference]
    """What the grants before this step were made for: a cluster that uses more now is planned anew."""
    grants: tuple[AssignRole, ...]
    minimum_age: timedelta
    """What the grants must still be when the switch comes, which may be hours after they were waited for."""
    tag_prefix: str
    kubelet_id: ResourceId | None = None
    """A pre-created kubelet identity that is assigned in the same PUT; this rolls every pool."""
    rolls: Rolls = Rolls.UNKNOWN
    """Whether this PUT re-images the nodes, as far as is known."""
    from_principal: bool = True
    """Whether the cluster leaves a service principal, not another managed identity."""
    nodes: int = 0

    def describe(self) -> str:
        """Say what the step does."""
        name = self.identity.identity_id.name if isinstance(self.identity, UserAssigned) else "a system-assigned one"
        told = f"switch the control plane to {name}"
        if self.kubelet_id:
            told += f" and the kubelets to {self.kubelet_id.name}, in one PUT that re-images all {self.nodes} nodes"
        elif self.rolls is Rolls.PUT:
            told += f", in a PUT that re-images all {self.nodes} nodes"
        return f"{told}, for good: AKS knows no way back" if self.from_principal else told


@dataclass(frozen=True, slots=True, kw_only=True)
class AssignKubelet:
    """The kubelets use a pre-created identity; AKS re-images every pool for it, in one go."""

    cluster_id: ResourceId
    kubelet_id: ResourceId
    grants: tuple[AssignRole, ...]
    minimum_age: timedelta
    tag_prefix: str
    nodes: int

    def describe(self) -> str:
        """Say what the step does."""
        return f"assign kubelet identity {self.kubelet_id.name}, in a PUT that re-images all {self.nodes} nodes"


@dataclass(frozen=True, slots=True, kw_only=True)
class CreateCluster:
    """A new cluster is there, on these identities."""

    new: NewCluster
    identity: ManagedIdentity
    kubelet_id: ResourceId | None
    grants: tuple[AssignRole, ...]
    minimum_age: timedelta
    tag_prefix: str

    @property
    def cluster_id(self) -> ResourceId:
        """Give the id of the cluster."""
        return self.new.cluster_id

    def describe(self) -> str:
        """Say what the step does."""
        nodes = sum(pool.count for pool in self.new.pools)
        return f"create cluster {self.cluster_id.name} in {self.new.location} ({counted(nodes)})"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReimagePool:
    """Every node of the pool has been re-imaged since the switch, and so uses the kubelet identity."""

    cluster_id: ResourceId
    pool: str
    nodes: int
    from_image: str
    to_image: str
    grants: tuple[AssignRole, ...] = ()
    """What nodes and control plane rely on while the pool rolls, and must hold when it begins."""
    minimum_age: timedelta = timedelta(0)

    def describe(self) -> str:
        """Say what the step does."""
        return f"upgrade the node image of pool {self.pool} ({counted(self.nodes)}) to {self.to_image}"


@dataclass(frozen=True, slots=True, kw_only=True)
class UpgradePool:
    """The pool runs a newer Kubernetes patch; the upgrade re-images its nodes, though there is no newer image."""

    cluster_id: ResourceId
    pool: str
    nodes: int
    from_version: str
    to_version: str
    grants: tuple[AssignRole, ...] = ()
    minimum_age: timedelta = timedelta(0)

    def describe(self) -> str:
        """Say what the step does."""
        return (
            f"upgrade pool {self.pool} ({counted(self.nodes)}) to Kubernetes {self.to_version}, which re-images it: "
            "the secret ends before the next node image is expected"
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class VerifyPull:
    """The kubelet identity still holds every pull role: what "reattach ACR" means once nodes have rolled."""

    grants: tuple[AssignRole, ...]

    def describe(self) -> str:
        """Say what the step does."""
        scopes = ", ".join(grant.scope.name for grant in self.grants)
        return f"verify that nodes may pull from {scopes}, and repair it where not"


Step = (
    CreateIdentity
    | AssignRole
    | AwaitPropagation
    | AwaitOperation
    | Reconcile
    | SwitchIdentity
    | AssignKubelet
    | CreateCluster
    | ReimagePool
    | UpgradePool
    | VerifyPull
)

DISRUPTIVE = (Reconcile, SwitchIdentity, AssignKubelet, ReimagePool, UpgradePool)
"""Steps that touch the running cluster: a switch restarts control-plane components, a re-image drains nodes."""

IRREVERSIBLE = (SwitchIdentity, AssignKubelet, ReimagePool, UpgradePool)
"""Steps without a way back: AKS has none to a service principal, nor to an older node image."""


def counted(nodes: int) -> str:
    """Count nodes."""
    return "1 node" if nodes == 1 else f"{nodes} nodes"
