"""runCommand on a cluster, and where its result is (Azure SDK: begin_run_command, get_command_result)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.errors import from_aks
from simulator.guid import fresh_guid
from simulator.managed_clusters.models import KIND
from simulator.managed_clusters.refusals import refuse_stopped
from simulator.messages import Answer, ArmRequest
from simulator.routing import route
from simulator.run_command.kubectl import run
from simulator.run_command.models import Command
from simulator.run_command.nodes import running

if TYPE_CHECKING:
    from simulator.azure import Azure
    from simulator.managed_clusters.models import ManagedCluster


def post(azure: Azure, request: ArmRequest) -> Answer:
    """Accept a command (202); it reads the cluster as it is when its time is over."""
    cluster = azure.require_cluster(request)
    refuse_stopped(cluster)
    _refuse_disabled(cluster)
    text = request.document().get("command")
    if not isinstance(text, str):
        raise from_aks(400, "InvalidParameter", "Required parameter command is missing.")
    command = Command(id=fresh_guid().replace("-", ""), cluster=cluster.key, started=azure.now)
    _refuse_unschedulable(cluster, command)
    azure.commands[command.id] = command
    command.failure = request.operation_error
    azure.timeline.at(azure.now + azure.world.timing.run_command, lambda: _finish(azure, cluster, command, text))
    return Answer(status=202, headers=_location(request, cluster, command))


def get_result(azure: Azure, request: ArmRequest) -> Answer:
    """202 while the command runs, and then its result."""
    cluster = azure.require_cluster(request)
    command = azure.commands.get(request["id"].lower())
    if command is None or command.cluster != cluster.key:
        raise from_aks(404, "NotFound", f"The command '{request['id']}' was not found.")
    if command.finished is None:
        return Answer(status=202, headers=_location(request, cluster, command))
    return Answer(body=command.document())


def _finish(azure: Azure, cluster: ManagedCluster, command: Command, text: str) -> None:
    command.finished = azure.now
    if command.failure is None:
        command.exit_code, command.logs = run(azure, cluster, text)


def _location(request: ArmRequest, cluster: ManagedCluster, command: Command) -> dict[str, str]:
    version = request.query.get("api-version", "")
    return {"Location": f"{request.base}{cluster.id}/commandResults/{command.id}?api-version={version}"}


def _refuse_disabled(cluster: ManagedCluster) -> None:
    """A cluster can be closed to commands (Microsoft Learn: command invoke; status, code and text are assumed)."""
    if (cluster.properties.get("apiServerAccessProfile") or {}).get("disableRunCommand"):
        raise from_aks(400, "RunCommandDisabled", "Run command is disabled on this managed cluster.")


def _refuse_unschedulable(cluster: ManagedCluster, command: Command) -> None:
    """A pod needs a node (Microsoft Learn: resolve az aks command invoke failures; the status is assumed)."""
    if not any(True for _ in running(cluster)):
        raise from_aks(
            400,
            "KubernetesPerformanceError",
            f"Failed to run command due to cluster perf issue, container command-{command.id} in aks-command namespace "
            "did not start within 30s on your cluster, retry may helps. If issue persist, you may need to tune your "
            "cluster with better performance (larger node/paid tier).",
        )


_CLUSTER = "/subscriptions/{subscription}/resourceGroups/{group}/providers/" + KIND + "/{name}"

ROUTES = (
    route("POST", _CLUSTER + "/runCommand", post),
    route("GET", _CLUSTER + "/commandResults/{id}", get_result),
)
