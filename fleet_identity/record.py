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
        f"{prefix}-pools": str(len(record.images)),
        f"{prefix}-service-principal": record.client_id,
        f"{prefix}-switched-at": record.switched_at.astimezone(UTC).isoformat(timespec="seconds"),
    }
    for number, value in enumerate(_joined(record.images), start=1):
        tags[f"{prefix}-images-{number}"] = value
    return tags


def unpack(tags: Mapping[str, str], prefix: str) -> SwitchRecord | None:
    """Read a record back; None where a part is missing or makes no sense, which proves nothing."""
    own = {name.lower(): value for name, value in tags.items()}
    start = f"{prefix}-images-".lower()
    pairs = [pair.partition("=") for name, value in own.items() if name.startswith(start) for pair in value.split(";")]
    try:
        record = SwitchRecord(
            client_id=own[f"{prefix}-service-principal".lower()],
            switched_at=datetime.fromisoformat(own[f"{prefix}-switched-at".lower()]),
            images={pool: image for pool, _, image in pairs},
        )
        complete = len(record.images) == int(own[f"{prefix}-pools".lower()])
    except (KeyError, ValueError):
        return None
    return record if complete else None


def _joined(images: Mapping[str, str]) -> list[str]:
    values: list[str] = []
    for pool, image in images.items():
        pair = f"{pool}={image}"
        if values and len(values[-1]) + 1 + len(pair) <= _MAX_VALUE:
            values[-1] += f";{pair}"
        else:
            values.append(pair)
    return values
