"""Plays one recording: seeds a simulation, sends it every request, and compares the answers."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from simulator.errors import OperationError
from simulator.replay.compare import Deviation, deviations
from simulator.replay.explained import reason_for
from simulator.replay.ids import Ids
from simulator.replay.schedule import Schedule, principal_in, schedule_of
from simulator.replay.scope import Kind, kind_of, operation_of
from simulator.replay.seed import plant, world_of
from simulator.replay.sent import Came, send
from simulator.simulation import Simulation

if TYPE_CHECKING:
    from collections.abc import Sequence

    from simulator.azure import Azure
    from simulator.replay.cassette import Interaction


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """One recorded request and where its answers differ."""

    recorded: Interaction
    kind: Kind
    deviations: tuple[tuple[Deviation, str | None], ...] = ()
    """Each with the name of its explanation, if it has one."""

    @property
    def unexplained(self) -> bool:
        """Whether a deviation has no explanation."""
        return any(name is None for _, name in self.deviations)


def play(interactions: Sequence[Interaction]) -> list[Compared]:
    """Every request of a recording, in order, with what the simulator answered otherwise."""
    schedule = schedule_of(interactions)
    simulation = Simulation(world_of(interactions), pace=0)
    simulation.plant(lambda azure: plant(azure, interactions, schedule))
    player = _Player(simulation, schedule)
    return [player.play(interaction) for interaction in interactions]


class _Player:
    def __init__(self, simulation: Simulation, schedule: Schedule) -> None:
        self._simulation = simulation
        self._schedule = schedule
        self._ids = Ids()

    def play(self, recorded: Interaction) -> Compared:
        kind = kind_of(recorded)
        if kind is Kind.SKIPPED:
            return Compared(recorded=recorded, kind=kind)
        came = self._came(recorded, kind)
        found = deviations(recorded, came)
        self._ids.learn(recorded, came)
        named = tuple((deviation, reason_for(recorded, came, deviation)) for deviation in found)
        return Compared(recorded=recorded, kind=kind, deviations=named)

    def _came(self, recorded: Interaction, kind: Kind) -> Came:
        try:
            self._let_time_pass(recorded)
            return self._answer(recorded, kind)
        except Exception as error:  # noqa: BLE001 # a crash of the simulator is a finding, and the replay goes on
            return Came(status=500, headers={}, document={"code": type(error).__name__})

    def _let_time_pass(self, recorded: Interaction) -> None:
        if recorded.at:
            ahead = (recorded.at - self._simulation.clock.now()).total_seconds()
            self._simulation.advance(max(ahead, 0))

    def _answer(self, recorded: Interaction, kind: Kind) -> Came:
        path, query = self._ids.translated(recorded.path), recorded.url.query
        if kind is Kind.POLL:
            path, query = self._ids.operation(operation_of(recorded.path) or "") or (path, query)
        self._simulation.plant(lambda azure: self._prepare(azure, recorded))
        content = self._content(recorded)
        if failure := self._schedule.errors.get(recorded.number):
            self._fail(recorded, failure)
        return send(self._simulation, recorded, path=path, query=query, content=content)

    def _prepare(self, azure: Azure, recorded: Interaction) -> None:
        """Set what only time decides: the duration of the coming operation, the age of the principal."""
        if lasts := self._schedule.durations.get(recorded.number):
            azure.world = _lasting(azure, lasts)
        named = principal_in(recorded.sent())
        principal = azure.directory.with_object_id(self._principal(named, recorded.path)) if named else None
        if named and principal and (found_from := self._schedule.found_from.get(named)):
            azure.directory.add(replace(principal, found_from=found_from))

    def _content(self, recorded: Interaction) -> bytes:
        body: Any = recorded.sent()
        if not isinstance(body, dict):
            return recorded.request
        body = json.loads(self._ids.translated(json.dumps(body)))
        properties = body.get("properties")
        if isinstance(properties, dict):
            self._write_anew(recorded, properties)
        return json.dumps(body).encode()

    def _write_anew(self, recorded: Interaction, properties: dict[str, Any]) -> None:
        """Undo what recorders mask: principals, and the word "msi"."""
        named = principal_in(recorded.sent())
        if named and "principalId" in properties:
            properties["principalId"] = self._principal(named, recorded.path)
        if recorded.path.lower() in self._ids.on_managed_identity and "servicePrincipalProfile" in properties:
            properties["servicePrincipalProfile"] = {"clientId": "msi"}

    def _principal(self, named: str, path: str) -> str:
        return self._ids.principal(named, path.lower().partition("/providers/microsoft.authorization/")[0])

    def _fail(self, recorded: Interaction, failure: dict[str, Any]) -> None:
        error = OperationError(code=str(failure.get("code")), message=str(failure.get("message")))
        self._simulation.add_faults(
            [{"match": {"method": recorded.method}, "operation": {"code": error.code, "message": error.message}}]
        )


def _lasting(azure: Azure, lasts: timedelta) -> Any:
    timing = azure.world.timing.model_copy(update={"update": lasts, "create": lasts, "reimage": lasts})
    return azure.world.model_copy(update={"timing": timing})
