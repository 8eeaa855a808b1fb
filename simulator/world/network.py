"""The network of a cluster of a world, as its author describes it."""

from pydantic import Field

from simulator.world.node_pool import SUBNET
from simulator.world.settings import Part


class Network(Part):
    """What the cluster uses outside its node resource group."""

    route_table: str | None = Field(default=None, pattern=r"(?i)^/subscriptions/.+/routeTables/[^/]+$")
    """Hangs on the subnets of the cluster's pools, as a route table does in Azure."""
    nat_gateway: str | None = Field(default=None, pattern=r"(?i)^/subscriptions/.+/natGateways/[^/]+$")
    """Hangs on the same subnets; the cluster's egress then leaves through it."""
    private_dns_zone: str | None = Field(default=None, pattern=r"(?i)^/subscriptions/.+/privateDnsZones/[^/]+$")
    """A zone of the customer's own; the cluster is then a private one."""
    api_server_subnet: str | None = Field(default=None, pattern=SUBNET)
    """Where the API server has its address, with API Server VNet Integration."""
    outbound_public_ips: list[str] = Field(default=[])
    outbound_ip_prefixes: list[str] = Field(default=[])
