"""One run of a world: its state, its journal, its faults. Safe to use from several threads."""

from __future__ import annotations

from dataclasses import dataclass, replace
from threading import RLock
from typing import TYPE_CHECKING

from simulator.admission import admit
from simulator.authorization.visible import visible
from simulator.clock import Clock, http_date
from simulator.errors import ArmError, SimulatorError
from simulator.faults import Faults, Rule, annotated
from simulator.guid import fresh_guid
from simulator.holds import Holds
from simulator.incidents.judge import judge
from simulator.journal import DROPPED, Journal
from simulator.messages import Answer, ArmRequest
from simulator.movement.images import publish
from simulator.opening import open_world
from simulator.routes import ROUTER
from simulator.state import state_document
from simulator.throttling.throttle import remaining

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from typing import Any

    from simulator.azure import Azure
    from simulator.incidents.ledger import Incident
    from simulator.journal import Exchange
    from simulator.world import World


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What travels back: a status, headers, and bytes."""

    status: int
    headers: Mapping[str, str]
    content: bytes


class Simulation:
    """A world that is being played."""

    def __init__(self, world: World, *, pace: float) -> None:
        self.world = world
        self.pace = pace
        self._lock = RLock()
        self.holds = Holds()
        self.reset()

    def reset(self) -> None:
        """Go back to the world as it was described: its time, its state, no journal, no faults."""
        with self._lock:
            self.clock = Clock(starts_at=self.world.starts_at, pace=self.pace)
            self._azure = open_world(self.world, self.clock)
            self._journal = Journal()
            self.faults = Faults()
        self.holds.release()

    def fault_for(self, request: ArmRequest) -> Rule | None:
        """The fault that is going to happen to a request."""
        with self._lock:
            return self.faults.next_for(request.method, request.path)

    def answer(self, request: ArmRequest, fault: Rule | None = None) -> Reply:
        """Let time pass up to now, let Azure answer, and write the exchange down."""
        with self._lock:
            self._azure.settle()
            answer = self._act(request, fault)
            judge(self._azure)
            content = answer.content()
            answer = replace(answer, headers=self._headers(request, answer))
            dropped = fault is not None and fault.drop == "answer"
            recorded = replace(answer, status=DROPPED) if dropped else answer
            self._journal.record(self._azure.now, request, recorded, b"" if dropped else content)
            return Reply(status=answer.status, headers=answer.headers, content=content)

    def lose(self, request: ArmRequest) -> None:
        """Write down a request whose connection was closed before Azure acted."""
        with self._lock:
            self._azure.settle()
            self._journal.record(self._azure.now, request, Answer(status=DROPPED), b"")

    def advance(self, seconds: float) -> None:
        """Let simulated seconds pass at once; all that is due in them happens."""
        if seconds < 0:
            raise SimulatorError("Time does not run backwards: advance needs a number of seconds from 0 on.")
        with self._lock:
            self._azure.settle()
            self.clock.advance(seconds)
            self._azure.settle()

    def pause(self) -> None:
        """Let simulated time stand still; requests are answered all the same."""
        with self._lock:
            self.clock.pause()

    def resume(self) -> None:
        """Let simulated time run on."""
        with self._lock:
            self.clock.resume()

    def plant(self, change: Callable[[Azure], None]) -> None:
        """Let something be there that a world cannot describe; a reset forgets it."""
        with self._lock:
            change(self._azure)

    def publish_image(self, family: str, version: str) -> None:
        """Publish a node image; it is the newest of its family from now on."""
        with self._lock:
            self._azure.settle()
            versions = self._azure.images.get(family)
            if versions is None:
                raise SimulatorError(f"No image family is named {family!r}.")
            if version in versions:
                raise SimulatorError(f"{family} has a version {version!r} already.")
            publish(self._azure, family, version)

    def remove_budget(self, cluster: str, name: str) -> None:
        """Take a pod disruption budget out of a cluster, as its owners do with kubectl."""
        with self._lock:
            found = [
                (owner, budget)
                for owner in self._azure.clusters.values()
                for budget in owner.budgets
                if (owner.name, budget.name) == (cluster, name)
            ]
            if not found:
                raise SimulatorError(f"No pod disruption budget of {cluster!r} is named {name!r}.")
            for owner, budget in found:
                owner.budgets.remove(budget)

    def add_faults(self, rules: Sequence[Mapping[str, Any]]) -> None:
        """Take fault rules on."""
        with self._lock:
            self.faults.add(rules)

    @property
    def exchanges(self) -> list[Exchange]:
        """The journal so far."""
        with self._lock:
            return list(self._journal.exchanges)

    @property
    def incidents(self) -> list[Incident]:
        """The incidents up to now."""
        with self._lock:
            self._azure.settle()
            return list(self._azure.ledger.incidents)

    def state(self) -> dict[str, Any]:
        """Everything that exists now, with what ARM does not show."""
        with self._lock:
            self._azure.settle()
            return state_document(self._azure)

    def throttling(self) -> dict[str, Any]:
        """The token buckets that somebody has taken from."""
        with self._lock:
            self._azure.settle()
            return self._azure.buckets.document(self._azure.now)

    def _act(self, request: ArmRequest, fault: Rule | None) -> Answer:
        try:
            if fault and (refusal := fault.refusal(request.path)):
                raise refusal
            admit(self._azure, request)
            operation_error = fault.operation_error() if fault else None
            answer = ROUTER.answer(self._azure, replace(request, operation_error=operation_error))
            return annotated(fault, visible(self._azure, request, answer))
        except ArmError as error:
            return Answer(status=error.status, body=error.body(), headers=error.headers)

    def _headers(self, request: ArmRequest, answer: Answer) -> dict[str, str]:
        # an answer without a body has no type (recordings)
        content_type = {} if answer.body is None else {"Content-Type": "application/json; charset=utf-8"}
        correlation = request.headers.get("x-ms-correlation-request-id") or fresh_guid()
        return {
            "Date": http_date(self._azure.now),
            "Cache-Control": "no-cache",
            **content_type,
            "x-ms-request-id": fresh_guid(),
            "x-ms-correlation-request-id": correlation,
            **remaining(self._azure, request),
            **answer.headers,
        }
