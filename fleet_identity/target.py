"""What a person asks for: the identities that clusters shall run on."""

from datetime import timedelta
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from fleet_identity.cluster import ManagedIdentity, SystemAssigned, UserAssigned
from fleet_identity.guid import Guid
from fleet_identity.mark import with_mark
from fleet_identity.resource_id import ResourceId, identity_id

PROPAGATION_CEILING = timedelta(minutes=60)
"""How long a grant may take to reach every service: Microsoft Learn, "Use a managed identity in AKS"."""

_NAME = r"^([A-Za-z0-9][A-Za-z0-9_-]*)?\{cluster\}[A-Za-z0-9_-]*$"


def _resource(kind: str) -> StringConstraints:
    return StringConstraints(
        pattern=rf"(?i)^/subscriptions/[^/]+/resourceGroups/[^/]+/providers/{kind.replace('.', '[.]')}/[^/]+$"
    )


RegistryId = Annotated[str, _resource("Microsoft.ContainerRegistry/registries")]
IdentityId = Annotated[str, _resource("Microsoft.ManagedIdentity/userAssignedIdentities")]
Scope = Annotated[str, StringConstraints(pattern=r"(?i)^/subscriptions/[^/]+(/.+)?$")]
TagText = Annotated[str, StringConstraints(pattern=r"^[^=<>%&\\?/]{1,512}=.{0,256}$")]


class KnownPrincipal(BaseModel):
    """A service principal whose object id is told, where the directory may not be read."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    client_id: Guid = Field(
        title="Application (client) id",
        description="What clusters show of it.",
        json_schema_extra={"position": 1},
    )
    object_id: Guid = Field(
        title="Object id",
        description="Of the service principal (the enterprise application), not of the app registration.",
        json_schema_extra={"position": 2},
    )


class ExtraRole(BaseModel):
    """A role that clusters' identities get beside what their references demand."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    principal: str = Field(
        default="control_plane",
        title="Who gets it",
        description="control_plane, kubelet, or the name of an add-on as ARM shows it "
        "(azureKeyvaultSecretsProvider, omsagent, webAppRouting, ...).",
        pattern=r"^[A-Za-z_]+$",
        json_schema_extra={"position": 1},
    )
    role: str = Field(
        title="Role",
        description="Name or GUID of a role that the operator's allow-list contains.",
        min_length=1,
        json_schema_extra={"position": 2},
    )
    scope: Scope = Field(
        title="Scope", description="Resource id at which the role applies.", json_schema_extra={"position": 3}
    )


