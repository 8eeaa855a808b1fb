"""The floor: the same work by a plain loop over the Azure SDK, without Prefect and without our core.

What a good script would do, and no more: it knows what each cluster needs, looks at nothing but the cluster that it is
about to change, lets the SDK's pollers wait, and remembers nothing. Whatever we take above it in time, requests and CPU
is the price of plans, resuming, gates, proofs and a record. Prints one line of JSON.
"""

import argparse
import asyncio
import json
import os
import re
import time
import uuid
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from azure.core import MatchConditions
from azure.core.pipeline.transport import AioHttpTransport
from azure.identity.aio import DefaultAzureCredential
from azure.mgmt.authorization.v2022_04_01.aio import AuthorizationManagementClient
from azure.mgmt.authorization.v2022_04_01.models import RoleAssignmentCreateParameters
from azure.mgmt.containerservice.aio import ContainerServiceClient
from azure.mgmt.containerservice.models import ManagedCluster
from azure.mgmt.msi.v2024_11_30.aio import ManagedServiceIdentityClient
from azure.mgmt.msi.v2024_11_30.models import Identity

from benchmarks.makespan.fleet_world import registry_of, route_table_of
from benchmarks.makespan.processes import peak_megabytes

_NETWORK_CONTRIBUTOR = "4d97b98b-1d4f-4787-a291-c67834d212e7"
_ACR_PULL = "7f951dda-4ed3-4680-a7ca-43fe172d538d"


class PacedTransport(AioHttpTransport):
    """Waits of the SDK, its pollers' among them, at the simulator's pace."""

    def __init__(self, pace: float) -> None:
        super().__init__()
        self._pace = pace

    async def sleep(self, duration: float) -> None:
        """Wait for `duration` seconds of Azure's time."""
        await asyncio.sleep(duration / self._pace)


@dataclass(frozen=True, slots=True, kw_only=True)
class Clients:
    """The SDK's clients of one subscription."""

    subscription: str
    aks: ContainerServiceClient
    identities: ManagedServiceIdentityClient
    authorization: AuthorizationManagementClient


async def floor(subscriptions: Sequence[str], at_a_time: int, env: dict[str, str]) -> dict[str, Any]:
    """Migrate all clusters of these subscriptions, so many at a time; give the seconds, and what was used in all."""
    slots = asyncio.Semaphore(at_a_time)
    async with PacedTransport(float(env["FLEET_IDENTITY_PACE"])) as transport:
        began = time.monotonic()
        async with DefaultAzureCredential(transport=transport) as credential:
            everything = [
                _clients(one, credential, transport, env["FLEET_IDENTITY_ARM_ENDPOINT"]) for one in subscriptions
            ]
            work = [
                _move(azure, cluster, slots)
                for azure in everything
                async for cluster in azure.aks.managed_clusters.list()
            ]
            failures = [_sentence(one) for one in await asyncio.gather(*work, return_exceptions=True) if one]
        seconds = time.monotonic() - began
    return {
        "seconds": seconds,
        "cpu_seconds": time.process_time(),
        "peak_megabytes": peak_megabytes(),
        "problems": [f"{number} x {what}" for what, number in Counter(failures).most_common(5)],
    }


def _sentence(error: BaseException) -> str:
    """Give the first line of an error, without what is different in each."""
    return re.sub(r" for SubID=.*", "", str(error).partition("\n")[0]) or type(error).__name__


async def _move(azure: Clients, listed: ManagedCluster, slots: asyncio.Semaphore) -> None:
    group, name = str(listed.id).split("/")[4], str(listed.name)
    async with slots:
        cluster = await azure.aks.managed_clusters.get(group, name)
        identity = await azure.identities.user_assigned_identities.create_or_update(
            group, f"id-{name}", Identity(location=cluster.location)
        )
        for scope in (_subnet_of(cluster), route_table_of(azure.subscription)):
            await _grant(azure, str(identity.principal_id), _NETWORK_CONTRIBUTOR, scope)
        switched = await _switch(azure, group, cluster, str(identity.id))
        await _grant(azure, _kubelet_of(switched), _ACR_PULL, registry_of(azure.subscription))
        for pool in switched.agent_pool_profiles or ():
            poller = await azure.aks.agent_pools.begin_upgrade_node_image_version(group, name, str(pool.name))
            await poller.result()


async def _switch(azure: Clients, group: str, cluster: ManagedCluster, identity: str) -> ManagedCluster:
    cluster["identity"] = {"type": "UserAssigned", "userAssignedIdentities": {identity: {}}}
    for pool in cluster["properties"]["agentPoolProfiles"]:
        pool.pop("nodeImageVersion", None)
    poller = await azure.aks.managed_clusters.begin_create_or_update(
        group, str(cluster.name), cluster, etag=cluster.e_tag, match_condition=MatchConditions.IfNotModified
    )
    return await poller.result()


async def _grant(azure: Clients, principal: str, role: str, scope: str) -> None:
    definition = f"/subscriptions/{azure.subscription}/providers/Microsoft.Authorization/roleDefinitions/{role}"
    wanted = RoleAssignmentCreateParameters(
        role_definition_id=definition, principal_id=principal, principal_type="ServicePrincipal"
    )
    await azure.authorization.role_assignments.create(scope, str(uuid.uuid4()), wanted)


def _clients(subscription: str, credential: DefaultAzureCredential, transport: PacedTransport, arm: str) -> Clients:
    how: dict[str, Any] = {"base_url": arm, "credential_scopes": [f"{arm}/.default"], "transport": transport}
    return Clients(
        subscription=subscription,
        aks=ContainerServiceClient(credential, subscription, **how),
        identities=ManagedServiceIdentityClient(credential, subscription, **how),
        authorization=AuthorizationManagementClient(credential, subscription, **how),
    )


def _subnet_of(cluster: ManagedCluster) -> str:
    return cluster["properties"]["agentPoolProfiles"][0]["vnetSubnetID"]


def _kubelet_of(cluster: ManagedCluster) -> str:
    return cluster["properties"]["identityProfile"]["kubeletidentity"]["objectId"]


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="benchmarks.makespan.floor")
    parser.add_argument("--at-a-time", type=int, required=True)
    parser.add_argument("subscriptions", nargs="+")
    options = parser.parse_args()
    print(json.dumps(asyncio.run(floor(options.subscriptions, options.at_a_time, dict(os.environ)))))
