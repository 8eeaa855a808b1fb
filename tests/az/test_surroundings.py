"""What lies around clusters with the real Azure CLI: identities, grants, registries, locks, groups."""

import pytest

from tests.az.conftest import Here, LogIn
from tests.worlds import GROUP, IDENTITY_ID, REGISTRY, REGISTRY_ID, SHARED_ID, SP_CLIENT_ID, SP_OBJECT_ID, SUBNET_ID

pytestmark = [pytest.mark.az, pytest.mark.foreign_client("the Azure CLI")]
READER = "acdd72a7-3385-48ef-bd42-f606fba81ae7"
ACR_PULL = "7f951dda-4ed3-4680-a7ca-43fe172d538d"


def test_an_identity_is_created_and_shown(log_in: LogIn) -> None:
    """What `identity create` prints is what `identity show` prints, and what exists."""
    here = log_in()
    made = here.az(f"identity create -g {GROUP} -n id-prod")
    assert made == here.az(f"identity show -g {GROUP} -n id-prod")
    exists = here.simulator.state()["identities"][0]
    assert (exists["id"], exists["properties"]["clientId"]) == (IDENTITY_ID, made["clientId"])


def assignments(here: Here, query: str) -> set[tuple[str, str]]:
    return {(it["roleDefinitionName"], it["scope"]) for it in here.az(f"role assignment list {query}")}


def test_roles_are_assigned_by_name_and_by_guid(log_in: LogIn) -> None:
    """By name for an object id, by GUID for an app id: both are granted, and granting twice changes nothing."""
    here = log_in()
    by_object = f"--assignee-object-id {SP_OBJECT_ID} --assignee-principal-type ServicePrincipal"
    made = here.az(f"role assignment create {by_object} --role Reader --scope {REGISTRY_ID}")
    assert made["principalId"] == SP_OBJECT_ID
    assert here.az(f"role assignment create {by_object} --role Reader --scope {REGISTRY_ID}")["id"] == made["id"]
    here.az(f"role assignment create --assignee {SP_CLIENT_ID} --role {ACR_PULL} --scope {SUBNET_ID}")
    assert {(READER, REGISTRY_ID), (ACR_PULL, SUBNET_ID)} <= here.grants(SP_OBJECT_ID)


def test_role_assignments_are_listed_and_deleted(log_in: LogIn) -> None:
    """By scope, by app id and by object id; a deleted one is gone."""
    here = log_in()
    both = {("AcrPull", REGISTRY_ID), ("Network Contributor", SUBNET_ID)}
    assert assignments(here, f"--scope {REGISTRY_ID}") == {("AcrPull", REGISTRY_ID)}
    assert assignments(here, f"--assignee {SP_CLIENT_ID} --all") == both
    assert assignments(here, f"--assignee {SP_OBJECT_ID} --scope {SUBNET_ID}") == {("Network Contributor", SUBNET_ID)}
    here.az(f"role assignment create --assignee {SP_CLIENT_ID} --role Reader --scope {REGISTRY_ID}")
    here.az(f"role assignment delete --assignee {SP_CLIENT_ID} --role Reader --scope {REGISTRY_ID}")
    assert (READER, REGISTRY_ID) not in here.grants(SP_OBJECT_ID)


def test_registries_locks_and_groups_are_shown(log_in: LogIn) -> None:
    """A registry by its name alone, the locks of a subscription and of a group, and a group."""
    here = log_in(locks=[{"name": "keep", "scope": SHARED_ID, "level": "CanNotDelete"}])
    assert here.az(f"acr show -n {REGISTRY}")["id"] == REGISTRY_ID
    assert here.az(f"acr show -n {REGISTRY} -g rg-shared")["loginServer"] == f"{REGISTRY}.azurecr.io"
    assert [(lock["name"], lock["level"]) for lock in here.az("lock list")] == [("keep", "CanNotDelete")]
    assert here.az(f"lock list -g {GROUP}") == []
    assert here.az(f"group show -n {GROUP}")["name"] == GROUP
