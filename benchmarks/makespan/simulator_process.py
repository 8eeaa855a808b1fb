"""The pretended Azure in a process of its own, so that its CPU is charged to nobody else."""

import json
import re
import ssl
import urllib.request
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from benchmarks.makespan.processes import cpu_seconds, last_words, process

_ON_A_SERVICE_PRINCIPAL = "service-principal"
_CLUSTER = re.compile(r"/managedClusters/[^/]+$", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What a run has asked of Azure, and what Azure thinks has become of the fleet."""

    requests: int
    refused: int
    """Answered 429."""
    migrated: int
    """Clusters whose control plane and every node run on managed identities."""
    lead_in: float
    """Seconds of Azure's time from the first request to the first change of a cluster; 0 where there was none."""
    incidents: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SimulatorProcess:
    """A running simulator."""

    group: int
    arm: str
    ca: str
    subscriptions: tuple[str, ...]
    env: Mapping[str, str]

    def verdict(self) -> Verdict:
        """Read the journal, the ledger and the state."""
        requests = self._ask("journal")["requests"]
        return Verdict(
            requests=len(requests),
            refused=sum(one["status"] == 429 for one in requests),  # noqa: PLR2004 - too many requests
            migrated=sum(has_moved(one) for one in self._ask("state")["clusters"]),
            lead_in=_lead_in(requests),
            incidents=tuple(f"{one['kind']}: {one['cause']}" for one in self._ask("incidents")["incidents"]),
        )

    def cpu_seconds(self) -> float:
        """CPU that it has used."""
        return cpu_seconds(self.group)

    def _ask(self, what: str) -> Any:
        context = ssl.create_default_context(cafile=self.ca)
        with urllib.request.urlopen(f"{self.arm}/_simulator/{what}", context=context) as answer:  # noqa: S310
            return json.load(answer)


@contextmanager
def simulator_process(
    world: Mapping[str, Any], *, pace: float, env: Mapping[str, str], home: Path
) -> Generator[SimulatorProcess]:
    """Start a simulator of a world, and end it with the block."""
    described, log = home / "world.yaml", home / "simulator.log"
    described.write_text(json.dumps(world))  # YAML takes JSON
    with process("simulator", "--world", str(described), "--pace", f"{pace:g}", env=env, log=log) as started:
        line = started.stdout.readline() if started.stdout else ""
        if not line:
            raise RuntimeError(f"The simulator did not start: {last_words(log)}")
        ready = json.loads(line)
        yield SimulatorProcess(
            group=started.pid,
            arm=ready["arm"],
            ca=ready["ca"],
            subscriptions=tuple(ready["subscriptions"]),
            env={**env, **ready["env"]},
        )


def _lead_in(requests: Sequence[Mapping[str, Any]]) -> float:
    switches = (one["at"] for one in requests if one["method"] == "PUT" and _CLUSTER.search(one["path"]))
    first = next(switches, None)
    return (datetime.fromisoformat(first) - datetime.fromisoformat(requests[0]["at"])).total_seconds() if first else 0.0


def has_moved(cluster: Mapping[str, Any]) -> bool:
    """Whether a cluster of the simulator's state, and each of its nodes, has left the service principal."""
    identity = cluster["arm"].get("identity") or {}
    nodes = cluster["nodes"]
    return identity.get("type") == "UserAssigned" and all(one["kubelet"] != _ON_A_SERVICE_PRINCIPAL for one in nodes)
