"""Whether what a world names around its clusters exists in it: members of groups, other tenants, workspaces."""

from collections.abc import Iterator

from simulator.world.models import World


def dangling_members(world: World, principals: set[str]) -> Iterator[str]:
    """Say which groups have members that do not exist; groups that are members come before those that have them."""
    known = set(principals)
    for index, group in enumerate(world.groups):
        if group.name in known:
            yield f"groups.{index}.name: a principal is named {group.name!r} already"
        for member in group.members:
            if member not in known:
                yield f"groups.{index}.members: no principal is named {member!r}, and no group above"
        known.add(group.name)


def dangling_surroundings(world: World) -> Iterator[str]:
    """Say which registries of other tenants lie in this one, and which deleted workspaces nobody names."""
    here = {subscription.id.lower() for subscription in world.subscriptions}
    for index, registry in enumerate(world.registries):
        if registry.subscription_id and registry.subscription_id.lower() in here:
            yield f"registries.{index}.subscription_id: that is a subscription of this tenant"
    for index, cluster in enumerate(world.clusters):
        monitored = "addonProfiles" in cluster.extra_properties or any(a.name == "omsagent" for a in cluster.addons)
        if cluster.monitoring_workspace_deleted and not monitored:
            yield f"clusters.{index}.monitoring_workspace_deleted: no add-on names a workspace"
