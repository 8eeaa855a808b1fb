"""The options of the terminal that say what is wanted: flat dataclasses for the commands that take a target."""

from dataclasses import dataclass
from typing import Annotated, Any, Literal

from cyclopts import Parameter

from cli.exit_status import UsageError
from cli.help_groups import RUN_ON
from fleet_identity.target import ExtraRole, KnownPrincipal, Target

_Flag = Annotated[bool, Parameter(negative=())]
_Many = Annotated[tuple[str, ...], Parameter(negative=())]


@Parameter(name="*", group=RUN_ON)
@dataclass(frozen=True, kw_only=True)
class IdentityOptions:
    """What clusters shall run on, whether they exist or not."""

    control_plane: Literal["user_assigned", "system_assigned"] = "user_assigned"
    """Identity of the control plane; nothing can be granted to a system-assigned one beforehand."""
    identity_name: str = "id-{cluster}"
    """Name of each cluster's identity; {cluster} stands for the cluster's name."""
    identity_resource_group: str | None = None
    """Resource group of the identities; without, the cluster's own."""
    identity_id: str | None = None
    """Resource id of an identity that exists, for one cluster."""
    identity_tag: _Many = ()
    """Tag of identities that are made, as name=value; may be given again."""
    kubelet: Literal["aks_managed", "pre_created", "pre_created_same_put"] = "aks_managed"
    """Identity of the kubelets: made by AKS (the documented road), made before and assigned after the switch, or in one
    PUT with it (not documented: try one cluster)."""
    kubelet_identity_name: str = "id-{cluster}-kubelet"
    """Name of a pre-created kubelet identity."""
    kubelet_identity_id: str | None = None
    """Resource id of a kubelet identity that exists."""
    registry: _Many = ()
    """Resource id of a registry that nodes pull from; may be given again. Registries on which a service principal
    holds a pull role are known without."""
    no_registries: _Flag = False
    """Say that nodes pull from no other registries."""
    extra_role: _Many = ()
    """PRINCIPAL=ROLE=SCOPE: a role beside those that are needed; PRINCIPAL is control_plane, kubelet or an add-on's
    name; may be given again."""
    grant_age: float = 60
    """Minutes after which a grant is relied on. Azure documents up to 60; less is at your risk."""
    in_cluster_checks: _Flag = False
    """Look into clusters by a command that ARM runs there; it creates a pod. Only this verifies nodes."""
    accept_gap: _Flag = False
    """Accept that rights come into effect only after the switch, where they can't be granted before it."""
    accept_foreign_registries: _Flag = False
    """Accept that registries in another tenant will be out of reach."""

    def target(self) -> Target:
        """Give the target; UsageError where the options contradict each other."""
        return Target(**self._asked())

    def _asked(self) -> dict[str, Any]:
        """Give the target's fields."""
        if self.registry and self.no_registries:
            raise UsageError("Say either --registry or --no-registries.")
        return {
            "control_plane": self.control_plane,
            "identity_name": self.identity_name,
            "identity_resource_group": self.identity_resource_group,
            "identity_id": self.identity_id,
            "identity_tags": self.identity_tag,
            "kubelet": self.kubelet,
            "kubelet_identity_name": self.kubelet_identity_name,
            "kubelet_identity_id": self.kubelet_identity_id,
            "registries": () if self.no_registries else self.registry or None,
            "extra_roles": tuple(map(_extra_role, self.extra_role)),
            "minimum_grant_age_minutes": self.grant_age,
            "in_cluster_checks": self.in_cluster_checks,
            "accept_gap": self.accept_gap,
            "accept_foreign_registries": self.accept_foreign_registries,
        }


@Parameter(name="*", group=RUN_ON)
@dataclass(frozen=True, kw_only=True)
class TargetOptions(IdentityOptions):
    """What clusters that exist shall run on, and how they get there."""

    service_principal: _Many = ()
    """CLIENT_ID=OBJECT_ID of a service principal, where the directory may not be read; may be given again."""
    switch_reimages: Literal["unknown", "yes", "no"] = "unknown"
    """Whether the switch itself re-images nodes, as a canary of yours has shown."""
    upgrade_when_expiring: _Flag = False
    """Upgrade pools to a newer Kubernetes patch where the secret ends before the next node image."""
    replace_identity: _Flag = False
    """Also change clusters that run on another managed identity already."""
    accept_unknown: _Flag = False
    """Take clusters on their identity as done although the record of their switch is gone."""

    def _asked(self) -> dict[str, Any]:
        return {
            **super()._asked(),
            "service_principals": tuple(map(_known_principal, self.service_principal)),
            "switch_reimages": self.switch_reimages,
            "upgrade_when_expiring": self.upgrade_when_expiring,
            "replace_identity": self.replace_identity,
            "accept_unknown": self.accept_unknown,
        }


AS_DOCUMENTED = TargetOptions()
NEW_AS_DOCUMENTED = IdentityOptions()


def _extra_role(text: str) -> ExtraRole:
    principal, _, rest = text.partition("=")
    role, _, scope = rest.partition("=")
    if not scope:
        raise UsageError(
            f"--extra-role {text!r} is not PRINCIPAL=ROLE=SCOPE, as in 'kubelet=Reader=/subscriptions/...'."
        )
    return ExtraRole(principal=principal, role=role, scope=scope)


def _known_principal(text: str) -> KnownPrincipal:
    client_id, _, object_id = text.partition("=")
    return KnownPrincipal(client_id=client_id, object_id=object_id)
