"""The session of a run: opened once, shared by all below."""

import pytest

from tasks.session import current, session
from tests.azure_fixture import SimulatorFactory
from tests.worlds import one_cluster


async def test_the_outermost_opens_it(simulate: SimulatorFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """An inner session is the outer one; after the outermost there is none."""
    for name, value in simulate(one_cluster()).env.items():
        monkeypatch.setenv(name, value)
    async with session() as outer, session() as inner:
        assert inner is outer is current()
    with pytest.raises(RuntimeError, match="outside a flow"):
        current()
