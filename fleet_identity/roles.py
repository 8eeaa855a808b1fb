"""The built-in Azure roles that a migration grants or meets.

GUIDs and what each role allows: Microsoft Learn, "Azure built-in roles".
"""

import uuid
from dataclasses import dataclass

from fleet_identity.resource_id import ResourceId

_NAMES = uuid.UUID("6f1f6d0e-2a58-5b0e-9c07-0f5d1f2f7a11")


@dataclass(frozen=True, slots=True, kw_only=True)
class Role:
    """A role by name and the GUID of its definition, which is the same in every subscription."""

    name: str
    guid: str

    def definition_id(self, scope: ResourceId) -> str:
        """Give the id of the role's definition as seen from `scope`."""
        return f"/subscriptions/{scope.subscription}/providers/Microsoft.Authorization/roleDefinitions/{self.guid}"


NETWORK_CONTRIBUTOR = Role(name="Network Contributor", guid="4d97b98b-1d4f-4787-a291-c67834d212e7")
ACR_PULL = Role(name="AcrPull", guid="7f951dda-4ed3-4680-a7ca-43fe172d538d")
ACR_PUSH = Role(name="AcrPush", guid="8311e382-0749-4cb8-b61a-304f252e45ec")
REPOSITORY_READER = Role(name="Container Registry Repository Reader", guid="b93aa761-3e63-49ed-ac28-beffa264f7ac")
OWNER = Role(name="Owner", guid="8e3af657-a8ff-443c-a75c-2fe8c4bcb635")
CONTRIBUTOR = Role(name="Contributor", guid="b24988ac-6180-42a0-ab88-20f7382dd24c")
READER = Role(name="Reader", guid="acdd72a7-3385-48ef-bd42-f606fba81ae7")

_KNOWN = {
    role.guid: role for role in (NETWORK_CONTRIBUTOR, ACR_PULL, ACR_PUSH, REPOSITORY_READER, OWNER, CONTRIBUTOR, READER)
}

PULL_ONLY = frozenset({ACR_PULL.guid, ACR_PUSH.guid, REPOSITORY_READER.guid})
"""Roles that are about registries and nothing else."""

PULL_AMONG_OTHERS = frozenset({OWNER.guid, CONTRIBUTOR.guid, READER.guid})
"""Roles whose wildcard actions let an RBAC-mode registry be pulled from as well."""


def role_named(guid: str) -> Role:
    """Give the role with this definition GUID; one that we don't know keeps its GUID as its name."""
    return _KNOWN.get(guid.lower(), Role(name=guid, guid=guid.lower()))


def assignment_name(scope: ResourceId, role: Role, principal_id: str) -> str:
    """Give the GUID under which we make an assignment: the same on every try, so that a rerun finds it."""
    return str(uuid.uuid5(_NAMES, f"{scope.key}|{role.guid}|{principal_id.lower()}"))
