"""A small fleet, assessed: one cluster of each kind that a report tells apart."""

from datetime import timedelta
from typing import Any

from fleet_identity.assessment import Assessed, Urgency
from fleet_identity.cluster import Addon, Cluster, SystemAssigned, UserAssigned
from fleet_identity.estimate import estimate
from fleet_identity.planner import plan
from fleet_identity.report.assessment import assessment_document
from fleet_identity.resource_id import ResourceId
from fleet_identity.roles import ACR_PULL, NETWORK_CONTRIBUTOR
from fleet_identity.steps import IdentityNamed, KubeletOf
from fleet_identity.surroundings import Identity, Lock, Surroundings
from fleet_identity.target import Target
from fleet_identity.uses import uses
from tests.builders import GROUP, IMAGE, KUBELET, NEW, NEWER, NOW, REGISTRY, SUBNET, grant, pool, surroundings, switched
from tests.builders import cluster as on_secret

HOSTILE = '</script><script>alert("1|2")</script> `ls`'
"""What somebody may have named a lock."""

NO_NEWER_IMAGE = {"apps": IMAGE, "system": IMAGE}


def cluster_id(name: str) -> ResourceId:
    return ResourceId(f"{GROUP}/providers/Microsoft.ContainerService/managedClusters/{name}")


def assessed(it: Cluster, around: Surroundings | None = None, urgency: Urgency = Urgency.LATER) -> Assessed:
    """A cluster before the default target. Its urgency is given: no report works it out."""
    around = around or surroundings()
    planned = plan(it, around, Target())
    return Assessed(
        cluster=it,
        plan=planned,
        uses=uses(it),
        observed_at=around.observed_at,
        secret_ends=around.secret_end,
        urgency=urgency,
        estimate=estimate(planned, it),
    )


def document(*fleet: Assessed) -> dict[str, Any]:
    return assessment_document(fleet)


def ready(name: str = "ready") -> Assessed:
    around = surroundings(secrets_end=(NOW + timedelta(days=5),))
    return assessed(on_secret(id=cluster_id(name)), around, Urgency.URGENT)


def blocked(name: str = "blocked", lock: str = "keep") -> Assessed:
    """Stopped and locked; its secret has ended."""
    it = on_secret(id=cluster_id(name), power_state="Stopped", addons=(Addon(name="omsagent"),))
    locks = (Lock(name=lock, level="CanNotDelete", scope=it.node_resource_group),)
    return assessed(it, surroundings(locks=locks, secrets_end=(NOW - timedelta(days=1),)), Urgency.OVERDUE)


def unread() -> Assessed:
    """The end of its secret can't be read, and a lock is in its way."""
    it = on_secret(id=cluster_id("unread"))
    return assessed(
        it,
        surroundings(locks=(Lock(name="keep", level="CanNotDelete", scope=it.node_resource_group),)),
        Urgency.UNKNOWN,
    )


def waiting() -> Assessed:
    """Switched, but its nodes run the newest image already."""
    ends = NOW + timedelta(days=80)
    return _switched("waiting", Urgency.SOON, newest_images=NO_NEWER_IMAGE, secrets_end=(ends,))


def done() -> Assessed:
    return _switched("done", Urgency.NONE, image=NEWER)


def other() -> Assessed:
    """On a managed identity that the target does not name."""
    return assessed(on_secret(id=cluster_id("other"), identity=SystemAssigned(principal_id="x")), urgency=Urgency.NONE)


def mixed() -> dict[str, Any]:
    return document(blocked(), ready(), waiting(), unread(), done(), other())


def _switched(name: str, urgency: Urgency, image: str = IMAGE, **around: Any) -> Assessed:
    identity = ResourceId(f"{GROUP}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/id-{name}")
    it = switched(
        id=cluster_id(name),
        identity=UserAssigned(identity_id=identity),
        pools=(pool("apps", image=image), pool("system", image=image)),
    )
    held = {
        IdentityNamed(id=identity): (grant(NEW, NETWORK_CONTRIBUTOR, SUBNET),),
        KubeletOf(cluster_id=it.id): (grant(KUBELET, ACR_PULL, REGISTRY),),
    }
    identities = {identity: Identity(id=identity, principal_id=NEW, client_id="new")}
    return assessed(it, surroundings(held=held, identities=identities, **around), urgency)
