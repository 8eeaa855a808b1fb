"""What a fleet spec leaves out."""

import pytest

from fleet_identity.fleet.spec import Stage
from fleet_identity.outcome import State
from tests.azure_fixture import READS_BY_POST, WRITES
from tests.flows.conftest import Azure
from tests.flows.fleets import carry_out, fleet, group, rolls, spec, states
from tests.worlds import CLUSTER, CLUSTER_ID

A2 = CLUSTER_ID.replace(CLUSTER, "A2")


@pytest.mark.parametrize(
    ("skip", "left_out"),
    [(("canary",), {"a1", "a2"}), (("one",), {"a1", "a2"}), ((A2,), {"a2"}), ((A2, "rest"), {"a2", "b1"})],
)
async def test_what_is_left_out(azure: Azure, skip: tuple[str, ...], left_out: set[str]) -> None:
    """A stage, a group or a cluster is left out: nothing is prepared for it, and what follows goes on."""
    simulator = azure(fleet(*map(rolls, ("a1", "a2", "b1"))))
    stages = (Stage(name="canary", groups=(group("one", "a*"),)), Stage(name="rest", groups=(group("two", "b*"),)))
    outcomes = await carry_out(spec(*stages, skip=skip))
    assert {name for name, state in states(outcomes).items() if state is State.SKIPPED} == left_out
    assert {state for name, state in states(outcomes).items() if name not in left_out} == {State.MIGRATED}
    paths = [one.path for one in simulator.journal if one.method in WRITES and not one.path.endswith(READS_BY_POST)]
    touched = {
        path.split("/")[8] for path in paths if path.split("/")[7] in {"managedClusters", "userAssignedIdentities"}
    }
    assert {name[-2:] for name in touched} == {"a1", "a2", "b1"} - left_out
