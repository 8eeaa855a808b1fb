"""Which of the simulator's ids stands for which recorded one."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from simulator.guid import GUID
from simulator.replay.scope import operation_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from simulator.replay.cassette import Interaction
    from simulator.replay.sent import Came

_MASKED = re.compile(r"00000000-0000-0000-0000-[0-9a-f]{12}", re.IGNORECASE)


class Ids:
    """Learns ids by laying a recorded answer beside the simulator's, and writes requests anew with them."""

    def __init__(self) -> None:
        """Start with no id known."""
        self._known: dict[str, str] = {}
        self._masked: list[tuple[str, str, str]] = []
        self._operations: dict[str, tuple[str, str]] = {}
        self.on_managed_identity: set[str] = set()
        """Paths of clusters, in lower case, that run as a managed identity here."""

    def learn(self, recorded: Interaction, came: Came) -> None:
        """Remember which ids of the two answers stand at the same places."""
        self._learn_operation(recorded, came)
        for path, theirs, ours in _pairs(recorded.answered(), came.document, ""):
            if path.endswith("servicePrincipalProfile.clientId") and ours == "msi":
                self.on_managed_identity.add(recorded.path.lower())
            if not GUID.fullmatch(theirs) or not GUID.fullmatch(ours):
                continue
            if _MASKED.fullmatch(theirs):
                self._learn_masked(theirs.lower(), recorded.path.lower(), path, ours)
            elif theirs.lower() != ours.lower():
                self._known[theirs.lower()] = ours

    def operation(self, recorded_id: str) -> tuple[str, str] | None:
        """Path and query under which the simulator tells about a recorded operation."""
        return self._operations.get(recorded_id)

    def translated(self, text: str) -> str:
        """A text with the simulator's ids in the place of the recorded ones."""
        return GUID.sub(lambda found: self._known.get(found[0].lower(), found[0]), text)

    def principal(self, recorded_id: str, scope: str) -> str:
        """The principal that a grant at a scope means.

        Recorders mask all principals with one id. A masked one stands for the identity that was seen last, other
        than the one that the grant is on: an identity is granted rights on other things. The scope is in lower case.
        """
        if not _MASKED.fullmatch(recorded_id):
            return self.translated(recorded_id)
        others = [ours for masked, path, ours in self._masked if masked == recorded_id.lower() and path not in scope]
        return others[-1] if others else recorded_id

    def _learn_masked(self, masked: str, path: str, member: str, ours: str) -> None:
        is_identity = path.split("/")[-2:-1] == ["userassignedidentities"]
        if is_identity and member == ".properties.principalId" and not _MASKED.fullmatch(ours):
            self._masked.append((masked, path, ours))

    def _learn_operation(self, recorded: Interaction, came: Came) -> None:
        for header in ("azure-asyncoperation", "location"):
            theirs = operation_of(_path_of(recorded.headers.get(header, "")))
            path, _, query = came.headers.get(header, "").partition("?")
            if theirs and operation_of(_path_of(path)):
                self._operations.setdefault(theirs, (_path_of(path), query))


def _path_of(url: str) -> str:
    return re.sub(r"^https?://[^/]+", "", url.partition("?")[0])


def _pairs(theirs: Any, ours: Any, path: str) -> Iterator[tuple[str, str, str]]:
    if isinstance(theirs, str) and isinstance(ours, str):
        yield path, theirs, ours
    elif isinstance(theirs, list) and isinstance(ours, list):
        for left, right in zip(theirs, ours, strict=False):
            yield from _pairs(left, right, path)
    elif isinstance(theirs, dict) and isinstance(ours, dict):
        lower = {str(name).lower(): value for name, value in ours.items()}
        for name, value in theirs.items():
            yield from _pairs(value, lower.get(str(name).lower()), f"{path}.{name}")
