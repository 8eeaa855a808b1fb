"""The ledger of incidents: outages that a customer would have had, in the simulator's own opinion."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

Kind: TypeAlias = Literal[
    "ImagePullFailed",
    "NetworkUnauthorized",
    "ControlPlaneUnauthorized",
    "AddonUnauthorized",
    "UnplannedNodeRoll",
    "LostUpdate",
    "IdentityDeleted",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Incident:
    """An outage: when it began, where, of what kind, and the sentence that says why."""

    at: datetime
    cluster: str
    kind: Kind
    cause: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """Something that is wrong now; while it goes on, its episode stays the same."""

    kind: Kind
    episode: tuple[str, ...]
    cause: str


class Ledger:
    """Keeps one incident for each episode."""

    def __init__(self) -> None:
        self.incidents: list[Incident] = []
        self._going_on: dict[str, set[tuple[str, ...]]] = {}
        self._excused: set[tuple[str, tuple[str, ...]]] = set()

    def excuse(self, cluster: str, findings: Iterable[Finding]) -> None:
        """Leave out what was so when the world began: no run has caused it."""
        self._excused |= {(cluster, finding.episode) for finding in findings}

    @property
    def excused(self) -> list[tuple[str, ...]]:
        """What was broken when the world began: the cluster, and what it was."""
        return sorted((cluster, *episode) for cluster, episode in self._excused)

    def observe(self, cluster: str, at: datetime, findings: Iterable[Finding]) -> None:
        """Write down the episodes that begin, and forget those that are over."""
        before = self._going_on.get(cluster, set())
        now = dict[tuple[str, ...], Finding]((finding.episode, finding) for finding in findings)
        for episode, finding in now.items():
            if episode not in before and (cluster, episode) not in self._excused:
                self.add(cluster, at, finding.kind, finding.cause)
        self._going_on[cluster] = set(now)

    def add(self, cluster: str, at: datetime, kind: Kind, cause: str) -> None:
        """Write down an incident."""
        self.incidents.append(Incident(at=at, cluster=cluster, kind=kind, cause=cause))
