"""Azure in memory, for tests of the order of things: time that moves only when somebody waits, and incidents."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from fleet_identity.cluster import Cluster, KubeletIdentity, UserAssigned
from fleet_identity.errors import ClusterChangedError, FleetIdentityError
from fleet_identity.gateway.protocols import Operation
from fleet_identity.resource_id import ResourceId
from fleet_identity.roles import ACR_PULL, NETWORK_CONTRIBUTOR, Role
from fleet_identity.surroundings import Identity, Lock, Registry, RoleAssignment
from tests import builders
from tests.builders import (
    IDENTITY,
    KUBELET,
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

    async def subscriptions(self) -> tuple[str, ...]:
        return (SUBSCRIPTION,)

    async def cluster(self, cluster_id: ResourceId) -> Cluster:
        await asyncio.sleep(0)  # whoever else runs may come in between any two calls
        return self.it

    async def clusters(self, subscription: str) -> tuple[Cluster, ...]:
        return (self.it,)

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

    async def newest_image(self, cluster_id: ResourceId, pool: str) -> str | None:
        return NEWER

    async def route_table(self, subnet_id: ResourceId) -> ResourceId | None:
        return None

    async def service_principal(self, client_id: str) -> str | None:
        return OLD

    async def failure(self, operation: Operation) -> FleetIdentityError | None:
        return None

    async def create_identity(self, identity_id: ResourceId, location: str) -> Identity:
        self.step()
        self.made = Identity(id=IDENTITY, principal_id=NEW, client_id="new")
        return self.made

    async def assign_role(self, scope: ResourceId, role: Role, principal_id: str) -> None:
        self.step()
        if not any((one.principal_id, one.role, one.scope) == (principal_id, role, scope) for one in self.grants):
            self.grants.append(assignment(principal_id, role, scope, self.now))

    async def switch_identity(self, cluster: Cluster, identity_id: ResourceId, tags: Mapping[str, str]) -> Operation:
        self.step()
        if cluster.etag != self.it.etag or not self.it.idle:
            raise ClusterChangedError("412")
        self.puts += 1
        if not self._effective(NEW, NETWORK_CONTRIBUTOR, SUBNET):
            self.incidents.append("NetworkUnauthorized")
        user_assigned = UserAssigned(identity_id=identity_id)
        self.it = replace(cluster, identity=user_assigned, tags=tags, provisioning_state="Updating", etag="2")
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
        kubelet = KubeletIdentity(resource_id=IDENTITY, client_id="kubelet", object_id=KUBELET)
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
