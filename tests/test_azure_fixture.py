"""The checks that run after every test that used the pretended Azure: each of them can fail."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import pytest

from simulator import Exchange
from tests.azure_fixture import careless_puts, writes
from tests.worlds import CLUSTER_ID

GUARDED = {"if-match": '"1"'}


def exchange(method: str, path: str, body: Any = None, headers: dict[str, str] | None = None) -> Exchange:
    return Exchange(
        n=1,
        at=datetime(2026, 1, 5, tzinfo=UTC),
        method=method,
        path=path,
        query={},
        status=200,
        request_headers=headers or {},
        response_headers={},
        request_content=json.dumps(body).encode(),
        response_content=b"",
    )


@pytest.mark.parametrize(
    ("body", "headers", "told"),
    [
        ({}, {}, "no If-Match"),
        ({"properties": {"servicePrincipalProfile": {"secret": "x"}}}, GUARDED, "secret"),
        ({"properties": {"windowsProfile": {"adminPassword": "x"}}}, GUARDED, "adminPassword"),
        ({"properties": {"agentPoolProfiles": [{"nodeImageVersion": "x"}]}}, GUARDED, "nodeImageVersion"),
    ],
)
def test_careless_puts_are_found(body: dict[str, Any], headers: dict[str, str], told: str) -> None:
    """A PUT of a cluster without its eTag, with a secret or with a node image version does not pass."""
    assert [told in problem for problem in careless_puts([exchange("PUT", CLUSTER_ID, body, headers)])] == [True]


def test_a_careful_put_passes() -> None:
    """So does whatever is no PUT of a cluster."""
    careful: Sequence[Exchange] = [
        exchange("PUT", CLUSTER_ID, {"properties": {}}, GUARDED),
        exchange("GET", CLUSTER_ID),
        exchange("PUT", f"{CLUSTER_ID}/providers/Microsoft.Authorization/roleAssignments/x", {}),
    ]
    assert list(careless_puts(careful)) == []


@pytest.mark.parametrize("method", ["PUT", "POST", "PATCH", "DELETE"])
def test_writes_are_found(method: str) -> None:
    """Whatever could change Azure counts as a write; asking for a token does not."""
    assert len(list(writes([exchange(method, CLUSTER_ID)]))) == 1
    assert list(writes([exchange("POST", "/tenant/oauth2/v2.0/token"), exchange("GET", CLUSTER_ID)])) == []
