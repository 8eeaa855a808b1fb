"""One cluster, from its service principal to managed identities, on the real engine."""

from itertools import pairwise

import pytest

from fleet_identity.outcome import Outcome, State
from fleet_identity.resource_id import ResourceId
from flows.migrate_cluster import migrate_cluster
from tasks.conclude import outcome_of, state_of
from tests.flows.conftest import Azure
from tests.worlds import CLUSTER, CLUSTER_ID, NODE_GROUP_ID, one_cluster, pool


async def migrate(cluster_id: str = CLUSTER_ID, *, dry_run: bool = False) -> Outcome:
    run = migrate_cluster(cluster_id, dry_run=dry_run, return_state=True)
    return await outcome_of(ResourceId(cluster_id), await state_of(run))


def writes(requests: list[tuple[str, str]]) -> list[tuple[str, str]]:
    return [one for one in requests if one[0] in {"PUT", "POST", "DELETE", "PATCH"} and "oauth2" not in one[1]]


async def test_it_migrates(azure: Azure) -> None:
    """The run ends Migrated, with what the cluster ran on before and runs on now."""
    azure(one_cluster())
    outcome = await migrate()
    assert (outcome.state, outcome.before, outcome.after) == (State.MIGRATED, "service principal", "user-assigned")
    assert outcome.left == ()


@pytest.mark.dry_run
async def test_a_dry_run_is_the_default(azure: Azure) -> None:
    """Without a word the flow shows the plan, and not a single write reaches Azure."""
    azure(one_cluster())
    outcome = await outcome_of(ResourceId(CLUSTER_ID), await state_of(migrate_cluster(CLUSTER_ID, return_state=True)))
    assert outcome.state is State.PLANNED
    assert [line.when for line in outcome.plan].count("now") == 4


async def test_again_costs_no_write(azure: Azure) -> None:
    """A migrated cluster run again ends AlreadyMigrated without a write."""
    simulator = azure(one_cluster())
    await migrate()
    before = len(simulator.journal)
    outcome = await migrate()
    assert outcome.state is State.ALREADY_MIGRATED
    assert writes([(one.method, one.path) for one in simulator.journal[before:]]) == []


async def test_it_waits_for_a_node_image(azure: Azure) -> None:
    """A cluster whose pools run the newest image ends WaitingForNodeImage, switched but not rolled."""
    azure(one_cluster(node_pools=[pool("system", image="newest")]))
    outcome = await migrate()
    assert (outcome.state, outcome.after) == (State.WAITING, "user-assigned")
    assert [verdict.verdict for verdict in outcome.verdicts] == ["unknown"]


@pytest.mark.dry_run
@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"power": "Stopped"}, "ClusterStopped"),
        ({"locks": [{"name": "keep", "level": "CanNotDelete", "scope": NODE_GROUP_ID}]}, "ResourceLock"),
    ],
)
async def test_what_blocks_is_told_before_anything_is_done(azure: Azure, changes: dict[str, object], told: str) -> None:
    """A blocked cluster ends NeedsHuman with what to do, and nothing was begun."""
    azure(one_cluster(**changes))
    outcome = await migrate()
    assert outcome.state is State.NEEDS_HUMAN
    assert outcome.left[0].startswith(told)


@pytest.mark.dry_run
@pytest.mark.parametrize(
    ("cluster_id", "told"),
    [("prod", "is not the id of an AKS cluster"), (CLUSTER_ID + "-gone", "may have been deleted")],
)
async def test_a_wrong_id_is_one_sentence(azure: Azure, cluster_id: str, told: str) -> None:
    """An id that is none, or that nothing answers to, ends NeedsHuman with one sentence."""
    azure(one_cluster())
    outcome = await migrate(cluster_id)
    assert outcome.state is State.NEEDS_HUMAN
    assert told in outcome.left[0]


async def test_a_lost_race_starts_a_new_round(azure: Azure) -> None:
    """When somebody changes the cluster between our GET and our PUT, the run reads anew and arrives."""
    simulator = azure(one_cluster())
    simulator.add_faults([{"match": {"method": "PUT", "path": "managedClusters"}, "error": "PreConditionFailed"}])
    assert (await migrate()).state is State.MIGRATED


