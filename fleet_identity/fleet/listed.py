"""Names in a sentence: the first few, and how many more there are."""

from collections.abc import Sequence


def listed(names: Sequence[str], most: int = 3) -> str:
    """Give names with commas, as many as are enough to go by."""
    shown = ", ".join(names[:most])
    return shown if len(names) <= most else f"{shown} and {len(names) - most} more"
