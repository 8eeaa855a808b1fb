"""GUIDs: fresh ones, and ones that follow from names."""

from __future__ import annotations

import random
from uuid import NAMESPACE_URL, UUID, uuid5


def fresh_guid() -> str:
    """A GUID that nothing has yet; cheap, for every answer carries two."""
    return str(UUID(int=random.getrandbits(128), version=4))


def derived_guid(*parts: str) -> str:
    """A GUID that is the same in every run for the same names."""
    return str(uuid5(NAMESPACE_URL, "/".join(parts)))
