"""Which principal is granted what, and which is not, where a careless planner would go too far or not far enough."""

import pytest

from fleet_identity.allow_list import allow_list
from fleet_identity.cluster import Cluster, EtcdKey, UserAssigned
from fleet_identity.inside import Inside, Node
from fleet_identity.plan import Plan
from fleet_identity.planner import plan
from fleet_identity.resource_id import ResourceId
from fleet_identity.roles import KEY_VAULT_CONTRIBUTOR, KEY_VAULT_CRYPTO_USER, READER
from fleet_identity.steps import AssignRole, ReimagePool
from fleet_identity.surroundings import Vault
from fleet_identity.target import Target
from tests.builders import (
    GROUP,
    NEW,
    OLD,
    OLD_GRANTS,
    SUBSCRIPTION,
    cluster,
    grant,
    identity,
    surroundings,
    switched,
)

VAULT = ResourceId(f"/subscriptions/{SUBSCRIPTION}/resourceGroups/rg-shared/providers/Microsoft.KeyVault/vaults/keys")
OTHER = UserAssigned(
    identity_id=ResourceId(f"{GROUP}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/other")
)


def roles(found: Plan) -> set[str]:
    """The roles that a plan grants, now or later."""
    return {step.role.guid for step in (*found.now, *found.later) if isinstance(step, AssignRole)}


@pytest.mark.parametrize(("control_plane", "copied"), [("user_assigned", True), ("system_assigned", False)])
def test_an_identity_that_comes_with_the_switch_inherits_nothing(control_plane: str, copied: bool) -> None:
    """A role of the old principal goes over before the switch or never: after it nothing of it is copied."""
    around = surroundings(held_by_old_principal=(*OLD_GRANTS, grant(OLD, READER, ResourceId(GROUP))))
    target = Target.model_validate({"control_plane": control_plane, "accept_gap": True})
    found = plan(cluster(), around, target, allow_list(copied=("Reader",)))
    assert (READER.guid in roles(found)) == copied


@pytest.mark.parametrize("rbac", [True, False])
def test_a_private_vault_is_approved_by_a_role_in_either_mode(rbac: bool) -> None:
    """AKS needs Key Vault Contributor to reach it, also where the key itself goes by access policies."""
    vault = Vault(id=VAULT, rbac=rbac, crypto=frozenset({NEW}))
    around = surroundings(vault=vault, identity=identity())
    found = plan(cluster(etcd_key=EtcdKey(vault="keys", vault_id=VAULT)), around, Target())
    assert not found.blocked
    assert KEY_VAULT_CONTRIBUTOR.guid in roles(found)
    assert (KEY_VAULT_CRYPTO_USER.guid in roles(found)) == rbac


@pytest.mark.parametrize("it", [switched(identity=OTHER), switched(identity=OTHER, tags={})], ids=["ours", "native"])
def test_nodes_of_a_cluster_on_another_identity_are_left_alone(it: Cluster) -> None:
    """Whatever its nodes say, and whatever newer image there is: it is not the cluster that was asked for."""
    inside = Inside(nodes=(Node(name="n1", pool="apps", kubelet_client_id="another"),))
    found = plan(it, surroundings(inside=inside), Target(in_cluster_checks=True))
    assert "OtherIdentity" in {finding.code for finding in found.findings}
    assert not [step for step in (*found.now, *found.later) if isinstance(step, ReimagePool)]
