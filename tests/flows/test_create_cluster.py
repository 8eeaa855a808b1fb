"""The flow that makes a cluster, on the real engine."""

import pytest

from fleet_identity.new_cluster import NewCluster, NewPool
from fleet_identity.outcome import Outcome, State
from fleet_identity.target import Target
from flows.create_cluster import create_cluster
from tasks.conclude import outcome_of, state_of
from tests.flows.conftest import Azure
from tests.worlds import CLUSTER, CLUSTER_ID, REGISTRY_ID, SUBNET_ID, one_cluster

NEW = NewCluster(
    id=CLUSTER_ID.replace(CLUSTER, "new-weu-01"), location="westeurope", pools=(NewPool(subnet=SUBNET_ID),)
)
TARGET = Target(registries=(REGISTRY_ID,), kubelet="pre_created")


async def create(new: NewCluster = NEW, *, dry_run: bool = False) -> Outcome:
    run = create_cluster(cluster=new, target=TARGET, dry_run=dry_run, return_state=True)
    return await outcome_of(new.cluster_id, await state_of(run))


@pytest.mark.dry_run
async def test_a_dry_run_shows_the_plan(azure: Azure) -> None:
    """Without being told to, nothing is made."""
    azure(one_cluster())
    outcome = await create(dry_run=True)
    assert outcome.state is State.PLANNED
    assert any("create cluster new-weu-01" in line.what for line in outcome.plan)


async def test_it_is_created(azure: Azure) -> None:
    """The run ends in a state of its own, on the identities that were asked for."""
    azure(one_cluster())
    outcome = await create()
    assert (outcome.state, outcome.before, outcome.after) == (State.CREATED, "not there yet", "user-assigned")
    assert [verdict.verdict for verdict in outcome.verdicts] == ["likely"]


@pytest.mark.dry_run
async def test_a_name_that_is_taken_is_for_a_person(azure: Azure) -> None:
    """A cluster of that name on other identities is not touched."""
    azure(one_cluster())
    outcome = await create(NEW.model_copy(update={"id": CLUSTER_ID}))
    assert outcome.state is State.NEEDS_HUMAN
