"""Each error that Azure may answer with arrives as the class that says who acts next, and keeps its facts."""

import pickle

import pytest

from fleet_identity.errors import (
    ClusterChangedError,
    FleetIdentityError,
    NeedsHumanError,
    RightsNotEffectiveError,
    TerminalError,
    TransientError,
)
from fleet_identity.gateway.arm.error_table import ERROR_TABLE, row
from fleet_identity.gateway.arm.translate import from_operation
from fleet_identity.resource_id import ResourceId
from tests.gateway.conftest import Connect
from tests.worlds import CLUSTER_ID, one_cluster

ACTS_NEXT = {
    TransientError: "the clock",
    ClusterChangedError: "the next round",
    RightsNotEffectiveError: "the clock",
    NeedsHumanError: "a person",
    TerminalError: "a developer",
}


@pytest.mark.parametrize("code", sorted(ERROR_TABLE))
@pytest.mark.parametrize("flat", [True, False], ids=["resource provider", "gateway"])
async def test_every_row(connect: Connect, code: str, flat: bool) -> None:
    """A code decides whatever the status is, in the flat form of the resource provider and in ARM's wrapped one."""
    here = await connect(one_cluster())
    answer = {"status": 400, "code": code, "message": "what Azure says", "flat": flat}
    here.simulator.add_faults([{"match": {"method": "GET", "path": "managedClusters/"}, "answer": answer}])
    with pytest.raises(FleetIdentityError) as caught:
        await here.azure.cluster(ResourceId(CLUSTER_ID))
    error = caught.value
    assert type(error) is ERROR_TABLE[code].kind
    assert type(error) in ACTS_NEXT
    assert (error.code, error.resource_id) == (code, CLUSTER_ID)
    assert error.correlation_id
    assert "what Azure says" in error.message
    assert ERROR_TABLE[code].advice in error.message


@pytest.mark.parametrize(
    ("said", "kind", "advice"),
    [
        (
            "Operation is not allowed: Another operation (Updating) is in progress, please wait for it to finish.",
            ClusterChangedError,
            "Somebody else is changing the cluster.",
        ),
        ("Another agentpool operation (system - Creating) is in progress.", ClusterChangedError, "Somebody else"),
        ("managed cluster is in Provisioning State(Succeeded) and Power State(Stopped).", NeedsHumanError, "Remove"),
        ("Operation results in exceeding approved standardDSv5Family Cores quota.", NeedsHumanError, "Raise the quota"),
    ],
)
def test_what_is_not_allowed_goes_by_azures_words(said: str, kind: type[FleetIdentityError], advice: str) -> None:
    """Only another operation passes by itself; what lasts is a person's, alone or wrapped by AKS."""
    for code, message in (
        ("OperationNotAllowed", said),
        ("CreateVMSSAgentPoolFailed", f"SubCode: OperationNotAllowed; {said}"),
    ):
        found = row(code, message, 409)
        assert found.kind is kind
        assert found.advice.startswith(advice)


@pytest.mark.parametrize(
    ("code", "said", "advice"),
    [
        ("VMExtensionProvisioningError", "VM has reported a failure", "Read the cluster's activity log"),
        ("InternalServerError", "Internal server error", "Read the cluster's activity log"),
        ("InvalidParameter", "The value is invalid", "Read the cluster's activity log"),
        ("ReconcileVNetFailed", "SubCode: LinkedAuthorizationFailed; no join", "Read the cluster's activity log"),
        ("", "", "Read the cluster's activity log"),
        (
            "CreateVMSSAgentPoolFailed",
            "SubCode: OperationNotAllowed; exceeding approved cores quota",
            "Raise the quota",
        ),
        ("SubnetIsFull", "Subnet does not have enough capacity", "Free addresses"),
    ],
)
def test_a_failed_operation_is_a_persons(code: str, said: str, advice: str) -> None:
    """Time does not mend an operation that failed: what is advised on refusals that pass is not advised there."""
    error = from_operation({"code": code, "message": said}, "/operation")
    assert type(error) is NeedsHumanError
    assert f". {advice}" in error.message


@pytest.mark.parametrize("code", ["AKSOperationPreempted", "NotLatestOperation"])
def test_a_preempted_operation_starts_the_next_round(code: str) -> None:
    """Somebody else's operation has taken its place: the cluster is read anew."""
    assert type(from_operation({"code": code, "message": "preempted"}, "/operation")) is ClusterChangedError


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (400, TerminalError),
        (401, NeedsHumanError),
        (403, NeedsHumanError),
        (404, NeedsHumanError),
        (409, TransientError),
        (412, ClusterChangedError),
    ],
)
async def test_an_unknown_code_goes_by_its_status(
    connect: Connect, status: int, kind: type[FleetIdentityError]
) -> None:
    """A code that the table does not hold is judged by the HTTP status."""
    here = await connect(one_cluster())
    answer = {"status": status, "code": "NeverHeardOf", "message": "no", "flat": False}
    here.simulator.add_faults([{"match": {"method": "GET", "path": "managedClusters/"}, "answer": answer}])
    with pytest.raises(FleetIdentityError) as caught:
        await here.azure.cluster(ResourceId(CLUSTER_ID))
    assert type(caught.value) is kind


@pytest.mark.parametrize("error", ["Throttled", "InternalServerError", "ServiceUnavailable", "GatewayTimeout"])
async def test_what_passes_in_seconds_never_arrives(connect: Connect, error: str) -> None:
    """Throttling and server errors are retried by the SDK, on our clock, before anybody hears of them."""
    here = await connect(one_cluster())
    here.simulator.add_faults([{"match": {"method": "GET", "path": "managedClusters/"}, "times": 2, "error": error}])
    assert (await here.azure.cluster(ResourceId(CLUSTER_ID))).etag
    assert len([one for one in here.simulator.journal if "managedClusters" in one.path]) == 3


async def test_an_unreachable_azure_is_told_in_one_sentence(connect: Connect) -> None:
    """A connection that drops again and again ends as one sentence that says what to check."""
    here = await connect(one_cluster())
    here.simulator.add_faults([{"match": {"path": "managedClusters/"}, "times": 99, "drop": True}])
    with pytest.raises(TransientError, match=r"Azure can't be reached .* Check the endpoint and the network\."):
        await here.azure.cluster(ResourceId(CLUSTER_ID))


@pytest.mark.parametrize("kind", list(ACTS_NEXT))
def test_errors_survive_pickling(kind: type[FleetIdentityError]) -> None:
    """Prefect carries errors from process to process; nothing of them may get lost."""
    error = kind("what happened", "Code", "correlation", "/resource", 12.0)
    copy = pickle.loads(pickle.dumps(error))  # noqa: S301
    assert (type(copy), str(copy), copy.__dict__) == (kind, str(error), error.__dict__)
