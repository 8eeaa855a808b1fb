"""How long things take in the pretended Azure, and what it does where no source settles it."""

from datetime import timedelta
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from simulator.world.duration import Duration


class Part(BaseModel):
    """A part of a world: it does not change, and it knows no keys but its own."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Timing(Part):
    """Durations, in simulated time."""

    update: Duration = timedelta(minutes=3)
    """PUT on a cluster or a pool (recordings of Azure CLI test traffic: 2 min 10 s)."""
    create: Duration = timedelta(minutes=5)
    """PUT of a cluster that does not exist yet."""
    reimage: Duration = timedelta(minutes=10)
    """One pool's node image upgrade; assumed."""
    role_propagation: Duration = timedelta(minutes=5)
    """Until a grant is effective (Microsoft Learn, managed identities in AKS: up to 60 minutes)."""
    race_window: Duration = timedelta(0)
    """A PUT that comes this soon after another one finds it half done and is answered EtagMismatch instead of
    OperationNotAllowed (Azure/terraform-azurerm-aks#604); assumed."""
    directory_replication: Duration = timedelta(seconds=30)
    """Until a fresh principal can be looked up (recordings of Azure CLI test traffic: 5 to 24 s)."""
    auto_upgrade_after: Duration = timedelta(hours=6)
    """Until a cluster without a maintenance window takes what its channel publishes; assumed."""
    retry_by_others: Duration = timedelta(minutes=10)
    """Until somebody else, or AKS itself, tries again what was refused because the cluster was busy; assumed."""
    addon_patience: Duration = timedelta(hours=2)
    """How long an add-on may lack a right after it has got its identity, before somebody misses what it does: nobody
    can grant anything to an identity that is not there yet; assumed."""
    run_command: Duration = timedelta(seconds=20)
    """A command that AKS runs in a cluster; assumed."""


class Behaviour(Part):
    """What Azure does where sources differ or are silent."""

    newest_image_answer: Literal["accepted", "not_modified"] = "accepted"
    """Node image upgrade of a pool on the newest image: 202 and nothing happens (recordings), or 304
    (Azure/azure-cli#25809)."""
    switch_reimages_nodes: bool = False
    """Whether leaving the service principal re-images every pool: no (recordings, and Microsoft Learn on
    user-assigned identities), or yes (Microsoft Learn on system-assigned identities, since July 2026)."""
    throttling: bool = True
    """Whether requests are counted, and refused with 429 when there were too many (Microsoft Learn: quotas of AKS,
    throttling of Azure Resource Manager)."""
    unreadable_list: Literal["empty", "refused"] = "empty"
    """Listing in a subscription what the caller may not read there: what it may read, or nothing; or 403. Assumed."""
    expired_secret_blocks_switch: bool = False
    """Whether a service principal whose secret has expired also keeps a cluster from leaving it. Assumed: no;
    azure-docs#70457 shows somebody trying, and does not settle it."""
    operation_retry_after: int | None = Field(default=None, ge=1)
    """Retry-After of operations, in the client's own seconds. Not Azure's, which sends none in any recording:
    for tests of clients that would then poll every 30 s. Whole seconds, for the SDKs refuse others."""
    same_put_kubelet: Literal["accepted", "refused"] = "accepted"
    """A PUT that leaves the service principal and names a pre-created kubelet identity; assumed, for Azure/AKS#3938
    was never answered."""
    switch_reimages_to: Literal["present", "newest"] = "present"
    """The image to which a change of identity re-images a pool, where it does; assumed."""
    page_size: int = Field(default=50, ge=1)
    """Clusters on one page of a list; assumed."""
    images_of_a_node: int = Field(default=50, ge=0, le=50)
    """Container images that a node lists, which make up most of what kubectl prints of it: at most 50 (Kubernetes:
    nodeStatusMaxImages); that there are so many is assumed."""
    autoscaler_changes_etag: bool = False
    """Whether a step of the cluster autoscaler gives the pool a new eTag; assumed."""
