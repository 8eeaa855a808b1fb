"""runCommand on the wire: kubectl in a pod that AKS makes for it. It creates a pod, and so is a write.

Output is cut at 512 kB (Microsoft Learn, "Use command invoke"), which is some twenty-five nodes as JSON: so a line an
item is asked for, with no more than what counts.
"""

from typing import Any

from azure.mgmt.containerservice.models import RunCommandRequest

from fleet_identity.clock import Clock
from fleet_identity.errors import NeedsHumanError, TransientError
from fleet_identity.gateway.arm.connection import Connection
from fleet_identity.gateway.arm.translate import translated
from fleet_identity.inside import Budget, Inside, Node
from fleet_identity.resource_id import ResourceId

_COLUMNS = {
    "KIND": ".kind",
    "NAMESPACE": ".metadata.namespace",
    "NAME": ".metadata.name",
    "POOL": r".metadata.labels.kubernetes\.azure\.com/agentpool",
    "KUBELET": r".metadata.labels.kubernetes\.azure\.com/kubelet-identity-client-id",
    "ALLOWED": ".status.disruptionsAllowed",
    "EXPECTED": ".status.expectedPods",
}
_SPEC = ",".join(f"{name}:{path}" for name, path in _COLUMNS.items())
COMMAND = f"kubectl get nodes,poddisruptionbudgets --all-namespaces --no-headers -o 'custom-columns={_SPEC}'"
"""Quoted, for a shell reads it: it would take the backslashes away."""
_NONE = "<none>"
"""How kubectl prints what an item does not have."""
_BETWEEN_LOOKS = 5.0
_PATIENCE = 300.0
"""Seconds."""


async def look_inside(connection: Connection, cluster_id: ResourceId, clock: Clock) -> Inside:
    """List the nodes with their labels, and the budgets that allow no disruption."""
    result = await _result(connection, cluster_id, await _start(connection, cluster_id), clock)
    if result.get("exitCode") != 0:
        raise NeedsHumanError(
            f"The command in cluster {cluster_id.name} failed: {str(result.get('logs') or 'no output')[:200].strip()}. "
            "See whether its nodes are well, or do without (in_cluster_checks)."
        )
    return _read(str(result.get("logs") or ""), cluster_id)


async def _start(connection: Connection, cluster_id: ResourceId) -> str:
    address: list[str] = []

    def note(answer: Any) -> None:
        address.append(answer.http_response.headers.get("Location", ""))

    clusters = connection.aks(cluster_id.subscription).managed_clusters
    with translated(cluster_id, f"run a command in cluster {cluster_id.name}"):
        await clusters.begin_run_command(
            cluster_id.resource_group,
            cluster_id.name,
            RunCommandRequest(command=COMMAND, context=""),
            polling=False,
            raw_response_hook=note,
        )
    return address[0]


async def _result(connection: Connection, cluster_id: ResourceId, address: str, clock: Clock) -> dict[str, Any]:
    deadline = clock.deadline(_PATIENCE)
    while clock.now() < deadline:
        await clock.sleep(_BETWEEN_LOOKS)
        with translated(cluster_id, f"read what the command in cluster {cluster_id.name} printed"):
            found = await connection.get_arm(address) if address else {}
        if found.get("properties"):
            return found["properties"]
    raise TransientError(f"The command in cluster {cluster_id.name} has not ended in {_PATIENCE:.0f} seconds.")


def _read(logs: str, cluster_id: ResourceId) -> Inside:
    rows = [line.split() for line in logs.splitlines() if line.strip()]
    if any(len(row) != len(_COLUMNS) for row in rows):
        raise NeedsHumanError(
            f"What the command in cluster {cluster_id.name} printed can't be read; ARM cuts it at 512 kB. Do without "
            "(in_cluster_checks), and look at the labels of its nodes yourself."
        )
    items = [dict(zip(_COLUMNS, row, strict=True)) for row in rows]
    return Inside(
        nodes=tuple(_node(item) for item in items if item["KIND"] == "Node"),
        budgets=tuple(_budget(item) for item in items if item["KIND"] == "PodDisruptionBudget" and _forbids(item)),
    )


def _node(item: dict[str, str]) -> Node:
    return Node(name=item["NAME"], pool=_text(item["POOL"]), kubelet_client_id=_text(item["KUBELET"]))


def _forbids(item: dict[str, str]) -> bool:
    """Whether a budget has pods, and lets none of them go; one without pods shows 0 as well, and forbids nothing."""
    return item["ALLOWED"] == "0" and item["EXPECTED"] not in {"0", _NONE}


def _budget(item: dict[str, str]) -> Budget:
    return Budget(namespace=item["NAMESPACE"], name=item["NAME"])


def _text(cell: str) -> str:
    return "" if cell == _NONE else cell
