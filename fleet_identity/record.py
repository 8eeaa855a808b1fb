"""The record of the switch that travels with it, in tags of the cluster.

The move is one-way, and the service principal's id vanishes from the API with it. The PUT that switches
writes down what can't be asked later: who the old principal was, when, and which image each pool ran.
Azure's limits (50 tags, values of 256 characters): Microsoft Learn, "Use tags to organize your resources".
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

MAX_TAGS = 50
_MAX_VALUE = 256


@dataclass(frozen=True, slots=True, kw_only=True)
class SwitchRecord:
    """What was true just before a cluster left its service principal."""

    client_id: str
    switched_at: datetime
    images: Mapping[str, str]
    """Node image of each pool, by pool name."""


def pack(record: SwitchRecord, prefix: str) -> dict[str, str]:
    """Write a record as tags; pools share values as long as they fit."""
    tags = {
        f"{prefix}-service-principal": record.client_id,
        f"{prefix}-switched-at": record.switched_at.astimezone(UTC).isoformat(timespec="seconds"),
    }
    for number, value in enumerate(_joined(record.images), start=1):
        tags[f"{prefix}-images-{number}"] = value
    return tags


def unpack(tags: Mapping[str, str], prefix: str) -> SwitchRecord | None:
    """Read a record back; None where it is missing or was tampered with, which proves nothing."""
    own = {key.lower(): value for key, value in tags.items()}
    client_id, switched_at = (
        own.get(f"{prefix}-service-principal".lower()),
        own.get(f"{prefix}-switched-at".lower()),
    )
    if not client_id or not switched_at:
        return None
    packed = [value for key, value in own.items() if key.startswith(f"{prefix}-images-".lower())]
    pairs = [pair.partition("=") for value in packed for pair in value.split(";")]
    try:
        at = datetime.fromisoformat(switched_at)
    except ValueError:
        return None
    return SwitchRecord(client_id=client_id, switched_at=at, images={pool: image for pool, _, image in pairs})


def _joined(images: Mapping[str, str]) -> list[str]:
    values: list[str] = []
    for pool, image in images.items():
        pair = f"{pool}={image}"
        if values and len(values[-1]) + 1 + len(pair) <= _MAX_VALUE:
            values[-1] += f";{pair}"
        else:
            values.append(pair)
    return values
