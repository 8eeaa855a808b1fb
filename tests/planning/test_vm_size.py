"""Cores by the name of a size: only where the name tells, for a wrong number blocks a migration without need."""

import pytest

from fleet_identity.vm_size import cores_of


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
