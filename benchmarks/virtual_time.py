"""An event loop whose time passes only while everybody waits: hours of waiting in a second, to the microsecond."""

import asyncio
import selectors
from collections.abc import Coroutine
from typing import Any, TypeVar

T = TypeVar("T")


class VirtualClock:
    """Implements Clock in the time of such a loop: what is computed between two waits takes none."""

    def now(self) -> float:
        """See Clock."""
        return asyncio.get_running_loop().time()

    def deadline(self, seconds: float) -> float:
        """See Clock."""
        return self.now() + seconds

    async def sleep(self, seconds: float) -> None:
        """See Clock."""
        await asyncio.sleep(max(seconds, 0))


def run(main: Coroutine[Any, Any, T]) -> T:
    """Run a coroutine to its end in virtual time, which begins at 0."""
    with asyncio.Runner(loop_factory=_Loop) as runner:
        return runner.run(main)


class _Selector(selectors.DefaultSelector):
    """Instead of waiting for the next timer, puts the time forward to it."""

    def __init__(self) -> None:
        super().__init__()
        self.now = 0.0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        if timeout is None:
            raise RuntimeError("everybody waits, and for no time that could come")
        self.now += max(timeout, 0.0)
        return super().select(0)


class _Loop(asyncio.SelectorEventLoop):
    def __init__(self) -> None:
        self._selector_of_time = _Selector()
        super().__init__(self._selector_of_time)

    def time(self) -> float:
        return self._selector_of_time.now
