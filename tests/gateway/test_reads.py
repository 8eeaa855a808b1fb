"""What the gateway makes of Azure's answers: what is absent, what is refused, what is paged."""

from typing import Any, cast

import pytest

from fleet_identity.errors import NeedsHumanError
from fleet_identity.gateway.arm import locks, policies
from fleet_identity.gateway.arm.connection import Connection
from fleet_identity.gateway.arm.quotas import cores
from fleet_identity.gateway.protocols import Operation
from fleet_identity.resource_id import ResourceId, identity_id
from fleet_identity.surroundings import Cores, Quota
from tests.gateway.conftest import Connect
from tests.worlds import (
    CLUSTER_ID,
    REGISTRY_ID,
    SP_CLIENT_ID,
    SP_OBJECT_ID,
    SUBNET_ID,
    SUBSCRIPTION,
    cluster,
    one_cluster,
)


async def test_all_pages_of_a_list(connect: Connect) -> None:
    """A fleet of three pages is read to its end."""
    members = [cluster(f"prod-weu-{number:02}") for number in range(5)]
    here = await connect(one_cluster(clusters=members, behaviour={"page_size": 2}))
    found = await here.azure.clusters(SUBSCRIPTION)
    assert sorted(one.id.name for one in found) == [member["name"] for member in members]
    assert len([one for one in here.simulator.journal if one.path.endswith("managedClusters")]) == 3


async def test_an_identity_that_is_not_there(connect: Connect) -> None:
    """A group without the identity is nothing special; a group that is not there is for a person."""
    here = await connect(one_cluster())
    assert await here.azure.identity(identity_id(SUBSCRIPTION, "rg-prod", "id-none")) is None
    with pytest.raises(NeedsHumanError, match="resource group's name"):
        await here.azure.identity(identity_id(SUBSCRIPTION, "rg-none", "id-none"))


async def test_a_registry_that_is_not_there(connect: Connect) -> None:
    """A registry that can't be found is absent, wherever the path breaks off."""
    here = await connect(one_cluster())
    assert await here.azure.registry(ResourceId(REGISTRY_ID)) is not None
    assert await here.azure.registry(ResourceId(f"{REGISTRY_ID}gone")) is None


async def test_a_service_principal_by_its_application_id(connect: Connect) -> None:
    """The directory gives the object id; one that is gone, or a directory that is closed, gives none."""
    here = await connect(one_cluster())
    found = await here.azure.application(SP_CLIENT_ID)
    assert found
    assert found.object_id == SP_OBJECT_ID
    assert await here.azure.application("00000000-0000-0000-0000-000000000000") is None
    answer = {"status": 403, "code": "Authorization_RequestDenied", "message": "no", "flat": False}
    here.simulator.add_faults([{"match": {"path": "servicePrincipals"}, "answer": answer}])
    assert await here.azure.application("00000000-0000-0000-0000-000000000001") is None


async def test_locks_tell_their_scope(connect: Connect) -> None:
    """A lock's scope is what its id is below, in whatever depth."""
    here = await connect(one_cluster(locks=[{"name": "keep", "scope": SUBNET_ID, "level": "CanNotDelete"}]))
    (lock,) = await here.azure.locks(SUBSCRIPTION)
    assert (lock.name, lock.level, lock.scope) == ("keep", "CanNotDelete", ResourceId(SUBNET_ID))


async def test_a_subnet_without_a_route_table(connect: Connect) -> None:
    """Nothing hangs on it, which is no error."""
    here = await connect(one_cluster())
    assert (await here.azure.subnet(ResourceId(SUBNET_ID))).attached == ()


async def test_why_an_operation_failed(connect: Connect) -> None:
    """The error of an operation that ended badly is read from its status; one that runs has none."""
    here = await connect(one_cluster(one_pool_at_a_time=False))
    error = {"code": "UpgradeFailed", "message": "Drain node failed: PodDisruptionBudget"}
    here.simulator.add_faults([{"match": {"path": "system/upgradeNodeImageVersion"}, "operation": error}])
    failing = await here.azure.upgrade_node_image(ResourceId(CLUSTER_ID), "system")
    going = await here.azure.upgrade_node_image(ResourceId(CLUSTER_ID), "user")
    assert failing
    assert going
    assert await here.azure.failure(going) is None
    here.simulator.advance(3600)
    failure = await here.azure.failure(failing)
    assert isinstance(failure, NeedsHumanError)
    assert "PodDisruptionBudget" in str(failure)
    assert await here.azure.failure(Operation(url=going.url)) is None


class Lists:
    """Answers each list with the same documents."""

    def __init__(self, *documents: dict[str, Any]) -> None:
        self._documents = list(documents)

    async def list_arm(self, path: str) -> list[dict[str, Any]]:
        assert path.startswith(f"/subscriptions/{SUBSCRIPTION}/providers/Microsoft.")
        return self._documents


def listing(*documents: dict[str, Any]) -> Connection:
    """A connection that shows these documents."""
    return cast(Connection, Lists(*documents))


def usage(name: str, used: int, limit: int) -> dict[str, Any]:
    return {"name": {"value": name}, "currentValue": used, "limit": limit}


async def test_quotas_of_families() -> None:
    """One answer has the quota of the region, those of families of machines, and others that are not asked for."""
    usages = (
        usage("cores", 1, 10),
        usage("standardDSv5Family", 2, 20),
        usage("virtualMachines", 3, 30),
        usage("lowPriorityCores", 4, 40),
    )
    found = await cores(listing(*usages), SUBSCRIPTION, "westeurope")
    assert found == Cores(used=1, limit=10, families={"standarddsv5family": Quota(used=2, limit=20)})


@pytest.mark.parametrize("kind", ["Microsoft.Authorization", "microsoft.authorization"])
async def test_the_scope_of_a_lock(kind: str) -> None:
    """However ARM writes the id, its scope is what is locked; an empty one would be a lock on everything."""
    lock_id = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/rg-prod/providers/{kind}/locks/keep"
    (lock,) = await locks.read_all(listing({"id": lock_id, "properties": {"level": "CanNotDelete"}}), SUBSCRIPTION)
    assert (lock.scope.text, lock.name) == (f"/subscriptions/{SUBSCRIPTION}/resourceGroups/rg-prod", "keep")


async def test_where_a_policy_does_not_hold() -> None:
    """An assignment spares the scopes that it names: there a resource without the tag is no fault."""
    whole = f"/subscriptions/{SUBSCRIPTION}"
    assignment = {
        "name": "tag",
        "properties": {
            "policyDefinitionId": "/providers/x/policyDefinitions/871b6d14-10aa-478d-b590-94f262ecfa99",
            "scope": whole,
            "notScopes": [f"{whole}/resourceGroups/RG-LAB", "/providers/Microsoft.Management/managementGroups/other"],
            "parameters": {"tagName": {"value": "cost-center"}},
        },
    }
    (policy,) = await policies.tag_policies(listing(assignment), SUBSCRIPTION)
    names = ("rg-prod", "rg-lab")
    assert [policy.holds_for(identity_id(SUBSCRIPTION, name, "id")) for name in names] == [True, False]
