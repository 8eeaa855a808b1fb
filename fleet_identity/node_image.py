"""Node image versions, such as `AKSUbuntu-2204gen2containerd-202610.05.0`: a family and a date."""

import re
from datetime import UTC, date, datetime, timedelta

_LINUX = re.compile(r"-(\d{4})(\d{2})\.(\d{2})\.\d+$")
_WINDOWS = re.compile(r"\.(\d{2})(\d{2})(\d{2})$")
CADENCE = {"Linux": timedelta(days=7), "Windows": timedelta(days=31)}
"""Between two images: about weekly, and monthly. Source: Microsoft Learn, "Upgrade AKS node images"."""


def is_newer(candidate: str, current: str) -> bool:
    """Whether an upgrade to `candidate` would re-image nodes that run `current`.

    A recalled image makes the newest one older than what nodes run, and images are never downgraded
    (Azure/AKS#3005). Another family, as after a change of OS SKU, always counts as newer.
    """
    family, version = _split(candidate)
    current_family, current_version = _split(current)
    return family != current_family or version > current_version


def family_of(image: str) -> str:
    """Give the family of an image, without its version."""
    return _split(image)[0]


def expected_next(image: str, os: str, now: datetime) -> date:
    """Tell about when the image after this one may be expected; today, if it is overdue."""
    made = _made_on(image) or now.date()
    return max(made + CADENCE.get(os, CADENCE["Linux"]), now.date())


def _made_on(image: str) -> date | None:
    """Read the date that a version carries: 202610.05.0, or the last part of 20348.2700.261001."""
    if found := _LINUX.search(image):
        year, month, day = map(int, found.groups())
    elif found := _WINDOWS.search(image):
        year, month, day = (int(part) for part in found.groups())
        year += 2000
    else:
        return None
    try:
        return datetime(year, month, day, tzinfo=UTC).date()
    except ValueError:
        return None


def _split(image: str) -> tuple[str, tuple[int, ...]]:
    family, _, version = image.rpartition("-")
    return family.lower(), tuple(int(part) for part in version.split(".") if part.isdigit())
