"""Errors of Azure that are rarer than those of the catalogue's first part, and where their words come from."""

from __future__ import annotations

from simulator.named_error import NamedError

RARER_ERRORS = {
    # recordings of Azure CLI test traffic show code and status; the text is assumed
    "BadGatewayConnection": NamedError(
        status=502,
        code="BadGatewayConnection",
        message="The network connectivity issue encountered for 'Microsoft.ContainerService'; cannot fulfill the "
        "request.",
        flat=False,
        headers={"x-ms-failure-cause": "service"},
    ),
    # recordings of Azure CLI test traffic: statuses of operations, in progress and even succeeded, carry it
    "NotLatestOperation": NamedError(
        status=200,
        code="NotLatestOperation",
        message="Cannot proceed with the operation. Either the operation has been preempted by another one, or the "
        "information needed by the operation failed to be saved (or hasn't been saved yet).",
        annotates=True,
    ),
    # Microsoft Learn: AKSOperationPreempted; the text is assumed
    "AKSOperationPreemptedByDelete": NamedError(
        code="AKSOperationPreemptedByDelete",
        message="This operation has been preempted by a delete operation.",
        ends_operation=True,
    ),
    # Azure/AKS#4975
    "ReconcileVMSSAgentPoolFailed": NamedError(
        code="ReconcileVMSSAgentPoolFailed", message="Internal server error", ends_operation=True
    ),
    # Microsoft Learn: AKS error codes; the text is assumed
    "AllocationFailed": NamedError(
        code="AllocationFailed",
        message="Allocation failed. There is not sufficient capacity for the requested VM size in this region.",
        ends_operation=True,
    ),
    # Microsoft Learn: AKS error codes; the text is assumed
    "AKSCapacityHeavyUsage": NamedError(
        code="AKSCapacityHeavyUsage",
        message="AKS is experiencing heavy usage in this region. Please try again later or use another region.",
        ends_operation=True,
    ),
    # Microsoft Learn: PodDrainFailure names the code; text, status and moment are assumed
    "UnsatisfiablePDB": NamedError(
        code="UnsatisfiablePDB", message="A pod disruption budget of the cluster permits no eviction."
    ),
    # Microsoft Learn: BadRequest or InvalidClientSecret
    "InvalidClientSecret": NamedError(code="InvalidClientSecret", message="Customer auth is not valid for tenant."),
    # recordings of Azure CLI test traffic
    "Authorization_RequestDenied": NamedError(
        status=403,
        code="Authorization_RequestDenied",
        message="Insufficient privileges to complete the operation.",
        flat=False,
    ),
    # Azure/arm-template-whatif#321
    "GetLogAnalyticsWorkspaceError": NamedError(
        code="GetLogAnalyticsWorkspaceError",
        message="Unable to get log analytics workspace info. Details: Category: ClientError; Code: "
        "GetLogAnalyticsWorkspaceError; SubCode: ResourceNotFound; Message: Unable to retrieve log analytics "
        "workspace.",
        ends_operation=True,
    ),
    # Azure/pcs-cli#357
    "InvalidAuthenticationTokenTenant": NamedError(
        status=401,
        code="InvalidAuthenticationTokenTenant",
        message="The access token is from the wrong issuer. It must match the tenant associated with this "
        "subscription.",
        flat=False,
    ),
    # Microsoft Learn: command invoke; status, code and text are assumed
    "RunCommandDisabled": NamedError(
        code="RunCommandDisabled", message="Run command is disabled on this managed cluster."
    ),
    # Microsoft Learn: resolve az aks command invoke failures; the status is assumed
    "KubernetesPerformanceError": NamedError(
        code="KubernetesPerformanceError",
        message="Failed to run command due to cluster perf issue, container command-0 in aks-command namespace did not "
        "start within 30s on your cluster, retry may helps. If issue persist, you may need to tune your cluster with "
        "better performance (larger node/paid tier).",
    ),
    # Microsoft Learn: troubleshoot API throttling errors of Compute
    "TooManyRequestsReceived": NamedError(
        status=429,
        code="TooManyRequestsReceived",
        message="The request has been throttled by the Compute resource provider, please try again later.",
        flat=False,
        headers={"Retry-After": "1"},
    ),
}
