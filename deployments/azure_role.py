"""Prints the runner's rights on Azure, as commands that an operator runs.

A custom role with exactly the actions that the product performs, and its assignment under a condition: the runner may
grant, and take back, no roles but those of the operator's allow-list (FLEET_IDENTITY_GRANTED_ROLES), and to service
principals alone, which is what managed identities are.
"""

import json
import shlex
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from cyclopts import App, CycloptsError, Parameter
from pydantic import ValidationError

from cli.sentences import sentence_of
from deployments.azure_condition import RolesError, condition_of
from fleet_identity.guid import GUID
from fleet_identity.rights import GRAPH_PERMISSION, REQUIRED, Required
from fleet_identity.settings import Settings

_SCOPES = "/subscriptions/ID, or a group in it, or /providers/Microsoft.Management/managementGroups/ID"
_USAGE = 2
"""Exit status where the command line or the allow-list is wrong: as that of `fleet-identity`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rights:
    """What the runner is to be given."""

    scopes: tuple[str, ...]
    principal: str
    definition: dict[str, Any]
    condition: str | None
    """None for a runner that grants nothing."""


def rights(
    scopes: Sequence[str], principal: str, settings: Settings, *, read_only: bool = False, name: str = ""
) -> Rights:
    """Put together the role, and the condition of its assignment; RolesError where the allow-list can't be told.

    A role that is copied must be one that may be granted, so FLEET_IDENTITY_COPIED_ROLES adds nothing to the condition.
    """
    usual = "Fleet identity runner (read only)" if read_only else "Fleet identity runner"
    return Rights(
        scopes=tuple(scopes),
        principal=principal,
        definition=role_definition(name or usual, scopes, [one for one in REQUIRED if one.reads or not read_only]),
        condition=None if read_only else condition_of(settings.granted_roles),
    )


def role_definition(name: str, scopes: Sequence[str], required: Sequence[Required]) -> dict[str, Any]:
    """Give a custom role as `az role definition create` takes it."""
    return {
        "Name": name,
        "IsCustom": True,
        "Description": "What AKS fleet identity migration performs, and nothing else.",
        "Actions": sorted(one.action for one in required),
        "NotActions": [],
        "DataActions": [],
        "NotDataActions": [],
        "AssignableScopes": list(scopes),
    }


def script(given: Rights) -> str:
    """Write what is to be run, by somebody who may make roles and assign them (User Access Administrator, say)."""
    return "\n".join(
        (
            f"# 1. The role: {len(given.definition['Actions'])} actions; docs/rights.md says what each is for.",
            "#    Where it is there already, say `update` instead of `create`.",
            "az role definition create --role-definition \"$(cat <<'ROLE'",
            json.dumps(given.definition, indent=2),
            'ROLE\n)"',
            "",
            *_assignments(given),
            f"# 3. In Microsoft Graph the runner needs the application permission {GRAPH_PERMISSION}, to find service",
            "#    principals by the application ids that clusters show, their groups, and when their secrets end. An",
            "#    administrator of the directory grants it; without it, name principals with --service-principal.",
        )
    )


def _assignments(given: Rights) -> list[str]:
    who = f"--assignee-object-id {given.principal} --assignee-principal-type ServicePrincipal"
    command = f"az role assignment create {who} --role {shlex.quote(given.definition['Name'])}"
    lines = ["# 2. Its assignment. A role that was made just now may need a minute before it can be assigned."]
    if given.condition is None:
        return [*lines, *(f"{command} --scope {shlex.quote(one)}" for one in given.scopes), ""]
    return [
        *lines,
        "#    The condition: which roles the runner may grant and take back, and to what kind of principal.",
        "#    An assignment that is there already keeps its old one, whatever `create` says: delete that first",
        f"#    (az role assignment delete --assignee {given.principal} --role ROLE --scope SCOPE).",
        "condition=$(cat <<'CONDITION'",
        given.condition,
        "CONDITION",
        ")",
        *(
            f'{command} --scope {shlex.quote(one)} --condition-version 2.0 --condition "$condition"'
            for one in given.scopes
        ),
        "",
    ]


def document(given: Rights) -> dict[str, Any]:
    """Give the same for programs."""
    version = "2.0" if given.condition else None
    return {
        "roleDefinition": given.definition,
        "roleAssignments": [
            {
                "scope": scope,
                "principalId": given.principal,
                "principalType": "ServicePrincipal",
                "condition": given.condition,
                "conditionVersion": version,
            }
            for scope in given.scopes
        ],
        "graph": [GRAPH_PERMISSION],
        "actions": {one.action: one.because for one in REQUIRED if one.action in given.definition["Actions"]},
    }


app = App(name="python -m deployments.azure_role", help=__doc__, default_parameter=Parameter(negative=()))


@app.default
def azure_role(
    *,
    scope: Annotated[tuple[str, ...], Parameter(required=True)],
    principal: str,
    read_only: bool = False,
    name: str = "",
    output: Literal["script", "json"] = "script",
) -> None:
    """Print the role, its assignment and the Graph permission.

    Args:
        scope: Where the runner works: a subscription, group or management group; may be given again.
        principal: Object id of the runner's identity, or of the enterprise application of its service principal.
        read_only: For assessments alone: what reads, and nothing that changes.
        name: Of the role; one name stands for one role in a tenant.
        output: Commands for a shell, or one JSON document.
    """
    if wrong := [one for one in scope if not one.startswith(("/subscriptions/", "/providers/Microsoft.Management/"))]:
        raise RolesError(f"{wrong[0]} is no scope: give {_SCOPES}.")
    if not GUID.fullmatch(principal):
        raise RolesError(f"{principal} is no object id: give the GUID that `az ad sp show --id ... --query id` tells.")
    given = rights(scope, principal, Settings(), read_only=read_only, name=name)
    print(script(given) if output == "script" else json.dumps(document(given), indent=2))


def main(arguments: list[str] | None = None) -> int:
    """Run the command; what is wrong is told in one sentence on standard error."""
    try:
        app(arguments, exit_on_error=False, print_error=False, result_action="return_value")
    except (CycloptsError, RolesError) as error:
        return _tell(str(error))
    except ValidationError as error:
        return _tell(sentence_of(error))
    return 0


def _tell(sentence: str) -> int:
    print(f"azure_role: {sentence}", file=sys.stderr)
    return _USAGE


if __name__ == "__main__":
    sys.exit(main())
