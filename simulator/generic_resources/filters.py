"""The `$filter` of the generic list (Microsoft Learn: REST API of resources, list)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from simulator.errors import from_arm
from simulator.resource_id import group_of

if TYPE_CHECKING:
    from simulator.json_object import JsonObject

_TERM = re.compile(r"\(?\s*(?P<property>resourceType|name|resourceGroup) eq '(?P<value>[^']*)'\s*\)?", re.IGNORECASE)


def fitting(entries: list[JsonObject], text: str) -> list[JsonObject]:
    """The entries that a filter of `eq`, joined by `and` and `or`, lets through; all of them without one."""
    if not text.strip():
        return entries
    choices = [_all_of(choice, text) for choice in re.split(r"\s+or\s+", text.strip(), flags=re.IGNORECASE)]
    return [entry for entry in entries if any(_fits(entry, wanted) for wanted in choices)]


def _all_of(choice: str, text: str) -> dict[str, str]:
    terms = [_TERM.fullmatch(term) for term in re.split(r"\s+and\s+", choice, flags=re.IGNORECASE)]
    found = [term for term in terms if term]
    if len(found) != len(terms):
        # the code is Azure's, the words are assumed
        message = f"Invalid $filter '{text}' specified in the query string."
        raise from_arm(400, "InvalidFilterInQueryString", message)
    return {term["property"].lower(): term["value"].lower() for term in found}


def _fits(entry: JsonObject, wanted: dict[str, str]) -> bool:
    present = {"resourcetype": entry["type"], "name": entry["name"], "resourcegroup": group_of(entry["id"]) or ""}
    return all(present[name].lower() == value for name, value in wanted.items())
