"""A world: what exists in the pretended Azure when it starts."""

from datetime import datetime
from typing import Literal

from pydantic import AwareDatetime, Field, model_validator

from simulator.guid import WHOLE, derived_guid
from simulator.world.cluster import Cluster
from simulator.world.directory import Group, Secret
from simulator.world.key_vaults import KeyVault
from simulator.world.movement import Event, ImagePublication, KubernetesPublication
from simulator.world.runner import Limits, Policy, RoleDefinition, Runner
from simulator.world.settings import Behaviour, Part, Timing

ARM_ID = r"(?i)^/subscriptions/[^/]+(/.+)?$"


class Subscription(Part):
    """An Azure subscription."""

    id: str = Field(pattern=WHOLE)
    name: str


class ServicePrincipal(Part):
    """A service principal; ids that are not given follow from its name."""

    name: str
    client_id: str | None = Field(default=None, pattern=WHOLE)
    object_id: str | None = Field(default=None, pattern=WHOLE)

    secret_expires_at: AwareDatetime | None = None
    """When AKS can no longer sign in with the secret that it keeps; never by default."""
    secrets: list[Secret] = Field(default=[])
    """Further ones; the directory shows all of them, and not which one a cluster uses."""

    @property
    def app_id(self) -> str:
        """The application (client) id."""
        return self.client_id or derived_guid("service-principal", self.name, "client")

    @property
    def principal_id(self) -> str:
        """The object id, which role assignments name."""
        return self.object_id or derived_guid("service-principal", self.name, "object")


class Registry(Part):
    """A container registry; `abac` registries do not honour AcrPull (Microsoft Learn: ABAC for ACR)."""

    name: str = Field(pattern=r"^[A-Za-z0-9]{5,50}$")
    resource_group: str
    location: str = "westeurope"
    subscription: str | None = None
    mode: Literal["rbac", "abac"] = "rbac"
    tenant: str | None = Field(default=None, pattern=WHOLE)
    """Another tenant that it belongs to, in a subscription of that tenant: what is there, this world does not see."""
    subscription_id: str | None = Field(default=None, pattern=WHOLE)
    """The subscription of the other tenant."""

    @model_validator(mode="after")
    def _here_or_elsewhere(self) -> "Registry":
        if (self.tenant is None) != (self.subscription_id is None) or (self.tenant and self.subscription):
            raise ValueError("a registry of another tenant has tenant and subscription_id, and no subscription")
        return self


class LogAnalyticsWorkspace(Part):
    """A Log Analytics workspace that no add-on has to name."""

    name: str = Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9-]{2,61}[A-Za-z0-9]$")
    resource_group: str
    location: str = "westeurope"
    subscription: str | None = None


class FederatedCredential(Part):
    """Tokens of an issuer that may be exchanged for those of an identity, such as those of a pod."""

    name: str
    issuer: str = Field(pattern=r"^https://")
    subject: str


class UserAssignedIdentity(Part):
    """A user-assigned managed identity."""

    name: str
    resource_group: str
    location: str = "westeurope"
    subscription: str | None = None
    tags: dict[str, str] = Field(default={})
    federated_credentials: list[FederatedCredential] = Field(default=[])


class RoleAssignment(Part):
    """A grant that exists, and is effective, when the world starts."""

    principal: str
    """A service principal's, an identity's or a group's name, `kubelet:<cluster>`, `cluster:<cluster>` for a
    system-assigned control plane, or `addon:<cluster>:<addon>`."""
    role: str
    scope: str = Field(pattern=ARM_ID)
    condition: str | None = None
    """What a caller asks of ARM is held against it; nodes and control planes go without; assumed."""


class Lock(Part):
    """A management lock."""

    name: str
    scope: str = Field(pattern=ARM_ID)
    level: Literal["CanNotDelete", "ReadOnly"]


class World(Part):
    """All that exists when the pretended Azure starts."""

    tenant: str = Field(default=derived_guid("tenant"), pattern=WHOLE)
    starts_at: datetime | None = None
    """The simulated time of the start; the present moment by default."""
    timing: Timing = Timing()
    behaviour: Behaviour = Behaviour()
    subscriptions: list[Subscription] = Field(
        default=[Subscription(id=derived_guid("subscription"), name="prod")], min_length=1
    )
    images: dict[str, list[str]] = Field(default={"AKSUbuntu-2204gen2containerd": ["202610.05.0", "202611.02.0"]})
    """Published node image versions of each family, the newest last."""
    service_principals: list[ServicePrincipal] = Field(default=[])
    groups: list[Group] = Field(default=[])
    registries: list[Registry] = Field(default=[])
    log_analytics_workspaces: list[LogAnalyticsWorkspace] = Field(default=[])
    """Beside those that add-ons name, which exist anyway."""
    key_vaults: list[KeyVault] = Field(default=[])
    clusters: list[Cluster] = Field(default=[])
    user_assigned_identities: list[UserAssignedIdentity] = Field(default=[])
    role_assignments: list[RoleAssignment] = Field(default=[])
    locks: list[Lock] = Field(default=[])
    runner: Runner | None = None
    """Without one, every client owns everything."""
    role_definitions: list[RoleDefinition] = Field(default=[])
    policies: list[Policy] = Field(default=[])
    limits: Limits = Limits()
    seed: int = 0
    """What the world leaves to chance follows from it."""
    images_published: list[ImagePublication] = Field(default=[])
    kubernetes_published: list[KubernetesPublication] = Field(default=[])
    events: list[Event] = Field(default=[])

    def subscription_id(self, named: str | None) -> str:
        """The id of a subscription given by id or name; of the first one by default."""
        if named is None:
            return self.subscriptions[0].id
        return next(s.id for s in self.subscriptions if named.lower() in {s.id.lower(), s.name.lower()})
