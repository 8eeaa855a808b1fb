"""What the cluster uses that asks for more than a role: zones, keys, workspaces, regions, pod identity."""

from collections.abc import Iterator

from fleet_identity.cluster import Cluster, UserAssigned
from fleet_identity.findings import Code, Finding, blocks, warns
from fleet_identity.situation import Situation
from fleet_identity.surroundings import Vault

_NO_USER_ASSIGNED = frozenset({"usdodcentral", "usdodeast", "usgoviowa"})
_NO_OWN_KUBELET = frozenset({"chinaeast", "chinanorth"})
"""Source of both: Microsoft Learn, "Use a managed identity in AKS", notes and limitations."""


def use_findings(situation: Situation) -> Iterator[Finding]:
    """List what of the cluster's features stands in the way of its new identity."""
    cluster = situation.cluster
    yield from _region(situation)
    yield from _zone(situation)
    yield from _etcd_key(situation)
    if cluster.pod_identity:
        yield blocks(
            Code.POD_IDENTITY,
            "Pod-managed identities (aad-pod-identity) take requests for tokens on the nodes, those of a managed "
            "identity included.",
            "Move to Microsoft Entra Workload ID and disable the add-on first: the project is archived.",
        )
    if situation.surroundings.workspace_missing:
        yield workspace_missing()
    if vaults := situation.surroundings.named_in_vaults:
        yield warns(
            Code.VAULT_ACCESS_POLICY,
            f"Access policies of {', '.join(sorted(vault.name for vault in vaults))} name the old principal; they "
            "are not carried over.",
            "If something in the cluster reads that vault as the old principal, give the identity that takes over a "
            "policy of its own (`az keyvault set-policy`).",
        )


def workspace_missing() -> Finding:
    """Tell that the monitoring add-on names a workspace that is gone."""
    return blocks(
        Code.WORKSPACE_MISSING,
        "The Log Analytics workspace of the monitoring add-on is gone; AKS fails updates and upgrades then.",
        "Restore the workspace (14 days), or disable the add-on, and run again.",
    )


def _region(situation: Situation) -> Iterator[Finding]:
    region, target = situation.cluster.location.lower().replace(" ", ""), situation.target
    if target.control_plane == "user_assigned" and region in _NO_USER_ASSIGNED:
        yield blocks(
            Code.REGION_UNSUPPORTED,
            f"Region {region} has no clusters with a user-assigned identity.",
            "Choose a system-assigned one (--control-plane system_assigned).",
        )
    if target.kubelet != "aks_managed" and region in _NO_OWN_KUBELET:
        yield blocks(
            Code.REGION_UNSUPPORTED,
            f"Region {region} has no pre-created kubelet identities.",
            "Let AKS make the kubelet identity (--kubelet aks_managed).",
        )


def _zone(situation: Situation) -> Iterator[Finding]:
    zones = [item.id.name for item in situation.cluster.references if item.kind == "private DNS zone"]
    if zones and situation.target.control_plane == "system_assigned":
        yield blocks(
            Code.PRIVATE_DNS_ZONE,
            f"The cluster uses the private DNS zone {zones[0]}, which AKS does not support with a system-assigned "
            "identity.",
            "Choose a user-assigned one (--control-plane user_assigned).",
        )


def _etcd_key(situation: Situation) -> Iterator[Finding]:
    key, vault = situation.cluster.etcd_key, situation.surroundings.vault
    if key is None:
        return
    if situation.target.control_plane == "system_assigned":
        yield blocks(
            Code.ETCD_KEY,
            f"etcd is encrypted with a key of vault {key.vault}, which does not work with a system-assigned identity.",
            "Choose a user-assigned one (--control-plane user_assigned).",
        )
    elif vault is None:
        yield blocks(
            Code.ETCD_KEY,
            f"etcd is encrypted with a key of vault {key.vault}, which can't be found; without rights there the API "
            "server stops.",
            "Let the runner read the vault, and run again.",
        )
    elif not vault.rbac and not _named(vault, situation):
        yield _access_policy(key.vault)


def _named(vault: Vault, situation: Situation) -> bool:
    """Whether an access policy of the vault names the new identity."""
    identity = situation.surroundings.identities.get(situation.target.identity_for(situation.cluster.id))
    return identity is not None and identity.principal_id.lower() in vault.crypto


def _access_policy(vault: str) -> Finding:
    return blocks(
        Code.VAULT_ACCESS_POLICY,
        f"Vault {vault}, which holds the key of etcd, uses access policies instead of Azure RBAC, and none of them "
        "includes the new identity.",
        "The identity is made now; permit it to encrypt and decrypt with keys (`az keyvault set-policy "
        "--key-permissions decrypt encrypt`), and run again.",
    )


def disruption_findings(cluster: Cluster) -> Iterator[Finding]:
    """Tell that a policy of the cluster forbids a PUT that re-images nodes; ARM shows it in preview versions only."""
    policy = cluster.node_disruption_policy
    if policy == "Block":
        yield blocks(
            Code.NODE_DISRUPTION_POLICY,
            "The cluster's node disruption policy blocks changes that re-image nodes.",
            "Set it to Allow for the time of the migration, and run again.",
        )
    elif policy == "AllowDuringMaintenanceWindow":
        yield warns(
            Code.NODE_DISRUPTION_POLICY,
            "The cluster's node disruption policy allows changes that re-image nodes only in its maintenance window.",
            "Run within the window aksManagedNodeOSUpgradeSchedule, or set the policy to Allow.",
        )


def windows_findings(situation: Situation) -> Iterator[Finding]:
    """Tell that Windows pools may wait for a month."""
    owed = situation.change.owed
    pools = [pool.name for pool in situation.cluster.pools if pool.os == "Windows" and pool.name in owed]
    if pools and isinstance(situation.target.control_plane_for(situation.cluster.id), UserAssigned):
        yield warns(
            Code.WINDOWS_CADENCE,
            f"Pool {', '.join(pools)} runs Windows, whose node images come about monthly.",
            "If it runs the newest one already, its nodes keep the old principal until the next; keep the secret "
            "alive.",
        )
