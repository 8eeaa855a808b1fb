"""Which recorded requests the simulator is asked, and which of them are polls."""

from __future__ import annotations

import re
from enum import Enum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from simulator.replay.cassette import Interaction

_SCOPE = r"(?:/.*)?"
_GROUP = r"/subscriptions/[^/]+(?:/resourceGroups/[^/]+)?"
_POOLS = rf"{_GROUP}/providers/Microsoft\.ContainerService/managedClusters/[^/]+/agentPools"
_POLL = re.compile(
    r"/subscriptions/[^/]+/providers/Microsoft\.ContainerService/locations/[^/]+/operation(?:s|results)/(?P<id>[^/]+)/?",
    re.IGNORECASE,
)
_ARM = tuple(
    re.compile(pattern + "/?", re.IGNORECASE)
    for pattern in (
        rf"{_GROUP}/providers/Microsoft\.ContainerService/managedClusters(?:/[^/]+)?",
        rf"{_POOLS}(?:/[^/]+)?",
        rf"{_POOLS}/[^/]+/(?:upgradeProfiles/default|upgradeNodeImageVersion)",
        rf"{_GROUP}/providers/Microsoft\.ManagedIdentity/userAssignedIdentities(?:/[^/]+)?",
        rf"{_GROUP}/providers/Microsoft\.ContainerRegistry/registries(?:/[^/]+)?",
        rf"{_SCOPE}/providers/Microsoft\.Authorization/(?:roleAssignments|roleDefinitions|locks)(?:/[^/]+)?",
        r"/subscriptions(?:/[^/]+)?",
        r"/subscriptions/[^/]+/resourceGroups(?:/[^/]+)?",
    )
)
_GRAPH = re.compile(r"/v1\.0/(?:servicePrincipals|directoryObjects/getByIds)/?", re.IGNORECASE)


class Kind(Enum):
    """What a recorded request is to a replay."""

    REQUEST = "request"
    POLL = "poll"
    SKIPPED = "skipped"


def kind_of(interaction: Interaction) -> Kind:
    """Whether a request is sent, is a poll, or is about what the simulator does not have."""
    host, path = interaction.url.hostname or "", interaction.path
    if host.startswith("graph.microsoft."):
        return Kind.REQUEST if _GRAPH.fullmatch(path) else Kind.SKIPPED
    if not host.startswith("management."):
        return Kind.SKIPPED
    if operation_of(path):
        return Kind.POLL if interaction.method == "GET" else Kind.SKIPPED
    return Kind.REQUEST if any(pattern.fullmatch(path) for pattern in _ARM) else Kind.SKIPPED


def operation_of(path: str) -> str | None:
    """The id of the operation that a path polls."""
    found = _POLL.fullmatch(path)
    return found["id"].lower() if found else None
