"""The `$filter` and `$select` of Microsoft Graph, as far as finding principals needs them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from simulator.errors import ArmError

if TYPE_CHECKING:
    from simulator.json_object import JsonObject

MOST = 15
"""Values that one filter may name (Microsoft Graph: known issues; the words are those of public reports)."""
_QUOTED = re.compile(r"'((?:[^']|'')*)'")
_IN = re.compile(r"(?P<property>appId|id|displayName) in \((?P<values>.*)\)", re.IGNORECASE)
_EQ = re.compile(r"(?P<property>appId|id|displayName) eq (?P<values>'.*')", re.IGNORECASE)
_ANY = re.compile(r"(?P<property>servicePrincipalNames)/any\((\w+):\s*\2 eq (?P<values>'.*')\)", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """A property, and the values that it may have, in lower case."""

    property: str
    values: frozenset[str]

    def fits(self, document: JsonObject) -> bool:
        """Whether an object has one of the values."""
        value = next(value for name, value in document.items() if name.lower() == self.property)
        present: list[str] = value if isinstance(value, list) else [value]
        return any(one.lower() in self.values for one in present)


def parse(text: str) -> list[Term]:
    """A filter of `in` and `eq`, joined by `or`; no terms where there is no filter."""
    terms = [_term(one) for one in re.split(r"\s+or\s+", text.strip(), flags=re.IGNORECASE)] if text.strip() else []
    named = sum(len(term.values) for term in terms)
    if named > MOST:
        raise unsupported(
            "Too many child clauses specified in search filter expression containing 'OR' operators: "
            f"{named}. Max allowed: {MOST}."
        )
    return terms


def selected(document: JsonObject, select: str | None) -> JsonObject:
    """What `$select` names of an object; all of it without one."""
    if not select:
        return document
    wanted = {name.strip().lower() for name in select.split(",")}
    return {name: value for name, value in document.items() if name.lower() in wanted or name.startswith("@")}


def unsupported(message: str) -> ArmError:
    """Graph's refusal of a query."""
    return ArmError(400, "Request_UnsupportedQuery", message, flat=False)


def _term(text: str) -> Term:
    found = _IN.fullmatch(text) or _EQ.fullmatch(text) or _ANY.fullmatch(text)
    if found is None:
        raise unsupported(f"Unsupported or invalid query filter clause specified: {text}.")
    values = frozenset(value.replace("''", "'").lower() for value in _QUOTED.findall(found["values"]))
    return Term(property=found["property"].lower(), values=values)
