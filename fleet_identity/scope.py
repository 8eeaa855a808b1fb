"""Which clusters are meant: by subscription, resource group, tag, or one by one."""

from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

from fleet_identity.cluster import Cluster
from fleet_identity.errors import NeedsHumanError
from fleet_identity.guid import Guid
from fleet_identity.resource_id import parse_cluster_id


def _cluster_id(text: str) -> str:
    try:
        return parse_cluster_id(text).text
    except NeedsHumanError as error:
        raise ValueError(str(error).removesuffix(".")) from error


ClusterId = Annotated[str, AfterValidator(_cluster_id)]
"""A cluster by its resource id; a name in its place would mean no cluster, and nobody would notice."""


class Scope(BaseModel):
    """Clusters of Azure; without any condition, all that the credential sees."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    subscriptions: tuple[Guid, ...] = Field(
        default=(),
        title="Subscriptions",
        description="Their ids. Empty: all that the credential sees.",
        json_schema_extra={"position": 1},
    )
    resource_groups: tuple[str, ...] = Field(
        default=(),
        title="Resource groups",
        description="Names of groups that clusters are in. Empty: any.",
        json_schema_extra={"position": 2},
    )
    tags: tuple[Annotated[str, StringConstraints(pattern=r"^[^=]+(=.*)?$")], ...] = Field(
        default=(),
        title="Tags",
        description="Tags that clusters carry, as name=value, or name alone for any value.",
        json_schema_extra={"position": 3},
    )
    clusters: tuple[ClusterId, ...] = Field(
        default=(),
        title="Clusters",
        description="Resource ids, instead of all of the above.",
        json_schema_extra={"position": 4},
    )

    def contains(self, cluster: Cluster) -> bool:
        """Whether a cluster of one of the subscriptions is meant."""
        if self.clusters:
            return cluster.id in {parse_cluster_id(text) for text in self.clusters}
        groups = {name.lower() for name in self.resource_groups}
        inside = not groups or cluster.id.resource_group.lower() in groups
        return inside and all(carries(cluster, tag) for tag in self.tags)


def carries(cluster: Cluster, tag: str) -> bool:
    """Whether a cluster carries a tag, given as name=value, or as a name for any value."""
    name, _, value = tag.partition("=")
    found = {known.lower(): shown for known, shown in cluster.tags.items()}.get(name.lower())
    return found is not None and ("=" not in tag or found == value)