class Target(BaseModel):
    """The managed identities that a cluster shall run on, and how careful the move is."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    control_plane: Literal["user_assigned", "system_assigned"] = Field(
        default="user_assigned",
        title="Control-plane identity",
        description="user_assigned is prepared before the switch; system_assigned exists only from the switch on, so "
        "nothing can be granted to it before.",
        json_schema_extra={"position": 1},
    )
    identity_name: str = Field(
        default="id-{cluster}",
        title="Identity name",
        description="Name of the control-plane identity; {cluster} stands for the cluster's name. "
        "Each cluster gets its own, so that no cluster holds the rights of another. Another name than the default must "
        "lie within the operator's bounds.",
        pattern=_NAME,
        max_length=128,
        json_schema_extra={"position": 2},
    )
    identity_resource_group: str | None = Field(
        default=None,
        title="Identity resource group",
        description="Resource group, in the cluster's subscription, that holds the identities. "
        "Empty: the cluster's own group. Another one must lie within the operator's bounds.",
        json_schema_extra={"position": 3},
    )
    identity_id: IdentityId | None = Field(
        default=None,
        title="Existing control-plane identity",
        description="Resource id of an identity that exists, instead of one by name. For one cluster only; within the "
        "operator's bounds, unless it is in the cluster's own group with the default name.",
        json_schema_extra={"position": 4},
    )
    identity_tags: tuple[TagText, ...] = Field(
        default=(),
        title="Tags of new identities",
        description="As name=value: what your policies ask of new resources.",
        json_schema_extra={"position": 5},
    )
    kubelet: Literal["aks_managed", "pre_created", "pre_created_same_put"] = Field(
        default="aks_managed",
        title="Kubelet identity",
        description="aks_managed: AKS makes it during the switch (the documented road). pre_created: made before, "
        "assigned after the switch. pre_created_same_put: assigned with the switch, in one PUT, which closes the pull "
        "gap everywhere; Microsoft does not document it, so try one cluster first.",
        json_schema_extra={"position": 6},
    )
    kubelet_identity_name: str = Field(
        default="id-{cluster}-kubelet",
        title="Kubelet identity name",
        description="Name of a pre-created kubelet identity; {cluster} stands for the cluster's name. Another name "
        "than the default must lie within the operator's bounds.",
        pattern=_NAME,
        max_length=128,
        json_schema_extra={"position": 7},
    )
    kubelet_identity_id: IdentityId | None = Field(
        default=None,
        title="Existing kubelet identity",
        description="Resource id of a kubelet identity that exists, instead of one by name. Within the operator's "
        "bounds, unless it is in the cluster's own group with the default name.",
        json_schema_extra={"position": 8},
    )
    registries: tuple[RegistryId, ...] | None = Field(
        default=None,
        title="Further registries",
        description="Resource ids of registries that nodes pull from, beside those on which the service principal "
        "holds a pull role. Where it pulls by a wider role they can't be told, and a list is asked for; an empty "
        "list says that there are no more.",
        json_schema_extra={"position": 9},
    )
    extra_roles: tuple[ExtraRole, ...] = Field(
        default=(),
        title="Extra roles",
        description="Roles beside those that the cluster's references demand, within the operator's allow-list.",
        json_schema_extra={"position": 10},
    )
    service_principals: tuple[KnownPrincipal, ...] = Field(
        default=(),
        title="Known service principals",
        description="Object ids of service principals, where the directory may not be read.",
        json_schema_extra={"position": 11},
    )
    minimum_grant_age_minutes: float = Field(
        default=60,
        ge=0,
        le=24 * 60,
        title="Minimum age of a grant, minutes",
        description="A grant counts as effective after this time. Azure documents up to 60 minutes; "
        "less is faster and risks refused requests and failed image pulls.",
        json_schema_extra={"position": 12},
    )
    switch_reimages: Literal["unknown", "yes", "no"] = Field(
        default="unknown",
        title="The switch itself re-images nodes",
        description="Microsoft's pages differ since July 2026. Say what a canary of yours has shown; with yes, a "
        "cluster that pulls from a registry is blocked unless the gap is accepted or the kubelet is in the same PUT.",
        json_schema_extra={"position": 13},
    )
    in_cluster_checks: bool = Field(
        default=False,
        title="Look inside clusters",
        description="Read node labels and PodDisruptionBudgets by a command that ARM runs in the cluster: it creates "
        "a pod each time, and needs a right of its own. Only this makes a verdict `verified`.",
        json_schema_extra={"position": 14},
    )
    upgrade_when_expiring: bool = Field(
        default=False,
        title="Upgrade pools whose secret ends first",
        description="Where the secret ends before the next node image is expected, upgrade the pool to a newer "
        "Kubernetes patch, which re-images its nodes.",
        json_schema_extra={"position": 15},
    )
    replace_identity: bool = Field(
        default=False,
        title="Replace managed identities",
        description="Also change clusters that run on another managed identity already. Without it they are left as "
        "they are.",
        json_schema_extra={"position": 16},
    )
    accept_gap: bool = Field(
        default=False,
        title="Accept a gap",
        description="Accept that rights come into effect only up to an hour after the switch, where they can't be "
        "granted before it.",
        json_schema_extra={"position": 17},
    )
    accept_foreign_registries: bool = Field(
        default=False,
        title="Accept registries that will be out of reach",
        description="Accept that nodes can't pull any more from registries in another tenant.",
        json_schema_extra={"position": 18},
    )
    accept_unknown: bool = Field(
        default=False,
        title="Accept clusters without a record",
        description="Take clusters that run on the target's identity as done although the record of their switch "
        "is gone. Look at their nodes first.",
        json_schema_extra={"position": 19},
    )
    tag_prefix: str = Field(
        default="fleet-identity",
        title="Tag prefix",
        description="Prefix of the tags that record the move on the cluster, and that mark identities as made for it.",
        pattern=r"^[A-Za-z0-9_.-]{1,64}$",
        json_schema_extra={"position": 20},
    )

    @model_validator(mode="after")
    def _makes_sense(self) -> "Target":
        if self.control_plane == "system_assigned" and self.kubelet != "aks_managed":
            raise ValueError("a pre-created kubelet identity needs a user-assigned control plane")
        if self.control_plane == "system_assigned" and self.identity_id:
            raise ValueError("identity_id names a user-assigned identity, and control_plane says system_assigned")
        if self.kubelet == "aks_managed" and self.kubelet_identity_id:
            raise ValueError("kubelet_identity_id needs kubelet: pre_created or pre_created_same_put")
        if self.kubelet != "aks_managed" and self._one_for_both():
            raise ValueError(
                "the control plane and the kubelets need identities of their own: pods reach the kubelet's"
            )
        return self

    def _one_for_both(self) -> bool:
        if self.identity_id and self.kubelet_identity_id:
            return ResourceId(self.identity_id) == ResourceId(self.kubelet_identity_id)
        by_name = not self.identity_id and not self.kubelet_identity_id
        return by_name and self.identity_name.lower() == self.kubelet_identity_name.lower()

    @property
    def minimum_grant_age(self) -> timedelta:
        """How old a grant must be before something relies on it."""
        return timedelta(minutes=self.minimum_grant_age_minutes)

    def identity_for(self, cluster_id: ResourceId) -> ResourceId:
        """Name the user-assigned control-plane identity of one cluster."""
        if self.identity_id:
            return ResourceId(self.identity_id)
        return self._named(self.identity_name, cluster_id)

    def control_plane_for(self, cluster_id: ResourceId) -> ManagedIdentity:
        """Tell what the control plane of one cluster shall run on."""
        if self.control_plane == "system_assigned":
            return SystemAssigned(principal_id="")
        return UserAssigned(identity_id=self.identity_for(cluster_id))

    def kubelet_for(self, cluster_id: ResourceId) -> ResourceId | None:
        """Name the pre-created kubelet identity of one cluster; None where AKS makes it."""
        if self.kubelet == "aks_managed":
            return None
        if self.kubelet_identity_id:
            return ResourceId(self.kubelet_identity_id)
        return self._named(self.kubelet_identity_name, cluster_id)

    def identities_for(self, cluster_id: ResourceId) -> tuple[ResourceId, ...]:
        """Name the user-assigned identities of one cluster, control plane first."""
        control_plane = self.control_plane_for(cluster_id)
        first = (control_plane.identity_id,) if isinstance(control_plane, UserAssigned) else ()
        kubelet = self.kubelet_for(cluster_id)
        return (*first, kubelet) if kubelet else first

    def registry_ids(self) -> tuple[ResourceId, ...]:
        """Give the registries that were named, if any were."""
        return tuple(ResourceId(text) for text in self.registries or ())

    def object_id_of(self, client_id: str) -> str | None:
        """Give the object id of a service principal, if it was told."""
        return next(
            (known.object_id for known in self.service_principals if known.client_id.lower() == client_id.lower()), None
        )

    def new_identity_tags(self) -> tuple[tuple[str, str], ...]:
        """Give the tags that are asked for on new identities, as pairs."""
        return tuple((name, value) for name, _, value in (text.partition("=") for text in self.identity_tags))

    def tags_of_new(self, identity: ResourceId, cluster_id: ResourceId) -> tuple[tuple[str, str], ...]:
        """Give the tags of an identity that we make for a cluster: those asked for, and our mark."""
        return with_mark(self.new_identity_tags(), identity, cluster_id, self.tag_prefix)

    def _named(self, template: str, cluster_id: ResourceId) -> ResourceId:
        group = self.identity_resource_group or cluster_id.resource_group
        return identity_id(cluster_id.subscription, group, template.format(cluster=cluster_id.name))
