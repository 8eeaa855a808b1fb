"""Azure's error codes, and who acts on each: the one table, applied once, at the edge.

The code decides, and behind it the status: the SDK raises ResourceExistsError for every 409, and an
HttpResponseError with status 200 for an operation that failed.
"""

import re
from dataclasses import dataclass

from fleet_identity.errors import (
    ClusterChangedError,
    FleetIdentityError,
    NeedsHumanError,
    RightsNotEffectiveError,
    TerminalError,
    TransientError,
)


@dataclass(frozen=True, slots=True)
class Row:
    """What an error code means for us; the advice follows Azure's own words."""

    kind: type[FleetIdentityError]
    advice: str = ""


_WAIT = Row(TransientError, "Azure asks to try again later.")
_CHANGED = Row(ClusterChangedError, "Somebody else is changing the cluster.")
PREEMPTED = Row(ClusterChangedError, "Another operation has taken its place.")
_RIGHTS = Row(RightsNotEffectiveError, "The grant may not have propagated yet; Azure needs up to 60 minutes.")

ERROR_TABLE: dict[str, Row] = {
    # the clock acts
    "EtagMismatch": _CHANGED,
    "OriginalEtagNotExpect": _CHANGED,
    "PreConditionFailed": _CHANGED,
    "PreconditionFailed": _CHANGED,
    "AKSOperationPreempted": PREEMPTED,
    "NotLatestOperation": PREEMPTED,
    "LinkedAuthorizationFailed": _RIGHTS,
    "CustomKubeletIdentityMissingPermissionError": _RIGHTS,
    "CustomPrivateDNSZoneMissingPermissionError": _RIGHTS,
    # Azure/AKS#2094: an earlier PUT that failed leaves the cluster so, for a while
    "ChangeKubeletIdentityNotAllowed": Row(
        TransientError,
        "An earlier change of the cluster has failed half-way. If a later run is refused too, open a ticket with Azure "
        "support.",
    ),
    "PrincipalNotFound": Row(TransientError, "The new identity has not reached the directory yet."),
    "Throttled": _WAIT,
    "TooManyRequests": _WAIT,
    "TooManyRequestsReceived": _WAIT,
    "SubscriptionRequestsThrottled": _WAIT,
    "ServerTimeout": _WAIT,
    "GatewayTimeout": _WAIT,
    "BadGatewayConnection": _WAIT,
    "ServiceUnavailable": _WAIT,
    "InternalServerError": _WAIT,
    "ServerBusy": _WAIT,
    # a person acts
    "OperationNotAllowed": Row(NeedsHumanError, "Remove what stands in the way, and run again."),
    "AuthorizationFailed": Row(
        NeedsHumanError, "Grant the runner's identity the action that the message names, at that scope."
    ),
    "Authorization_RequestDenied": Row(
        NeedsHumanError, "Give the runner's identity the Graph permission Application.Read.All."
    ),
    "InvalidAuthenticationToken": Row(NeedsHumanError, "Sign the runner in again."),
    "ExpiredAuthenticationToken": Row(NeedsHumanError, "Sign the runner in again."),
    "ScopeLocked": Row(NeedsHumanError, "Remove the lock for the time of the migration."),
    "RequestDisallowedByPolicy": Row(NeedsHumanError, "Ask the owner of the policy for an exemption."),
    "RoleAssignmentLimitExceeded": Row(
        NeedsHumanError, "Remove role assignments that nobody uses: a subscription holds 4,000."
    ),
    "QuotaExceeded": Row(NeedsHumanError, "Raise the quota, or lower the pool's max surge, and run again."),
    "SubnetIsFull": Row(NeedsHumanError, "Free addresses in the subnet, or lower the pool's max surge."),
    "AKSCapacityHeavyUsage": Row(NeedsHumanError, "The region is out of capacity; try at another hour."),
    "AllocationFailed": Row(NeedsHumanError, "The region is out of this machine size; try at another hour."),
    "ZonalAllocationFailed": Row(NeedsHumanError, "The zone is out of this machine size; try at another hour."),
    "UpgradeFailed": Row(
        NeedsHumanError, "A node could not be drained: repair the PodDisruptionBudget named, and run again."
    ),
    "UnsatisfiablePDB": Row(NeedsHumanError, "Repair the PodDisruptionBudget named, and run again."),
    "ReconcileVMSSAgentPoolFailed": Row(NeedsHumanError, "Read the cluster's activity log, and run again."),
    "InvalidAuthenticationTokenTenant": Row(
        NeedsHumanError, "Sign the runner in to the tenant that owns the subscription."
    ),
    "RunCommandDisabled": Row(
        NeedsHumanError, "Allow commands on the cluster (`az aks update --enable-run-command`), or do without."
    ),
    "GetLogAnalyticsWorkspaceError": Row(
        NeedsHumanError, "Restore the workspace that the monitoring add-on names, or disable the add-on."
    ),
    "NotAllAgentPoolOrchestratorVersionSpecifiedAndUnchanged": Row(
        NeedsHumanError, "Upgrade the pools to the control plane's Kubernetes version first."
    ),
    "SubscriptionNotFound": Row(NeedsHumanError, "Check the subscription's id, and the runner's access to it."),
    "ResourceGroupNotFound": Row(NeedsHumanError, "Check the resource group's name."),
    "ResourceNotFound": Row(NeedsHumanError, "Check the resource's id; it may have been deleted."),
    "BadRequest": Row(
        NeedsHumanError, "Read what Azure says; an expired secret of the service principal is the usual cause."
    ),
    "NodeDisruptionPolicyBlocked": Row(
        NeedsHumanError, "The cluster's node disruption policy forbids it: wait for its window, or relax it."
    ),
    "InvalidClientSecret": Row(NeedsHumanError, "Renew the secret of the service principal."),
    "MissingSubscriptionRegistration": Row(NeedsHumanError, "Register the resource provider it names."),
    "AKSOperationPreemptedByDelete": Row(NeedsHumanError, "The cluster is being deleted."),
    # a developer acts
    "InvalidParameter": Row(TerminalError, "We sent something that AKS does not take; please report it."),
    "RoleAssignmentUpdateNotPermitted": Row(
        TerminalError, "The name of a role assignment is taken by another one; please report it."
    ),
}

