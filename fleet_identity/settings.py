"""What the operator sets, in the environment: where Azure is, what may be granted, and how fast time runs."""

import json
from collections.abc import Callable
from typing import Annotated, Any

from pydantic import Field, StringConstraints, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from fleet_identity.allow_list import GRANTED_BY_DEFAULT, AllowList, allow_list
from fleet_identity.clouds import CLOUDS, CloudName, cloud_of

Roles = Annotated[tuple[str, ...], NoDecode]
Scopes = Annotated[
    tuple[Annotated[str, StringConstraints(pattern=r"(?i)^/(subscriptions/[^/]+(/.+)?)?$")], ...], NoDecode
]
_ADDRESS = "an address that begins with https://"
_DEPLOYMENT = "the name of a deployment, such as migrate-shard/migrate-shard"
_SECONDS = "a number of seconds above 0"
_LIST = 'a JSON list, such as ["AcrPull"]'
_SCOPES = 'a JSON list of scopes, such as ["/subscriptions/ID/resourceGroups/GROUP"]'
_AUTHORITY = "AZURE_AUTHORITY_HOST"
_ADDRESSES = {
    "arm_endpoint": "FLEET_IDENTITY_ARM_ENDPOINT",
    "graph_endpoint": "FLEET_IDENTITY_GRAPH_ENDPOINT",
    "portal_endpoint": "FLEET_IDENTITY_PORTAL_ENDPOINT",
    "authority_host": _AUTHORITY,
}


def _of_cloud(part: str) -> Callable[[dict[str, Any]], str]:
    """Take the default of an address from the cloud that is set."""
    return lambda others: getattr(CLOUDS[others.get("cloud", "public")], part)


class Settings(BaseSettings):
    """Settings of a process, each read from FLEET_IDENTITY_<NAME>; never from the parameters of a run.

    The description of each says what it must be: it ends the sentence that a wrong one is told by.
    """

    model_config = SettingsConfigDict(env_prefix="FLEET_IDENTITY_", frozen=True)

    cloud: CloudName = Field(default="public", description="public, government or china")
    """Where the addresses below are, unless one is set by itself."""
    arm_endpoint: str = Field(default_factory=_of_cloud("arm"), pattern="^https://", description=_ADDRESS)
    graph_endpoint: str = Field(default_factory=_of_cloud("graph"), pattern="^https://", description=_ADDRESS)
    portal_endpoint: str = Field(default_factory=_of_cloud("portal"), pattern="^https://", description=_ADDRESS)
    """Where people look at resources; nothing is asked there."""
    authority_host: str = Field(
        default_factory=_of_cloud("authority"), validation_alias=_AUTHORITY, description="an address"
    )
    """Who issues tokens: what azure-identity reads of the environment counts first."""
    pace: float = Field(default=1.0, gt=0, description="a number above 0")
    """Seconds of Azure's time in one real second: 1, but against the simulator."""
    watch_interval: float = Field(default=30.0, gt=0, description=_SECONDS)
    """Seconds between two looks at clusters under change."""
    watch_patience: float = Field(default=6 * 3600.0, gt=0, description=_SECONDS)
    """Seconds after which an operation that has not ended is left to the next run."""
    shard_deployment: str = Field(
        default="migrate-shard/migrate-shard", pattern="^[^/]+/[^/]+$", description=_DEPLOYMENT
    )
    """The deployment that carries out shards, where a fleet's strategy says dispatch: work_pool."""
    shard_beat: float = Field(default=15.0, gt=0, description=_SECONDS)
    """Seconds of real time between two signs of life of a shard, and of a fleet's run to its shards."""
    shard_patience: float = Field(default=180.0, gt=0, description=_SECONDS)
    """Seconds of real time without a sign of life after which a shard's clusters are handed to another worker;
    without one of the fleet's run, after which a shard begins no further cluster."""
    report_beat: float = Field(default=15.0, gt=0, description=_SECONDS)
    """Seconds of real time between two looks at whether the reports of a run must be renewed."""
    granted_roles: Roles = Field(default=GRANTED_BY_DEFAULT, description=_LIST)
    """The roles that may be granted at all, by name or GUID: the allow-list. A JSON list."""
    copied_roles: Roles = Field(default=(), description=_LIST)
    """Roles of the old principal that the new identity gets as well, where the old one holds them. A JSON list."""
    extra_role_scopes: Scopes = Field(default=("/",), description=_SCOPES)
    """At and below which scopes a run may ask for extra roles, and name registries; "/" is anywhere. A JSON list."""
    identity_scopes: Scopes = Field(default=(), description=_SCOPES)
    """At and below which scopes a run may name identities beside a cluster's own; "/" is anywhere. A JSON list."""

    @field_validator("granted_roles", "copied_roles", "extra_role_scopes", "identity_scopes", mode="before")
    @classmethod
    def _listed(cls, given: object) -> object:
        """Read JSON here: what pydantic-settings decodes itself ends in an error that is no ValidationError."""
        return json.loads(given) if isinstance(given, str) else given

    @model_validator(mode="after")
    def _of_one_cloud(self) -> "Settings":
        """Refuse a mixture: a token of one cloud is worth nothing in another, and must not be shown there."""
        for field, variable in _ADDRESSES.items():
            address: str = getattr(self, field)
            if cloud_of(address) not in {None, self.cloud}:
                raise ValueError(
                    f"{variable} is {address}, which belongs to FLEET_IDENTITY_CLOUD={cloud_of(address)}, "
                    f"and the cloud is {self.cloud}: set one or the other"
                )
        return self

    @property
    def arm_audience(self) -> str:
        """Give whom a token for ARM is for: the endpoint itself, where it is no cloud's own."""
        return CLOUDS[self.cloud].audience if cloud_of(self.arm_endpoint) else self.arm_endpoint

    @property
    def allow_list(self) -> AllowList:
        """Give what may be granted, and copied, where a run may ask for more, and which identities it may name."""
        return allow_list(self.granted_roles, self.copied_roles, self.extra_role_scopes, self.identity_scopes)
