"""Azure in memory, for tests of the order of things: time that moves only when somebody waits, and incidents."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from fleet_identity.cluster import Cluster, KubeletIdentity
from fleet_identity.errors import ClusterChangedError, FleetIdentityError
from fleet_identity.gateway.protocols import Identities, Operation
from fleet_identity.inside import Inside
from fleet_identity.maintenance import MaintenanceConfiguration
from fleet_identity.new_cluster import NewCluster
from fleet_identity.node_pool import NodePool
from fleet_identity.permissions import RoleDefinition, Runner
from fleet_identity.resource_id import ResourceId
from fleet_identity.roles import ACR_PULL, NETWORK_CONTRIBUTOR, Role
from fleet_identity.surroundings import (
    Application,
    Cores,
    Identity,
    Lock,
    Registry,
    RoleAssignment,
    Subnet,
    TagPolicy,
    Vault,
)
from tests import builders
from tests.builders import (
    IDENTITY,
    KUBELET,
    MADE_BY_AKS,
    NEW,
    NEWER,
    NOW,
    OLD,
    OLD_GRANTS,
    REGISTRY,
    SUBNET,
    SUBSCRIPTION,
)
from tests.builders import grant as assignment

PROPAGATION = timedelta(minutes=60)


class Killed(BaseException):
    """The process dies here."""


@dataclass
class PureWorld:
    """One cluster and what is around it; `lives` calls are answered, the next one kills the caller."""

    it: Cluster = field(default_factory=builders.cluster)
    now: datetime = NOW
    made: Identity | None = None
    grants: list[RoleAssignment] = field(default_factory=lambda: list(OLD_GRANTS))
    puts: int = 0
    rolls: list[str] = field(default_factory=list[str])
    incidents: list[str] = field(default_factory=list[str])
    lives: float = float("inf")
    pace: float = 1.0

    def step(self) -> None:
        self.lives -= 1
        if self.lives < 0:
            raise Killed

    def _effective(self, principal: str, role: Role, scope: ResourceId) -> bool:
        held = [one for one in self.grants if (one.principal_id, one.role, one.scope) == (principal, role, scope)]
        return any(one.created_on + PROPAGATION <= self.now for one in held)

    def observed_at(self) -> datetime:
        return self.now

    async def time(self) -> datetime:
        return self.now

    async def subscriptions(self) -> tuple[str, ...]:
        return (SUBSCRIPTION,)

    async def cluster(self, cluster_id: ResourceId) -> Cluster:
        await asyncio.sleep(0)  # whoever else runs may come in between any two calls
        return self.it

    async def find_cluster(self, cluster_id: ResourceId) -> Cluster | None:
        return await self.cluster(cluster_id)

    async def clusters(self, subscription: str) -> tuple[Cluster, ...]:
        return (self.it,)

    async def maintenance(self, cluster_id: ResourceId) -> tuple[MaintenanceConfiguration, ...]:
        return ()

    async def until(self, cluster_id: ResourceId, predicate: Callable[[Cluster], bool]) -> Cluster:
        self.step()
        await asyncio.sleep(0)
        self.finish()
        assert predicate(self.it)
        return self.it

    async def identity(self, identity_id: ResourceId) -> Identity | None:
        return self.made

    async def role_assignments(self, principal_id: str, subscription: str) -> tuple[RoleAssignment, ...]:
        return tuple(one for one in self.grants if one.principal_id == principal_id)

    async def roles_of_old_principal(self, principal_id: str, subscription: str) -> tuple[RoleAssignment, ...]:
        return await self.role_assignments(principal_id, subscription)

    async def registry(self, registry_id: ResourceId) -> Registry | None:
        return Registry(id=registry_id, abac=False)

    async def locks(self, subscription: str) -> tuple[Lock, ...]:
        return ()

    async def newest_image(self, cluster: Cluster, pool: NodePool) -> str | None:
        return NEWER

    async def offered_image(self, cluster: Cluster, pool: NodePool) -> str | None:
        return NEWER

    async def newest_patch(self, cluster: Cluster, pool: NodePool) -> str | None:
        return None

    async def subnet(self, subnet_id: ResourceId) -> Subnet:
        return Subnet(id=subnet_id)

    async def application(self, client_id: str) -> Application | None:
        return Application(object_id=OLD)

    async def clusters_of(self, client_id: str) -> tuple[ResourceId, ...]:
        return (self.it.id,)

    async def tenant(self, subscription: str) -> str:
        return ""

    async def runner(self, subscriptions: Sequence[str]) -> Runner | None:
        return None

    async def assignment_counts(self, subscriptions: Sequence[str]) -> Mapping[str, int]:
        return {}

    async def role_definitions(self, subscription: str) -> Mapping[str, RoleDefinition]:
        return {}

    async def tag_policies(self, subscription: str) -> tuple[TagPolicy, ...]:
        return ()

    async def cores(self, subscription: str, location: str) -> Cores | None:
        return None

    async def vaults(self, subscription: str) -> tuple[Vault, ...]:
        return ()

    async def vault(self, subscription: str, named: ResourceId | str) -> Vault | None:
        return None

    async def workspace_exists(self, workspace_id: ResourceId) -> bool:
        return True

    async def failure(self, operation: Operation) -> FleetIdentityError | None:
        return None

    async def create_identity(self, identity_id: ResourceId, location: str, tags: Mapping[str, str]) -> Identity:
        self.step()
        self.made = Identity(id=IDENTITY, principal_id=NEW, client_id="new")
        return self.made

    async def assign_role(self, scope: ResourceId, role: Role, principal_id: str) -> None:
        self.step()
        if not any((one.principal_id, one.role, one.scope) == (principal_id, role, scope) for one in self.grants):
            self.grants.append(assignment(principal_id, role, scope, self.now))

    async def create_cluster(self, cluster: NewCluster, identities: Identities) -> Operation | None:
        raise NotImplementedError

    async def upgrade_pool(self, cluster_id: ResourceId, pool: str, version: str) -> Operation | None:
        raise NotImplementedError

    async def look_inside(self, cluster_id: ResourceId) -> Inside:
        raise NotImplementedError

    async def put_cluster(self, cluster: Cluster, identities: Identities) -> Operation:
        self.step()
        if cluster.etag != self.it.etag or not self.it.idle:
            raise ClusterChangedError("412")
        self.puts += 1
        if not self._effective(NEW, NETWORK_CONTRIBUTOR, SUBNET):
            self.incidents.append("NetworkUnauthorized")
        wanted = identities.control_plane or cluster.identity
        self.it = replace(cluster, identity=wanted, tags=identities.tags, provisioning_state="Updating", etag="2")
        return Operation(url="switch")

    async def upgrade_node_image(self, cluster_id: ResourceId, pool: str) -> Operation | None:
        self.step()
        if not self.it.idle:
            raise ClusterChangedError("409")
        self.rolls.append(pool)
        if not self._effective(KUBELET, ACR_PULL, REGISTRY):
            self.incidents.append("ImagePullFailed")
        self._change_pool(pool, provisioning_state="UpgradingNodeImageVersion")
        return Operation(url="roll")

    def finish(self) -> None:
        """Let what runs come to its end."""
        kubelet = KubeletIdentity(resource_id=MADE_BY_AKS, client_id="kubelet", object_id=KUBELET)
        if self.it.provisioning_state == "Updating":
            self.it = replace(self.it, provisioning_state="Succeeded", kubelet=kubelet)
        for pool in self.it.pools:
            if not pool.idle:
                self._change_pool(pool.name, provisioning_state="Succeeded", image=NEWER)

    def _change_pool(self, name: str, **changes: str) -> None:
        pools = tuple(replace(one, **changes) if one.name == name else one for one in self.it.pools)
        self.it = replace(self.it, pools=pools)

    def clock(self) -> "WorldClock":
        """Give the clock of this world."""
        return WorldClock(self)


class WorldClock:
    """Time passes when somebody sleeps, and at no other moment."""

    def __init__(self, world: PureWorld) -> None:
        self._world = world

    def now(self) -> float:
        return self._world.now.timestamp()

    def deadline(self, seconds: float) -> float:
        return self.now() + seconds

    async def sleep(self, seconds: float) -> None:
        self._world.step()
        self._world.now += timedelta(seconds=seconds)
