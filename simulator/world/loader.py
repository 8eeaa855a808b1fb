"""Reads a world, and says in one sentence each what is wrong with it."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from simulator.errors import SimulatorError
from simulator.world.models import World
from simulator.world.references import dangling

EXAMPLE = Path(__file__).with_name("example.yaml")


class WorldError(SimulatorError):
    """A world that cannot be: one line for each problem, with its path in the file."""


def load_world(source: World | Mapping[str, Any] | Path | str) -> World:
    """The world of a file, of a mapping, or as it is; WorldError where it is wrong."""
    if isinstance(source, World):
        return _checked(source)
    document = source if isinstance(source, Mapping) else _document(Path(source))
    try:
        return _checked(World.model_validate(document))
    except ValidationError as error:
        raise WorldError("\n".join(_sentence(problem) for problem in error.errors())) from None


def _checked(world: World) -> World:
    if problems := list(dangling(world)):
        raise WorldError("\n".join(problems))
    return world


def _document(path: Path) -> object:
    try:
        return yaml.safe_load(path.read_text(encoding="utf-8")) or {}
    except OSError as error:
        raise WorldError(f"{path}: {(error.strerror or 'cannot be read').lower()}") from None
    except yaml.YAMLError as error:
        raise WorldError(f"{path}: this is not YAML: {' '.join(str(error).split())}") from None


def _sentence(problem: Any) -> str:
    path = ".".join(str(step) for step in problem["loc"]) or "the world"
    message = str(problem["msg"]).removeprefix("Value error, ")
    return f"{path}: {message[:1].lower()}{message[1:]}"
