"""Errors of Azure that faults can name: how each arrives, and where its words come from."""

from __future__ import annotations

from simulator.named_error import NamedError
from simulator.rarer_errors import RARER_ERRORS

_SLOW_DOWN = {"Retry-After": "1"}

CATALOGUE = {
    # Azure/azure-workload-identity#417
    "OperationNotAllowed": NamedError(
        status=409,
        code="OperationNotAllowed",
        message="Operation is not allowed: Another operation (Updating) is in progress, please wait "
        "for it to finish before starting a new operation. See https://aka.ms/aks-pending-"
        "operation for more details",
    ),
    # Azure/terraform-azurerm-aks#604
    "EtagMismatch": NamedError(
        status=409,
        code="EtagMismatch",
        message="Operation is not allowed: Another operation is in progress",
    ),
    # Microsoft Learn: eTags in AKS; the text is assumed
    "PreConditionFailed": NamedError(
        status=412,
        code="PreConditionFailed",
        message="The eTag of the request does not match the resource's.",
    ),
    # Microsoft Learn: Throttled error
    "Throttled": NamedError(
        status=429,
        code="Throttled",
        message="The request limit has been exceeded, please retry again in 1 seconds.",
        headers=_SLOW_DOWN,
    ),
    # Microsoft Learn: throttling of Azure Resource Manager
    "SubscriptionRequestsThrottled": NamedError(
        status=429,
        code="SubscriptionRequestsThrottled",
        message="Number of requests for subscription exceeded the limit. Please try again after 1 seconds.",
        flat=False,
        headers=_SLOW_DOWN,
    ),
    # assumed texts of the three gateway errors but the last, which recordings of Azure CLI traffic show
    "InternalServerError": NamedError(
        status=500, code="InternalServerError", message="Internal server error", flat=False
    ),
    "ServiceUnavailable": NamedError(
        status=503, code="ServiceUnavailable", message="The service is temporarily unavailable.", flat=False
    ),
    "GatewayTimeout": NamedError(
        status=504,
        code="GatewayTimeout",
        message="The gateway did not receive a response from 'Microsoft.ContainerService' in time.",
        flat=False,
    ),
    # recordings of Azure CLI test traffic
    "AuthorizationFailed": NamedError(
        status=403,
        code="AuthorizationFailed",
        message="The client does not have authorization to perform the action over scope '{path}' or "
        "the scope is invalid. If access was recently granted, please refresh your "
        "credentials.",
        flat=False,
    ),
    # Azure/secrets-store-csi-driver-provider-azure#66
    "LinkedAuthorizationFailed": NamedError(
        status=403,
        code="LinkedAuthorizationFailed",
        message="The client has permission to perform the action on scope '{path}'; however, it does "
        "not have permission to perform action "
        "'Microsoft.Network/virtualNetworks/subnets/join/action' on the linked scope(s) or "
        "the linked scope(s) are invalid.",
        flat=False,
    ),
    # Microsoft Learn: lock resources
    "ScopeLocked": NamedError(
        status=409,
        code="ScopeLocked",
        message="The scope '{path}' cannot perform write operation because following scope(s) are "
        "locked: '{path}'. Please remove the lock and try again.",
        flat=False,
    ),
    # Microsoft Learn: RequestDisallowedByPolicy
    "RequestDisallowedByPolicy": NamedError(
        status=403,
        code="RequestDisallowedByPolicy",
        message="Resource '{path}' was disallowed by policy.",
        flat=False,
    ),
    # Microsoft Learn: role assignment limits
    "RoleAssignmentLimitExceeded": NamedError(
        code="RoleAssignmentLimitExceeded",
        message="The role assignment limit has been exceeded. No more role assignments can be created.",
        flat=False,
    ),
    # Azure-Landing-Zones#833
    "RoleAssignmentUpdateNotPermitted": NamedError(
        code="RoleAssignmentUpdateNotPermitted",
        message="Tenant ID, application ID, principal ID, and scope are not allowed to be updated.",
        flat=False,
    ),
    # recordings of Azure CLI test traffic
    "PrincipalNotFound": NamedError(
        code="PrincipalNotFound",
        message="Principal 00000000000000000000000000000000 does not exist in the directory.",
        flat=False,
    ),
    # Microsoft Learn: pre-created kubelet identity
    "CustomKubeletIdentityMissingPermissionError": NamedError(
        code="CustomKubeletIdentityMissingPermissionError",
        message="The cluster using user-assigned managed identity must be granted 'Managed Identity "
        "Operator' role to assign kubelet identity.",
    ),
    # Microsoft Learn: CustomPrivateDNSZoneMissingPermissionError
    "CustomPrivateDNSZoneMissingPermissionError": NamedError(
        code="CustomPrivateDNSZoneMissingPermissionError",
        message="Service principal or user-assigned identity must be given permission to read and "
        "write to custom private dns zone. Check access result not allowed for action "
        "Microsoft.Network/privateDnsZones/read.",
    ),
    # Azure/AKS#2094
    "ChangeKubeletIdentityNotAllowed": NamedError(
        code="ChangeKubeletIdentityNotAllowed",
        message="Change kubelet identity from ResourceID: ClientID: ObjectID: is not allowed.",
    ),
    # Azure/azure-cli#22807
    "NotAllAgentPoolOrchestratorVersionSpecifiedAndUnchanged": NamedError(
        code="NotAllAgentPoolOrchestratorVersionSpecifiedAndUnchanged",
        message="Using managed cluster api, all agent pools' OrchestratorVersion must be all "
        "specified or all unspecified. If all specified, they must be stay unchanged or the "
        "same with control plane.",
    ),
    # Microsoft Learn: AKS error codes; the text is assumed
    "InvalidParameter": NamedError(
        code="InvalidParameter", message="The value of parameter agentPoolProfile is invalid."
    ),
    # Microsoft Learn: PodDrainFailure
    "UpgradeFailed": NamedError(
        code="UpgradeFailed",
        message="Drain node failed when evicting pod failed with Too Many Requests error. This is "
        "often caused by a restrictive Pod Disruption Budget (PDB) policy. See "
        "https://aka.ms/aks/debugdrainfailures.",
        ends_operation=True,
    ),
    # Microsoft Learn: QuotaExceeded
    "QuotaExceeded": NamedError(
        code="QuotaExceeded",
        message="Operation could not be completed as it results in exceeding approved Total Regional Cores quota.",
        ends_operation=True,
    ),
    # Microsoft Learn: SubnetIsFull
    "SubnetIsFull": NamedError(
        code="SubnetIsFull",
        message="Subnet does not have enough capacity for the requested IP addresses.",
        ends_operation=True,
    ),
    # Microsoft Learn: AKSOperationPreempted
    "AKSOperationPreempted": NamedError(
        code="AKSOperationPreempted",
        message="This operation has been preempted by another operation.",
        ends_operation=True,
    ),
    **RARER_ERRORS,
}
