"""Tells whose right Azure misses on what a request refers to: waiting does not bring the runner's own."""

import re
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager

from fleet_identity.errors import NeedsHumanError, RightsNotEffectiveError

_REFUSED = re.compile(
    r"with object id '(?P<who>[^']+)'.*not have permission to perform action '(?P<action>[^']+)' "
    r"on the linked scope\(s\) '(?P<scope>[^']+)'",
    re.DOTALL,
)
"""Azure's words of LinkedAuthorizationFailed. Source: Azure/secrets-store-csi-driver-provider-azure#66."""


@asynccontextmanager
async def own_rights(object_id: Callable[[], Awaitable[str]]) -> AsyncGenerator[None]:
    """Raise NeedsHumanError where the refused principal is `object_id`; another one's rights may be on their way."""
    try:
        yield
    except RightsNotEffectiveError as refused:
        found = _REFUSED.search(refused.message)
        if found is None or found["who"].lower() != (await object_id()).lower():
            raise
        raise NeedsHumanError(
            f"The runner (object id {found['who']}) lacks permission {found['action']} on {found['scope']}. Grant it a "
            "role with this action there, and run again.",
            refused.code,
            refused.correlation_id,
            refused.resource_id,
        ) from refused
