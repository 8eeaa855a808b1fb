"""The pretended Azure for tests, and what is checked after every test that used it."""

from __future__ import annotations

from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

import pytest

from simulator import Exchange, Simulator, World, load_world, running
from tests.strict_schema import misfits

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

WRITES = frozenset({"PUT", "POST", "PATCH", "DELETE"})
READS_BY_POST = ("/token", "/getbyids", "/$batch")
MARKERS = (
    "alone: starts several processes, and needs the machine for itself; `make test` runs these after all others",
    "az: drives the real Azure CLI; `make test-az` runs these, `make test` leaves them out",
    "crash: kills runs, or lets two meet, at one more moment; `make test-crash` runs these, `make test` a sample",
    "dry_run: the test must not write to Azure",
    "expects_incidents(*kinds): exactly these kinds of incidents must have occurred",
    "foreign_client(why): not our client wrote; lifts the checks of If-Match, secrets and images only",
)


class SimulatorFactory:
    """Starts simulators and keeps them until the test is over."""

    def __init__(self, stack: ExitStack) -> None:
        self._stack = stack
        self.started: list[Simulator] = []

    def __call__(self, world: Mapping[str, Any] | World, *, pace: float = 3600) -> Simulator:
        """A running simulator of a world; `pace` simulated seconds pass in each real one."""
        simulator = self._stack.enter_context(running(load_world(world), pace=pace))
        self.started.append(simulator)
        return simulator


@pytest.fixture
def simulate(request: pytest.FixtureRequest) -> Iterator[SimulatorFactory]:
    """A factory of simulators; what they saw is checked when the test is over."""
    with ExitStack() as stack:
        factory = SimulatorFactory(stack)
        yield factory
        problems = [problem for simulator in factory.started for problem in _problems(request.node, simulator)]
        problems += _unexpected_incidents(request.node, factory.started)
    assert not problems, "\n".join(problems)


def _problems(test: pytest.Item, simulator: Simulator) -> Iterator[str]:
    exchanges = simulator.journal
    newer = frozenset(name for cluster in simulator.world.clusters for name in cluster.extra_properties)
    if test.get_closest_marker("foreign_client") is None:
        yield from careless_puts(exchanges)
    if test.get_closest_marker("dry_run") is not None:
        yield from writes(exchanges)
    for exchange in exchanges:
        if 200 <= exchange.status < 300:
            for misfit in misfits(exchange.path, exchange.response_body, newer=newer):
                yield f"{exchange.method} {exchange.path} answered {misfit}"


def careless_puts(exchanges: Iterable[Exchange]) -> Iterator[str]:
    """PUTs of a cluster that could overwrite somebody's change, tell a secret, or roll nodes."""
    for exchange in exchanges:
        if exchange.method != "PUT" or not _is_cluster(exchange.path):
            continue
        if "if-match" not in exchange.request_headers and exchange.request_headers.get("if-none-match") != "*":
            yield f"PUT {exchange.path} carried no If-Match"
        for path in _forbidden(exchange.request_body, ""):
            yield f"PUT {exchange.path} sent {path}"


def writes(exchanges: Iterable[Exchange]) -> Iterator[str]:
    """What would have changed something."""
    for exchange in exchanges:
        if exchange.method in WRITES and not exchange.path.lower().endswith(READS_BY_POST):
            yield f"a dry run wrote: {exchange.method} {exchange.path}"


def _unexpected_incidents(test: pytest.Item, simulators: list[Simulator]) -> list[str]:
    marker = test.get_closest_marker("expects_incidents")
    expected = set(marker.args) if marker else set()
    occurred = [incident for simulator in simulators for incident in simulator.incidents]
    unexpected = [f"{i.kind} at {i.at}: {i.cause}" for i in occurred if i.kind not in expected]
    missing = expected - {incident.kind for incident in occurred}
    return unexpected + [f"no incident of kind {kind} occurred" for kind in sorted(missing)]


def _is_cluster(path: str) -> bool:
    segments = path.rstrip("/").lower().split("/")
    return segments[-2:-1] == ["managedclusters"]


def _forbidden(value: Any, path: str) -> Iterator[str]:
    if isinstance(value, dict):
        for name, inner in value.items():
            if name in {"secret", "adminPassword", "nodeImageVersion"} and inner is not None:
                yield f"{path}.{name}".lstrip(".")
            yield from _forbidden(inner, f"{path}.{name}")
    elif isinstance(value, list):
        for inner in value:
            yield from _forbidden(inner, path)
