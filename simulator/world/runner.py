"""Who runs the migration, what roles there are beside Azure's own, and what policies forbid."""

from typing import Literal

from pydantic import Field, model_validator

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
    """A policy assignment that denies an action, or resources without a tag: exactly one of the two."""

    name: str
    scope: str = Field(pattern=r"(?i)^/subscriptions/[^/]+(/.+)?$")
    effect: Literal["deny"] = "deny"
    action: str | None = None
    """In Azure's words; `*` stands for anything."""
    requires_tag: str | None = None
    """The tag that every resource must have."""
    tag_value: str | None = None
    """The only value that the tag may have."""

    @model_validator(mode="after")
    def _one_kind(self) -> "Policy":
        if (self.action is None) == (self.requires_tag is None):
            raise ValueError("give exactly one of action, requires_tag")
        if self.tag_value is not None and self.requires_tag is None:
            raise ValueError("tag_value goes with requires_tag")
        return self


class Limits(Part):
    """How much there may be of some things."""

    role_assignments: int = Field(default=4000, ge=0)
    """Of one subscription (Microsoft Learn: troubleshoot Azure RBAC limits)."""
    cores: int | None = Field(default=None, ge=0)
    """Total regional cores of one subscription; no limit by default."""
