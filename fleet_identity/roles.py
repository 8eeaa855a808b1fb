"""The built-in Azure roles that a migration grants or meets.

GUIDs and what each role allows: Microsoft Learn, "Azure built-in roles".
"""

import uuid
from dataclasses import dataclass, field

from fleet_identity.resource_id import ResourceId

_NAMES = uuid.UUID("6f1f6d0e-2a58-5b0e-9c07-0f5d1f2f7a11")


@dataclass(frozen=True, slots=True, kw_only=True)
class Role:
    """A role by name and the GUID of its definition, which is the same in every subscription."""

    name: str = field(compare=False)
    guid: str

    def definition_id(self, scope: ResourceId) -> str:
        """Give the id of the role's definition as seen from `scope`."""
        return f"/subscriptions/{scope.subscription}/providers/Microsoft.Authorization/roleDefinitions/{self.guid}"


NETWORK_CONTRIBUTOR = Role(name="Network Contributor", guid="4d97b98b-1d4f-4787-a291-c67834d212e7")
PRIVATE_DNS_ZONE_CONTRIBUTOR = Role(name="Private DNS Zone Contributor", guid="b12aa53e-6015-4669-85d0-8515ebb3ae7f")
DNS_ZONE_CONTRIBUTOR = Role(name="DNS Zone Contributor", guid="befefa01-2a29-4197-83a8-272ff33ce314")
MANAGED_IDENTITY_OPERATOR = Role(name="Managed Identity Operator", guid="f1a07417-d97a-45cb-824c-7a7467783830")
KEY_VAULT_CRYPTO_USER = Role(name="Key Vault Crypto User", guid="12338af0-0e69-4776-bea7-57ae8d297424")
KEY_VAULT_CONTRIBUTOR = Role(name="Key Vault Contributor", guid="f25e0fa2-a7c8-4377-a976-54943a77a395")
KEY_VAULT_SECRETS_USER = Role(name="Key Vault Secrets User", guid="4633458b-17de-408a-b874-0445c86b69e6")
MONITORING_METRICS_PUBLISHER = Role(name="Monitoring Metrics Publisher", guid="3913510d-42f4-4e42-8a64-420c390055eb")
ACR_PULL = Role(name="AcrPull", guid="7f951dda-4ed3-4680-a7ca-43fe172d538d")
ACR_PUSH = Role(name="AcrPush", guid="8311e382-0749-4cb8-b61a-304f252e45ec")
REPOSITORY_READER = Role(name="Container Registry Repository Reader", guid="b93aa761-3e63-49ed-ac28-beffa264f7ac")
OWNER = Role(name="Owner", guid="8e3af657-a8ff-443c-a75c-2fe8c4bcb635")
CONTRIBUTOR = Role(name="Contributor", guid="b24988ac-6180-42a0-ab88-20f7382dd24c")
READER = Role(name="Reader", guid="acdd72a7-3385-48ef-bd42-f606fba81ae7")

KNOWN = (
    NETWORK_CONTRIBUTOR,
    PRIVATE_DNS_ZONE_CONTRIBUTOR,
    DNS_ZONE_CONTRIBUTOR,
    MANAGED_IDENTITY_OPERATOR,
    KEY_VAULT_CRYPTO_USER,
    KEY_VAULT_CONTRIBUTOR,
    KEY_VAULT_SECRETS_USER,
    MONITORING_METRICS_PUBLISHER,
    ACR_PULL,
    ACR_PUSH,
    REPOSITORY_READER,
    OWNER,
    CONTRIBUTOR,
    READER,
)
_BY_GUID = {role.guid: role for role in KNOWN}
_BY_NAME = {role.name.lower(): role for role in KNOWN}

PULL_ONLY = frozenset({ACR_PULL.guid, ACR_PUSH.guid, REPOSITORY_READER.guid})
"""Roles that are about registries and nothing else."""

PULL_AMONG_OTHERS = frozenset({OWNER.guid, CONTRIBUTOR.guid, READER.guid})
"""Roles whose wildcard actions let an RBAC-mode registry be pulled from as well."""


def role_named(guid: str) -> Role:
    """Give the role with this definition GUID; one that we don't know keeps its GUID as its name."""
    return _BY_GUID.get(guid.lower(), Role(name=guid, guid=guid.lower()))


def role_called(text: str) -> Role:
    """Give the role of a name, or of the GUID of a definition, as people write it."""
    return _BY_NAME.get(text.strip().lower()) or role_named(text.strip())


def assignment_name(scope: ResourceId, role: Role, principal_id: str) -> str:
    """Give the GUID under which we make an assignment: the same on every try, so that a rerun finds it."""
    return str(uuid.uuid5(_NAMES, f"{scope.key}|{role.guid.lower()}|{principal_id.lower()}"))
