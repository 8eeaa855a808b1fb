"""Microsoft.KeyVault/vaults, read-only: people change vaults, and no migration does."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.errors import resource_not_found
from simulator.key_vaults.models import KIND
from simulator.key_vaults.responses import vault_document
from simulator.messages import Answer, ArmRequest, listed
from simulator.resource_id import group_id, is_within, key
from simulator.routing import route

if TYPE_CHECKING:
    from simulator.azure import Azure


def get(azure: Azure, request: ArmRequest) -> Answer:
    """One vault."""
    group = azure.require_group(request["subscription"], request["group"])
    wanted = f"{group_id(request['subscription'], group.name)}/providers/{KIND}/{request['name']}"
    vault = azure.key_vaults.get(key(wanted))
    if vault is None:
        raise resource_not_found(KIND, request["name"], request["group"])
    return Answer(body=vault_document(vault, azure.world.tenant))


def list_in_subscription(azure: Azure, request: ArmRequest) -> Answer:
    """The vaults of a subscription."""
    scope = f"/subscriptions/{azure.require_subscription(request['subscription']).id}"
    found = [vault for vault in azure.key_vaults.values() if is_within(vault.id, scope)]
    return listed([vault_document(vault, azure.world.tenant) for vault in found])


ROUTES = (
    route("GET", "/subscriptions/{subscription}/providers/" + KIND, list_in_subscription),
    route("GET", "/subscriptions/{subscription}/resourceGroups/{group}/providers/" + KIND + "/{name}", get),
)
