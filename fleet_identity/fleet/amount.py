"""How many of a number: a count, or a share such as `20%`.

Source of both roundings: Microsoft Learn, "Update orchestration" of Azure Kubernetes Fleet Manager.
"""

from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, StringConstraints


def _as_text(value: object) -> object:
    """Take a count without quotes, as people write it in YAML."""
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


def _within_all(amount: str) -> str:
    if amount.endswith("%") and int(amount.removesuffix("%")) > 100:  # noqa: PLR2004 - all of them
        raise ValueError(f"{amount!r} is more than all: a share is at most 100%")
    return amount


Amount = Annotated[
    str, StringConstraints(pattern=r"^\d{1,5}%?$"), BeforeValidator(_as_text), AfterValidator(_within_all)
]
"""Text, so that a form shows one field for both."""


def _not_none(amount: str) -> str:
    if not amount.strip("0%"):
        raise ValueError(f"{amount!r} would change nothing, ever: say 1 or more, or a share such as 5%")
    return amount


AtATime = Annotated[Amount, AfterValidator(_not_none)]
"""How many may be changed at once; with none, a run would never end."""


def at_a_time(amount: str, members: int) -> int:
    """Give how many clusters may be changed at once: a share is rounded down, and at least one may."""
    if amount.endswith("%"):
        return max(members * int(amount.removesuffix("%")) // 100, 1)
    return max(int(amount), 1)


def allowed(amount: str, members: int) -> int:
    """Give how many clusters may fail: a share is rounded up."""
    if amount.endswith("%"):
        return -(-members * int(amount.removesuffix("%")) // 100)
    return int(amount)
