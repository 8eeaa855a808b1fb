"""A cluster that is to be made: what a person says of it, beside its identities."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from fleet_identity.resource_id import ResourceId

ClusterId = Annotated[
    str,
    StringConstraints(
        pattern=r"(?i)^/subscriptions/[0-9a-f-]{36}/resourceGroups/[^/]+"
        r"/providers/Microsoft[.]ContainerService/managedClusters/[A-Za-z0-9]([A-Za-z0-9_-]{0,61}[A-Za-z0-9])?$"
    ),
]
SubnetId = Annotated[str, StringConstraints(pattern=r"(?i)^/subscriptions/.+/virtualNetworks/[^/]+/subnets/[^/]+$")]


class NewPool(BaseModel):
    """A node pool of a new cluster."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str = Field(
        default="system",
        pattern=r"^[a-z][a-z0-9]{0,11}$",
        title="Name",
        description="Up to twelve lower-case letters and digits.",
        json_schema_extra={"position": 1},
    )
    mode: Literal["System", "User"] = Field(
        default="System",
        title="Mode",
        description="A cluster needs at least one System pool.",
        json_schema_extra={"position": 2},
    )
    count: int = Field(
        default=3, ge=1, le=1000, title="Nodes", description="How many.", json_schema_extra={"position": 3}
    )
    vm_size: str = Field(
        default="Standard_D4s_v5",
        title="Machine size",
        description="As Azure names it.",
        json_schema_extra={"position": 4},
    )
    subnet: SubnetId | None = Field(
        default=None,
        title="Subnet",
        description="Resource id of a subnet of yours. Empty: AKS makes a network.",
        json_schema_extra={"position": 5},
    )


class NewCluster(BaseModel):
    """A new AKS cluster, kept to what its identities depend on; the rest is AKS's defaults."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: ClusterId = Field(
        title="Resource id",
        description="Of the cluster that is to be made: subscription, resource group (which exists) and name.",
        json_schema_extra={"position": 1},
    )
    location: str = Field(title="Region", description="Such as westeurope.", json_schema_extra={"position": 2})
    kubernetes_version: str | None = Field(
        default=None,
        pattern=r"^\d+\.\d+(\.\d+)?$",
        title="Kubernetes version",
        description="Empty: AKS's default.",
        json_schema_extra={"position": 3},
    )
    pools: tuple[NewPool, ...] = Field(
        default=(NewPool(),),
        min_length=1,
        title="Node pools",
        description="The first one should be a System pool.",
        json_schema_extra={"position": 4},
    )
    outbound: Literal["loadBalancer", "userDefinedRouting", "userAssignedNATGateway"] = Field(
        default="loadBalancer",
        title="Outbound type",
        description="How nodes reach the internet: by AKS's load balancer, or by what hangs on your subnet.",
        json_schema_extra={"position": 5},
    )
    service_cidr: str = Field(
        default="10.2.0.0/24",
        title="Service CIDR",
        description="Addresses of Kubernetes services, which must not overlap with your networks.",
        json_schema_extra={"position": 6},
    )
    dns_service_ip: str = Field(
        default="10.2.0.10",
        title="DNS service address",
        description="Within the service CIDR.",
        json_schema_extra={"position": 7},
    )
    tags: tuple[Annotated[str, StringConstraints(pattern=r"^[^=]+=.*$")], ...] = Field(
        default=(), title="Tags", description="As name=value.", json_schema_extra={"position": 8}
    )

    @property
    def cluster_id(self) -> ResourceId:
        """Give the id of the cluster."""
        return ResourceId(self.id)

    @property
    def subnets(self) -> tuple[ResourceId, ...]:
        """Give the subnets of its pools, each once."""
        return tuple(dict.fromkeys(ResourceId(pool.subnet) for pool in self.pools if pool.subnet))
