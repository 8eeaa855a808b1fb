"""Who we are: the principal that our own token names, and what it holds."""

import base64
import json
from collections.abc import Mapping, Sequence
from typing import Any

from fleet_identity.gateway.arm.connection import Connection
from fleet_identity.permissions import Right, RoleDefinition, Runner
from fleet_identity.surroundings import RoleAssignment


async def who(connection: Connection) -> tuple[str, str]:
    """Read the object id and the tenant from our token; "" where it can't be read, as with an opaque one."""
    claims = _claims(await connection.token())
    return str(claims.get("oid") or ""), str(claims.get("tid") or "")


def runner(
    object_id: str,
    tenant: str,
    held: Mapping[str, Sequence[RoleAssignment]],
    definitions: Mapping[str, RoleDefinition],
) -> Runner:
    """Put together what is held, by subscription.

    One without any assignment tells nothing, for we can read it; nor does one with a role whose definition is not
    known, for that may permit anything.
    """
    rights = [
        Right(scope=one.scope, definition=definitions[one.role.guid], condition=one.condition)
        for assignments in held.values()
        for one in assignments
        if one.role.guid in definitions
    ]
    return Runner(
        object_id=object_id,
        tenant=tenant,
        rights=tuple(dict.fromkeys(rights)),
        subscriptions=frozenset(
            name.lower()
            for name, assignments in held.items()
            if assignments and all(one.role.guid in definitions for one in assignments)
        ),
    )


def _claims(token: str) -> dict[str, Any]:
    parts = token.split(".")
    if len(parts) < 2:  # noqa: PLR2004 - header and claims
        return {}
    try:
        return json.loads(base64.urlsafe_b64decode(parts[1] + "=" * (-len(parts[1]) % 4)))
    except ValueError:
        return {}
