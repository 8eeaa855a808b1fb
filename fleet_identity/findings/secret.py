"""The secret of the service principal: what expires, and takes disks, load balancers and scaling with it."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from fleet_identity.findings import Code, Finding, warns
from fleet_identity.node_rolls import patch_for, secret_ends_first, waiting_pools
from fleet_identity.situation import Situation

SOON = timedelta(days=30)
"""How long before its end a secret is worth a warning."""


def secret_findings(situation: Situation) -> Iterator[Finding]:
    """Tell when the secret ends, and what is lost if nodes still live on it then."""
    ends = secret_end(situation)
    if ends is None or not (situation.leaves_principal or situation.change.owed):
        return
    now = situation.surroundings.observed_at
    many = (
        " (the last of them; the directory does not tell which one is used)"
        if len(situation.surroundings.secrets_end) > 1
        else ""
    )
    if ends <= now:
        yield warns(
            Code.SECRET_EXPIRED,
            f"Every secret of the service principal has expired, on {ends.date()}{many}.",
            "Whether AKS lets such a cluster go is not settled. If the switch is refused, renew the secret "
            "(`az ad app credential reset`, `az aks update-credentials`, which rolls all nodes), and run again.",
        )
        return
    if ends - now <= SOON:
        yield warns(
            Code.SECRET_EXPIRES,
            f"The secret of the service principal ends on {ends.date()}{many}, in {(ends - now).days} days.",
            "Move this cluster before others.",
        )
    yield from _ends_before_image(situation, ends)


def secret_end(situation: Situation) -> datetime | None:
    """Tell when the last secret of the service principal ends; None where that is not known."""
    return max(situation.surroundings.secrets_end, default=None)


def _ends_before_image(situation: Situation, ends: datetime) -> Iterator[Finding]:
    for waiting in waiting_pools(situation):
        pool = situation.cluster.pool(waiting.pool)
        if pool is None or not secret_ends_first(situation, pool):
            continue
        patch = patch_for(situation.cluster, pool, situation.surroundings.patches.get(pool.name))
        way = (
            f"Upgrade it to Kubernetes {patch}, which re-images its nodes (upgrade_when_expiring does)"
            if patch
            else "Upgrade it to a later Kubernetes patch once the control plane runs one, which re-images its nodes"
        )
        yield warns(
            Code.SECRET_EXPIRES,
            f"Urgent: pool {pool.name} may live on the secret until the next node image, expected about "
            f"{waiting.expected}; the secret ends on {ends.date()}.",
            f"{way}, or renew the secret.",
        )
