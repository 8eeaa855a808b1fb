"""Node images come, and sometimes go again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.movement.auto_upgrade import image_published

if TYPE_CHECKING:
    from datetime import datetime

    from simulator.azure import Azure
    from simulator.world.movement import ImagePublication


def publish_later(azure: Azure, publication: ImagePublication, moment: datetime) -> None:
    """Publish at a moment, and go on where it is done again and again."""

    def publish_now() -> None:
        publish(azure, publication.family, publication.version or version_of(publication.family, moment))
        if publication.every:
            publish_later(azure, publication, moment + publication.every)

    azure.timeline.at(moment, publish_now)


def publish(azure: Azure, family: str, version: str) -> None:
    """Make a version the newest of its family; clusters on the channel `NodeImage` will take it."""
    versions = azure.images.setdefault(family, [])
    if version in versions:
        return
    versions.append(version)
    azure.history.add(azure.now, family, f"published {version}")
    image_published(azure, family)


def recall(azure: Azure, family: str) -> None:
    """Take the newest version back: what was the newest before it is so again (Azure/AKS#3005).

    Nodes that run it keep it, for a node image cannot be downgraded. The only version of a family stays.
    """
    versions = azure.images[family]
    if len(versions) == 1:
        return
    version = versions.pop()
    azure.recalled.add(f"{family}-{version}")
    azure.history.add(azure.now, family, f"recalled {version}")


def version_of(family: str, moment: datetime) -> str:
    """The version that AKS would give an image of a day, in the style of its family."""
    if family.startswith("AKSWindows"):
        return f"20348.{2700 + moment.month}.{moment:%y%m%d}"
    return f"{moment:%Y%m.%d}.0"
