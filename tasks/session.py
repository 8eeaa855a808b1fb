"""What the tasks of one run share: the gateway, the clock, and what may be granted.

The outermost flow opens it; child flows and tasks find it through a context variable. It is never passed as
an argument: Prefect would try to hash it, and a task submitted to another thread would break its sessions.
"""

from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from contextvars import ContextVar
from dataclasses import dataclass

from fleet_identity.allow_list import AllowList
from fleet_identity.clock import Clock, PacedClock
from fleet_identity.gateway.arm.gateway import open_gateway
from fleet_identity.gateway.arm.inventory import Inventory
from fleet_identity.gateway.arm.remover import ArmRemover
from fleet_identity.gateway.protocols import AzureReader, AzureRemover, AzureWriter
from fleet_identity.settings import Settings
from tasks.run_logs import tell_prefect


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """One run's connection to Azure."""

    azure: AzureWriter
    clock: Clock
    allow: AllowList
    """The roles that may be granted: the operator's word."""
    remover: AzureRemover
    """What may delete, for the one flow that does."""
    inventory: Callable[[], AzureReader]
    """Makes what reads a whole fleet from few lists; what it has listed it does not read again."""


_current: ContextVar[Session | None] = ContextVar("session", default=None)


@asynccontextmanager
async def session() -> AsyncGenerator[Session]:
    """Join the session of the run around this one, or open one."""
    if running := _current.get():
        yield running
        return
    tell_prefect()
    settings = Settings()
    clock = PacedClock(settings.pace)
    async with open_gateway(settings, clock) as gateway:
        opened = Session(
            azure=gateway,
            clock=clock,
            allow=settings.allow_list,
            remover=ArmRemover(gateway.connection, clock, settings),
            inventory=lambda: Inventory(gateway.connection, clock, settings),
        )
        token = _current.set(opened)
        try:
            yield opened
        finally:
            _current.reset(token)


def current() -> Session:
    """Give the session of this run."""
    running = _current.get()
    if running is None:
        raise RuntimeError("a task was called outside a flow that opens a session")
    return running


def reader() -> AzureReader:
    """Give what may read Azure."""
    return current().azure


def writer() -> AzureWriter:
    """Give what may change Azure."""
    return current().azure


def remover() -> AzureRemover:
    """Give what may delete what we have made."""
    return current().remover
