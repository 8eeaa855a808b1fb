"""Commands that AKS runs in a cluster: what kubectl tells of nodes and budgets, and when it tells nothing."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from azure.core.exceptions import HttpResponseError

from tests.azure_fixture import SimulatorFactory
from tests.simulator.clients import clients
from tests.worlds import CLUSTER, GROUP, NEW_IMAGE, OLD_IMAGE, SP, one_cluster, pool

if TYPE_CHECKING:
    from simulator import Simulator
    from tests.simulator.clients import Clients

NODES = "kubectl get nodes -o json"
BUDGETS = "kubectl get poddisruptionbudgets --all-namespaces -o json"
BOTH = "kubectl get nodes,poddisruptionbudgets --all-namespaces -o json"
IDENTITY = "kubernetes.azure.com/kubelet-identity-client-id"
RUN, READ = (
    f"Microsoft.ContainerService/managedClusters/{name}" for name in ("runCommand/action", "commandResults/read")
)


def world(**changes: Any) -> dict[str, Any]:
    """Two pools, outside any network, with budgets of three kinds."""
    budgets = [
        {"namespace": "shop", "name": "checkout", "blocks": ["user"]},
        {"namespace": "shop", "name": "relaxed", "blocks": ["user"], "allows": 2},
        {"name": "empty"},
    ]
    settings: dict[str, Any] = {
        "pulls_from": [],
        "node_pools": [pool("system", subnet=None), pool("user", mode="User", count=2, subnet=None, labels={"a": "b"})],
        "pod_disruption_budgets": budgets,
        "user_assigned_identities": [{"name": "id-prod", "resource_group": GROUP}],
    }
    return one_cluster(**(settings | changes))


async def run(azure: Clients, command: str) -> Any:
    """Run a command to its end."""
    poller = await azure.aks.managed_clusters.begin_run_command(GROUP, CLUSTER, {"command": command})
    return (await poller.result()).properties


async def items(azure: Clients, command: str) -> list[dict[str, Any]]:
    """What a command that succeeds lists."""
    result = await run(azure, command)
    assert (result.provisioning_state, result.exit_code) == ("Succeeded", 0), result.logs
    document = json.loads(result.logs)
    assert (document["kind"], document["apiVersion"]) == ("List", "v1")
    return document["items"]


async def test_a_result_is_202_until_the_command_has_run(simulate: SimulatorFactory) -> None:
    """The SDK follows Location; the result tells when the command ran, and can be read again by its id."""
    simulator = simulate(world(), pace=1)
    async with clients(simulator) as azure:
        started = await azure.aks.managed_clusters.begin_run_command(GROUP, CLUSTER, {"command": NODES}, polling=False)
        accepted = simulator.journal[-1]
        command = accepted.response_headers["Location"].partition("?")[0].rpartition("/")[2]
        early = await azure.aks.managed_clusters.get_command_result(GROUP, CLUSTER, command)
        statuses = [accepted.status, simulator.journal[-1].status]
        simulator.advance(20)
        late = await azure.aks.managed_clusters.get_command_result(GROUP, CLUSTER, command)
    assert started is not None
    assert (statuses, early) == ([202, 202], None)
    assert late.id == command
    assert (late.properties.finished_at - late.properties.started_at).total_seconds() == pytest.approx(20, abs=1)


async def test_nodes_tell_whose_identity_their_kubelet_uses(simulate: SimulatorFactory) -> None:
    """No label with a service principal; after the switch it comes with the re-image of each pool, node by node."""
    simulator = simulate(world(pod_disruption_budgets=[]))
    async with clients(simulator) as azure:
        before = await items(azure, NODES)
        await azure.switch((await azure.identity()).id)
        simulator.advance(600)
        await azure.upgrade("user")
        simulator.advance(3600)
        after = await items(azure, NODES)
        kubelet = (await azure.cluster()).properties.identity_profile["kubeletidentity"].client_id
    labels = {node["metadata"]["name"]: node["metadata"]["labels"] for node in after}
    assert [node["metadata"]["labels"].get(IDENTITY) for node in before] == [None] * 5
    assert [(one["agentpool"], one.get(IDENTITY)) for one in labels.values()] == [
        *[("system", None)] * 3,
        *[("user", kubelet)] * 2,
    ]
    versions = {one["kubernetes.azure.com/node-image-version"].rpartition("-")[2] for one in labels.values()}
    assert versions == {OLD_IMAGE, NEW_IMAGE}
    assert {(one["kubernetes.azure.com/mode"], one.get("a")) for one in labels.values()} == {
        ("system", None),
        ("user", "b"),
    }
    ready = [one for node in after for one in node["status"]["conditions"] if one["type"] == "Ready"]
    assert {one["status"] for one in ready} == {"True"}


async def test_budgets_tell_what_they_allow(simulate: SimulatorFactory) -> None:
    """One that blocks has a pod and allows nothing; one without pods allows nothing either, and blocks nothing."""
    simulator = simulate(world())
    async with clients(simulator) as azure:
        shown = {one["metadata"]["name"]: one for one in await items(azure, BUDGETS)}
        kinds = [one["kind"] for one in await items(azure, BOTH)]
        in_shop = await items(azure, "kubectl get pdb -n shop -o=json")
        in_default = await items(azure, "kubectl get pdb -ojson")
    numbers = ("disruptionsAllowed", "currentHealthy", "desiredHealthy", "expectedPods")
    assert {name: tuple(one["status"][number] for number in numbers) for name, one in shown.items()} == {
        "checkout": (0, 1, 1, 1),
        "relaxed": (2, 3, 1, 3),
        "empty": (0, 0, 0, 0),
    }
    assert {name: one["spec"]["maxUnavailable"] for name, one in shown.items()} == {
        "checkout": 0,
        "relaxed": 2,
        "empty": 0,
    }
    assert kinds == ["Node"] * 5 + ["PodDisruptionBudget"] * 3
    assert (len(in_shop), len(in_default)) == (2, 1)


async def test_a_budget_that_allows_some_blocks_nothing(simulate: SimulatorFactory) -> None:
    """The pool is upgraded."""
    simulator = simulate(world(pod_disruption_budgets=[{"name": "b", "blocks": ["user"], "allows": 1}]))
    async with clients(simulator) as azure:
        poller = await azure.aks.agent_pools.begin_upgrade_node_image_version(GROUP, CLUSTER, "user")
        await poller.result()


async def test_columns_are_printed_as_kubectl_does(simulate: SimulatorFactory) -> None:
    """Dots in names are escaped, conditions are chosen by their type, and what is not there is <none>."""
    paths = r"N:.metadata.labels.agentpool,ID:.metadata.labels.kubernetes\.azure\.com/kubelet-identity-client-id"
    ready = "READY:{.status.conditions[?(@.type=='Ready')].status},ALL:.status.conditions[*].status"
    one = [pool("system", subnet=None, count=1, spot=True, taints=["k=v:NoSchedule", "x:NoExecute"])]
    simulator = simulate(world(node_pools=one, pod_disruption_budgets=[{"name": "b"}]))
    async with clients(simulator) as azure:
        plain = await run(azure, f'kubectl get no -o custom-columns="{paths},{ready}"')
        bare = await run(azure, "kubectl get nodes --no-headers -o custom-columns=N:.metadata.labels.agentpool")
        none = await run(azure, "kubectl get pdb --no-headers -o custom-columns=N:.metadata.name -n nowhere")
        (node,) = await items(azure, NODES)
    head, row = plain.logs.splitlines()
    assert head.split() == ["N", "ID", "READY", "ALL"]
    assert row.split() == ["system", "<none>", "True", "False,False,False,True"]
    assert head.index("ID") == row.index("<none>") == len("system") + 3
    assert (bare.logs, none.logs) == ("system\n", "")
    assert node["metadata"]["labels"]["kubernetes.azure.com/scalesetpriority"] == "spot"
    assert node["spec"]["taints"] == [
        {"effect": "NoSchedule", "key": "k", "value": "v"},
        {"effect": "NoExecute", "key": "x"},
    ]


@pytest.mark.parametrize(
    ("command", "message"),
    [
        ("kubectl get pods -o json", 'error: the server doesn\'t have a resource type "pods"'),
        ("kubectl drain node", 'error: unknown command "drain" for "kubectl"'),
        ("kubectl get nodes --watch", "error: unknown flag: --watch"),
        ("kubectl get nodes -o yaml", "error: the simulator prints json and custom-columns=..., and not 'yaml'"),
        ("kubectl get nodes -o json | jq .", "error: the simulator runs kubectl alone, and not 'kubectl get"),
        ("kubectl get 'nodes", "error: No closing quotation"),
        ("kubectl", 'error: unknown command "" for "kubectl"'),
    ],
)
async def test_what_kubectl_does_not_know_ends_with_1(simulate: SimulatorFactory, command: str, message: str) -> None:
    """The operation succeeds: it is the command that failed, and its output says why."""
    async with clients(simulate(world())) as azure:
        result = await run(azure, command)
    assert (result.provisioning_state, result.exit_code) == ("Succeeded", 1)
    assert result.logs.startswith(message)


@pytest.mark.parametrize(("images", "whole"), [(50, False), (0, True)])
async def test_the_output_ends_at_512_kilobytes(simulate: SimulatorFactory, images: int, *, whole: bool) -> None:
    """What nodes list of their images fills it soon: sixty nodes are too many; without images they are not."""
    sixty = {"node_pools": [pool("big", subnet=None, count=60)], "pod_disruption_budgets": []}
    simulator = simulate(world(**sixty, behaviour={"images_of_a_node": images}))
    async with clients(simulator) as azure:
        result = await run(azure, NODES)
        few = await run(azure, "kubectl get nodes -o custom-columns=NAME:.metadata.name")
    assert result.exit_code == 0
    assert (len(result.logs) < 512 * 1024) is whole
    assert len(few.logs.splitlines()) == 61
    if whole:
        assert len(json.loads(result.logs)["items"]) == 60
    else:
        assert len(result.logs) == 512 * 1024


@pytest.mark.parametrize(
    ("changes", "status", "code"),
    [
        ({"run_command_disabled": True}, 400, "RunCommandDisabled"),
        ({"power": "Stopped"}, 409, "OperationNotAllowed"),
        ({"node_pools": [{"name": "system", "count": 0}]}, 400, "KubernetesPerformanceError"),
    ],
)
async def test_a_cluster_that_runs_no_commands(
    simulate: SimulatorFactory, changes: dict[str, Any], status: int, code: str
) -> None:
    """Its owners have closed it, it is stopped, or it has no node for the pod."""
    async with clients(simulate(world(pod_disruption_budgets=[], **changes))) as azure:
        with pytest.raises(HttpResponseError) as refused:
            await run(azure, NODES)
    assert refused.value.error is not None
    assert (refused.value.status_code, refused.value.error.code) == (status, code)


async def test_a_command_that_aks_could_not_run_failed(simulate: SimulatorFactory) -> None:
    """A fault: the result says so, and why; there is no exit code."""
    simulator = simulate(world())
    failure = {"code": "InternalError", "message": "the pod was evicted"}
    simulator.add_faults([{"match": {"method": "POST", "path": "runCommand"}, "operation": failure}])
    async with clients(simulator) as azure:
        result = await run(azure, NODES)
    assert (result.provisioning_state, result.exit_code, result.reason) == ("Failed", None, "the pod was evicted")


@pytest.mark.parametrize(("without", "started"), [(RUN, False), (READ, True)])
async def test_running_and_reading_need_a_right_each(
    simulate: SimulatorFactory, without: str, *, started: bool
) -> None:
    """The one is refused at the start, the other when the result is read."""
    simulator = simulate(
        world(
            runner={"principal": SP},
            role_definitions=[{"name": "All but one", "actions": ["*"], "not_actions": [without]}],
            role_assignments=[{"principal": SP, "role": "All but one", "scope": subscription()}],
        )
    )
    async with clients(simulator) as azure:
        with pytest.raises(HttpResponseError, match=without):
            await run(azure, NODES)
    assert any(one.status == 202 for one in simulator.journal) is started


async def test_an_unknown_result_and_an_empty_command_are_refused(simulate: SimulatorFactory) -> None:
    """404 and 400."""
    async with clients(simulate(world())) as azure:
        with pytest.raises(HttpResponseError) as unknown:
            await azure.aks.managed_clusters.get_command_result(GROUP, CLUSTER, "nothing")
        with pytest.raises(HttpResponseError) as empty:
            await azure.aks.managed_clusters.begin_run_command(GROUP, CLUSTER, {}, polling=False)
    assert (unknown.value.status_code, empty.value.status_code) == (404, 400)


def subscription() -> str:
    """The scope of everything."""
    return f"/subscriptions/{one_cluster()['subscriptions'][0]['id']}"


def test_nothing_of_a_command_is_left_after_a_reset(simulate: SimulatorFactory) -> None:
    """A reset forgets results as it forgets all else."""
    simulator: Simulator = simulate(world())
    simulator.reset()
    assert simulator.journal == []
