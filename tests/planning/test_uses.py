"""Which identity each part of a cluster uses: the table of the article."""

from fleet_identity.cluster import Addon, Cluster, KubeletIdentity, SystemAssigned, UnknownIdentity
from fleet_identity.resource_id import ResourceId
from fleet_identity.uses import uses
from tests.builders import IDENTITY, cluster, switched

ADDONS = (
    Addon(name="omsagent"),
    Addon(name="azurepolicy"),
    Addon(name="webAppRouting", principal_id="routing"),
)
FEATURES = ("network policy (calico)", "cost analysis", "workload identity")


def told(it: Cluster) -> dict[str, str]:
    return {use.part: use.runs_as for use in uses(it)}


def test_the_whole_table() -> None:
    """On a service principal everything but what has an identity of its own, or needs none, runs as it."""
    assert told(cluster(addons=ADDONS, features=FEATURES)) == {
        "control plane": "service principal",
        "kubelet": "service principal",
        "omsagent": "service principal",
        "azurepolicy": "none needed",
        "webAppRouting": "made by AKS",
        "network policy (calico)": "none needed",
        "cost analysis": "service principal",
        "workload identity": "none needed",
    }


def test_after_the_switch() -> None:
    """Then each has an identity that AKS made, or that was made before; what ARM does not tell is not guessed."""
    own = KubeletIdentity(resource_id=IDENTITY, client_id="c", object_id="o")
    assert told(switched())["kubelet"] == "made by AKS"
    assert told(switched(kubelet=own))["kubelet"] == "pre-created"
    assert told(switched(addons=(Addon(name="omsagent"),)))["omsagent"] == "not told"
    assert told(switched(features=("cost analysis",)))["cost analysis"] == "made by AKS"
    assert told(cluster(identity=SystemAssigned(principal_id="p"), kubelet=None))["kubelet"] == "not told"
    assert told(cluster(identity=UnknownIdentity(shown="Strange identity")))["control plane"] == "Strange identity"


def test_ids_are_told() -> None:
    """Each part is told with the id of what it runs as."""
    control_plane, kubelet = uses(cluster())[:2]
    assert (control_plane.identity, kubelet.identity) == ("app", "app")
    assert ResourceId(uses(switched())[0].identity) == IDENTITY
