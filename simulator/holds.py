"""Breakpoints: requests that a fault holds until somebody lets them go, or whoever asked has gone."""

from __future__ import annotations

import asyncio
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Condition
from typing import TYPE_CHECKING

from simulator.connections import gone

if TYPE_CHECKING:
    from collections.abc import Generator

    from starlette.requests import Request


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Held:
    """One request that waits."""

    method: str
    path: str
    acted: bool
    """Whether Azure has acted on it, so that only the answer is held."""
    let_go: Future[None] = field(default_factory=Future[None], repr=False)


class Holds:
    """The requests that are held now. Safe to use from any thread."""

    def __init__(self) -> None:
        self._held: list[Held] = []
        self._changed = Condition()

    @property
    def held(self) -> tuple[Held, ...]:
        """What is held now, in the order in which it came."""
        with self._changed:
            return tuple(self._held)

    async def hold(self, request: Request, *, acted: bool) -> bool:
        """Hold a request; True when it was let go, False when its client went away meanwhile."""
        held = Held(method=request.method, path=request.url.path, acted=acted)
        with self._listed(held):
            leaving, let_go = asyncio.create_task(gone(request)), asyncio.wrap_future(held.let_go)
            await asyncio.wait({leaving, let_go}, return_when=asyncio.FIRST_COMPLETED)
            left = leaving.done()
            leaving.cancel()
            let_go.cancel()
            return not left

    def release(self, path: str = "") -> None:
        """Let everything go that is held now and has this in its path."""
        with self._changed:
            going = [held for held in self._held if path.lower() in held.path.lower()]
            self._held = [held for held in self._held if held not in going]
        for held in going:
            if not held.let_go.done():
                held.let_go.set_result(None)

    def until_held(self, seconds: float) -> Held | None:
        """Wait for a request to be held, for so many seconds of real time; None if none was."""
        with self._changed:
            self._changed.wait_for(lambda: bool(self._held), timeout=seconds)
            return self._held[0] if self._held else None

    @contextmanager
    def _listed(self, held: Held) -> Generator[None]:
        with self._changed:
            self._held.append(held)
            self._changed.notify_all()
        try:
            yield
        finally:
            with self._changed:
                self._held = [other for other in self._held if other is not held]
