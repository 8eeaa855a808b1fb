"""What an identity needs and is not permitted, as findings."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from simulator.clock import timestamp
from simulator.incidents.ledger import Finding
from simulator.resource_id import key
from simulator.role_assignments.rights import effective_from

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime

    from simulator.azure import Azure
    from simulator.incidents.ledger import Kind


@dataclass(frozen=True, slots=True, kw_only=True)
class Need:
    """An action that somebody must be permitted on a resource."""

    resource: str
    action: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """Who acts: how a sentence calls it, and the identity that it runs as."""

    called: str
    name: str
    client_id: str
    principal_id: str


def unauthorized(azure: Azure, kind: Kind, actor: Actor, needs: Iterable[Need]) -> Iterator[Finding]:
    """The needs that are not met now; a resource is an episode of its own."""
    for need in needs:
        since = effective_from(azure, actor.principal_id, need.action, need.resource)
        if since is None or since > azure.now:
            yield finding(kind, actor, need, since)


def finding(kind: Kind, actor: Actor, need: Need, since: datetime | None) -> Finding:
    """The sentence that says who is not permitted what, and until when."""
    when = f"its right becomes effective at {timestamp(since)}" if since else "nothing grants it the right"
    return Finding(
        kind=kind,
        episode=(kind, key(need.resource), actor.principal_id),
        cause=f"{actor.called} runs as {actor.name} ({actor.client_id}) and is not permitted "
        f"{need.action} on {need.resource}: {when}.",
    )
