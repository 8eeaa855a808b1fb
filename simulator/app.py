"""The ASGI application: the pretended Azure, and its control surface beside it."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from starlette.applications import Starlette
from starlette.responses import Response
from starlette.routing import Route

from simulator.connections import drop
from simulator.control.routes import Control
from simulator.messages import ArmRequest

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from starlette.requests import Request

    from simulator.faults import Rule
    from simulator.simulation import Simulation

_METHODS = ["GET", "HEAD", "PUT", "POST", "PATCH", "DELETE"]


def create_app(simulation: Simulation) -> Starlette:
    """An application that plays a simulation."""
    everything = Route("/{path:path}", _azure(simulation), methods=_METHODS)
    return Starlette(routes=[*Control(simulation).routes(), everything])


def _azure(simulation: Simulation) -> Callable[[Request], Awaitable[Response]]:
    async def endpoint(request: Request) -> Response:
        asked = await _read(request)
        fault = simulation.fault_for(asked)
        if fault and fault.delay:
            await asyncio.sleep(simulation.clock.real_seconds(fault.delay))
        if fault and await _lost(request, asked, fault, simulation):
            return Response()
        reply = simulation.answer(asked, fault)
        if fault and fault.drop == "answer":
            await drop(request)
        if fault and fault.hold == "answer":
            await simulation.holds.hold(request, acted=True)
        return Response(reply.content, status_code=reply.status, headers=dict(reply.headers))

    return endpoint


async def _lost(request: Request, asked: ArmRequest, fault: Rule, simulation: Simulation) -> bool:
    """Whether the connection is gone before Azure acts; written down before its client can see it."""
    if fault.drop is True:
        simulation.lose(asked)
        await drop(request)
        return True
    if fault.hold is True and not await simulation.holds.hold(request, acted=False):
        simulation.lose(asked)
        return True
    return False


async def _read(request: Request) -> ArmRequest:
    return ArmRequest(
        method=request.method,
        base=str(request.base_url).rstrip("/"),
        path=request.url.path,
        raw_query=request.scope["query_string"].decode(),
        query=dict(request.query_params),
        headers={name.lower(): value for name, value in request.headers.items()},
        content=await request.body(),
    )
