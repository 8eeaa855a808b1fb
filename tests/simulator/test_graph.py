"""Microsoft Graph: principals, their secrets and their groups, one by one and in batches."""

from __future__ import annotations

from typing import Any

import pytest

from tests.azure_fixture import SimulatorFactory
from tests.simulator.plain import ask, listed, read
from tests.worlds import GROUP, SP, SP_CLIENT_ID, SP_OBJECT_ID, one_cluster

SECRETS = {
    "secret_expires_at": "2026-12-01T00:00:00Z",
    "secrets": [
        {"expires_at": "2026-01-01T00:00:00Z"},
        {"expires_at": "2027-01-01T00:00:00Z", "held_by": "service_principal"},
    ],
}
NEW = ["endDateTime", "keyId"]


def world(**changes: Any) -> dict[str, Any]:
    """A cluster's service principal with three secrets, and another one whose secret never ends."""
    principals = [{"name": SP, "client_id": SP_CLIENT_ID, "object_id": SP_OBJECT_ID} | SECRETS, {"name": "sp-other"}]
    settings: dict[str, Any] = {
        "service_principals": principals,
        "user_assigned_identities": [{"name": "id-prod", "resource_group": GROUP}],
    }
    return one_cluster(**(settings | changes))


def ends(document: Any) -> list[str]:
    """When the secrets of an object end."""
    return [secret["endDateTime"] for secret in document["passwordCredentials"]]


def named(kind: str, *values: str) -> str:
    """The list of those with one of the client ids."""
    wanted = ",".join(f"'{value}'" for value in values)
    return f"/v1.0/{kind}?$filter=appId in ({wanted})"


def test_an_application_shows_all_its_secrets(simulate: SimulatorFactory) -> None:
    """That of the cluster and further ones, without telling which is which; its service principal has its own."""
    simulator = simulate(world())
    (application,) = listed(simulator, named("applications", SP_CLIENT_ID.upper()))
    (principal,) = listed(simulator, named("servicePrincipals", SP_CLIENT_ID))
    assert ends(application) == ["2026-12-01T00:00:00Z", "2026-01-01T00:00:00Z"]
    assert ends(principal) == ["2027-01-01T00:00:00Z"]
    assert application["keyCredentials"] == principal["keyCredentials"] == []
    assert application["id"] not in {principal["id"], principal["appId"]}
    first = application["passwordCredentials"][0]
    assert first["startDateTime"] == "2025-12-01T00:00:00Z"
    assert first["secretText"] is None


def test_a_secret_that_never_ends_ends_in_2299(simulate: SimulatorFactory) -> None:
    """Azure knows no secret without an end; the portal wrote this one."""
    simulator = simulate(world())
    (application,) = listed(simulator, "/v1.0/applications?$filter=displayName eq 'sp-other'")
    assert ends(application) == ["2299-12-31T00:00:00Z"]


def test_managed_identities_have_no_application(simulate: SimulatorFactory) -> None:
    """They are service principals without secrets."""
    simulator = simulate(world())
    (identity,) = listed(simulator, "/v1.0/servicePrincipals?$filter=displayName eq 'id-prod'")
    assert (identity["servicePrincipalType"], ends(identity)) == ("ManagedIdentity", [])
    assert len(listed(simulator, "/v1.0/servicePrincipals")) == 3
    assert [one["displayName"] for one in listed(simulator, "/v1.0/applications")] == [SP, "sp-other"]


def test_a_selection_shows_no_more(simulate: SimulatorFactory) -> None:
    """Only what `$select` names is there."""
    simulator = simulate(world())
    (shown,) = listed(simulator, named("applications", SP_CLIENT_ID) + "&$select=appId,passwordCredentials")
    assert set(shown) == {"appId", "passwordCredentials"}


@pytest.mark.parametrize("count", [15, 16])
def test_a_filter_names_fifteen_values_at_most(simulate: SimulatorFactory, count: int) -> None:
    """The sixteenth is one too many."""
    simulator = simulate(world())
    status, document = ask(simulator, named("servicePrincipals", SP_CLIENT_ID, *(f"x{n}" for n in range(count - 1))))
    if count == 15:
        assert (status, [one["appId"] for one in document["value"]]) == (200, [SP_CLIENT_ID])
    else:
        assert (status, document["error"]["code"]) == (400, "Request_UnsupportedQuery")
        assert document["error"]["message"].endswith("16. Max allowed: 15.")


