"""Which identity each part of a cluster uses: the control plane, the kubelets, each add-on.

The rows are those of Microsoft's table "Summary of managed identities used by AKS".
"""

from collections.abc import Iterator
from dataclasses import dataclass

from fleet_identity.cluster import Addon, Cluster, ServicePrincipal, SystemAssigned, UserAssigned

_NEEDS_NONE = frozenset({"azurepolicy", "azure-policy", "kubedashboard", "openservicemesh"})
"""Add-ons that no identity is documented for, beside what ARM shows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Use:
    """A part of a cluster, and what it runs as."""

    part: str
    runs_as: str
    """service principal, system-assigned, user-assigned, made by AKS, pre-created, none needed, not told."""
    identity: str = ""
    """The id of what it runs as: an application id, a resource id or an object id."""


def uses(cluster: Cluster) -> tuple[Use, ...]:
    """List what each part of a cluster runs as."""
    return (
        _control_plane(cluster),
        _kubelet(cluster),
        *(_addon(cluster, addon) for addon in cluster.addons),
        *_others(cluster),
    )


def _control_plane(cluster: Cluster) -> Use:
    match cluster.identity:
        case ServicePrincipal():
            identity = cluster.identity.client_id
        case SystemAssigned():
            identity = cluster.identity.principal_id
        case UserAssigned():
            identity = cluster.identity.identity_id.text
        case _:
            identity = ""
    return Use(part="control plane", runs_as=cluster.identity.describe(), identity=identity)


def _kubelet(cluster: Cluster) -> Use:
    if isinstance(cluster.identity, ServicePrincipal):
        return Use(part="kubelet", runs_as="service principal", identity=cluster.identity.client_id)
    if cluster.kubelet is None:
        return Use(part="kubelet", runs_as="not told")
    kind = "made by AKS" if cluster.made_kubelet else "pre-created"
    return Use(part="kubelet", runs_as=kind, identity=cluster.kubelet.resource_id.text)


def _addon(cluster: Cluster, addon: Addon) -> Use:
    if addon.principal_id:
        return Use(part=addon.name, runs_as="made by AKS", identity=addon.principal_id)
    if addon.name.lower() in _NEEDS_NONE:
        return Use(part=addon.name, runs_as="none needed")
    if isinstance(cluster.identity, ServicePrincipal):
        return Use(part=addon.name, runs_as="service principal", identity=cluster.identity.client_id)
    return Use(part=addon.name, runs_as="not told")


def _others(cluster: Cluster) -> Iterator[Use]:
    for feature in cluster.features:
        runs_as = "service principal" if feature == "cost analysis" and cluster.kubelet is None else "none needed"
        yield Use(part=feature, runs_as="made by AKS" if feature == "cost analysis" and cluster.kubelet else runs_as)
