"""What a PUT changes on a pool, and what only the resource provider writes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.json_object import merged

if TYPE_CHECKING:
    from simulator.agent_pools.models import AgentPool
    from simulator.json_object import JsonObject

READ_ONLY = frozenset({"name", "eTag", "provisioningState", "currentOrchestratorVersion", "nodeImageVersion"})


def apply(pool: AgentPool, sent: JsonObject) -> None:
    """Take the settings of a body; what it leaves out stays (recordings of Azure CLI test traffic)."""
    writable = {name: value for name, value in sent.items() if name not in READ_ONLY}
    for name, value in merged(pool.profile, writable).items():
        # Labels are a value of their own: a body that lacks one takes it away.
        replaces = name == "nodeLabels" and isinstance(writable.get(name), dict)
        pool.set(name, writable[name] if replaces else value)
