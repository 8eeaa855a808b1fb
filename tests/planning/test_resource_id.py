"""Resource ids: equal in any case, and a scope contains what lies below it."""

import pytest

from fleet_identity.errors import NeedsHumanError
from fleet_identity.resource_id import ResourceId, parse_cluster_id
from tests.builders import CLUSTER, SUBNET, SUBSCRIPTION

SUB = f"/subscriptions/{SUBSCRIPTION}"


@pytest.mark.parametrize(
    ("scope", "other", "contains"),
    [
        ("/", f"{SUB}/resourceGroups/a", True),
        ("/providers/Microsoft.Management/managementGroups/all", SUB, True),
        (SUB, f"{SUB}/resourceGroups/a", True),
        (f"{SUB}/resourceGroups/a", f"{SUB}/resourcegroups/A/providers/x/y/z", True),
        (f"{SUB}/resourceGroups/a", f"{SUB}/resourceGroups/ab", False),
        (f"{SUB}/resourceGroups/a/providers/x/y/z", f"{SUB}/resourceGroups/a", False),
        (f"{SUB}/", SUB.upper(), True),
    ],
)
def test_contains(scope: str, other: str, contains: bool) -> None:
    """Segments count, not characters; management groups contain all that we are shown."""
    assert ResourceId(scope).contains(ResourceId(other)) == contains


def test_equal_in_any_case() -> None:
    """Two spellings of one id are one id."""
    assert len({CLUSTER, ResourceId(CLUSTER.text.upper()), ResourceId(f"{CLUSTER}/")}) == 1
    assert CLUSTER.text != CLUSTER


def test_what_people_read() -> None:
    """Scopes are named as people name them."""
    assert ResourceId(SUB).describe() == f"subscription {SUBSCRIPTION}"
    assert SUBNET.group.describe() == "resource group rg-network"
    assert (SUBNET.describe(), SUBNET.parent.name) == ("nodes", "vnet")
    assert ResourceId("/").describe() == "the root of the directory"


@pytest.mark.parametrize("text", ["", "prod", SUB, f"{CLUSTER}/agentPools/system", CLUSTER.text.replace("Service", "")])
def test_only_clusters_are_clusters(text: str) -> None:
    """Anything but the id of a cluster is refused with its form."""
    with pytest.raises(NeedsHumanError, match="It looks like /subscriptions/"):
        parse_cluster_id(text)
    assert parse_cluster_id(f" {CLUSTER} ") == CLUSTER
