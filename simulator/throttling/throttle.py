"""Counting a request, and refusing it where its bucket is empty."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from simulator.authorization.caller import caller_of
from simulator.errors import ArmError
from simulator.resource_id import key, subscription_of
from simulator.throttling.limits import AKS_LIMITS, ARM_LIMITS, limit_of

if TYPE_CHECKING:
    from simulator.azure import Azure
    from simulator.messages import ArmRequest
    from simulator.throttling.buckets import Bucket

_LOCATION = re.compile(r"/locations/(?P<location>[^/]+)/", re.IGNORECASE)
_CLUSTER = re.compile(r"(?P<id>.+/managedClusters/[^/]+)", re.IGNORECASE)


def throttle_arm(azure: Azure, request: ArmRequest) -> None:
    """Let the gateway count a request of a principal."""
    bucket = _arm_bucket(azure, request)
    if bucket is None or not (seconds := bucket.take(azure.now)):
        return
    caller = caller_of(request)
    kind = bucket.limit.name.removeprefix("ARM ").removesuffix("s")
    raise ArmError(
        429,
        "SubscriptionRequestsThrottled",
        # assumed: the page gives the code and the headers, and no words
        f"Number of '{kind}' requests for subscription '{subscription_of(request.path)}' actor "
        f"'{caller.object_id}' exceeded. Please try again after '{seconds}' seconds after additional tokens "
        "are available. Refer to https://aka.ms/arm-throttling for additional information.",
        flat=False,
        headers={"Retry-After": str(seconds), "x-ms-failure-cause": "gateway"},
    )


def throttle_aks(azure: Azure, request: ArmRequest) -> None:
    """Let the AKS resource provider count a request, whoever asks."""
    if not azure.world.behaviour.throttling or not (found := limit_of(AKS_LIMITS, request.method, request.path)):
        return
    limit, scope = found
    if limit.regional:
        scope = f"{scope} in {_region(azure, request.path)}"
    if seconds := azure.buckets.of(limit, scope, azure.now).take(azure.now):
        # Microsoft Learn: ThrottledError
        raise ArmError(
            429,
            "Throttled",
            f"The {limit.handler} request limit has been exceeded for SubID='{subscription_of(request.path)}', "
            f"please retry again in {seconds} seconds. For more information, please visit "
            "https://aka.ms/aks/throttling.",
            flat=True,
            headers={"Retry-After": str(seconds)},
        )


def remaining(azure: Azure, request: ArmRequest) -> dict[str, str]:
    """The header that tells how many requests of this kind the gateway still takes."""
    bucket = _arm_bucket(azure, request)
    return {bucket.limit.header: str(int(bucket.tokens))} if bucket and bucket.limit.header else {}


def _arm_bucket(azure: Azure, request: ArmRequest) -> Bucket | None:
    if not azure.world.behaviour.throttling:
        return None
    found = limit_of(ARM_LIMITS, request.method, request.path)
    if found is None:
        return None
    limit, scope = found
    return azure.buckets.of(limit, f"{scope or '/'} of {caller_of(request).object_id}", azure.now)


def _region(azure: Azure, path: str) -> str:
    """The region that answers: the one in the path, the cluster's, or for a list the caller's (assumed: one)."""
    if located := _LOCATION.search(path):
        return located["location"].lower()
    named = _CLUSTER.match(path)
    cluster = azure.clusters.get(key(named["id"])) if named else None
    return cluster.location if cluster else "every region"
