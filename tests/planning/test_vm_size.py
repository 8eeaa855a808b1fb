"""Cores and quotas by the name of a size: only where it tells, for a wrong number blocks a migration without need."""

import pytest

from fleet_identity.vm_size import cores_of, quota_of


@pytest.mark.parametrize(
    ("size", "cores"),
    [
        ("Standard_D4s_v5", 4),
        ("Standard_E96ads_v5", 96),
        ("Standard_B2ms", 2),
        ("Standard_F16s_v2", 16),
        ("Standard_NC24ads_A100_v4", 24),
        ("Standard_DS2_v2", 2),
        ("Standard_DS3_v2", 4),
        ("Standard_D14_v2", 16),
        ("standard_d5_v2", 16),
        ("Standard_E32-8s_v5", None),
        ("Standard_A4", None),
        ("Standard_A4_v2", 4),
        ("Standard_GS5", None),
        ("", None),
    ],
)
def test_cores(size: str, cores: int | None) -> None:
    """Older families count sizes, and constrained ones have fewer cores than their kind: a table, or no answer."""
    assert cores_of(size) == cores


@pytest.mark.parametrize(
    ("size", "quota"),
    [
        ("Standard_D4s_v5", "standardDSv5Family"),
        ("Standard_D4_v5", "standardDv5Family"),
        ("Standard_D8ads_v5", "standardDADSv5Family"),
        ("Standard_E96as_v4", "standardEASv4Family"),
        ("Standard_F16s_v2", "standardFSv2Family"),
        ("Standard_DS3_v2", "standardDSv2Family"),
        ("Standard_DS3_v2_Promo", "standardDSv2PromoFamily"),
        ("Standard_B2s", "standardBSFamily"),
        ("Standard_NC24ads_A100_v4", "StandardNCADSA100v4Family"),
        ("Standard_E32-8s_v5", None),
        ("", None),
    ],
)
def test_quotas(size: str, quota: str | None) -> None:
    """The name of a size leads to the quota that Azure counts it against."""
    assert quota_of(size) == (quota.lower() if quota else None)
