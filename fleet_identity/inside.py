"""What was read inside a cluster: whose identity each node's kubelet uses, and which budgets forbid a drain.

AKS labels a node with the client id of its kubelet's identity. Microsoft documents the label nowhere, but nodes
carry it since 2022 at least (kubelet's `--node-labels`); a node that runs on a service principal carries none.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """A node, its pool, and the client id that it is labelled with; "" on a service principal."""

    name: str
    pool: str
    kubelet_client_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Budget:
    """A PodDisruptionBudget that allows no disruption at present: a node with one of its pods can't be drained."""

    namespace: str
    name: str

    def describe(self) -> str:
        """Name it as kubectl does."""
        return f"{self.namespace}/{self.name}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Inside:
    """One look into a cluster."""

    nodes: tuple[Node, ...] = ()
    budgets: tuple[Budget, ...] = ()

    def of_pool(self, name: str) -> tuple[Node, ...]:
        """Give the nodes of a pool."""
        return tuple(node for node in self.nodes if node.pool == name)
