"""Who there is in a world's directory beside its identities: secrets of applications, and groups."""

from typing import Literal

from pydantic import AwareDatetime, Field

from simulator.guid import WHOLE
from simulator.world.settings import Part


class Secret(Part):
    """A further secret, which no cluster signs in with."""

    expires_at: AwareDatetime
    held_by: Literal["application", "service_principal"] = "application"
    """The directory keeps secrets on an application and on its service principal (Microsoft Graph: addPassword)."""


class Group(Part):
    """A security group; its object id follows from its name where none is given."""

    name: str
    object_id: str | None = Field(default=None, pattern=WHOLE)
    members: list[str] = Field(default=[])
    """Names of service principals, identities and other groups, or `kubelet:<cluster>`."""
