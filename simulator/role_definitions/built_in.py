"""Azure's built-in roles that matter to AKS. Source: Microsoft Learn, Azure built-in roles."""

from __future__ import annotations

from simulator.role_definitions.models import Role

_NOT_FOR_CONTRIBUTORS = (
    "Microsoft.Authorization/*/Delete",
    "Microsoft.Authorization/*/Write",
    "Microsoft.Authorization/elevateAccess/Action",
)
_READ_CONTENT = (
    "Microsoft.ContainerRegistry/registries/repositories/content/read",
    "Microsoft.ContainerRegistry/registries/repositories/metadata/read",
)
_WRITE_CONTENT = (
    "Microsoft.ContainerRegistry/registries/repositories/content/write",
    "Microsoft.ContainerRegistry/registries/repositories/metadata/write",
)

BUILT_IN = (
    Role(name="Owner", guid="8e3af657-a8ff-443c-a75c-2fe8c4bcb635", actions=("*",)),
    Role(
        name="Contributor",
        guid="b24988ac-6180-42a0-ab88-20f7382dd24c",
        actions=("*",),
        not_actions=_NOT_FOR_CONTRIBUTORS,
    ),
    Role(name="Reader", guid="acdd72a7-3385-48ef-bd42-f606fba81ae7", actions=("*/read",)),
    Role(
        name="User Access Administrator",
        guid="18d7d88d-d35e-4fb5-a5c3-7773c20a72d9",
        actions=("*/read", "Microsoft.Authorization/*", "Microsoft.Support/*"),
    ),
    Role(
        name="Role Based Access Control Administrator",
        guid="f58310d9-a9f6-439a-9e8d-f62e7b41a168",
        actions=(
            "Microsoft.Authorization/roleAssignments/write",
            "Microsoft.Authorization/roleAssignments/delete",
            "*/read",
            "Microsoft.Support/*",
        ),
    ),
    Role(
        name="Network Contributor",
        guid="4d97b98b-1d4f-4787-a291-c67834d212e7",
        actions=("Microsoft.Authorization/*/read", "Microsoft.Network/*", "Microsoft.Support/*"),
    ),
    Role(
        name="Managed Identity Operator",
        guid="f1a07417-d97a-45cb-824c-7a7467783830",
        actions=(
            "Microsoft.ManagedIdentity/userAssignedIdentities/*/read",
            "Microsoft.ManagedIdentity/userAssignedIdentities/*/assign/action",
            "Microsoft.ManagedIdentity/userAssignedIdentities/read",
            "Microsoft.ManagedIdentity/userAssignedIdentities/assign/action",
            "Microsoft.Authorization/*/read",
        ),
    ),
    Role(
        name="Managed Identity Contributor",
        guid="e40ec5ca-96e0-45a2-b4ff-59039f2c2b59",
        actions=(
            "Microsoft.ManagedIdentity/userAssignedIdentities/read",
            "Microsoft.ManagedIdentity/userAssignedIdentities/write",
            "Microsoft.ManagedIdentity/userAssignedIdentities/delete",
            "Microsoft.Authorization/*/read",
        ),
    ),
    Role(
        name="AcrPull",
        guid="7f951dda-4ed3-4680-a7ca-43fe172d538d",
        actions=("Microsoft.ContainerRegistry/registries/pull/read",),
    ),
    Role(
        name="AcrPush",
        guid="8311e382-0749-4cb8-b61a-304f252e45ec",
        actions=(
            "Microsoft.ContainerRegistry/registries/pull/read",
            "Microsoft.ContainerRegistry/registries/push/write",
        ),
    ),
    Role(
        name="AcrDelete",
        guid="c2f4ef07-c644-48eb-af81-4b1b4947fb11",
        actions=("Microsoft.ContainerRegistry/registries/artifacts/delete",),
    ),
    Role(
        name="Container Registry Repository Reader",
        guid="b93aa761-3e63-49ed-ac28-beffa264f7ac",
        data_actions=_READ_CONTENT,
    ),
    Role(
        name="Container Registry Repository Writer",
        guid="2a1e307c-b015-4ebd-883e-5b7698a07328",
        data_actions=(*_READ_CONTENT, *_WRITE_CONTENT),
    ),
    Role(
        name="Container Registry Repository Catalog Lister",
        guid="bfdb9389-c9a5-478a-bb2f-ba9ca092c3c7",
        data_actions=("Microsoft.ContainerRegistry/registries/catalog/read",),
    ),
    Role(
        name="Private DNS Zone Contributor",
        guid="b12aa53e-6015-4669-85d0-8515ebb3ae7f",
        actions=("Microsoft.Network/privateDnsZones/*", "Microsoft.Authorization/*/read"),
    ),
    Role(
        name="DNS Zone Contributor",
        guid="befefa01-2a29-4197-83a8-272ff33ce314",
        actions=("Microsoft.Network/dnsZones/*", "Microsoft.Authorization/*/read"),
    ),
    Role(
        name="Monitoring Metrics Publisher",
        guid="3913510d-42f4-4e42-8a64-420c390055eb",
        actions=("Microsoft.Insights/Register/Action", "Microsoft.Support/*"),
        data_actions=("Microsoft.Insights/Metrics/Write", "Microsoft.Insights/Telemetry/Write"),
    ),
    Role(
        name="Key Vault Secrets User",
        guid="4633458b-17de-408a-b874-0445c86b69e6",
        data_actions=(
            "Microsoft.KeyVault/vaults/secrets/getSecret/action",
            "Microsoft.KeyVault/vaults/secrets/readMetadata/action",
        ),
    ),
    Role(
        name="Key Vault Crypto User",
        guid="12338af0-0e69-4776-bea7-57ae8d297424",
        data_actions=(
            "Microsoft.KeyVault/vaults/keys/read",
            "Microsoft.KeyVault/vaults/keys/encrypt/action",
            "Microsoft.KeyVault/vaults/keys/decrypt/action",
        ),
    ),
    Role(
        name="Key Vault Crypto Service Encryption User",
        guid="e147488a-f6f5-4113-8e2d-b22465e65bf6",
        data_actions=(
            "Microsoft.KeyVault/vaults/keys/read",
            "Microsoft.KeyVault/vaults/keys/wrap/action",
            "Microsoft.KeyVault/vaults/keys/unwrap/action",
        ),
    ),
    Role(
        name="Key Vault Contributor",
        guid="f25e0fa2-a7c8-4377-a976-54943a77a395",
        actions=("Microsoft.Authorization/*/read", "Microsoft.KeyVault/*", "Microsoft.Support/*"),
        not_actions=(
            "Microsoft.KeyVault/locations/deletedVaults/purge/action",
            "Microsoft.KeyVault/hsmPools/*",
            "Microsoft.KeyVault/managedHsms/*",
        ),
    ),
    Role(
        name="Virtual Machine Contributor",
        guid="9980e02c-c2be-4d73-94e8-173b1dc7cf3c",
        actions=(
            "Microsoft.Authorization/*/read",
            "Microsoft.Compute/virtualMachines/*",
            "Microsoft.Compute/virtualMachineScaleSets/*",
            "Microsoft.Compute/disks/read",
            "Microsoft.Compute/disks/write",
            "Microsoft.Compute/disks/delete",
        ),
    ),
    Role(
        name="Storage Account Contributor",
        guid="17d1049b-9a84-46fb-8f53-869881c3d3ab",
        actions=("Microsoft.Authorization/*/read", "Microsoft.Storage/storageAccounts/*"),
    ),
    Role(
        name="Azure Kubernetes Service Contributor Role",
        guid="ed7f3fbd-7b88-4dd4-9017-9adb7ce333f8",
        actions=("Microsoft.ContainerService/managedClusters/*", "Microsoft.Authorization/*/read"),
    ),
)

_BY_NAME = {role.name.lower(): role for role in BUILT_IN}
_BY_GUID = {role.guid: role for role in BUILT_IN}


def role_named(name: str) -> Role | None:
    """The built-in role of a name, in any casing."""
    return _BY_NAME.get(name.lower())


def role_of(definition_id: str) -> Role | None:
    """The built-in role of a role definition's id."""
    return _BY_GUID.get(definition_id.rpartition("/")[2].lower())
