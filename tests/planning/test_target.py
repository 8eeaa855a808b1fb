"""What may be asked for, and what contradicts itself."""

from typing import Any

import pytest
from pydantic import ValidationError

from fleet_identity.planner import plan
from fleet_identity.target import Target
from tests.builders import CLUSTER, IDENTITY, cluster, surroundings


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ({"control_plane": "system_assigned", "kubelet": "pre_created"}, "needs a user-assigned control plane"),
        ({"control_plane": "system_assigned", "identity_id": IDENTITY.text}, "control_plane says system_assigned"),
        ({"kubelet_identity_id": IDENTITY.text}, "needs kubelet: pre_created"),
        ({"identity_name": "one-for-all"}, "identity_name"),
        ({"identity_tags": ("no value",)}, "identity_tags"),
        ({"extra_roles": ({"role": "Reader", "scope": "somewhere"},)}, "scope"),
        ({"nonsense": 1}, "nonsense"),
    ],
)
def test_what_contradicts_itself(asked: dict[str, Any], told: str) -> None:
    """A target that makes no sense is refused before anything is read, with the field named."""
    with pytest.raises(ValidationError, match=told):
        Target(**asked)


@pytest.mark.parametrize("region", ["chinaeast", "China North"])
@pytest.mark.parametrize("kubelet", ["pre_created", "pre_created_same_put"])
def test_regions_without_kubelet_identities(region: str, kubelet: Any) -> None:
    """Where Microsoft names no support for pre-created kubelet identities, the plan is blocked; AKS's own is fine."""
    it = cluster(location=region)
    codes = {finding.code for finding in plan(it, surroundings(), Target(kubelet=kubelet)).findings}
    assert "RegionUnsupported" in codes
    assert not plan(it, surroundings(), Target()).blocked


def test_identities_by_name() -> None:
    """Each cluster gets identities of its own, in its own group unless another is named."""
    target = Target(kubelet="pre_created", identity_resource_group="rg-identities")
    first, second = target.identities_for(CLUSTER)
    assert first.text.endswith(
        "/resourceGroups/rg-identities/providers/Microsoft.ManagedIdentity/userAssignedIdentities/id-prod"
    )
    assert second.name == "id-prod-kubelet"


def test_tags_of_new_identities() -> None:
    """A value may hold an equals sign."""
    assert Target(identity_tags=("a=b=c", "d=")).new_identity_tags() == (("a", "b=c"), ("d", ""))
