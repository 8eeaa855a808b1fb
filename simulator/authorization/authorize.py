"""Whether the caller may do what it asks for; the words are Azure's (recordings of Azure CLI test traffic)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.authorization.actions import Action, action_of
from simulator.authorization.attempts import attempt_of
from simulator.authorization.caller import caller_of
from simulator.authorization.conditions import Attempt, fulfilled
from simulator.authorization.linked import linked_actions
from simulator.authorization.visible import is_filtered
from simulator.errors import ArmError, from_arm
from simulator.resource_id import group_id
from simulator.role_assignments.rights import granted

if TYPE_CHECKING:
    from simulator.authorization.caller import Caller
    from simulator.azure import Azure
    from simulator.messages import ArmRequest

_TRACK = "Microsoft.ContainerService/locations/operation"
_READ_OPERATION = "Microsoft.ContainerService/locations/operations/read"
"""Microsoft Learn, resource provider operations: "Gets the status of an asynchronous operation"."""


def authorize(azure: Azure, request: ArmRequest) -> None:
    """Refuse what the caller has no right to; without a runner in the world everybody owns everything."""
    if azure.world.runner is None:
        return
    if request.path.lower().startswith("/v1.0/"):
        if not request.path.endswith("/$batch"):  # each request in a batch is refused on its own
            authorize_graph(azure)
        return
    action = _action(azure, request)
    if action is None or is_filtered(azure, request):
        return
    caller = caller_of(request)
    granting = granted(azure, caller.object_id, action.name, action.scope)
    if not granting:
        raise _refused(caller, action)
    attempt = attempt_of(azure, request, action)
    if not any(fulfilled(grant.condition, attempt) for grant in granting):
        raise _refused_by_condition(caller, action)
    for linked in linked_actions(request):
        if not _may(azure, caller, linked):
            raise _refused_linked(caller, action, linked)


def _may(azure: Azure, caller: Caller, action: Action) -> bool:
    attempt = Attempt(action=action.name)
    grants = granted(azure, caller.object_id, action.name, action.scope)
    return any(fulfilled(grant.condition, attempt) for grant in grants)


def _action(azure: Azure, request: ArmRequest) -> Action | None:
    action = action_of(request.method, request.path)
    if action is None or not action.name.lower().startswith(_TRACK.lower()):
        return action
    # "must have permission at the resource group level" (Microsoft Learn: asynchronous operations)
    operation = azure.operations.get(request.path.rstrip("/").rpartition("/")[2].lower())
    if operation is None:
        return None
    return Action(name=_READ_OPERATION, scope=group_id(operation.subscription, operation.group))


def _refused(caller: Caller, action: Action) -> ArmError:
    return from_arm(
        403,
        "AuthorizationFailed",
        f"The client '{caller.client_id}' with object id '{caller.object_id}' does not have authorization to "
        f"perform action '{action.name}' over scope '{action.scope}' or the scope is invalid. If access was "
        "recently granted, please refresh your credentials.",
    )


def _refused_by_condition(caller: Caller, action: Action) -> ArmError:
    """The words are those that Azure/enterprise-azure-policy-as-code looks for."""
    return from_arm(
        403,
        "AuthorizationFailed",
        f"The client '{caller.client_id}' with object id '{caller.object_id}' has an authorization with ABAC condition "
        f"that is not fulfilled to perform action '{action.name}' over scope '{action.scope}' or the scope is invalid. "
        "If access was recently granted, please refresh your credentials.",
    )


def _refused_linked(caller: Caller, action: Action, linked: Action) -> ArmError:
    """The words are those of Azure/secrets-store-csi-driver-provider-azure#66."""
    return from_arm(
        403,
        "LinkedAuthorizationFailed",
        f"The client '{caller.client_id}' with object id '{caller.object_id}' has permission to perform action "
        f"'{action.name}' on scope '{action.scope}'; however, it does not have permission to perform action "
        f"'{linked.name}' on the linked scope(s) '{linked.scope}' or the linked scope(s) are invalid.",
    )


def authorize_graph(azure: Azure) -> None:
    """Refuse a runner that may not read the directory."""
    if azure.world.runner is None or azure.world.runner.graph:
        return
    message = "Insufficient privileges to complete the operation."
    raise ArmError(403, "Authorization_RequestDenied", message, flat=False)
