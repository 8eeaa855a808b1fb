"""Puts what will move by itself on the timeline of a world that has just been opened."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.movement.auto_upgrade import kubernetes_published
from simulator.movement.autoscaler import watch_load
from simulator.movement.events import happen
from simulator.movement.images import publish_later

if TYPE_CHECKING:
    from simulator.azure import Azure
    from simulator.world.movement import Event, KubernetesPublication


def begin(azure: Azure) -> None:
    """Plan everything; each part goes on planning its own next step."""
    for publication in azure.world.images_published:
        publish_later(azure, publication, azure.now + publication.at)
    for version in azure.world.kubernetes_published:
        _kubernetes(azure, version)
    for described in azure.world.clusters:
        watch_load(azure, described)
    for event in azure.world.events:
        _event(azure, event)


def _kubernetes(azure: Azure, published: KubernetesPublication) -> None:
    azure.timeline.at(azure.now + published.at, lambda: kubernetes_published(azure, published.version))


def _event(azure: Azure, event: Event) -> None:
    azure.timeline.at(azure.now + event.at, lambda: happen(azure, event))
