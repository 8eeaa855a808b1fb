"""Prefect's server may be away for a while; what it refuses, it refuses."""

import httpx
import pytest

from tasks.until_reached import until_reached

_REQUEST = httpx.Request("GET", "http://prefect/api")


def refused(status: int) -> httpx.HTTPStatusError:
    return httpx.HTTPStatusError("refused", request=_REQUEST, response=httpx.Response(status))


async def test_a_server_that_is_away_is_asked_again() -> None:
    """Connections that fail and servers that are not ready are waited out, and the answer is given."""
    troubles: list[httpx.HTTPError] = [httpx.ConnectError("no"), httpx.ReadTimeout("slow"), refused(503)]

    async def call() -> str:
        if troubles:
            raise troubles.pop()
        return "answer"

    assert await until_reached(call, 0) == "answer"
    assert not troubles


async def test_a_refusal_goes_up() -> None:
    """A server that answers, and refuses, is not asked again."""

    async def call() -> None:
        raise refused(404)

    with pytest.raises(httpx.HTTPStatusError):
        await until_reached(call, 0)
