"""Role assignments that a recording reads before it makes any."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from simulator.role_assignments.models import KIND, RoleAssignment
from simulator.role_definitions.built_in import role_of
from simulator.role_definitions.models import Role

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from simulator.azure import Azure
    from simulator.replay.cassette import Interaction


def add_grants(azure: Azure, interactions: Sequence[Interaction]) -> None:
    """Add what lists show, without what the recording itself makes."""
    made = {i.path.rstrip("/").rpartition("/")[2].lower() for i in interactions if i.method == "PUT"}
    for document in _listed(interactions):
        if str(document.get("name")).lower() not in made:
            azure.role_assignments.add(_assignment(azure, document))


def _listed(interactions: Sequence[Interaction]) -> Iterator[dict[str, Any]]:
    for interaction in interactions:
        body = interaction.answered()
        if not interaction.path.lower().rstrip("/").endswith(KIND.lower()) or not isinstance(body, dict):
            continue
        values = body.get("value")
        for entry in values if isinstance(values, list) else ():
            if isinstance(entry, dict) and isinstance(entry.get("properties"), dict):
                yield entry


def _assignment(azure: Azure, document: dict[str, Any]) -> RoleAssignment:
    properties = document["properties"]
    definition = str(properties.get("roleDefinitionId", ""))
    guid = definition.rpartition("/")[2]
    return RoleAssignment(
        name=str(document.get("name", "")),
        scope=str(properties.get("scope", "/")),
        role=role_of(definition) or Role(name=guid, guid=guid),
        role_definition_id=definition,
        principal_id=str(properties.get("principalId", "")),
        principal_type=str(properties.get("principalType", "ServicePrincipal")),
        description=properties.get("description"),
        created_on=azure.now,
        effective_from=azure.now,
        by=properties.get("createdBy"),
    )
