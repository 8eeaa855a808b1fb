"""The moments at which a run is killed: each is reached by breakpoints of the simulator, so none is a race."""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from subprocess import Popen
from typing import Any, Literal

from simulator import Simulator

FLEET = ("a", "b")
LOOKS = 11
"""How often a migration reads the cluster itself; what follows each reading lies between two of these."""
_PATIENCE = 90.0
"""Seconds, of real time."""
_LIST = {"method": "GET", "path": "^/subscriptions/[^/]+/providers/Microsoft.ContainerService/managedClusters$"}
_SUBNET, _REGISTRY = r"subnets/nodes/.*/roleAssignments/", r"registries/prodacr/.*/roleAssignments/"


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """A place in a migration: the last of its breakpoints, or some simulated minutes after that."""

    name: str
    breakpoints: tuple[dict[str, Any], ...]
    minutes: float = 0

    def __str__(self) -> str:
        return self.name


def reach(moment: Moment, azure: Simulator, *processes: Popen[bytes]) -> str:
    """Let runs come to the moment, where time stands still; tell what is under way in Azure then."""
    for rule in moment.breakpoints:
        azure.add_faults([rule])
        azure.release()
        _until_held(azure, processes, moment)
    if moment.minutes:
        reached = _now(azure) + timedelta(minutes=moment.minutes)
        azure.release()
        while _now(azure) < reached:
            _alive(processes, moment)
            time.sleep(0.005)
    azure.pause()
    return under_way(azure)


def let_in(azure: Simulator, moment: Moment, process: Popen[bytes]) -> None:
    """Let time run on only when the next run looks at the cluster that the moment is about: it finds what was left.

    What Prefect needs to start its runs would be hours at this pace, and whatever was under way would have ended.
    """
    cluster = "b" if moment.name.endswith(" of b") else "a"
    match = {"method": "GET", "path": f"managedClusters/{cluster}$"}
    azure.add_faults([{"match": match, "hold": True}])
    _until_held(azure, (process,), moment)
    azure.resume()
    azure.release()


def under_way(azure: Simulator) -> str:
    """What runs on clusters and pools, such as `a: Updating`."""
    busy = list[str]()
    for cluster in azure.state()["clusters"]:
        name, properties = cluster["arm"]["name"], cluster["arm"]["properties"]
        pools = {f"{name}/{pool['name']}": pool["provisioningState"] for pool in properties["agentPoolProfiles"]}
        states = {name: properties["provisioningState"], **pools}
        busy += [f"{where}: {state}" for where, state in states.items() if state != "Succeeded"]
    return ", ".join(busy)


def writes() -> Iterator[Moment]:
    """Right before and right after Azure has accepted each write of each cluster."""
    for name in FLEET:
        for write, match in _writes_of(name).items():
            for when, hold in _BEFORE_AND_AFTER:
                held = {"match": match[0], "after": match[1], "hold": hold}
                yield Moment(name=f"{when} {write} of {name}", breakpoints=(held,))


def looks() -> Iterator[Moment]:
    """Before each reading of a cluster: between any two steps."""
    match = {"method": "GET", "path": "managedClusters/a$"}
    for number in range(LOOKS):
        rule = {"match": match, "after": number, "hold": True}
        yield Moment(name=f"before look {number + 1} at a", breakpoints=(rule,))


def waits() -> Iterator[Moment]:
    """Half-way through the hour that grants need: before the switch, and before the rolls."""
    for what, (match, after) in _writes_of("a").items():
        if "grant" in what:
            rule = {"match": match, "after": after, "hold": "answer"}
            yield Moment(name=f"half an hour after {what} of a", breakpoints=(rule,), minutes=30)


def polls() -> Iterator[Moment]:
    """While Azure works on an update or a roll: at the first poll, and at a later one."""
    for what, (match, after) in _writes_of("a").items():
        if "grant" in what or "identity" in what:
            continue
        for poll in (1, 4):
            begun = {"match": match, "after": after, "hold": "answer"}
            polled = {"match": _LIST, "after": poll - 1, "hold": True}
            yield Moment(name=f"at poll {poll} after {what} of a", breakpoints=(begun, polled))


_BEFORE_AND_AFTER: tuple[tuple[str, Literal[True, "answer"]], ...] = (("before", True), ("after", "answer"))


def _writes_of(name: str) -> dict[str, tuple[dict[str, str], int]]:
    """Each write of a cluster: which requests are like it, and how many of those come before.

    A grant does not name its cluster: the first on a scope is called a's, for a is started first.
    """
    cluster, nth = f"managedClusters/{name}", FLEET.index(name)
    return {
        "the identity": ({"method": "PUT", "path": f"userAssignedIdentities/id-{name}$"}, 0),
        "the subnet's grant": ({"method": "PUT", "path": _SUBNET}, nth),
        "the switch": ({"method": "PUT", "path": f"{cluster}$"}, 0),
        "the registry's grant": ({"method": "PUT", "path": _REGISTRY}, nth),
        "the roll of pool system": ({"method": "POST", "path": f"{cluster}/agentPools/system/upgrade"}, 0),
        "the roll of pool user": ({"method": "POST", "path": f"{cluster}/agentPools/user/upgrade"}, 0),
    }


def _until_held(azure: Simulator, processes: tuple[Popen[bytes], ...], moment: Moment) -> None:
    deadline = time.monotonic() + _PATIENCE
    while azure.until_held(0.2) is None:
        _alive(processes, moment)
        assert time.monotonic() < deadline, f"never reached: {moment}"


def _alive(processes: tuple[Popen[bytes], ...], moment: Moment) -> None:
    assert all(process.poll() is None for process in processes), f"the run ended before: {moment}"


def _now(azure: Simulator) -> datetime:
    return datetime.fromisoformat(azure.state()["now"])
