"""What a PUT makes a cluster run as: the control plane's identity and the kubelet's."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.agent_pools.models import Kubelet
from simulator.errors import from_aks, from_arm
from simulator.guid import fresh_guid
from simulator.managed_clusters.models import ControlPlane
from simulator.managed_identities.create import create
from simulator.managed_identities.models import KIND as IDENTITY
from simulator.resource_id import is_within, key, resource_id
from simulator.role_assignments.rights import may

if TYPE_CHECKING:
    from simulator.azure import Azure
    from simulator.errors import ArmError
    from simulator.json_object import JsonObject
    from simulator.managed_clusters.models import ManagedCluster
    from simulator.managed_identities.models import UserAssignedIdentity

_ASSIGN = "Microsoft.ManagedIdentity/userAssignedIdentities/assign/action"


def control_plane_of(azure: Azure, document: JsonObject, present: ControlPlane | None) -> ControlPlane:
    """The control plane's identity that a body asks for; the present one where it asks for none."""
    identity: JsonObject = document.get("identity") or {}
    _refuse_other_service_principal(document, present)
    match str(identity.get("type", "")).lower():
        case "userassigned":
            return _user_assigned(azure, identity)
        case "systemassigned":
            return present if present and present.type == "SystemAssigned" else _system_assigned(document)
        case _:
            return present or _service_principal(azure, document)


def kubelet_asked_for(
    azure: Azure, document: JsonObject, control_plane: ControlPlane, cluster: ManagedCluster | None
) -> Kubelet | None:
    """A pre-created kubelet identity that a body names and the cluster does not have yet."""
    profile: JsonObject = (document.get("properties") or {}).get("identityProfile") or {}
    wanted = (profile.get("kubeletidentity") or {}).get("resourceId")
    present = cluster.kubelet_in_force.resource_id if cluster else None
    if not wanted or (present and key(present) == key(wanted)):
        _refuse_unassignable_any_more(azure, cluster, control_plane)
        return None
    identity = _existing(azure, wanted)
    _refuse_both_at_once(azure, cluster)
    _refuse_unassignable(azure, control_plane, identity)
    return kubelet_of(identity)


def kubelet_made_by_aks(azure: Azure, cluster: ManagedCluster) -> Kubelet:
    """The kubelet identity that AKS keeps in the node resource group (recordings)."""
    name = f"{cluster.name}-agentpool"
    wanted = resource_id(cluster.subscription, cluster.node_resource_group, IDENTITY, name)
    present = azure.identities.get(key(wanted))
    return kubelet_of(present or create(azure, wanted, location=cluster.location))


def service_principal_kubelet(control_plane: ControlPlane) -> Kubelet:
    """Nodes of a cluster with a service principal run as it."""
    return Kubelet(
        client_id=control_plane.client_id,
        principal_id=control_plane.principal_id,
        name=control_plane.name,
    )


def kubelet_of(identity: UserAssignedIdentity) -> Kubelet:
    """What nodes run as, where it is an identity."""
    return Kubelet(
        client_id=identity.client_id,
        principal_id=identity.principal_id,
        name=identity.name,
        resource_id=identity.id,
    )


def _user_assigned(azure: Azure, identity: JsonObject) -> ControlPlane:
    wanted = list(identity.get("userAssignedIdentities") or {})
    if len(wanted) != 1:
        raise from_aks(400, "InvalidParameter", "Exactly one user-assigned identity must be given.")
    found = _existing(azure, wanted[0])
    return ControlPlane(
        type="UserAssigned",
        name=found.name,
        client_id=found.client_id,
        principal_id=found.principal_id,
        resource_id=wanted[0],
    )


def _system_assigned(document: JsonObject) -> ControlPlane:
    name = str(document.get("name", "system-assigned"))
    return ControlPlane(type="SystemAssigned", name=name, client_id=fresh_guid(), principal_id=fresh_guid())


def _service_principal(azure: Azure, document: JsonObject) -> ControlPlane:
    profile: JsonObject = (document.get("properties") or {}).get("servicePrincipalProfile") or {}
    principal = azure.directory.with_client_id(str(profile.get("clientId")))
    if principal is None or principal.found_from > azure.now:
        raise from_aks(
            400,
            "ServicePrincipalNotFound",
            f"Service principal clientID: {profile.get('clientId')} not found in Active Directory tenant "
            f"{azure.world.tenant}, Please see https://aka.ms/aks-sp-help for more details.",
        )
    return ControlPlane(
        type="ServicePrincipal",
        name=principal.name,
        client_id=principal.client_id,
        principal_id=principal.object_id,
    )


def _refuse_other_service_principal(document: JsonObject, present: ControlPlane | None) -> None:
    """A PUT cannot exchange the service principal (hashicorp/terraform-provider-azurerm#6205)."""
    profile: JsonObject = (document.get("properties") or {}).get("servicePrincipalProfile") or {}
    sent = profile.get("clientId")
    if present is None or sent in {None, "msi", present.client_id}:
        return
    raise from_aks(400, "BadRequest", "Updating service principal profile is not allowed on MSI cluster.")


def _refuse_both_at_once(azure: Azure, cluster: ManagedCluster | None) -> None:
    """Refuse to leave the service principal and bring a kubelet identity in one PUT (Azure/AKS#3938, unanswered)."""
    refused = azure.world.behaviour.same_put_kubelet == "refused"
    if refused and cluster and cluster.control_plane.type == "ServicePrincipal":
        raise _only_on_user_assigned()


def _refuse_unassignable_any_more(azure: Azure, cluster: ManagedCluster | None, control_plane: ControlPlane) -> None:
    """Another control plane must be able to assign the pre-created kubelet identity that stays."""
    if cluster is None or control_plane.principal_id == cluster.control_plane.principal_id:
        return
    identity = azure.identities.get(key(cluster.kubelet_in_force.resource_id or ""))
    if identity and not is_within(identity.id, cluster.node_resource_group_id):
        _refuse_unassignable(azure, control_plane, identity)


def _refuse_unassignable(azure: Azure, control_plane: ControlPlane, identity: UserAssignedIdentity) -> None:
    if control_plane.type != "UserAssigned":
        raise _only_on_user_assigned()
    if not may(azure, control_plane.principal_id, _ASSIGN, identity.id):
        raise from_aks(
            400,
            "CustomKubeletIdentityMissingPermissionError",
            "The cluster using user-assigned managed identity must be granted 'Managed Identity Operator' "
            "role to assign kubelet identity. You can run 'az role assignment create --assignee "
            "<control-plane-identity-principal-id> --role 'Managed Identity Operator' --scope "
            "<kubelet-identity-resource-id>' to grant the permission. See "
            "https://learn.microsoft.com/en-us/azure/aks/use-managed-identity#add-role-assignment",
        )


def _only_on_user_assigned() -> ArmError:
    """The code is in public reports of what-if; the text is assumed."""
    return from_aks(
        400,
        "CustomKubeletIdentityOnlySupportedOnUserAssignedMSICluster",
        "Custom kubelet identity is only supported on clusters with a user-assigned identity.",
    )


def _existing(azure: Azure, wanted: str) -> UserAssignedIdentity:
    identity = azure.identities.get(key(wanted))
    if identity is None:
        # assumed: no source shows the answer to an identity that does not exist
        message = f"Failed to perform resource identity operation: '{wanted}' was not found."
        raise from_arm(400, "FailedIdentityOperation", message)
    return identity
