"""The pretended Azure: one object that owns everything that exists in it."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from simulator.directory.models import Directory
from simulator.errors import from_arm, resource_not_found
from simulator.incidents.judge import judge
from simulator.incidents.ledger import Ledger
from simulator.managed_clusters.models import KIND, ManagedCluster
from simulator.metadata.groups import ResourceGroup, ResourceGroups
from simulator.movement.history import History
from simulator.resource_id import key, resource_id
from simulator.role_assignments.models import RoleAssignments
from simulator.role_definitions.custom import Roles
from simulator.throttling.buckets import Buckets
from simulator.timeline import Timeline

if TYPE_CHECKING:
    from simulator.agent_pools.models import AgentPool
    from simulator.clock import Clock
    from simulator.key_vaults.models import KeyVault
    from simulator.locks.models import Lock
    from simulator.log_analytics_workspaces.models import Workspace
    from simulator.managed_identities.models import UserAssignedIdentity
    from simulator.messages import ArmRequest
    from simulator.networks.models import Subnet
    from simulator.operations.models import Operation
    from simulator.registries.models import Registry
    from simulator.run_command.models import Command
    from simulator.world.models import Subscription, World
    from simulator.world.movement import MaintenanceWindow


class Azure:
    """All state, up to the moment `now`. Things are found by their ids in lower case."""

    def __init__(self, world: World, clock: Clock) -> None:
        self.world = world
        self.clock = clock
        self.now = self.began = clock.now()
        self.timeline = Timeline()
        self.directory = Directory(world.tenant)
        self.groups = ResourceGroups()
        self.clusters: dict[str, ManagedCluster] = {}
        self.identities: dict[str, UserAssignedIdentity] = {}
        self.registries: dict[str, Registry] = {}
        self.tenants = {r.subscription_id.lower(): r.tenant for r in world.registries if r.subscription_id}
        """The other tenants that subscriptions belong to, by the subscription's id in lower case."""
        self.subnets: dict[str, Subnet] = {}
        self.key_vaults: dict[str, KeyVault] = {}
        self.workspaces: dict[str, Workspace] = {}
        self.deleted_workspaces: set[str] = set()
        """Ids of Log Analytics workspaces that add-ons name and somebody has deleted."""
        self.operations: dict[str, Operation] = {}
        self.role_assignments = RoleAssignments()
        self.roles = Roles(world)
        self.commands: dict[str, Command] = {}
        """What clients have run in clusters, by the command's id."""
        self.locks: list[Lock] = []
        self.images = {family: list(versions) for family, versions in world.images.items()}
        self.recalled: set[str] = set()
        """Node images that were the newest once and are not offered any more."""
        self.maintenance_windows: dict[str, list[MaintenanceWindow]] = {}
        self.history = History()
        self.ledger = Ledger()
        self.buckets = Buckets()
        self.touched: set[str] = set()
        """Clusters that something has happened to since they were last judged."""
        self.run_as: dict[str, set[str]] = defaultdict(set)
        """Clusters that run, or have run, as a principal."""

    def settle(self) -> None:
        """Play what is due in order of time, so that one long wait ends as many short ones do."""
        judge(self)
        target = self.clock.now()
        for moment, happen in self.timeline.until(target):
            self.now = max(self.now, moment)
            happen()
            judge(self)
        self.now = max(self.now, target)

    def rights_changed(self, principal_id: str) -> None:
        """Remember to judge the clusters that run as a principal, or as a member of a group."""
        self.touched |= self.run_as[principal_id.lower()]
        if self.directory.group(principal_id):
            for member in list(self.run_as):
                if any(group.object_id.lower() == principal_id.lower() for group in self.directory.groups_of(member)):
                    self.touched |= self.run_as[member]

    def published_images(self, family: str) -> list[str]:
        """The node images of a family, the newest last."""
        return [f"{family}-{version}" for version in self.images.get(family, ())]

    def newest_image(self, family: str) -> str:
        """The newest node image of a family."""
        return self.published_images(family)[-1]

    def upgrade_target(self, pool: AgentPool) -> str:
        """The image that an upgrade of a pool leads to; never an older one than it has (Azure/AKS#3005)."""
        return pool.image if pool.image in self.recalled else self.newest_image(pool.family)

    def find_cluster(self, request: ArmRequest) -> ManagedCluster | None:
        """The cluster of a request's path, in a group that exists."""
        self.require_group(request["subscription"], request["group"])
        wanted = resource_id(request["subscription"], request["group"], KIND, request["name"])
        return self.clusters.get(key(wanted))

    def require_cluster(self, request: ArmRequest) -> ManagedCluster:
        """The cluster of a request's path, or ARM's refusal."""
        cluster = self.find_cluster(request)
        if cluster is None:
            raise resource_not_found(KIND, request["name"], request["group"])
        return cluster

    def require_subscription(self, subscription: str) -> Subscription:
        """A subscription, or ARM's refusal."""
        for known in self.world.subscriptions:
            if known.id.lower() == subscription.lower():
                return known
        message = f"The subscription '{subscription}' could not be found."
        raise from_arm(404, "SubscriptionNotFound", message)

    def require_group(self, subscription: str, name: str) -> ResourceGroup:
        """A resource group, or ARM's refusal."""
        self.require_subscription(subscription)
        group = self.groups.find(subscription, name)
        if group is None:
            raise from_arm(404, "ResourceGroupNotFound", f"Resource group '{name}' could not be found.")
        return group
