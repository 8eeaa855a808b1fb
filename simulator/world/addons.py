"""Add-ons of a cluster, as the author of a world describes them."""

from typing import Annotated, Any, Literal, TypeAlias

from pydantic import Field, StringConstraints, model_validator

from simulator.world.settings import Part

Addon: TypeAlias = Literal[
    "aciConnectorLinux",
    "azureKeyvaultSecretsProvider",
    "azurepolicy",
    "httpApplicationRouting",
    "ingressApplicationGateway",
    "omsagent",
]
WEB_APP_ROUTING = "webAppRouting"
"""No add-on in ARM's terms, but something with an identity of its own as well."""

DnsZone = Annotated[str, StringConstraints(pattern=r"(?i)^/subscriptions/.+/(dnsZones|privateDnsZones)/[^/]+$")]


class EnabledAddon(Part):
    """An enabled add-on: its name alone, or its name and what it is told."""

    name: Addon
    config: dict[str, str] | None = None
    """In ARM's terms; monitoring's is laid over the usual one, that of others replaces it."""

    @model_validator(mode="before")
    @classmethod
    def _by_name(cls, written: Any) -> Any:
        return {"name": written} if isinstance(written, str) else written


class WebAppRouting(Part):
    """Application routing: the DNS zones that it keeps records in."""

    dns_zones: list[DnsZone] = Field(default=[])
