"""Sizes of virtual machines, such as `Standard_D4s_v5`, whose names tell how many cores they have.

Sources: Microsoft Learn, "Azure VM sizes naming conventions"; for the older ones, "Dv2 and DSv2-series".
"""

import re

_SIZE = re.compile(
    r"^Standard_(?P<kind>[A-Z]+)(?P<number>\d+)(?P<features>[a-z]*)(?P<chip>(?:_[A-Z0-9]+)*?)(?P<generation>_v\d+)?$",
    re.IGNORECASE,
)
_OF_OLD_D = {1: 1, 2: 2, 3: 4, 4: 8, 5: 16, 11: 2, 12: 4, 13: 8, 14: 16, 15: 20}
_UNNAMED = frozenset({"A", "G", "GS"})
"""Families whose first generation counts sizes, not cores."""


def cores_of(size: str) -> int | None:
    """Tell the cores of a size; None where its name does not tell, as that of one with fewer cores than its kind."""
    found = _SIZE.match(size)
    if not found:
        return None
    family, number, generation = found["kind"].upper(), int(found["number"]), (found["generation"] or "").lower()
    if family in {"D", "DS"} and generation in {"", "_v2"}:
        return _OF_OLD_D.get(number)
    return None if family in _UNNAMED and not generation else number


def quota_of(size: str) -> str | None:
    """Tell the quota that a size should count against, in lower case: `standarddsv5family` for Standard_D4s_v5.

    Azure names some families otherwise, and then no quota has this name. None where the size tells nothing.
    """
    found = _SIZE.match(size)
    if not found:
        return None
    named = (found["kind"], found["features"], found["chip"], found["generation"] or "")
    return f"standard{''.join(named).replace('_', '')}family".lower()