async def test_a_cluster_that_never_rests_is_told_with_azures_words(azure: Azure) -> None:
    """Once the rounds are used up, the message carries what Azure said last, its code and its correlation id."""
    simulator = azure(one_cluster())
    busy = {"match": {"method": "PUT", "path": "managedClusters"}, "times": 99, "error": "OperationNotAllowed"}
    simulator.add_faults([busy])
    outcome = await migrate()
    assert outcome.state is State.NEEDS_HUMAN
    assert outcome.left[0].startswith("The cluster changed in each of 10 attempts (last: ")
    assert "Another operation (Updating) is in progress" in outcome.left[0]
    assert "(OperationNotAllowed, correlation id " in outcome.left[0]


async def test_a_lasting_refusal_is_not_tried_again(azure: Azure) -> None:
    """An operation that is not allowed for another reason is a person's at once, in Azure's words."""
    simulator = azure(one_cluster())
    said = "Upgrading node image version on machines agent pool is not allowed"
    answer = {"status": 400, "code": "OperationNotAllowed", "message": said}
    simulator.add_faults([{"match": {"path": "upgradeNodeImageVersion"}, "times": 99, "answer": answer}])
    outcome = await migrate()
    assert outcome.state is State.NEEDS_HUMAN
    assert said in outcome.left[0]
    assert len([one for one in simulator.journal if one.path.endswith("upgradeNodeImageVersion")]) == 1


async def test_a_preempted_roll_is_taken_up(azure: Azure) -> None:
    """A roll that another operation has preempted is nobody's failure: the next round resumes it."""
    simulator = azure(one_cluster(node_pools=[pool("system")]))
    simulator.add_faults([{"match": {"path": "upgradeNodeImageVersion"}, "error": "AKSOperationPreempted"}])
    assert (await migrate()).state is State.MIGRATED


async def test_passing_faults_all_along(azure: Azure) -> None:
    """Throttling, server errors, fresh principals and what an earlier PUT has left change nothing about the end."""
    simulator = azure(one_cluster())
    simulator.add_faults(
        [
            {"match": {"method": "PUT", "path": "roleAssignments"}, "times": 2, "error": "PrincipalNotFound"},
            {"match": {"method": "GET", "path": "managedClusters"}, "after": 3, "times": 2, "error": "Throttled"},
            {"match": {"path": "locks"}, "times": 1, "error": "InternalServerError"},
            {"match": {"method": "PUT", "path": "managedClusters"}, "error": "ChangeKubeletIdentityNotAllowed"},
        ]
    )
    assert (await migrate()).state is State.MIGRATED


@pytest.mark.parametrize("write", ["PUT", "POST"])
async def test_a_refused_change_is_read_for_anew(azure: Azure, write: str) -> None:
    """After a 429 the cluster is read again before the switch, or the roll, is sent again; and the run arrives."""
    simulator = azure(one_cluster(node_pools=[pool("system")]))
    simulator.add_faults([{"match": {"method": write, "path": "managedClusters"}, "times": 2, "error": "Throttled"}])
    assert (await migrate()).state is State.MIGRATED
    asked = [one for one in simulator.journal if "/managedclusters/" in one.path.lower()]
    sent = [number for number, one in enumerate(asked) if one.method == write]
    assert [asked[number].status for number in sent[:3]][:2] == [429, 429]
    for earlier, later in pairwise(sent[:3]):
        assert "GET" in {one.method for one in asked[earlier + 1 : later] if one.path.lower() == CLUSTER_ID.lower()}


async def test_missing_rights_are_told_with_what_was_done_before(azure: Azure) -> None:
    """A right that the runner lacks ends the run as NeedsHuman, naming the action; the cluster is untouched."""
    simulator = azure(one_cluster())
    rule = {"match": {"method": "PUT", "path": "roleAssignments"}, "times": 9, "error": "AuthorizationFailed"}
    simulator.add_faults([rule])
    outcome = await migrate()
    assert (outcome.state, outcome.before) == (State.NEEDS_HUMAN, "service principal")
    assert "Grant the runner's identity" in outcome.left[0]
    assert simulator.state()["clusters"][0]["arm"]["name"] == CLUSTER
    assert "identity" not in simulator.state()["clusters"][0]["arm"]


async def test_azure_that_accepts_and_does_nothing(azure: Azure) -> None:
    """Where Azure takes a step and nothing changes, a person hears of it instead of an endless loop."""
    simulator = azure(one_cluster(node_pools=[pool("system")]))
    nothing = {"status": 304, "code": "", "message": ""}
    simulator.add_faults([{"match": {"path": "upgradeNodeImageVersion"}, "times": 9, "answer": nothing}])
    outcome = await migrate()
    assert outcome.state is State.NEEDS_HUMAN
    assert "the cluster looks the same afterwards" in outcome.left[0]
