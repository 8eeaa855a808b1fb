"""Who runs the migration, what roles there are beside Azure's own, and what policies forbid."""

from typing import Literal

from pydantic import Field

from simulator.world.settings import Part


class Runner(Part):
    """The principal that clients sign in as; it may do what its role assignments permit."""

    principal: str
    """A service principal's or an identity's name."""
    graph: bool = True
    """Whether it may read the directory through Microsoft Graph."""


class RoleDefinition(Part):
    """A custom role."""

    name: str
    actions: list[str] = Field(default=[])
    not_actions: list[str] = Field(default=[])
    data_actions: list[str] = Field(default=[])
    assignable_scopes: list[str] = Field(default=["/"], min_length=1)


class Policy(Part):
    """A policy assignment that denies an action."""

    name: str
    scope: str = Field(pattern=r"(?i)^/subscriptions/[^/]+(/.+)?$")
    effect: Literal["deny"] = "deny"
    action: str
    """In Azure's words; `*` stands for anything."""


class Limits(Part):
    """How much there may be of some things."""

    role_assignments: int = Field(default=4000, ge=0)
    """Of one subscription (Microsoft Learn: troubleshoot Azure RBAC limits)."""
    cores: int | None = Field(default=None, ge=0)
    """Total regional cores of one subscription; no limit by default."""
