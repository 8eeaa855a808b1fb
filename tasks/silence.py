"""How long somebody has shown nothing new, on our own clock."""

from collections.abc import Callable
from dataclasses import dataclass, field
from time import monotonic


@dataclass(slots=True)
class Silence:
    """Measured across looks that succeeded: while nobody can be seen, nobody is silent."""

    clock: Callable[[], float] = monotonic
    _shown: object = field(default=None, init=False)
    _since: float | None = field(default=None, init=False)

    def notice(self, shown: object) -> float:
        """Note what a look shows; give for how many seconds the looks have shown the same."""
        now = self.clock()
        if self._since is None or shown != self._shown:
            self._shown, self._since = shown, now
        return now - self._since

    def could_not_look(self) -> None:
        """Begin anew with the next look that succeeds."""
        self._since = None
