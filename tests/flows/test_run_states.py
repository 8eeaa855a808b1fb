"""The states that fleet runs and assessments end in, for automations to tell apart."""

from collections.abc import Callable
from functools import partial

import pytest

from fleet_identity.errors import NeedsHumanError
from fleet_identity.fleet.spec import FleetSpec, Stage
from fleet_identity.outcome import State
from fleet_identity.scope import Scope
from fleet_identity.target import Target
from flows.assess_fleet import assess_fleet
from flows.migrate_cluster import migrate_cluster
from flows.migrate_fleet import migrate_fleet
from flows.undo_preparation import undo_preparation
from tasks.conclude import outcomes_of, state_of
from tests.flows.conftest import Azure
from tests.flows.fleets import AT_ONCE, SLOW, fleet, group, rolls, spec
from tests.worlds import CLUSTER_ID, FAMILY, one_cluster, pool


@pytest.mark.parametrize(("allowed", "name"), [("0", "BudgetExhausted"), ("1", "NeedsHuman"), ("2", "NeedsHuman")])
async def test_a_fleet_run_says_that_its_budget_has_stopped_it(azure: Azure, allowed: str, name: str) -> None:
    """One failure more than is allowed ends it BudgetExhausted, with all its outcomes, if it held another back.

    One that is allowed does not, nor one after which there is nothing to hold back.
    """
    simulator = azure(fleet(rolls("a1"), rolls("a2")), pace=SLOW)
    match = {"method": "PUT", "path": "managedClusters/a[12]$"}
    simulator.add_faults([{"match": match, "times": 9, "error": "QuotaExceeded"}])
    one = group("one", "a*", max_allowed_failures=allowed)
    stage = Stage(name="all", groups=(one,), max_allowed_failures=allowed)
    ended = await state_of(migrate_fleet(fleet=spec(stage), dry_run=False, return_state=True))
    assert (ended.name, ended.is_failed()) == (name, True)
    outcomes = await outcomes_of(ended)
    assert [one.cluster_id.name for one in outcomes] == ["a1", "a2"]
    ends = [State.NEEDS_HUMAN, State.NOT_STARTED if name == "BudgetExhausted" else State.NEEDS_HUMAN]
    assert sorted(one.state for one in outcomes) == sorted(ends)
    assert ("group one allows 0" in str(ended.message)) == (allowed == "0")


NOWHERE = Scope(resource_groups=("rg-none",))
GONE = Scope(clusters=(f"{CLUSTER_ID}-gone",))


@pytest.mark.dry_run
@pytest.mark.parametrize(
    "call",
    [
        partial(migrate_fleet, fleet=FleetSpec(scope=NOWHERE)),
        partial(undo_preparation, fleet=FleetSpec(scope=NOWHERE)),
        partial(assess_fleet, scope=GONE),
    ],
    ids=["migrate", "undo", "assess"],
)
async def test_a_run_that_comes_to_no_cluster_asks_for_a_person(azure: Azure, call: Callable[..., object]) -> None:
    """It ends NeedsHuman with the sentence, as an automation awaits it; who awaits its result has the error."""
    azure(one_cluster())
    ended = await state_of(call(return_state=True))
    assert (ended.name, ended.is_failed()) == ("NeedsHuman", True)
    assert str(ended.message).startswith("There is no cluster")
    with pytest.raises(NeedsHumanError, match="There is no cluster"):
        await ended.aresult()


async def test_an_assessment_says_that_node_images_are_there(azure: Azure) -> None:
    """Not before the switch, not while the cluster waits, not when all is done; only with an image to be rolled to."""
    simulator = azure(one_cluster(node_pools=[pool("system", image="newest")]))
    scope, target = Scope(clusters=(CLUSTER_ID,)), Target(minimum_grant_age_minutes=0)

    async def assessed() -> str:
        ended = await state_of(assess_fleet(scope, target, pages=False, return_state=True))
        (one,) = await ended.aresult()
        assert one.cluster.id.text.lower() == CLUSTER_ID.lower()
        return str(ended.name)

    seen = [await assessed()]
    assert (await migrate_cluster(CLUSTER_ID, target=AT_ONCE, dry_run=False)).state is State.WAITING
    seen.append(await assessed())
    simulator.publish_image(FAMILY, "202611.09.0")
    seen.append(await assessed())
    assert (await migrate_cluster(CLUSTER_ID, target=AT_ONCE, dry_run=False)).state is State.MIGRATED
    seen.append(await assessed())
    assert seen == ["Completed", "Completed", "NodeImagesAvailable", "Completed"]
