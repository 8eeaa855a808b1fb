"""How far something has come, apart from how it fared; and how long a stage is still to be observed."""

from datetime import timedelta

import pytest

from fleet_identity.fleet.soaking import observed, soak_left
from fleet_identity.lifecycle import Lifecycle, lifecycle_of
from fleet_identity.outcome import State
from fleet_identity.record import Rolls, SwitchRecord, pack
from fleet_identity.target import Target
from tests.builders import NOW, cluster
from tests.planning.test_fleet_spec import member
from tests.planning.test_tally import outcome

SOAK, PREFIX = timedelta(hours=10), Target().tag_prefix


@pytest.mark.parametrize(
    ("states", "then"),
    [
        ((), Lifecycle.COMPLETED),
        ((State.MIGRATED, State.NEEDS_HUMAN), Lifecycle.COMPLETED),
        ((State.FAILED, State.SKIPPED), Lifecycle.COMPLETED),
        ((State.SKIPPED, State.SKIPPED), Lifecycle.SKIPPED),
        ((State.MIGRATED, State.NOT_STARTED), Lifecycle.STOPPED),
        ((State.SKIPPED, State.NOT_STARTED), Lifecycle.NOT_STARTED),
    ],
)
def test_how_far_it_has_come(states: tuple[State, ...], then: Lifecycle) -> None:
    """Completed says that each had its turn, not that any did well; stopped, that some had none."""
    assert lifecycle_of(outcome("a1", state) for state in states) is then


@pytest.mark.parametrize(("ago", "left"), [(0, 10), (4, 6), (10, 0), (99, 0)])
def test_what_is_left_of_a_soak(ago: int, left: int) -> None:
    """It counts from the latest switch; a cluster without a record was not switched by us."""
    latest, earlier = (
        SwitchRecord(switched_at=NOW - timedelta(hours=hours), images={}, client_id="sp", rolls=Rolls.IMAGE)
        for hours in (ago, ago + 3)
    )
    clusters = [cluster(), *(cluster(tags=pack(record, PREFIX)) for record in (latest, earlier))]
    assert soak_left(clusters, SOAK, NOW, PREFIX) == timedelta(hours=left)
    assert soak_left([cluster()], SOAK, NOW, PREFIX) == timedelta()


def test_what_a_soak_has_seen() -> None:
    """Who turned bad is named, and so is what ARM does not show."""
    ids = [member(name).cluster.id for name in ("a1", "a2")]
    told = observed("canary", ids, ids[1:], 90)
    assert told.startswith("Stage canary was observed for 90 minutes; clusters: 2, turned bad: a2. ARM shows")
    assert "It does not show pods, image pulls" in told
