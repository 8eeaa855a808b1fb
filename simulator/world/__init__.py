"""What exists in the pretended Azure when it starts: the models of a world file and its loader."""

from simulator.world.loader import EXAMPLE, WorldError, load_world
from simulator.world.models import World

__all__ = ["EXAMPLE", "World", "WorldError", "load_world"]
