"""What a control plane must be granted: what the cluster's own references demand, at the narrowest scope.

Sources: Microsoft Learn, "AKS service permissions", and the page of each feature. Proximity placement groups, capacity
reservation groups and host groups have no role of their own: their pages ask for Contributor, on the resource group;
on the resource itself it permits the same there.
"""

from fleet_identity.cluster import Cluster, Reference, ReferenceKind
from fleet_identity.roles import (
    CONTRIBUTOR,
    KEY_VAULT_CONTRIBUTOR,
    KEY_VAULT_CRYPTO_USER,
    NETWORK_CONTRIBUTOR,
    PRIVATE_DNS_ZONE_CONTRIBUTOR,
    READER,
    Role,
)
from fleet_identity.steps import AssignRole, Principal
from fleet_identity.surroundings import Surroundings

ROLES: dict[ReferenceKind, Role] = {
    "subnet": NETWORK_CONTRIBUTOR,
    "pod subnet": NETWORK_CONTRIBUTOR,
    "API server subnet": NETWORK_CONTRIBUTOR,
    "route table": NETWORK_CONTRIBUTOR,
    "NAT gateway": NETWORK_CONTRIBUTOR,
    "public IP": NETWORK_CONTRIBUTOR,
    "public IP prefix": NETWORK_CONTRIBUTOR,
    "virtual network": NETWORK_CONTRIBUTOR,
    "private DNS zone": PRIVATE_DNS_ZONE_CONTRIBUTOR,
    "disk encryption set": READER,
    "key vault": KEY_VAULT_CRYPTO_USER,
    "proximity placement group": CONTRIBUTOR,
    "capacity reservation group": CONTRIBUTOR,
    "dedicated host group": CONTRIBUTOR,
}


def demands(cluster: Cluster, surroundings: Surroundings) -> tuple[Reference, ...]:
    """List what the control plane must be able to use, with what hangs on its subnets and the vault of its key."""
    return tuple(dict.fromkeys((*cluster.outside_references, *surroundings.attached, *_vault(surroundings))))


def demanded_grants(cluster: Cluster, surroundings: Surroundings, principal: Principal) -> tuple[AssignRole, ...]:
    """List the roles that the cluster's control plane needs outside its node resource group."""
    wanted = [(ROLES[reference.kind], reference) for reference in demands(cluster, surroundings)]
    if cluster.etcd_key and cluster.etcd_key.vault_id:
        # AKS approves its private endpoint there, whether the vault goes by roles or by access policies
        wanted.append((KEY_VAULT_CONTRIBUTOR, Reference(kind="key vault", id=cluster.etcd_key.vault_id)))
    grants = {
        (role, reference.id): AssignRole(
            principal=principal,
            role=role,
            scope=reference.id,
            because=f"the cluster uses {reference.kind} {reference.id.name}",
        )
        for role, reference in wanted
    }
    return without_covered(tuple(grants.values()))


def without_covered(grants: tuple[AssignRole, ...]) -> tuple[AssignRole, ...]:
    """Leave out grants that another one of the same principal and role gives as well, from above."""
    return tuple(grant for grant in grants if not any(_covers(other, grant) for other in grants))


def _covers(wider: AssignRole, grant: AssignRole) -> bool:
    same = (wider.principal, wider.role) == (grant.principal, grant.role)
    return same and wider.scope != grant.scope and wider.scope.contains(grant.scope)


def _vault(surroundings: Surroundings) -> tuple[Reference, ...]:
    vault = surroundings.vault
    return (Reference(kind="key vault", id=vault.id),) if vault and vault.rbac else ()
