"""A local Azure Resource Manager with AKS clusters, for unmodified Azure SDKs and the Azure CLI."""

from simulator.errors import SimulatorError
from simulator.handle import Simulator
from simulator.holds import Held
from simulator.incidents.ledger import Incident
from simulator.journal import Exchange
from simulator.server import running, serve
from simulator.world import EXAMPLE, World, WorldError, load_world

__all__ = [
    "EXAMPLE",
    "Exchange",
    "Held",
    "Incident",
    "Simulator",
    "SimulatorError",
    "World",
    "WorldError",
    "load_world",
    "running",
    "serve",
]
