"""What the operator sets, in the environment: where Azure is, what may be granted, and how fast time runs."""

import json
from typing import Annotated

from pydantic import Field, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from fleet_identity.allow_list import GRANTED_BY_DEFAULT, AllowList, allow_list

Roles = Annotated[tuple[str, ...], NoDecode]
_ADDRESS = "an address that begins with https://"
_DEPLOYMENT = "the name of a deployment, such as migrate-shard/migrate-shard"
_SECONDS = "a number of seconds above 0"
_LIST = 'a JSON list, such as ["AcrPull"]'


class Settings(BaseSettings):
    """Settings of a process, each read from FLEET_IDENTITY_<NAME>; never from the parameters of a run.

    The description of each says what it must be: it ends the sentence that a wrong one is told by.
    """

    model_config = SettingsConfigDict(env_prefix="FLEET_IDENTITY_", frozen=True)

    arm_endpoint: str = Field(default="https://management.azure.com", pattern="^https://", description=_ADDRESS)
    graph_endpoint: str = Field(default="https://graph.microsoft.com", pattern="^https://", description=_ADDRESS)
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
    """Seconds of real time between two signs of life of a shard."""
    shard_patience: float = Field(default=180.0, gt=0, description=_SECONDS)
    """Seconds of real time without a sign of life after which a shard's clusters are handed to another worker."""
    report_beat: float = Field(default=15.0, gt=0, description=_SECONDS)
    """Seconds of real time between two looks at whether the reports of a run must be renewed."""
    granted_roles: Roles = Field(default=GRANTED_BY_DEFAULT, description=_LIST)
    """The roles that may be granted at all, by name or GUID: the allow-list. A JSON list."""
    copied_roles: Roles = Field(default=(), description=_LIST)
    """Roles of the old principal that the new identity gets as well, where the old one holds them. A JSON list."""

    @field_validator("granted_roles", "copied_roles", mode="before")
    @classmethod
    def _listed(cls, given: object) -> object:
        """Read JSON here: what pydantic-settings decodes itself ends in an error that is no ValidationError."""
        return json.loads(given) if isinstance(given, str) else given

    @property
    def allow_list(self) -> AllowList:
        """Give the roles that may be granted, and copied."""
        return allow_list(self.granted_roles, self.copied_roles)
