"""What the generic list shows of each resource: what it is and where, and nothing of its own properties."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.key_vaults.models import KIND as VAULT
from simulator.log_analytics_workspaces.models import KIND as WORKSPACE
from simulator.managed_clusters.models import KIND as CLUSTER
from simulator.managed_identities.models import KIND as IDENTITY
from simulator.networks.models import networks_of
from simulator.networks.responses import network_document
from simulator.registries.models import KIND as REGISTRY
from simulator.resource_id import is_within, name_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from simulator.azure import Azure
    from simulator.json_object import JsonObject


def entries_of(azure: Azure, scope: str) -> list[JsonObject]:
    """The resources below a scope, kind by kind."""
    return [entry for entry in _all(azure, scope) if is_within(entry["id"], scope)]


def _all(azure: Azure, scope: str) -> Iterator[JsonObject]:
    for registry in azure.registries.values():
        yield _entry(REGISTRY, registry.id, registry.location)
    for identity in azure.identities.values():
        yield _entry(IDENTITY, identity.id, identity.location, identity.tags)
    for workspace in azure.workspaces.values():
        yield _entry(WORKSPACE, workspace.id, workspace.location)
    for vault in azure.key_vaults.values():
        yield _entry(VAULT, vault.id, vault.location)
    for cluster in azure.clusters.values():
        yield _entry(CLUSTER, cluster.id, cluster.location, cluster.tags)
    for network in networks_of(azure, scope).values():
        document = network_document(azure, network)
        yield _entry(document["type"], document["id"], document["location"])


def _entry(kind: str, resource: str, location: str, tags: dict[str, str] | None = None) -> JsonObject:
    return {"id": resource, "name": name_of(resource), "type": kind, "location": location, "tags": tags or {}}
