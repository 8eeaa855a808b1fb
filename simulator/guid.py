"""GUIDs: how they look, fresh ones, and ones that follow from names."""

from __future__ import annotations

import random
import re
from uuid import NAMESPACE_URL, UUID, uuid5

_PATTERN = r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"
GUID = re.compile(_PATTERN)
"""Finds one anywhere, in either case; `fullmatch` for what must be one."""
WHOLE = f"^{_PATTERN}$"
"""The pattern of a field that is one."""


def fresh_guid() -> str:
    """A GUID that nothing has yet; cheap, for every answer carries two."""
    return str(UUID(int=random.getrandbits(128), version=4))


def derived_guid(*parts: str) -> str:
    """A GUID that is the same in every run for the same names."""
    return str(uuid5(NAMESPACE_URL, "/".join(parts)))
