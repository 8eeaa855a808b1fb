"""Sizes of virtual machines, such as `Standard_D4s_v5`, whose names tell how many cores they have.

Sources: Microsoft Learn, "Azure VM sizes naming conventions"; for the older ones, "Dv2 and DSv2-series".
"""

import re

_SIZE = re.compile(r"^Standard_([A-Z]+)(\d+)[a-z]*((?:_[A-Z0-9]+)*?)(_v\d+)?$", re.IGNORECASE)
_OF_OLD_D = {1: 1, 2: 2, 3: 4, 4: 8, 5: 16, 11: 2, 12: 4, 13: 8, 14: 16, 15: 20}
_UNNAMED = frozenset({"A", "G", "GS"})
"""Families whose first generation counts sizes, not cores."""


def cores_of(size: str) -> int | None:
    """Tell the cores of a size; None where its name does not tell, as that of one with fewer cores than its kind."""
    found = _SIZE.match(size)
    if not found:
        return None
    family, number, generation = found[1].upper(), int(found[2]), (found[4] or "").lower()
    if family in {"D", "DS"} and generation in {"", "_v2"}:
        return _OF_OLD_D.get(number)
    return None if family in _UNNAMED and not generation else number
