"""Which members of a body an age of the API has, as data.

The simulator answers in the shape of API version 2026-08-01. A recording is as old as its api-version or its
Date header, whichever is earlier: recordings of Azure CLI test traffic carry versions that were rewritten later.
Members that are younger are taken out of the simulator's answer before it is compared, and members that have
gone since are taken out of the recorded one. Each day is the one of the first recording that shows a member
(or, with *not shown*, a day after the last recording without it), never a claim about the day of its release.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from simulator.replay.cassette import Interaction

_CLUSTER = "managedClusters."
_PROPERTIES = "managedClusters.properties."
_POOL = ("managedClusters.properties.agentPoolProfiles.", "agentPools.properties.")
_NETWORK = "managedClusters.properties.networkProfile."


def _pool(name: str, day: str) -> dict[str, str]:
    return {prefix + name: day for prefix in _POOL}


SINCE = {
    # AKS release notes of 2025-08-29: the eTag is returned from then on
    _CLUSTER + "eTag": "2025-08-29",
    **_pool("eTag", "2025-08-29"),
    # not shown by recordings up to 2023-06-29
    _PROPERTIES + "resourceUID": "2023-09-01",
    # shown on 2023-06-29, not on 2022-10-25
    _PROPERTIES + "supportPlan": "2023-06-01",
    _PROPERTIES + "workloadAutoScalerProfile": "2023-06-01",
    # shown on 2022-10-25, not on 2021-07-09
    _PROPERTIES + "currentKubernetesVersion": "2022-10-01",
    _PROPERTIES + "disableLocalAccounts": "2022-10-01",
    _PROPERTIES + "securityProfile": "2022-10-01",
    _PROPERTIES + "storageProfile": "2022-10-01",
    _PROPERTIES + "oidcIssuerProfile": "2022-10-01",
    _NETWORK + "podCidrs": "2022-10-01",
    _NETWORK + "serviceCidrs": "2022-10-01",
    _NETWORK + "ipFamilies": "2022-10-01",
    **_pool("currentOrchestratorVersion", "2022-10-01"),
    **_pool("enableAutoScaling", "2022-10-01"),
    **_pool("upgradeSettings", "2022-10-01"),
    # shown on 2021-07-09, not on 2021-04-28
    **_pool("osSKU", "2021-06-01"),
    **_pool("enableEncryptionAtHost", "2021-06-01"),
    **_pool("enableUltraSSD", "2021-06-01"),
    **_pool("enableFIPS", "2021-06-01"),
}
"""The day from which on a member is compared; a recording that shows one earlier is compared all the same."""

GONE = {
    # shown on 2022-10-25, not on 2023-06-29; and nodeLabels with nothing in it on 2021-07-09, not on 2022-10-25
    _NETWORK + "dockerBridgeCidr": "2023-06-01",
    **_pool("nodeLabels", "2022-10-01"),
    # shown by API version 2015-08-31-preview, not by 2023-01-31
    "userAssignedIdentities.properties.clientSecretUrl": "2018-11-30",
}
"""The day from which on a member is no longer shown where nothing is in it."""


def day_of(interaction: Interaction) -> str:
    """How old a recording is, as a date: of its api-version or of its Date header, the earlier one."""
    query = dict(part.split("=", 1) for part in interaction.url.query.split("&") if "=" in part)
    version = query.get("api-version", "")[:10] or "9999"
    recorded = (interaction.at or datetime.max.replace(tzinfo=UTC)).date().isoformat()
    return min(version, recorded)


def of_the_day(body: Any, other: Any, path: str, day: str, *, ours: bool) -> Any:
    """A body without the members that the other one lacks only for its age."""
    if isinstance(body, list):
        beside = other if isinstance(other, list) else []
        return [
            of_the_day(item, beside[index] if index < len(beside) else None, path, day, ours=ours)
            for index, item in enumerate(body)
        ]
    if not isinstance(body, dict):
        return body
    beside = other if isinstance(other, dict) else {}
    return {
        name: of_the_day(value, beside.get(name), below(path, name), day, ours=ours)
        for name, value in body.items()
        if name in beside or not _of_another_age(below(path, name), day, ours=ours)
    }


def below(path: str, name: str) -> str:
    """The path of a member; the items of a list's answer are told by their kind alone."""
    return path if name == "value" and "." not in path else f"{path}.{name}"


def _of_another_age(path: str, day: str, *, ours: bool) -> bool:
    if ours:
        return day < SINCE.get(path, "")
    return path in GONE and day < GONE[path]
