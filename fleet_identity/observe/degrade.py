"""Readings that a plan can do without: where the runner may not make them, the plan says less, and goes on."""

from collections.abc import Awaitable
from typing import TypeVar

from fleet_identity.errors import NeedsHumanError

T = TypeVar("T")


async def if_permitted(reading: Awaitable[T], otherwise: T, missed: set[str] | None = None) -> T:
    """Give what was read, or `otherwise` where only a person could make it readable; `missed` is told why."""
    try:
        return await reading
    except NeedsHumanError as refused:
        if missed is not None:
            missed.add(refused.message)
        return otherwise
