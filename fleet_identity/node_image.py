"""Node image versions, such as `AKSUbuntu-2204gen2containerd-202610.05.0`: a family and a date."""


def is_newer(candidate: str, current: str) -> bool:
    """Whether an upgrade to `candidate` would re-image nodes that run `current`.

    A recalled image makes the newest one older than what nodes run, and images are never downgraded
    (Azure/AKS#3005). Another family, as after a change of OS SKU, always counts as newer.
    """
    family, version = _split(candidate)
    current_family, current_version = _split(current)
    return family != current_family or version > current_version


def _split(image: str) -> tuple[str, tuple[int, ...]]:
    family, _, version = image.rpartition("-")
    return family.lower(), tuple(int(part) for part in version.split(".") if part.isdigit())
