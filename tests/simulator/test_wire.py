"""What a long-running operation and an id look like on the wire."""

from __future__ import annotations

import pytest
from azure.core.rest import HttpRequest

from tests.azure_fixture import SimulatorFactory
from tests.simulator.clients import clients, without_images
from tests.worlds import one_cluster


@pytest.mark.parametrize(("of", "expected"), [("cluster", set[str]()), ("pool", {"Location"})])
async def test_where_a_client_is_sent(simulate: SimulatorFactory, of: str, expected: set[str]) -> None:
    """Each operation names its status, only the upgrade of a pool its result, and none how long to wait."""
    simulator = simulate(one_cluster(), pace=1)
    async with clients(simulator) as azure:
        document = without_images(await azure.cluster())
        await (azure.put(document, etag=document.e_tag) if of == "cluster" else azure.upgrade("system"))
    headers = simulator.journal[-1].response_headers
    assert headers.keys() & {"Azure-AsyncOperation", "Location", "Retry-After"} == {"Azure-AsyncOperation", *expected}
    assert "/operations/" in headers["Azure-AsyncOperation"]


async def test_a_result_is_empty_until_and_after_the_end(simulate: SimulatorFactory) -> None:
    """202 while the operation runs, 204 afterwards."""
    simulator = simulate(one_cluster(), pace=1)
    statuses = list[int]()
    async with clients(simulator) as azure:
        await azure.upgrade("system")
        result = simulator.journal[-1].response_headers["Location"]
        for seconds in (0, 3600):
            simulator.advance(seconds)
            statuses.append((await azure.aks.send_request(HttpRequest("GET", result))).status_code)
    assert "/operationresults/" in result
    assert statuses == [202, 204]


async def test_groups_in_ids_are_written_in_lower_case(simulate: SimulatorFactory) -> None:
    """Of clusters and of identities alike, whatever the client has written."""
    simulator = simulate(one_cluster(), pace=1)
    async with clients(simulator) as azure:
        ids = [(await azure.cluster()).id, (await azure.identity()).id]
    assert ["/resourcegroups/" in one for one in ids] == [True, True]
