"""Keys of artifacts: Prefect takes lower-case letters, digits and dashes, and keeps a history by key."""

import hashlib
import re

_OTHERS = re.compile(r"[^a-z0-9]+")


def artifact_key(prefix: str, cluster_id: str) -> str:
    """Give the key of a cluster's artifact: its name, and what tells it from others of that name."""
    name = _OTHERS.sub("-", cluster_id.rstrip("/").rsplit("/", 1)[-1].lower()).strip("-")
    mark = hashlib.sha256(cluster_id.lower().encode()).hexdigest()[:6]
    return f"{prefix}-{name}-{mark}"
