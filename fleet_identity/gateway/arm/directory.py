"""Microsoft Graph on the wire: from the application ids that clusters show to principals, groups and secrets."""

import re
from collections.abc import Sequence
from datetime import datetime
from itertools import islice
from typing import Any

from fleet_identity.errors import FleetIdentityError, NeedsHumanError, TransientError
from fleet_identity.gateway.arm.connection import Connection
from fleet_identity.gateway.arm.translate import translated
from fleet_identity.surroundings import Application

_IN_ONE_FILTER = 15
"""Values that Graph takes in one `in`. Source: Microsoft Learn, "Use the $filter query parameter"."""
_IN_ONE_BATCH = 20
"""Requests in one JSON batch. Source: Microsoft Learn, "Combine multiple HTTP requests"."""
_DENIED = frozenset({"Authorization_RequestDenied", "HTTP 403"})
_LOOKING = "look up service principals"
_FRACTION = re.compile(r"\.\d+")


async def applications(connection: Connection, client_ids: Sequence[str]) -> dict[str, Application]:
    """Read service principals and the ends of their secrets, by application id in lower case; none if Graph is closed.

    Two requests for every fifteen principals, put together in batches of twenty.
    """
    chunks = _chunks(sorted({client_id.lower() for client_id in client_ids}), _IN_ONE_FILTER)
    queries = [query for chunk in chunks for query in _queries(chunk)]
    try:
        found = await _ask(connection, queries)
    except NeedsHumanError as error:
        if error.code in _DENIED:
            return {}
        raise
    secrets = _secrets(found)
    return {
        document["appId"].lower(): Application(
            object_id=document["id"], secrets_end=secrets.get(document["appId"].lower(), ())
        )
        for document in found
        if "servicePrincipalType" in document
    }


async def groups(connection: Connection, object_ids: Sequence[str]) -> dict[str, frozenset[str]]:
    """List the groups of principals, those of groups included, by object id in lower case."""
    paths = [f"/servicePrincipals/{one}/transitiveMemberOf/microsoft.graph.group?$select=id" for one in object_ids]
    try:
        answers = await _batched(connection, paths)
    except NeedsHumanError as error:
        if error.code in _DENIED:
            return {}
        raise
    found = {}
    for object_id, documents in zip(object_ids, answers, strict=True):
        found[object_id.lower()] = frozenset(str(document["id"]).lower() for document in documents)
    return found


def _queries(client_ids: Sequence[str]) -> tuple[str, str]:
    wanted = ",".join(f"'{client_id}'" for client_id in client_ids)
    return (
        f"/servicePrincipals?$filter=appId in ({wanted})&$select=id,appId,servicePrincipalType,passwordCredentials",
        f"/applications?$filter=appId in ({wanted})&$select=id,appId,passwordCredentials",
    )


async def _ask(connection: Connection, queries: Sequence[str]) -> list[dict[str, Any]]:
    if len(queries) > 2:  # noqa: PLR2004 - a pair is not worth a batch
        answers = await _batched(connection, queries)
    else:
        answers = [await _whole(connection, await _page(connection, f"/v1.0{query}")) for query in queries]
    return [document for answer in answers for document in answer]


async def _batched(connection: Connection, paths: Sequence[str]) -> list[list[dict[str, Any]]]:
    found: list[list[dict[str, Any]]] = []
    for chunk in _chunks(paths, _IN_ONE_BATCH):
        requests = [{"id": str(number), "method": "GET", "url": path} for number, path in enumerate(chunk)]
        with translated("the directory", _LOOKING):
            answer = await connection.post_graph("/v1.0/$batch", {"requests": requests})
        by_id = {one["id"]: one for one in answer["responses"]}
        found += [await _whole(connection, _body(by_id[str(number)])) for number in range(len(chunk))]
    return found


async def _page(connection: Connection, address: str) -> dict[str, Any]:
    with translated("the directory", _LOOKING):
        return await connection.get_graph(address)


async def _whole(connection: Connection, page: dict[str, Any]) -> list[dict[str, Any]]:
    """Read a list to its end; Graph's pages have a hundred objects."""
    found = list(page["value"])
    while address := page.get("@odata.nextLink"):
        page = await _page(connection, address)
        found += page["value"]
    return found


def _body(response: dict[str, Any]) -> dict[str, Any]:
    if response["status"] == 404:  # noqa: PLR2004 - gone since it was found
        return {"value": []}
    if response["status"] >= 400:  # noqa: PLR2004 - HTTP's errors begin here
        raise _refusal(response)
    return response["body"]


def _refusal(response: dict[str, Any]) -> FleetIdentityError:
    """Give our error for a request of a batch: nobody between Graph and us has waited for what passes."""
    error = (response.get("body") or {}).get("error") or {}
    code, status = str(error.get("code") or f"HTTP {response['status']}"), response["status"]
    message = f"Could not {_LOOKING}: {error.get('message', 'no reason given')}"
    if status == 429 or status >= 500:  # noqa: PLR2004 - too many requests, and the server's errors
        wait = str((response.get("headers") or {}).get("Retry-After", ""))
        return TransientError(message, code, retry_after=float(wait) if wait.isdigit() else None)
    return NeedsHumanError(message, code)


def _secrets(documents: list[dict[str, Any]]) -> dict[str, tuple[datetime, ...]]:
    """When secrets end: an application holds most of them, and its service principal may hold some."""
    found: dict[str, tuple[datetime, ...]] = {}
    for document in documents:
        ends = tuple(_moment(one["endDateTime"]) for one in document.get("passwordCredentials") or ())
        found[document["appId"].lower()] = (*found.get(document["appId"].lower(), ()), *ends)
    return found


def _moment(text: str) -> datetime:
    """Read Graph's moments, which may carry seven digits of a second."""
    return datetime.fromisoformat(_FRACTION.sub("", text))


def _chunks(items: Sequence[str], size: int) -> list[tuple[str, ...]]:
    left = iter(items)
    return list(iter(lambda: tuple(islice(left, size)), ()))
