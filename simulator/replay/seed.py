"""The state before the first recorded write, as far as the recording tells it."""

from __future__ import annotations

import re
from contextlib import suppress
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from simulator.directory.models import Principal
from simulator.guid import GUID, derived_guid
from simulator.managed_identities.create import register
from simulator.managed_identities.models import UserAssignedIdentity
from simulator.registries.models import Registry
from simulator.replay.clusters import add_cluster
from simulator.replay.grants import add_grants
from simulator.replay.scope import Kind, kind_of
from simulator.resource_id import group_of, key, name_of, subscription_of
from simulator.world import load_world

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from simulator.azure import Azure
    from simulator.replay.cassette import Interaction
    from simulator.replay.schedule import Schedule
    from simulator.world import World

_MALFORMED = (AttributeError, KeyError, TypeError, ValueError)
"""What a document that is not as Azure writes it leads to; it is then not there, and shows as a deviation."""
_IMAGE = re.compile(rb'"(?:nodeImageVersion|latestNodeImageVersion)"\s*:\s*"([^"]+)-([0-9][^"-]*)"')
_TENANT = re.compile(rb'(?:"tenantId"\s*:\s*"|directory |tenant )([0-9a-f-]{36})')


def world_of(interactions: Sequence[Interaction]) -> World:
    """A world with the subscriptions, the tenant, the node images and the first moment of a recording."""
    known = {s.lower() for i in interactions if (s := subscription_of(i.path)) and GUID.fullmatch(s)}
    tenants = [found[1].decode() for i in interactions if (found := _TENANT.search(i.response))]
    moments = [i.at for i in interactions if i.at]
    world: dict[str, Any] = {"timing": {"role_propagation": 0}}
    if known:
        world["subscriptions"] = [{"id": s, "name": f"subscription-{n}"} for n, s in enumerate(sorted(known))]
    if tenants and GUID.fullmatch(tenants[0]):
        world["tenant"] = tenants[0]
    if moments:
        world["starts_at"] = moments[0]
    if images := _images(interactions):
        world["images"] = images
    return load_world(world)


def _images(interactions: Sequence[Interaction]) -> dict[str, list[str]]:
    images: dict[str, list[str]] = {}
    for interaction in interactions:
        for family, version in _IMAGE.findall(interaction.response):
            versions = images.setdefault(family.decode(), [])
            if version.decode() not in versions:
                versions.append(version.decode())
    return {family: sorted(versions) for family, versions in images.items()}


def plant(azure: Azure, interactions: Sequence[Interaction], schedule: Schedule) -> None:
    """Add what was there before the recording began."""
    _add_groups(azure, interactions)
    _add_principals(azure, interactions, schedule)
    found = list(_there_before(interactions))
    for kind, document in found:
        with suppress(*_MALFORMED):
            if kind == "userassignedidentities":
                _add_identity(azure, document)
            elif kind == "registries":
                _add_registry(azure, document)
    for kind, document in found:
        with suppress(*_MALFORMED):
            if kind == "managedclusters":
                add_cluster(azure, document)
    with suppress(*_MALFORMED):
        add_grants(azure, interactions)


def _add_groups(azure: Azure, interactions: Sequence[Interaction]) -> None:
    """Every group that a request names is there, unless the first word about it is that it is missing or made."""
    settled = set[tuple[str, str]]()
    for interaction in interactions:
        subscription, group = subscription_of(interaction.path), group_of(interaction.path)
        if not subscription or not group or (subscription.lower(), group.lower()) in settled:
            continue
        settled.add((subscription.lower(), group.lower()))
        on_group = interaction.path.rstrip("/").lower().endswith(f"/resourcegroups/{group.lower()}")
        absent = (
            interaction.status == HTTPStatus.NOT_FOUND if on_group else b"ResourceGroupNotFound" in interaction.response
        )
        if not absent and not (on_group and interaction.made):
            azure.groups.ensure(subscription, group, _location(interaction))


def _location(interaction: Interaction) -> str:
    for body in (interaction.answered(), interaction.sent()):
        if isinstance(body, dict) and isinstance(body.get("location"), str):
            return body["location"]
    return "westeurope"


def _add_principals(azure: Azure, interactions: Sequence[Interaction], schedule: Schedule) -> None:
    """Service principals of clusters, and who is granted something without having been made in the recording."""
    object_ids = dict(_application_ids(interactions))
    for named, found_from in schedule.found_from.items():
        azure.directory.add(
            Principal(
                name=named,
                client_id=named,
                object_id=object_ids.get(named, named),
                kind="Application",
                found_from=found_from,
            )
        )


def _application_ids(interactions: Sequence[Interaction]) -> Iterator[tuple[str, str]]:
    """Pairs of a name and an object id, as Graph told them."""
    for interaction in interactions:
        for entry in _listed(interaction):
            if object_id := entry.get("id") or entry.get("objectId"):
                for name in (entry.get("appId"), *(entry.get("servicePrincipalNames") or ())):
                    yield str(name).lower(), str(object_id).lower()


def _there_before(interactions: Sequence[Interaction]) -> Iterator[tuple[str, dict[str, Any]]]:
    """The first document of each resource that was read, or updated, before anybody made it."""
    settled = set[str]()
    for interaction in interactions:
        if kind_of(interaction) is not Kind.REQUEST or not interaction.succeeded:
            continue
        for document in _documents(interaction):
            resource = key(str(document["id"]))
            if resource not in settled and not interaction.made:
                yield resource.split("/")[-2], document
            settled.add(resource)


def _documents(interaction: Interaction) -> list[dict[str, Any]]:
    body = interaction.answered()
    entries = _listed(interaction) or ([body] if isinstance(body, dict) else [])
    return [entry for entry in entries if str(entry.get("id", "")).count("/") > 1]


def _listed(interaction: Interaction) -> list[dict[str, Any]]:
    body = interaction.answered()
    values = body.get("value") if isinstance(body, dict) else None
    return [entry for entry in values if isinstance(entry, dict)] if isinstance(values, list) else []


def _add_identity(azure: Azure, document: dict[str, Any]) -> None:
    identity_id, properties = str(document["id"]), document.get("properties") or {}
    identity = UserAssignedIdentity(
        id=identity_id,
        name=name_of(identity_id),
        location=str(document.get("location", "westeurope")),
        client_id=str(properties.get("clientId") or derived_guid(identity_id, "client")),
        principal_id=str(properties.get("principalId") or derived_guid(identity_id, "principal")),
        tags=document.get("tags") or {},
    )
    register(azure, identity, found_from=azure.now)


def _add_registry(azure: Azure, document: dict[str, Any]) -> None:
    registry_id, properties = str(document["id"]), document.get("properties") or {}
    is_abac = properties.get("roleAssignmentMode") == "AbacRepositoryPermissions"
    azure.registries[key(registry_id)] = Registry(
        id=registry_id,
        name=name_of(registry_id),
        location=str(document.get("location", "westeurope")),
        mode="abac" if is_abac else "rbac",
    )
