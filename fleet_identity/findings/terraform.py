"""What Terraform must say after the move, so that its next apply does not undo it, or replace the cluster."""

from collections.abc import Iterator

from fleet_identity.findings import Code, Finding, notes
from fleet_identity.situation import Situation


def terraform_findings(situation: Situation) -> Iterator[Finding]:
    """Tell what to change in the code of a cluster that Terraform manages."""
    change, target, cluster = situation.change, situation.target, situation.cluster
    if change.control_plane:
        named = f'"{target.identity_for(cluster.id)}"' if target.control_plane == "user_assigned" else ""
        kind = "UserAssigned" if named else "SystemAssigned"
        ids = f" identity_ids = [{named}]" if named else ""
        yield notes(
            Code.TERRAFORM,
            "If Terraform manages the cluster: in azurerm_kubernetes_cluster replace service_principal by "
            f'identity {{ type = "{kind}"{ids} }}.',
            f'Do it right after the switch, and ignore changes of the tags "{target.tag_prefix}-*": they record it.',
        )
    if change.kubelet_id:
        yield notes(
            Code.TERRAFORM,
            "Adding kubelet_identity to an existing cluster makes Terraform replace the whole cluster "
            "(terraform-provider-azurerm#24532).",
            "Put kubelet_identity into ignore_changes before the next apply.",
        )
