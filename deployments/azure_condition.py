"""The allow-list as the condition of the runner's role assignment; what no condition should name is refused."""

from collections.abc import Iterable

from fleet_identity.granting_condition import condition_on
from fleet_identity.guid import GUID
from fleet_identity.roles import OWNER, Role, role_called

_GRANTING = {
    OWNER.guid: OWNER.name,
    "18d7d88d-d35e-4fb5-a5c3-7773c20a72d9": "User Access Administrator",
    "f58310d9-a9f6-439a-9e8d-f62e7b41a168": "Role Based Access Control Administrator",
}
"""Roles that may grant roles. Source: Microsoft Learn, "Azure built-in roles", privileged."""


class RolesError(Exception):
    """The rights can't be told from what was given; the sentence says what would do."""


def condition_of(allowed: Iterable[str]) -> str:
    """Write the condition, version 2.0, for roles as the allow-list names them."""
    guids = {_guid(text) for text in allowed}
    if not guids:
        raise RolesError("FLEET_IDENTITY_GRANTED_ROLES names no role: a runner that may grant nothing can't migrate.")
    return condition_on(guids)


def _guid(text: str) -> str:
    role = role_called(text)
    _refuse(role, text)
    return role.guid


def _refuse(role: Role, text: str) -> None:
    if not GUID.fullmatch(role.guid):
        raise RolesError(
            f"The allow-list names the role '{text}', and a condition takes GUIDs: write the GUID of its definition in "
            f"FLEET_IDENTITY_GRANTED_ROLES (az role definition list --name '{text}' --query [].name)."
        )
    if role.guid in _GRANTING:
        raise RolesError(
            f"The allow-list names {_GRANTING[role.guid]}, whose holder may grant roles, and so anything: it is never "
            "granted to a cluster. Take it off FLEET_IDENTITY_GRANTED_ROLES."
        )
