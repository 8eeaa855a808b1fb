"""What roles permit: those of the cluster's subscription, and of others where the old principal holds roles there."""

import asyncio
from collections.abc import Iterable, Mapping

from fleet_identity.observe.degrade import if_permitted
from fleet_identity.observe.inquiry import Inquiry
from fleet_identity.permissions import RoleDefinition
from fleet_identity.roles import KNOWN
from fleet_identity.surroundings import RoleAssignment


async def definitions_of(
    ask: Inquiry, held: Iterable[RoleAssignment], missed: set[str]
) -> Mapping[str, RoleDefinition]:
    """Read what roles permit, by GUID; another subscription is asked only for a role that is not known without it.

    A custom role is listed only where it can be assigned, which may be the hub's subscription alone.
    """
    home = ask.cluster.id.subscription
    found = dict(await _definitions(ask, home, missed))
    unknown = [one for one in held if one.role.guid not in found and one.role not in KNOWN]
    others = {one.scope.subscription.lower() for one in unknown} - {home.lower(), ""}
    for more in await asyncio.gather(*(_definitions(ask, one, missed) for one in sorted(others))):
        found |= more
    return found


async def _definitions(ask: Inquiry, subscription: str, missed: set[str]) -> Mapping[str, RoleDefinition]:
    return await if_permitted(ask.azure.role_definitions(subscription), dict[str, RoleDefinition](), missed)
