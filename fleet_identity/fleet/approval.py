"""What an approval is bound to: the steps that were shown. Whatever is added to them must be shown again."""

import hashlib
from collections.abc import Iterable
from typing import assert_never

from fleet_identity.change import named
from fleet_identity.plan import Plan
from fleet_identity.steps import (
    AssignKubelet,
    AssignRole,
    AwaitOperation,
    AwaitPropagation,
    CreateCluster,
    CreateIdentity,
    Reconcile,
    ReimagePool,
    Step,
    SwitchIdentity,
    UpgradePool,
    VerifyPull,
)


def promised(plans: Iterable[Plan], *, rolls: bool = True) -> frozenset[str]:
    """Name every grant and every disruptive step that plans show, as far as a person must know of it.

    A newer node image, or nodes that an autoscaler has added meanwhile, are the same step. Without `rolls`, rolls of
    pools are left out.
    """
    steps = [(plan, step) for plan in plans for step in (*plan.now, *plan.later)]
    if not rolls:
        steps = [(plan, step) for plan, step in steps if not isinstance(step, ReimagePool | UpgradePool)]
    return frozenset(f"{plan.cluster_id.key} {name}" for plan, step in steps if (name := _name(step)))


def digest(promises: frozenset[str]) -> str:
    """Give a short name of a set of promises; the same set has the same name."""
    return hashlib.sha256("\n".join(sorted(promises)).encode()).hexdigest()[:12]


def _name(step: Step) -> str:
    match step:
        case AssignRole():
            return f"grant {step.role.guid} on {step.scope.key} to {step.principal.describe()}"
        case SwitchIdentity():
            return f"switch to {named(step.identity).lower()} with kubelet {step.kubelet_id} {step.rolls.value}"
        case AssignKubelet():
            return f"kubelet {step.kubelet_id.key}"
        case Reconcile():
            return "reconcile"
        case ReimagePool() | UpgradePool():
            return f"{type(step).__name__} {step.pool}"
        case CreateIdentity() | CreateCluster() | AwaitPropagation() | AwaitOperation() | VerifyPull():
            return ""
        case _:
            assert_never(step)
