"""The last word of a shard, while Prefect's server is away."""

import pytest

from tasks.shard_board import last_word


class Away:
    """Refuses so many calls, and takes the next."""

    def __init__(self, calls: int) -> None:
        self.calls = calls
        self.taken = 0

    async def tell(self) -> None:
        self.calls -= 1
        if self.calls >= 0:
            raise ConnectionError("the server is away")
        self.taken += 1


@pytest.fixture(autouse=True)
def hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """A hundred tries a second, and patience for some of them."""
    monkeypatch.setenv("FLEET_IDENTITY_SHARD_BEAT", "0.01")
    monkeypatch.setenv("FLEET_IDENTITY_SHARD_PATIENCE", "0.5")


@pytest.mark.parametrize(("refused", "taken"), [(0, 1), (3, 1), (10_000, 0)])
async def test_it_is_told_again(refused: int, taken: int) -> None:
    """It is told once the server is back; a server that stays away does not fail the shard."""
    server = Away(refused)
    await last_word(server.tell)
    assert server.taken == taken