def test_lists_come_in_pages(simulate: SimulatorFactory) -> None:
    """A hundred at a time, or as many as `$top` says; the link of a page leads to the next one."""
    simulator = simulate(world(service_principals=[{"name": SP}, *({"name": f"sp-{n}"} for n in range(120))]))
    first = read(simulator, "/v1.0/applications?$select=displayName")
    second = read(simulator, first["@odata.nextLink"].removeprefix(simulator.arm))
    few = read(simulator, "/v1.0/servicePrincipals?$top=3")
    assert (len(first["value"]), len(second["value"]), len(few["value"])) == (100, 21, 3)
    assert "@odata.nextLink" not in second
    assert {name for one in second["value"] for name in one} == {"displayName"}
    assert len({one["displayName"] for one in first["value"] + second["value"]}) == 121
    assert ask(simulator, "/v1.0/applications?$top=few")[0] == 400


def test_another_filter_is_refused(simulate: SimulatorFactory) -> None:
    """What is not understood is a 400, not an unfiltered list."""
    status, document = ask(simulate(world()), "/v1.0/servicePrincipals?$filter=startswith(displayName,'sp')")
    assert (status, document["error"]["code"]) == (400, "Request_UnsupportedQuery")


def test_a_batch_answers_each_request(simulate: SimulatorFactory) -> None:
    """200 for all of it, and a status for each: what is not there is a 404 beside what is found."""
    simulator = simulate(world())
    requests = [
        {"id": "a", "method": "GET", "url": named("applications", SP_CLIENT_ID).removeprefix("/v1.0")},
        {"id": "b", "method": "GET", "url": f"servicePrincipals/{SP_OBJECT_ID}/transitiveMemberOf"},
        {"id": "c", "method": "GET", "url": "/servicePrincipals/nobody/transitiveMemberOf"},
        {"id": "d", "method": "POST", "url": "/directoryObjects/getByIds", "body": {"ids": [SP_OBJECT_ID]}},
    ]
    before = len(simulator.journal)
    answers = {one["id"]: one for one in read(simulator, "/v1.0/$batch", body={"requests": requests})["responses"]}
    assert {name: answer["status"] for name, answer in answers.items()} == {"a": 200, "b": 200, "c": 404, "d": 200}
    assert answers["a"]["body"]["value"][0]["appId"] == SP_CLIENT_ID
    assert answers["c"]["body"]["error"]["code"] == "Request_ResourceNotFound"
    assert answers["d"]["body"]["value"][0]["@odata.type"] == "#microsoft.graph.servicePrincipal"
    assert answers["a"]["headers"]["Content-Type"] == "application/json"
    assert [one.path for one in simulator.journal[before:]][1:] == ["/v1.0/$batch"]


@pytest.mark.parametrize(
    ("body", "code"),
    [({"requests": [{"id": str(n)} for n in range(21)]}, "MaximumValueExceeded"), ({}, "BadRequest")],
)
def test_a_batch_has_twenty_requests_at_most(simulate: SimulatorFactory, body: dict[str, Any], code: str) -> None:
    """More, or none at all, refuse the whole batch."""
    status, document = ask(simulate(world()), "/v1.0/$batch", body)
    assert (status, document["error"]["code"]) == (400, code)


def test_a_closed_directory_refuses_each_request_of_a_batch(simulate: SimulatorFactory) -> None:
    """The batch itself is answered 200; alone, each is a 403."""
    simulator = simulate(world(runner={"principal": "sp-other", "graph": False}))
    inner = [{"id": "1", "method": "GET", "url": "/applications"}]
    (answer,) = read(simulator, "/v1.0/$batch", body={"requests": inner})["responses"]
    status, document = ask(simulator, "/v1.0/applications")
    assert (answer["status"], answer["body"]) == (status, document)
    assert (status, document["error"]["code"]) == (403, "Authorization_RequestDenied")
