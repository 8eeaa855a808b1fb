"""The record of a change that travels with it, in tags of the cluster.

The move is one-way, and the service principal's id vanishes from the API with it. The PUT that changes an identity
writes down what can't be asked later: who the old principal was, when, which image each pool ran, and whether that
PUT re-images nodes by itself.
Azure's limits (50 tags, values of 256 characters): Microsoft Learn, "Use tags to organize your resources".
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from hashlib import sha256

from fleet_identity.guid import GUID

MAX_TAGS = 50
CREATED = "created"
"""What a cluster that was made on its identities has left: nothing."""
_MAX_VALUE = 256
_PARTS = r"pools|switched-at|rolls|service-principal|left|images-\d+"


class Rolls(StrEnum):
    """What brings nodes to the kubelet identity after a change."""

    PUT = "put"
    """The PUT itself re-images every pool: documented for a kubelet identity, seen elsewhere by a canary."""
    IMAGE = "image"
    """The PUT re-images nothing: each pool needs an upgrade of its node image."""
    UNKNOWN = "unknown"
    """Microsoft's pages differ, and ARM does not show it."""
    NONE = "none"
    """Nothing needs to: the change concerned the control plane alone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SwitchRecord:
    """What was true just before a cluster's identity was changed."""

    switched_at: datetime
    images: Mapping[str, str]
    """Node image of each pool, by pool name."""
    versions: Mapping[str, str] = field(default_factory=dict[str, str])
    """Kubernetes version of each pool, by pool name: an upgrade re-images nodes as well."""
    client_id: str | None = None
    """The service principal that the cluster ran on; None where it ran on a managed identity."""
    left: str = ""
    """What the cluster ran on before: `short` of the id of an identity, or `system-assigned`; `created` if new."""
    rolls: Rolls = Rolls.UNKNOWN


def short(identity: str) -> str:
    """Give an id as a tag can hold it: a hash of one that is too long."""
    fits = len(identity) <= _MAX_VALUE
    return identity if fits else f"sha256:{sha256(identity.lower().encode()).hexdigest()}"


def record_tags(tags: Mapping[str, str], prefix: str) -> frozenset[str]:
    """Name the tags of a cluster that a record has left, in the casing that they have."""
    ours = re.compile(rf"{re.escape(prefix)}-({_PARTS})", re.IGNORECASE)
    return frozenset(name for name in tags if ours.fullmatch(name))


def recorded_principals(tags: Mapping[str, str]) -> frozenset[str]:
    """Name the service principals that records of any prefix tell of; what is no client id is left out."""
    named = (value for name, value in tags.items() if name.lower().endswith("-service-principal"))
    return frozenset(value.lower() for value in named if GUID.fullmatch(value))


def pack(record: SwitchRecord, prefix: str) -> dict[str, str]:
    """Write a record as tags; pools share values as long as they fit."""
    tags = {
        f"{prefix}-pools": str(len(record.images)),
        f"{prefix}-switched-at": record.switched_at.astimezone(UTC).isoformat(timespec="seconds"),
        f"{prefix}-rolls": record.rolls.value,
    }
    if record.client_id:
        tags[f"{prefix}-service-principal"] = record.client_id
    if record.left:
        tags[f"{prefix}-left"] = record.left
    for number, value in enumerate(_joined(record), start=1):
        tags[f"{prefix}-images-{number}"] = value
    return tags


def unpack(tags: Mapping[str, str], prefix: str) -> SwitchRecord | None:
    """Read a record back; None where a part is missing or makes no sense, which proves nothing."""
    own = {name.lower(): value for name, value in tags.items()}
    start = f"{prefix}-images-".lower()
    pairs = [pair.partition("=") for name, value in own.items() if name.startswith(start) for pair in value.split(";")]
    client_id, left = own.get(f"{prefix}-service-principal".lower()), own.get(f"{prefix}-left".lower(), "")
    try:
        record = SwitchRecord(
            switched_at=datetime.fromisoformat(own[f"{prefix}-switched-at".lower()]),
            images={pool: ran.partition("@")[0] for pool, _, ran in pairs},
            versions={pool: ran.partition("@")[2] for pool, _, ran in pairs if "@" in ran},
            client_id=client_id,
            left=left,
            rolls=Rolls(own[f"{prefix}-rolls".lower()]),
        )
        complete = len(record.images) == int(own[f"{prefix}-pools".lower()]) and bool(client_id or left)
    except (KeyError, ValueError):
        return None
    return record if complete else None


def _joined(record: SwitchRecord) -> list[str]:
    values: list[str] = []
    for pool, image in record.images.items():
        version = record.versions.get(pool)
        pair = f"{pool}={image}@{version}" if version else f"{pool}={image}"
        if values and len(values[-1]) + 1 + len(pair) <= _MAX_VALUE:
            values[-1] += f";{pair}"
        else:
            values.append(pair)
    return values