_BY_STATUS: dict[int, Row] = {
    401: Row(NeedsHumanError, "Sign the runner in again."),
    403: Row(NeedsHumanError, "Grant the runner's identity what the message names."),
    404: Row(NeedsHumanError, "Check the id; it may have been deleted."),
    408: _WAIT,
    409: _WAIT,
    412: _CHANGED,
    429: _WAIT,
    500: _WAIT,
    502: _WAIT,
    503: _WAIT,
    504: _WAIT,
}
_UNKNOWN = Row(TerminalError, "This answer of Azure is not known to us; please report it.")

CONDITION_REFUSES = Row(
    NeedsHumanError,
    "The runner holds this action under a condition, which bounds the roles that it may grant and take back, and the "
    "kind of principal that may have them. Replace that condition with the one printed by `python -m "
    "deployments.azure_role`, run with this runner's FLEET_IDENTITY_GRANTED_ROLES; then run again.",
)
OPERATION_FAILED = Row(NeedsHumanError, "Read the cluster's activity log, remove the cause, and run again.")
"""What is advised on an operation that has failed, where nothing better is known: time does not mend one."""
BY_WORDS: tuple[tuple[str, re.Pattern[str], Row], ...] = (
    ("AuthorizationFailed", re.compile("ABAC condition that is not fulfilled"), CONDITION_REFUSES),
    ("OperationNotAllowed", re.compile(r"another (\w+ )?operation", re.IGNORECASE), _CHANGED),
    ("OperationNotAllowed", re.compile(r"exceeding .*quota", re.IGNORECASE), ERROR_TABLE["QuotaExceeded"]),
)
"""What a code means where Azure's words say this: Azure uses these codes for several things.

Source of the texts: Microsoft Learn, "Troubleshoot the OperationNotAllowed error"; Compute's is that of its quotas.
"""
_SUB_CODE = re.compile(r"SubCode: (\w+)")
"""AKS wraps the codes of other resource providers in its message, as in `SubCode: LinkedAuthorizationFailed`."""


def row(code: str, said: str, status: int) -> Row:
    """Look an error up: by its code, by the one that its message wraps, or else by its HTTP status."""
    inner = _SUB_CODE.search(said)
    known = _known(code, said) or (_known(inner[1], said) if inner else None)
    return known or _BY_STATUS.get(status, _UNKNOWN)


def row_of_operation(code: str, said: str) -> Row:
    """Look up the error of an operation that was accepted and failed: a person's, unless another one preempted it."""
    found = row(code, said, 0)
    return found if found is PREEMPTED or found.kind is NeedsHumanError else OPERATION_FAILED


def _known(code: str, said: str) -> Row | None:
    by_words = (found for named, words, found in BY_WORDS if named == code and words.search(said))
    return next(by_words, ERROR_TABLE.get(code))
