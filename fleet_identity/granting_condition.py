"""The condition under which the runner may grant roles: certain ones, to service principals alone.

Its form is that of Microsoft Learn, "Examples to delegate Azure role assignment management with conditions": a grant is
judged by what is asked for (@Request), its end by what is there (@Resource).
"""

from collections.abc import Iterable

from fleet_identity.guid import GUID

_KIND = "Microsoft.Authorization/roleAssignments"


def condition_on(guids: Iterable[str]) -> str:
    """Write the condition, version 2.0, for the roles of these GUIDs."""
    roles = ", ".join(sorted(guids))
    return f"{_half('write', 'Request', roles)} AND {_half('delete', 'Resource', roles)}"


def roles_in(condition: str) -> frozenset[str] | None:
    """Tell which roles a condition of this very form names; None for any other, which only Azure can judge."""
    said = " ".join(condition.split()).lower()
    named = frozenset(GUID.findall(said))
    return named if said == condition_on(named).lower() else None


def _half(verb: str, source: str, roles: str) -> str:
    attribute = f"@{source}[{_KIND}"
    return (
        f"((!(ActionMatches{{'{_KIND}/{verb}'}})) OR "
        f"({attribute}:RoleDefinitionId] ForAnyOfAnyValues:GuidEquals {{{roles}}} AND "
        f"{attribute}:PrincipalType] ForAnyOfAnyValues:StringEqualsIgnoreCase {{'ServicePrincipal'}}))"
    )
