"""Many clusters at once, on the real engine."""

from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest

from fleet_identity.errors import NeedsHumanError
from fleet_identity.fleet.gate import Gate
from fleet_identity.fleet.spec import FleetSpec, Group, Stage, Strategy
from fleet_identity.outcome import Outcome, State
from fleet_identity.scope import Scope
from fleet_identity.target import Target
from flows.migrate_fleet import migrate_fleet
from tasks.conclude import outcomes_of, state_of
from tests.azure_fixture import READS_BY_POST
from tests.flows.conftest import Azure
from tests.gateway.test_assessment import one_on_a_hidden_network
from tests.worlds import CLUSTER_ID, SUBSCRIPTION, cluster, one_cluster, pool

IN_SUBSCRIPTION, PLAIN = Scope(subscriptions=(SUBSCRIPTION,)), Target()


def fleet(*members: dict[str, Any]) -> dict[str, Any]:
    return one_cluster(clusters=list(members))


async def run(spec: FleetSpec, *, dry_run: bool = False) -> list[Outcome]:
    return await outcomes_of(await state_of(migrate_fleet(fleet=spec, dry_run=dry_run, return_state=True)))


async def migrate(
    *, scope: Scope = IN_SUBSCRIPTION, target: Target = PLAIN, at_a_time: int = 5, dry_run: bool = True
) -> list[Outcome]:
    """Run a fleet of one stage that puts up with any failure."""
    group = Group(name="everything", rest=True, max_concurrency=str(at_a_time), max_allowed_failures="100%")
    stage = Stage(name="all", groups=(group,), max_allowed_failures="100%")
    return await run(FleetSpec(scope=scope, target=target, strategy=Strategy(stages=(stage,))), dry_run=dry_run)


THREE = (cluster("a"), cluster("b", node_pools=[pool("system", image="newest")]), cluster("c", power="Stopped"))


@pytest.mark.dry_run
async def test_a_dry_run_by_subscription(azure: Azure) -> None:
    """All clusters of a subscription are planned, sorted by name, without a write."""
    azure(fleet(*THREE))
    outcomes = await migrate()
    assert [(one.cluster_id.name, one.state) for one in outcomes] == [
        ("a", State.PLANNED),
        ("b", State.PLANNED),
        ("c", State.NEEDS_HUMAN),
    ]


async def test_each_ends_as_it_can(azure: Azure) -> None:
    """One cluster's failure does not end the others."""
    simulator = azure(fleet(*THREE, cluster("d")))
    simulator.add_faults([{"match": {"method": "PUT", "path": "managedClusters/d$"}, "error": "QuotaExceeded"}])
    outcomes = await migrate(dry_run=False)
    assert [one.state for one in outcomes] == [
        State.MIGRATED,
        State.WAITING,
        State.NEEDS_HUMAN,
        State.NEEDS_HUMAN,
    ]


async def test_a_cluster_that_may_not_be_looked_at_holds_up_no_other(azure: Azure) -> None:
    """One lies in a network that the runner may not read: a person is told what is missing, and the rest is moved."""
    azure(one_on_a_hidden_network())
    outcomes = {one.cluster_id.name: one for one in await migrate(dry_run=False)}
    assert [outcomes[name].state for name in "abc"] == [State.MIGRATED, State.NEEDS_HUMAN, State.MIGRATED]
    assert "Microsoft.Network/virtualNetworks/subnets/read" in outcomes["b"].left[0]


async def test_a_migrated_fleet_run_again_writes_nothing(azure: Azure) -> None:
    """A fleet that has arrived costs reads only."""
    simulator = azure(fleet(cluster("a"), cluster("b")))
    await migrate(dry_run=False)
    before = len(simulator.journal)
    outcomes = await migrate(dry_run=False)
    assert {one.state for one in outcomes} == {State.ALREADY_MIGRATED}
    later = simulator.journal[before:]
    assert {one.method for one in later if not one.path.endswith(READS_BY_POST)} == {"GET"}


@pytest.mark.parametrize(("slots", "overlap"), [(1, False), (3, True)])
async def test_max_concurrency_bounds_disruption(azure: Azure, slots: int, overlap: bool) -> None:
    """With one slot no two clusters are under change at the same time; with three they are."""
    members = (cluster(name, node_pools=[pool("system", image="newest")], pulls_from=[]) for name in "abc")
    world = fleet(*members) | {"timing": {"update": "2h", "role_propagation": 0}}
    simulator = azure(world, pace=600 if overlap else 2400)  # a PUT outlasts the start of all runs where it must
    await migrate(target=Target(minimum_grant_age_minutes=0), at_a_time=slots, dry_run=False)
    switches = [one.at for one in simulator.journal if one.method == "PUT" and "managedClusters" in one.path]
    gaps = [later - earlier for earlier, later in pairwise(switches)]
    assert len(switches) == 3
    assert any(gap < timedelta(hours=2) for gap in gaps) == overlap


async def test_members_are_named_once(azure: Azure) -> None:
    """A cluster that is named twice, in another case, is one member."""
    azure(fleet(cluster()))
    loud = CLUSTER_ID.upper().replace("/SUBSCRIPTIONS", "/subscriptions")
    assert len(await migrate(scope=Scope(clusters=(CLUSTER_ID, loud)))) == 1


@pytest.mark.dry_run
async def test_clusters_do_not_share_an_identity(azure: Azure) -> None:
    """Two clusters of one name in two groups would get one identity, and so each other's rights: refused."""
    azure(fleet(cluster("a"), cluster("a", resource_group="rg-other")))
    with pytest.raises(NeedsHumanError, match="would share the identity"):
        await migrate(target=Target(identity_resource_group="rg-identities"))


@pytest.mark.dry_run
@pytest.mark.parametrize(
    ("scope", "told"),
    [
        (Scope(resource_groups=("rg-none",)), "There is no cluster to migrate"),
        (Scope(clusters=(f"{CLUSTER_ID}-gone",)), "There is no cluster"),
    ],
)
async def test_nothing_to_migrate_is_one_sentence(azure: Azure, scope: Scope, told: str) -> None:
    """A fleet without members, or with a wrong one, is refused before anything is done."""
    azure(fleet(cluster()))
    with pytest.raises(NeedsHumanError, match=told):
        await migrate(scope=scope)


@pytest.mark.parametrize("dry_run", [pytest.param(True, marks=pytest.mark.dry_run), False])
async def test_a_stage_without_clusters_is_refused(azure: Azure, *, dry_run: bool) -> None:
    """A canary that names nobody ends the run before anything is written, and before anybody is asked."""
    simulator = azure(fleet(cluster("batch-1")))
    canary = Stage(name="canary", groups=(Group(name="one-each", name_pattern="btach-*"),), after_gates=(Gate(),))
    everyone = Stage(name="all", groups=(Group(name="others", rest=True),))
    spec = FleetSpec(scope=IN_SUBSCRIPTION, strategy=Strategy(stages=(canary, everyone)))
    with pytest.raises(NeedsHumanError, match="No cluster of the fleet is in group one-each"):
        await run(spec, dry_run=dry_run)
    assert {one.method for one in simulator.journal if not one.path.endswith(READS_BY_POST)} == {"GET"}
