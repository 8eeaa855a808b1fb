"""What a cluster may use that needs a role which we can't grant yet: named, so that it blocks.

Which of them need what: Microsoft Learn, "Managed identities in AKS", "AKS service permissions", and the pages of
each feature.
"""

from collections.abc import Iterator, Mapping
from typing import Any

_Json = Mapping[str, Any]
_PLATFORM_ZONES = frozenset({"", "system", "none"})


def unsupported(properties: _Json) -> tuple[str, ...]:
    """Name the features of a cluster whose roles a migration does not take over."""
    pools = properties.get("agentPoolProfiles") or ()
    return (*_of_cluster(properties), *dict.fromkeys(name for pool in pools for name in _of_pool(pool)))


def _of_cluster(properties: _Json) -> Iterator[str]:
    zone = str((properties.get("apiServerAccessProfile") or {}).get("privateDNSZone") or "")
    if zone.lower() not in _PLATFORM_ZONES:
        yield "a private DNS zone of its own"
    if properties.get("diskEncryptionSetID"):
        yield "a disk encryption set"
    if ((properties.get("securityProfile") or {}).get("azureKeyVaultKms") or {}).get("enabled"):
        yield "a Key Vault key for etcd"
    if (properties.get("podIdentityProfile") or {}).get("enabled"):
        yield "pod-managed identities"
    for name, addon in (properties.get("addonProfiles") or {}).items():
        if name.lower() in _ADDONS and addon.get("enabled"):
            yield _ADDONS[name.lower()]


def _of_pool(pool: _Json) -> Iterator[str]:
    for key, name in _POOL_KEYS.items():
        if pool.get(key):
            yield name


_ADDONS = {
    "ingressapplicationgateway": "the Application Gateway add-on",
    "aciconnectorlinux": "the virtual node add-on",
}
_POOL_KEYS = {
    "nodePublicIPPrefixID": "a public IP prefix for nodes",
    "proximityPlacementGroupID": "a proximity placement group",
    "capacityReservationGroupID": "a capacity reservation",
    "hostGroupID": "dedicated hosts",
}
