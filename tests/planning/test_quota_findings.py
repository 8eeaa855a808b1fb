"""Whether the nodes that rolls add for a while find room."""

from fleet_identity.findings import Code
from fleet_identity.surroundings import (
    Cores,
    Quota,
)
from fleet_identity.target import Target
from tests.builders import (
    cluster,
    pool,
    surroundings,
)
from tests.planning.test_findings import codes, findings

SURGES = Target(switch_reimages="yes", accept_gap=True)


def test_one_put_needs_the_surge_of_all_pools_at_once() -> None:
    """Two pools of four cores more each: one after the other they find room for four, in one PUT for eight only."""
    for free, one_by_one, at_once in ((8, False, False), (7, False, True), (4, False, True), (3, True, True)):
        around = surroundings(cores=Cores(used=100, limit=100 + free))
        assert (Code.SURGE_QUOTA in codes(cluster(), around)) == one_by_one
        assert (Code.SURGE_QUOTA in codes(cluster(), around, SURGES)) == at_once


def test_a_family_of_machines_has_a_quota_of_its_own() -> None:
    """The region has room, the family of the pools' machines has not; other families do not matter."""
    for family, stops in (("standarddsv5family", True), ("standarddv5family", False)):
        around = surroundings(cores=Cores(used=0, limit=500, families={family: Quota(used=97, limit=100)}))
        found = [finding for finding in findings(cluster(), around) if finding.code is Code.SURGE_QUOTA]
        assert bool(found) == stops
        assert all(f"97 of 100 are in use of the quota {family}." in finding.evidence for finding in found)


def test_what_adds_nothing_needs_no_quota() -> None:
    """A quota that is full already does not keep a pool from rolling that adds no machine."""
    around = surroundings(cores=Cores(used=101, limit=100))
    spot = cluster(pools=(pool(spot=True),))
    assert Code.SURGE_QUOTA not in codes(spot, around)
