"""Runs the simulator: in a thread for tests, or in the foreground for people."""

from __future__ import annotations

import asyncio
import json
import signal
import socket
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

import uvicorn

from simulator.app import create_app
from simulator.certificate import issued
from simulator.connections import TrackedProtocol
from simulator.environment import environment
from simulator.errors import SimulatorError
from simulator.handle import Simulator
from simulator.simulation import Simulation
from simulator.world import load_world

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Mapping
    from pathlib import Path
    from typing import Any

    from simulator.certificate import Certificate
    from simulator.world import World

_HOST = "127.0.0.1"
_TICK = 0.01
"""Seconds between two looks at whether to stop."""
_KEPT_ALIVE = 75
"""Seconds for which an idle connection stays open, longer than clients keep theirs: one that is closed in the moment
of a request fails it, and uvicorn's own five seconds would do that to slow machines; assumed."""
_GRACE = 1
"""Seconds for requests that are being answered when the server stops."""


@contextmanager
def running(world: World | Mapping[str, Any] | Path | str, *, pace: float = 1.0, port: int = 0) -> Generator[Simulator]:
    """A simulator that runs in a thread of its own until the block ends."""
    with _prepared(world, pace=pace, port=port) as (simulator, server, listener):
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, name="simulator")
        thread.start()
        try:
            yield _once_started(simulator, server, thread)
        finally:
            server.should_exit = True
            thread.join()


def serve(
    world: World | Mapping[str, Any] | Path | str,
    *,
    port: int = 0,
    pace: float = 1.0,
    announce: Callable[[str], object] = print,
) -> None:
    """Serve until SIGINT or SIGTERM; announces one line of JSON as soon as clients may come."""
    with _prepared(world, pace=pace, port=port) as (simulator, server, listener):
        server.announce = lambda: announce(json.dumps(simulator.announcement()))
        server.run(sockets=[listener])


class _Server(uvicorn.Server):
    """Tells when it has started."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.ready = threading.Event()
        self.announce: Callable[[], object] = lambda: None

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.announce()
        self.ready.set()

    @contextmanager
    def capture_signals(self) -> Generator[None]:
        """End on SIGINT and SIGTERM, and no more: uvicorn would raise them again before things are tidy."""
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        before = {number: signal.signal(number, self.handle_exit) for number in (signal.SIGINT, signal.SIGTERM)}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    async def main_loop(self) -> None:
        """Wait for the end; uvicorn's own loop looks so rarely that each short test would wait for it."""
        while not self.should_exit:  # noqa: ASYNC110 - threads and signals set a flag, not an event
            await asyncio.sleep(_TICK)


@contextmanager
def _prepared(
    world: World | Mapping[str, Any] | Path | str, *, pace: float, port: int
) -> Generator[tuple[Simulator, _Server, socket.socket]]:
    if pace <= 0:
        raise SimulatorError("The pace must be above 0: it is the simulated seconds in a real one.")
    simulation = Simulation(load_world(world), pace=pace)
    with issued() as certificate, _listening(port) as listener:
        arm = f"https://localhost:{listener.getsockname()[1]}"
        env = environment(arm, certificate.ca, simulation.world.tenant, pace)
        simulator = Simulator(simulation, arm=arm, ca=certificate.ca, env=env)
        yield simulator, _Server(_config(simulation, certificate)), listener


@contextmanager
def _listening(port: int) -> Generator[socket.socket]:
    # with its protocol named: asyncio sets TCP_NODELAY on no other, and each answer would wait 40 ms
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP) as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((_HOST, port))
        except OSError as error:
            reason = (error.strerror or str(error)).lower()
            raise SimulatorError(f"Port {port} of {_HOST} cannot be used: {reason}.") from None
        yield listener


def _config(simulation: Simulation, certificate: Certificate) -> uvicorn.Config:
    return uvicorn.Config(
        create_app(simulation),
        http=TrackedProtocol,
        ws="none",
        lifespan="off",
        log_config=None,
        access_log=False,
        date_header=False,  # the Date header tells simulated time
        server_header=False,
        timeout_keep_alive=_KEPT_ALIVE,
        timeout_graceful_shutdown=_GRACE,
        ssl_certfile=str(certificate.chain),
    )


def _once_started(simulator: Simulator, server: _Server, thread: threading.Thread) -> Simulator:
    while not server.ready.wait(timeout=0.1):
        if not thread.is_alive():
            raise SimulatorError("The simulator's server did not start.")
    return simulator
