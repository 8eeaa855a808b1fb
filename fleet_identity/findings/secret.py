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
    ends, now = situation.surroundings.secret_end, situation.surroundings.observed_at
    if ends is None or not (situation.leaves_principal or situation.change.owed):
        return
    if ends <= now:
        yield _expired(ends)
        return
    if ends - now <= SOON:
        in_days = f"in {(ends - now).days} days"
        yield warns(
            Code.SECRET_EXPIRES,
            f"A secret of the service principal ends on {ends.date()}, {in_days}{_others(situation)}.",
            "Move this cluster before others.",
        )
    yield from _ends_before_image(situation, ends)


def _expired(ends: datetime) -> Finding:
    return warns(
        Code.SECRET_EXPIRED,
        f"Every secret of the service principal has expired, the last one on {ends.date()}.",
        "It is not known whether AKS allows the switch once the secret has expired. If it is refused, renew the secret "
        "(`az ad app credential reset`, `az aks update-credentials`, which rolls all nodes), and run again.",
    )


def _others(situation: Situation) -> str:
    """Say of several secrets when the last ends: any of them may be the one that the cluster uses."""
    every = situation.surroundings.secrets_end
    if len(every) == 1:
        return ""
    return (
        f"; the last of its {len(every)} secrets ends on {max(every).date()}, and the directory does not tell which "
        "one the cluster uses"
    )


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
            f"{waiting.expected}; a secret ends on {ends.date()}{_others(situation)}.",
            f"{way}, or renew the secret.",
        )
