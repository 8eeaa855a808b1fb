"""What the operator sets, in the environment: where Azure is, what may be granted, and how fast time runs."""

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

from fleet_identity.allow_list import GRANTED_BY_DEFAULT, AllowList, allow_list


class Settings(BaseSettings):
    """Settings of a process, each read from FLEET_IDENTITY_<NAME>; never from the parameters of a run."""

    model_config = SettingsConfigDict(env_prefix="FLEET_IDENTITY_", frozen=True)

    arm_endpoint: str = Field(default="https://management.azure.com", pattern="^https://")
    graph_endpoint: str = Field(default="https://graph.microsoft.com", pattern="^https://")
    pace: float = Field(default=1.0, gt=0)
    """Seconds of Azure's time in one real second: 1, but against the simulator."""
    watch_interval: float = Field(default=30.0, gt=0)
    """Seconds between two looks at clusters under change."""
    watch_patience: float = Field(default=6 * 3600.0, gt=0)
    """Seconds after which an operation that has not ended is left to the next run."""
    granted_roles: tuple[str, ...] = GRANTED_BY_DEFAULT
    """The roles that may be granted at all, by name or GUID: the allow-list. A JSON list."""
    copied_roles: tuple[str, ...] = ()
    """Roles of the old principal that the new identity gets as well, where the old one holds them. A JSON list."""

    @property
    def allow_list(self) -> AllowList:
        """Give the roles that may be granted, and copied."""
        return allow_list(self.granted_roles, self.copied_roles)
