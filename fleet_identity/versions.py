"""Kubernetes versions: major, minor, patch."""


def parsed(version: str) -> tuple[int, ...]:
    """Read a version such as 1.33.2 as numbers; one that is none compares as the lowest."""
    return tuple(int(part) for part in version.split(".") if part.isdigit())


def minor(version: str) -> str:
    """Give the minor version, such as 1.33."""
    return ".".join(version.split(".")[:2])


def is_patch_of(candidate: str, current: str) -> bool:
    """Whether a version is a later patch of the same minor version."""
    return minor(candidate) == minor(current) and parsed(candidate) > parsed(current)
