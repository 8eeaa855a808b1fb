"""Principals, registries, identities and groups as a world describes them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.directory.models import Principal
from simulator.guid import derived_guid
from simulator.managed_identities.create import register
from simulator.managed_identities.models import KIND as IDENTITY
from simulator.managed_identities.models import FederatedCredential, UserAssignedIdentity
from simulator.opening.directory import secrets_of
from simulator.opening.used_elsewhere import used_elsewhere
from simulator.registries.models import KIND as REGISTRY
from simulator.registries.models import Registry
from simulator.resource_id import group_id, group_of, key, resource_id, subscription_of

if TYPE_CHECKING:
    from simulator.azure import Azure

_LOCATION = "westeurope"


def add_principals(azure: Azure) -> None:
    """Service principals, which look-ups find."""
    for described_principal in azure.world.service_principals:
        azure.directory.add(
            Principal(
                name=described_principal.name,
                client_id=described_principal.app_id,
                object_id=described_principal.principal_id,
                kind="Application",
                secret_expires_at=described_principal.secret_expires_at,
                application_secrets=secrets_of(described_principal, "application", azure.now),
                own_secrets=secrets_of(described_principal, "service_principal", azure.now),
                found_from=azure.now,
            )
        )


def add_registries(azure: Azure) -> None:
    """Container registries."""
    for registry in azure.world.registries:
        subscription = registry.subscription_id or azure.world.subscription_id(registry.subscription)
        azure.groups.ensure(subscription, registry.resource_group, registry.location)
        registry_id = f"{group_id(subscription, registry.resource_group)}/providers/{REGISTRY}/{registry.name}"
        azure.registries[key(registry_id)] = Registry(
            id=registry_id,
            name=registry.name,
            location=registry.location,
            mode=registry.mode,
            other_tenant=registry.tenant is not None,
        )


def add_identities(azure: Azure) -> None:
    """User-assigned identities, whose ids follow from their names."""
    for identity in azure.world.user_assigned_identities:
        subscription = azure.world.subscription_id(identity.subscription)
        azure.groups.ensure(subscription, identity.resource_group, identity.location)
        added = UserAssignedIdentity(
            id=resource_id(subscription, identity.resource_group, IDENTITY, identity.name),
            name=identity.name,
            location=identity.location,
            client_id=derived_guid(identity.name, "client"),
            principal_id=derived_guid(identity.name, "principal"),
            tags=dict(identity.tags),
            federated=tuple(FederatedCredential(**one.model_dump()) for one in identity.federated_credentials),
        )
        register(azure, added, found_from=azure.now)


def add_mentioned_groups(azure: Azure) -> None:
    """Networks are there because something uses them, and so are their groups."""
    mentioned = [subnet.id for subnet in azure.subnets.values()]
    mentioned += [s for subnet in azure.subnets.values() for s in (subnet.route_table, subnet.nat_gateway) if s]
    mentioned += [used for cluster in azure.world.clusters for used in used_elsewhere(cluster)]
    mentioned += [assignment.scope for assignment in azure.world.role_assignments]
    mentioned += [lock.scope for lock in azure.locks]
    for scope in mentioned:
        subscription, group = subscription_of(scope), group_of(scope)
        if subscription and group:
            azure.groups.ensure(subscription, group, _LOCATION)
