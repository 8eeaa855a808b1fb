"""The mark on identities that we make: what an undo tells them by from those that somebody else has made.

Its value is bound to the identity and to the cluster that it was made for, so a copy of the tag on another identity
marks nothing.
"""

from collections.abc import Mapping
from hashlib import sha256

from fleet_identity.record import MAX_TAGS
from fleet_identity.resource_id import ResourceId

Tags = tuple[tuple[str, str], ...]


def with_mark(tags: Tags, identity: ResourceId, cluster_id: ResourceId, prefix: str) -> Tags:
    """Add the mark to the tags of a new identity; one whose tags leave no room goes without, and is never removed."""
    others = tuple((name, value) for name, value in tags if name.lower() != _name(prefix))
    if len(others) >= MAX_TAGS:
        return others
    return (*others, (f"{prefix}-made-for", _value(identity, cluster_id)))


def is_marked(tags: Mapping[str, str], identity: ResourceId, cluster_id: ResourceId, prefix: str) -> bool:
    """Whether we have made this identity for this cluster."""
    found = {name.lower(): value for name, value in tags.items()}.get(_name(prefix), "")
    return found.lower() == _value(identity, cluster_id).lower()


def _name(prefix: str) -> str:
    return f"{prefix}-made-for".lower()


def _value(identity: ResourceId, cluster_id: ResourceId) -> str:
    digest = sha256(f"{identity.key}|{cluster_id.key}".encode()).hexdigest()
    return f"{cluster_id.name} {digest[:32]}"
