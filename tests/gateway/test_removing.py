"""What may be deleted, and that it is gone already is no error."""

from dataclasses import replace

import pytest

from fleet_identity.clock import PacedClock
from fleet_identity.errors import TerminalError
from fleet_identity.gateway.arm.cluster_document import to_cluster
from fleet_identity.gateway.arm.remover import ArmRemover
from fleet_identity.resource_id import ResourceId
from fleet_identity.roles import NETWORK_CONTRIBUTOR
from fleet_identity.settings import Settings
from fleet_identity.surroundings import RoleAssignment
from tests.gateway.conftest import Connect, Connected
from tests.worlds import IDENTITY_ID, SUBNET_ID, SUBSCRIPTION, one_cluster

IDENTITY, SUBNET = ResourceId(IDENTITY_ID), ResourceId(SUBNET_ID)
GONE = {"status": 404, "code": "RoleAssignmentNotFound", "message": "It is not found."}


@pytest.fixture
async def here(connect: Connect) -> Connected:
    return await connect(one_cluster())


def remover(here: Connected) -> ArmRemover:
    return ArmRemover(here.azure.connection, PacedClock(1), Settings())


async def granted(here: Connected) -> RoleAssignment:
    """A grant of ours to an identity of ours."""
    made = await here.azure.create_identity(IDENTITY, "westeurope", {})
    await here.azure.assign_role(SUBNET, NETWORK_CONTRIBUTOR, made.principal_id)
    [grant] = await remover(here).all_held(made.principal_id, SUBSCRIPTION)
    return grant


async def test_deleting_twice_is_no_error(here: Connected) -> None:
    """Whether Azure answers 204 or 404, what is gone is gone."""
    grant, azure = await granted(here), remover(here)
    assert grant.ours
    for _ in range(2):
        await azure.remove_role(grant)
        await azure.remove_identity(IDENTITY)
    here.simulator.add_faults([{"match": {"method": "DELETE"}, "times": 2, "answer": GONE}])
    await azure.remove_role(grant)
    await azure.remove_identity(IDENTITY)
    assert [one.status for one in here.simulator.journal if one.method == "DELETE"] == [200, 200, 204, 204, 404, 404]
    assert await azure.identity(IDENTITY) is None


async def test_what_we_did_not_grant_is_never_deleted(here: Connected) -> None:
    """Whatever a plan says, the gateway sends no deletion of an assignment under a name that is not ours."""
    grant = await granted(here)
    with pytest.raises(TerminalError, match="granted by somebody else"):
        await remover(here).remove_role(replace(grant, principal_id="another"))
    assert "DELETE" not in {one.method for one in here.simulator.journal}


async def test_only_grants_on_the_identity_itself(here: Connected) -> None:
    """Grants on its group or subscription are not grants on it."""
    made = await here.azure.create_identity(IDENTITY, "westeurope", {})
    for scope in (IDENTITY.group, IDENTITY):
        await here.azure.assign_role(scope, NETWORK_CONTRIBUTOR, made.principal_id)
    assert [one.scope for one in await remover(here).granted_on(IDENTITY)] == [IDENTITY]


@pytest.mark.parametrize(
    "part",
    [
        {"identity": {"type": "UserAssigned", "userAssignedIdentities": {IDENTITY_ID: {}}}},
        {"properties": {"identityProfile": {"kubeletidentity": {"resourceId": IDENTITY_ID.upper()}}}},
        {"properties": {"addonProfiles": {"x": {"identity": {"resourceId": IDENTITY_ID}}}}},
        {
            "properties": {
                "podIdentityProfile": {"userAssignedIdentities": [{"identity": {"resourceId": f"{IDENTITY_ID}/"}}]}
            }
        },
    ],
)
def test_wherever_a_cluster_names_an_identity(part: dict[str, object]) -> None:
    """As a key or as a value, in whatever part and casing: the cluster uses it."""
    document: dict[str, object] = {"id": "/subscriptions/s", "location": "westeurope", "properties": {}} | part
    assert to_cluster(document).named_identities == {IDENTITY}
