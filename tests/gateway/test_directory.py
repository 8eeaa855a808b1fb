"""What the gateway makes of Microsoft Graph's answers: pages, and requests of a batch that are refused."""

from typing import Any, cast

import pytest

from fleet_identity.errors import FleetIdentityError, NeedsHumanError, TransientError
from fleet_identity.gateway.arm.connection import Connection
from fleet_identity.gateway.arm.directory import groups
from tests.gateway.conftest import Connect
from tests.worlds import SP, SP_OBJECT_ID, one_cluster


class Graph:
    """Answers each request of a batch alike."""

    def __init__(self, status: int, headers: dict[str, str]) -> None:
        self._answer = {"status": status, "headers": headers, "body": {"error": {"code": "Busy", "message": "Later."}}}

    async def post_graph(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        assert path.endswith("/$batch")
        return {"responses": [{"id": one["id"], **self._answer} for one in body["requests"]]}


@pytest.mark.parametrize(
    ("status", "headers", "kind", "wait"),
    [
        (429, {"Retry-After": "12"}, TransientError, 12.0),
        (503, {}, TransientError, None),
        (400, {}, NeedsHumanError, None),
    ],
)
async def test_a_request_of_a_batch_that_is_refused(
    status: int, headers: dict[str, str], kind: type[FleetIdentityError], wait: float | None
) -> None:
    """What passes is the clock's, with the wait that Graph asks for; a batch succeeds as a whole all the same."""
    with pytest.raises(FleetIdentityError, match="Later") as caught:
        await groups(cast(Connection, Graph(status, headers)), ["principal"])
    assert (type(caught.value), caught.value.code, caught.value.retry_after) == (kind, "Busy", wait)


async def test_all_groups_of_a_principal(connect: Connect) -> None:
    """Graph's pages have a hundred groups; the roles of those after the first page are known as well."""
    several = [{"name": f"group-{number}", "members": [SP]} for number in range(120)]
    here = await connect(one_cluster(groups=several))
    found = await groups(here.azure.connection, [SP_OBJECT_ID])
    assert len(found[SP_OBJECT_ID]) == 120
