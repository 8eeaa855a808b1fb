"""What a person asks for: the identities that clusters shall run on."""

from datetime import timedelta
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from fleet_identity.resource_id import ResourceId, identity_id

PROPAGATION_CEILING = timedelta(minutes=60)
"""How long a grant may take to reach every service: Microsoft Learn, "Use a managed identity in AKS"."""


RegistryId = Annotated[
    str,
    StringConstraints(
        pattern=r"(?i)^/subscriptions/[^/]+/resourceGroups/[^/]+/providers/Microsoft\.ContainerRegistry/registries/[^/]+$"
    ),
]


class Target(BaseModel):
    """The managed identities that a cluster shall run on, and how careful the move is."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    identity_name: str = Field(
        default="id-{cluster}",
        title="Identity name",
        description="Name of the control-plane identity; {cluster} stands for the cluster's name. "
        "Each cluster gets its own, so that no cluster holds the rights of another.",
        pattern=r"^([A-Za-z0-9][A-Za-z0-9_-]*)?\{cluster\}[A-Za-z0-9_-]*$",
        max_length=128,
        json_schema_extra={"position": 1},
    )
    identity_resource_group: str | None = Field(
        default=None,
        title="Identity resource group",
        description="Resource group, in the cluster's subscription, that holds the identity. "
        "Empty: the cluster's own group.",
        json_schema_extra={"position": 2},
    )
    registries: tuple[RegistryId, ...] | None = Field(
        default=None,
        title="Further registries",
        description="Resource ids of registries that nodes pull from, beside those on which the service principal "
        "holds a pull role. Where it pulls by a wider role they can't be told, and a list is asked for; an empty "
        "list says that there are no more.",
        json_schema_extra={"position": 3},
    )
    minimum_grant_age_minutes: float = Field(
        default=60,
        ge=0,
        le=24 * 60,
        title="Minimum age of a grant, minutes",
        description="A grant counts as effective after this time. Azure documents up to 60 minutes; "
        "less is faster and risks refused requests and failed image pulls.",
        json_schema_extra={"position": 4},
    )
    accept_unknown: bool = Field(
        default=False,
        title="Accept clusters without a record",
        description="Take clusters that run on the target's identity as done although the record of their switch "
        "is gone. Look at their nodes first.",
        json_schema_extra={"position": 6},
    )
    tag_prefix: str = Field(
        default="fleet-identity",
        title="Tag prefix",
        description="Prefix of the tags that record the move on the cluster.",
        pattern=r"^[A-Za-z0-9_.-]{1,64}$",
        json_schema_extra={"position": 5},
    )

    @property
    def minimum_grant_age(self) -> timedelta:
        """How old a grant must be before something relies on it."""
        return timedelta(minutes=self.minimum_grant_age_minutes)

    def identity_for(self, cluster_id: ResourceId) -> ResourceId:
        """Name the control-plane identity of one cluster."""
        group = self.identity_resource_group or cluster_id.resource_group
        return identity_id(cluster_id.subscription, group, self.identity_name.format(cluster=cluster_id.name))

    def registry_ids(self) -> tuple[ResourceId, ...]:
        """Give the registries that were named, if any were."""
        return tuple(ResourceId(text) for text in self.registries or ())
