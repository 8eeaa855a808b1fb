"""Worlds that move, and what a test looks at in them."""

from __future__ import annotations

from typing import Any

from simulator import Simulator
from tests.simulator.clients import NETWORK_CONTRIBUTOR, Clients
from tests.worlds import FAMILY, SUBNET_ID, one_cluster, pool

HOUR = 3600.0
DAY = 24 * HOUR
STILL = 1e-6
"""A pace at which time passes by advances alone."""


def world(**movement: Any) -> dict[str, Any]:
    """One cluster, and what moves around it; keys of a cluster's own go there."""
    around = {"seed", "events", "images_published", "kubernetes_published"}
    return one_cluster(**{k: v for k, v in movement.items() if k not in around}) | {
        k: v for k, v in movement.items() if k in around
    }


def scaled(*steps: tuple[str, int], **more: Any) -> list[dict[str, Any]]:
    """Two pools, the second with an autoscaler."""
    autoscaler = {"min": 1, "max": 6, "schedule": [{"at": at, "count": count} for at, count in steps]} | more
    return [pool("system"), pool("user", mode="User", count=2, autoscaler=autoscaler)]


def happened(simulator: Simulator) -> list[str]:
    """What has moved by itself, without when."""
    return [one["what"] for one in simulator.state()["moved_by_itself"]]


def nodes(simulator: Simulator, name: str) -> list[dict[str, Any]]:
    """The nodes of a pool."""
    return [node for node in simulator.state()["clusters"][0]["nodes"] if node["pool"] == name]


def images(simulator: Simulator, name: str) -> set[str]:
    """The image versions that a pool's nodes run."""
    return {node["image"].removeprefix(f"{FAMILY}-") for node in nodes(simulator, name)}


async def switched(azure: Clients, simulator: Simulator) -> None:
    """Switch in the right order, up to and without any pull right."""
    identity = await azure.identity()
    await azure.grant(identity.principal_id, NETWORK_CONTRIBUTOR, SUBNET_ID)
    simulator.advance(HOUR)
    await azure.switch(identity.id)
    simulator.advance(600)
