"""What only time decides in Azure, taken from the recording: how long operations last, when principals are found."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from simulator.replay.compare import code_of
from simulator.replay.scope import operation_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from simulator.replay.cassette import Interaction

_FINAL = frozenset({"succeeded", "failed", "canceled"})
_NOT_FOUND = frozenset({"PrincipalNotFound", "ServicePrincipalNotFound"})
_SECOND = timedelta(seconds=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """When things happened."""

    durations: dict[int, timedelta] = field(default_factory=dict)
    """Of the operation that a request started, by the request's number."""
    errors: dict[int, dict[str, Any]] = field(default_factory=dict)
    """How such an operation failed."""
    found_from: dict[str, datetime] = field(default_factory=dict)
    """From when on the directory finds a principal, by its recorded client or object id."""


def schedule_of(interactions: Sequence[Interaction]) -> Schedule:
    """What a recording tells about time."""
    durations, errors = dict[int, timedelta](), dict[int, dict[str, Any]]()
    for started in interactions:
        operation = operation_of(re.sub(r"^https?://[^/]+", "", _header(started).partition("?")[0]))
        if operation is None or started.at is None:
            continue
        polls = [poll for poll in interactions if operation_of(poll.path) == operation and poll.method == "GET"]
        durations[started.number] = _duration(started.at, polls)
        if error := _error(polls):
            errors[started.number] = error
    return Schedule(durations=durations, errors=errors, found_from=_found_from(interactions))


def _header(interaction: Interaction) -> str:
    return interaction.headers.get("azure-asyncoperation") or interaction.headers.get("location", "")


def _duration(start: datetime, polls: list[Interaction]) -> timedelta:
    """Up to the first poll that says it is over; past the last poll where none does."""
    last = start
    for poll in polls:
        last = max(last, poll.at or last)
        if _is_over(poll):
            return max(last - start - _SECOND, timedelta())
    return last - start + timedelta(minutes=5)


def _is_over(poll: Interaction) -> bool:
    body = poll.answered()
    return poll.status == HTTPStatus.NO_CONTENT or (
        isinstance(body, dict) and str(body.get("status")).lower() in _FINAL
    )


def _error(polls: Iterable[Interaction]) -> dict[str, Any] | None:
    for poll in polls:
        body = poll.answered()
        if isinstance(body, dict) and body.get("status") == "Failed" and isinstance(body.get("error"), dict):
            return body["error"]
    return None


def _found_from(interactions: Sequence[Interaction]) -> dict[str, datetime]:
    found = dict[str, datetime]()
    for interaction in interactions:
        wanted = principal_in(interaction.sent())
        if not wanted or interaction.at is None:
            continue
        if not interaction.succeeded and code_of(interaction.answered()) in _NOT_FOUND:
            found[wanted] = interaction.at + _SECOND
        else:
            found.setdefault(wanted, interaction.at)
    return found


def principal_in(body: Any) -> str | None:
    """The principal that a body names: a grant's, or a cluster's service principal."""
    properties = body.get("properties") if isinstance(body, dict) else None
    if not isinstance(properties, dict):
        return None
    profile = properties.get("servicePrincipalProfile")
    named = properties.get("principalId") or (profile.get("clientId") if isinstance(profile, dict) else None)
    return str(named).lower() if named and named != "msi" else None
