"""What earlier tries of a run have done counts only where they were of the same cluster."""

from uuid import uuid4

from prefect.client.schemas.objects import FlowRun

from fleet_identity.resource_id import ResourceId
from tasks.earlier_tries import is_of
from tests.builders import CLUSTER


def test_whose_run_it_was() -> None:
    """Prefect finds the runs of a suspended fleet's clusters again by the order of calls, which may have changed."""
    run = FlowRun(flow_id=uuid4(), parameters={"cluster_id": CLUSTER.text.upper()})
    assert is_of(run, CLUSTER)
    assert not is_of(run, ResourceId(f"{CLUSTER}-2"))
    assert not is_of(FlowRun(flow_id=uuid4()), CLUSTER)
