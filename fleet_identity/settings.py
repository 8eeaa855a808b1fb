"""What the operator sets, in the environment: where Azure is, and how fast time runs."""

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


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
