"""What has moved by itself so far."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from simulator.clock import timestamp

if TYPE_CHECKING:
    from datetime import datetime

    from simulator.json_object import JsonObject


@dataclass(frozen=True, slots=True, kw_only=True)
class Happening:
    """One thing that no client has asked for."""

    at: datetime
    where: str
    """A cluster's name, or an image family."""
    what: str


class History:
    """All that has moved by itself, in order of time."""

    def __init__(self) -> None:
        self.happenings: list[Happening] = []

    def add(self, at: datetime, where: str, what: str) -> None:
        """Write down."""
        self.happenings.append(Happening(at=at, where=where, what=what))

    def documents(self) -> list[JsonObject]:
        """All of it, as the control surface shows it."""
        return [{"at": timestamp(one.at), "where": one.where, "what": one.what} for one in self.happenings]
