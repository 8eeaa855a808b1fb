"""Every migration that the product offers, under each value of each setting that no source settles: no incident."""

import inspect
import re
from dataclasses import dataclass, field
from typing import Any

import pytest

from fleet_identity.target import Target
from simulator.world import settings
from simulator.world.settings import Behaviour
from tests.gateway.conftest import PACE, UNHURRIED, Connect
from tests.gateway.test_chain import migrate, the_cluster
from tests.gateway.test_changes import on_system_assigned, on_user_assigned
from tests.worlds import ROUTE_TABLE_ID, one_cluster, pool

VALUES: dict[str, tuple[Any, ...]] = {
    "unreadable_list": ("empty", "refused"),
    "expired_secret_blocks_switch": (False, True),
    "switch_reimages_to": ("present", "newest"),
    "page_size": (1, 50),
    "autoscaler_changes_etag": (False, True),
    "same_put_kubelet": ("accepted",),
    "images_of_a_node": (0, 50),
    # sources differ
    "newest_image_answer": ("accepted", "not_modified"),
    "switch_reimages_nodes": (False, True),
}
"""A refused `same_put_kubelet` is a test of its own: it ends with a person, and changes nothing."""
SCALING = {"min": 2, "max": 6, "schedule": [{"at": "20m", "count": 4}, {"at": "45m", "count": 3}]}
"""Well before the switch, an hour after the grants: what moves between its GET and its PUT nothing can protect."""
POOLS = [pool("system"), pool("user", mode="User", count=2, autoscaler=SCALING)]
NO_OUTSIDE = {"pulls_from": [], "role_assignments": [], "node_pools": [{"name": "system", "image": "202610.05.0"}]}


@dataclass(frozen=True, kw_only=True)
class Scenario:
    """A cluster and what it is to become; `known` is the target where the switch is known to re-image nodes."""

    world: dict[str, Any]
    target: Target
    known: dict[str, Any] = field(default_factory=dict[str, Any])
    pace: float = PACE


SCENARIOS = {
    "to user-assigned": Scenario(
        world=one_cluster(node_pools=POOLS, network={"route_table": ROUTE_TABLE_ID}, addons=["omsagent"])
        | {
            "role_assignments": [
                *one_cluster()["role_assignments"],
                {"principal": "sp-prod", "role": "Network Contributor", "scope": ROUTE_TABLE_ID},
            ]
        },
        target=Target(),
        known={"kubelet": "pre_created_same_put"},
        pace=UNHURRIED,
    ),
    "to user-assigned, without a registry": Scenario(
        world=one_cluster(node_pools=[pool("system")], pulls_from=[])
        | {"role_assignments": one_cluster()["role_assignments"][:1]},
        target=Target(),
        known={"switch_reimages": "yes"},
    ),
    "to user-assigned, kubelet in the same PUT": Scenario(
        world=one_cluster(node_pools=POOLS), target=Target(kubelet="pre_created_same_put")
    ),
    "to user-assigned, kubelet in a second PUT": Scenario(
        world=one_cluster(), target=Target(kubelet="pre_created"), known={"kubelet": "pre_created_same_put"}
    ),
    "to system-assigned": Scenario(
        world=one_cluster(**NO_OUTSIDE),
        target=Target(control_plane="system_assigned"),
        known={"switch_reimages": "yes"},
    ),
    "system-assigned to user-assigned": Scenario(world=on_system_assigned(), target=Target(replace_identity=True)),
    "user-assigned to another": Scenario(world=on_user_assigned(), target=Target(replace_identity=True)),
    "a kubelet identity on a managed cluster": Scenario(
        world=on_user_assigned(), target=Target(replace_identity=True, kubelet="pre_created")
    ),
}


@pytest.mark.parametrize("scenario", SCENARIOS)
@pytest.mark.parametrize(("name", "value"), [(name, value) for name, values in VALUES.items() for value in values])
async def test_no_harm(connect: Connect, scenario: str, name: str, value: Any) -> None:
    """It arrives, whatever Azure turns out to do; where nodes are known to be re-imaged, by the road made for that."""
    it = SCENARIOS[scenario]
    rolls = (name, value) == ("switch_reimages_nodes", True)
    behaviour = {name: value} | ({"switch_reimages_nodes": True} if name == "switch_reimages_to" else {})
    known = it.known if rolls or name == "switch_reimages_to" else {}
    here = await connect(it.world | {"behaviour": behaviour}, pace=it.pace)
    plan = await migrate(here, target=it.target.model_copy(update=known))
    assert not plan.blocked
    assert not plan.now
    wanted = "SystemAssigned" if it.target.control_plane == "system_assigned" else "UserAssigned"
    assert the_cluster(here)["arm"]["identity"]["type"] == wanted


def test_every_assumed_setting_is_here() -> None:
    """A setting that is marked assumed and is missing above would be an opinion that nobody has tried."""
    source = inspect.getsource(settings).partition("class Behaviour")[2]
    parts = re.split(r"\n    (?=\w+: )", source)[1:]
    assumed = {part.split(":")[0] for part in parts if re.search(r"\bassumed\b", part, re.IGNORECASE)}
    assert assumed <= set(VALUES)
    assert set(VALUES) <= set(Behaviour.model_fields)
