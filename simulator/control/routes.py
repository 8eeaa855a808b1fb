"""The control surface below /_simulator: for people and tests; Azure has nothing like it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from simulator.clock import timestamp
from simulator.errors import SimulatorError
from simulator.incidents.judge import incident_document

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from starlette.requests import Request

    from simulator.simulation import Simulation


class Control:
    """What an operator of the simulator may ask."""

    def __init__(self, simulation: Simulation) -> None:
        self._simulation = simulation

    def routes(self) -> list[Route]:
        """The paths, which are fixed."""
        return [
            Route("/_simulator/state", self.state, methods=["GET"]),
            Route("/_simulator/journal", self.journal, methods=["GET"]),
            Route("/_simulator/incidents", self.incidents, methods=["GET"]),
            Route("/_simulator/faults", self.faults, methods=["GET"]),
            Route("/_simulator/faults", _refusing(self.add_faults), methods=["POST"]),
            Route("/_simulator/held", self.held, methods=["GET"]),
            Route("/_simulator/release", _refusing(self.release), methods=["POST"]),
            Route("/_simulator/throttling", self.throttling, methods=["GET"]),
            Route("/_simulator/images", _refusing(self.publish), methods=["POST"]),
            Route("/_simulator/budgets/remove", _refusing(self.remove_budget), methods=["POST"]),
            Route("/_simulator/clock", _refusing(self.advance), methods=["POST"]),
            Route("/_simulator/reset", _refusing(self.reset), methods=["POST"]),
        ]

    async def state(self, _: Request) -> Response:
        """Everything that exists."""
        return JSONResponse(self._simulation.state())

    async def journal(self, _: Request) -> Response:
        """What was asked so far."""
        shown = [
            {
                "n": exchange.n,
                "at": timestamp(exchange.at),
                "method": exchange.method,
                "path": exchange.path,
                "api_version": exchange.api_version,
                "status": exchange.status,
            }
            for exchange in self._simulation.exchanges
        ]
        return JSONResponse({"requests": shown})

    async def incidents(self, _: Request) -> Response:
        """The outages so far."""
        return JSONResponse({"incidents": [incident_document(i) for i in self._simulation.incidents]})

    async def faults(self, _: Request) -> Response:
        """The rules, and how often each has matched."""
        return JSONResponse({"rules": self._simulation.faults.listed()})

    async def held(self, _: Request) -> Response:
        """The requests that breakpoints hold now."""
        shown = [{"method": it.method, "path": it.path, "acted": it.acted} for it in self._simulation.holds.held]
        return JSONResponse({"requests": shown})

    async def release(self, _: dict[str, Any]) -> dict[str, Any]:
        """Let them go."""
        self._simulation.holds.release()
        return {}

    async def throttling(self, _: Request) -> Response:
        """The token buckets that somebody has taken from."""
        return JSONResponse(self._simulation.throttling())

    async def add_faults(self, body: dict[str, Any]) -> dict[str, Any]:
        """Take rules on."""
        self._simulation.add_faults(_member(body, "rules", list))
        return {"rules": self._simulation.faults.listed()}

    async def publish(self, body: dict[str, Any]) -> dict[str, Any]:
        """Publish a node image."""
        family, version = _member(body, "family", str), _member(body, "version", str)
        self._simulation.publish_image(family, version)
        return {"newest": f"{family}-{version}"}

    async def remove_budget(self, body: dict[str, Any]) -> dict[str, Any]:
        """Take a pod disruption budget away."""
        cluster, name = _member(body, "cluster", str), _member(body, "name", str)
        self._simulation.remove_budget(cluster, name)
        return {"removed": name}

    async def advance(self, body: dict[str, Any]) -> dict[str, Any]:
        """Let time pass, stand still, or run on."""
        if isinstance(paused := body.get("paused"), bool):
            (self._simulation.pause if paused else self._simulation.resume)()
        else:
            self._simulation.advance(_member(body, "advance", int, float))
        return {"now": self._simulation.state()["now"]}

    async def reset(self, _: dict[str, Any]) -> dict[str, Any]:
        """Go back to the world."""
        self._simulation.reset()
        return {}


def _refusing(
    act: Callable[[dict[str, Any]], Awaitable[dict[str, Any]]],
) -> Callable[[Request], Awaitable[Response]]:
    """Read the body, act, and answer 400 with one sentence where that cannot be done."""

    async def endpoint(request: Request) -> Response:
        try:
            return JSONResponse(await act(_body(await request.body())))
        except SimulatorError as error:
            return JSONResponse({"error": str(error)}, status_code=400)

    return endpoint


def _body(content: bytes) -> dict[str, Any]:
    try:
        body = json.loads(content or b"{}")
    except ValueError:
        body = None
    if not isinstance(body, dict):
        raise SimulatorError("The body must be a JSON object.")
    return body


def _member(body: dict[str, Any], name: str, *kinds: type) -> Any:
    value = body.get(name)
    if not isinstance(value, kinds) or isinstance(value, bool):
        raise SimulatorError(f"The body needs {name!r}: {' or '.join(kind.__name__ for kind in kinds)}.")
    return value
