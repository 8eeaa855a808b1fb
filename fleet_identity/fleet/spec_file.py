"""Reads a fleet spec from a YAML file; what is wrong is told with its line."""

from collections.abc import Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import Any, cast, get_args

import yaml
from pydantic import BaseModel, ValidationError

from fleet_identity.errors import NeedsHumanError
from fleet_identity.fleet.spec import FleetSpec


class SpecError(NeedsHumanError):
    """The file is no fleet spec; the message has a line for each thing that is wrong."""


_EMPTY = (
    "{} is empty: say at least which clusters are meant, such as `scope: {{subscriptions: [<id>]}}`; "
    "`scope: {{}}` means every cluster that the credential sees."
)


def read_spec(path: Path) -> FleetSpec:
    """Read a spec; SpecError says what is wrong, line by line."""
    text = _text(path)
    try:
        node = yaml.compose(text, Loader=yaml.SafeLoader)
        document = yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise SpecError(_of_yaml(path, error)) from error
    if document is None or document == {}:
        raise SpecError(_EMPTY.format(path))
    try:
        return FleetSpec.model_validate(document)
    except ValidationError as error:
        found = sorted(_first_causes(error.errors()), key=lambda one: _line(node, one["loc"]))
        raise SpecError("\n".join(_told(path, node, one) for one in found)) from error


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError as error:
        raise SpecError(f"{path}: there is no such file.") from error
    except UnicodeDecodeError as error:
        raise SpecError(f"{path}: can't be read (it is no text in UTF-8).") from error
    except OSError as error:
        raise SpecError(f"{path}: can't be read ({error.strerror}).") from error


def _of_yaml(path: Path, error: yaml.YAMLError) -> str:
    mark = getattr(error, "problem_mark", None)
    line = f":{mark.line + 1}" if mark else ""
    return f"{path}{line}: this is no YAML: {getattr(error, 'problem', None) or error}."


def _first_causes(errors: Sequence[Any]) -> list[Any]:
    """Leave out that a list lacks items where one of its items is wrong: that follows from it."""
    return [one for one in errors if one["type"] != "too_short" or not any(_inside(other, one) for other in errors)]


def _inside(error: Any, around: Any) -> bool:
    return len(error["loc"]) > len(around["loc"]) and error["loc"][: len(around["loc"])] == around["loc"]


def _told(path: Path, node: Any, error: Any) -> str:
    place = ".".join(map(str, error["loc"])) or "the spec"
    return f"{path}:{_line(node, error['loc'])}: {place}: {_sentence(error)}"


def _sentence(error: Any) -> str:
    match error["type"]:
        case "extra_forbidden":
            return f"there is no such field{_meant(error['loc'])}"
        case "missing":
            return f"is missing. {_description(error['loc'])}".rstrip()
        case "value_error":
            return f"{error['msg'].removeprefix('Value error, ')}."
        case "literal_error":
            return f"{error['input']!r} is none of {error['ctx']['expected']}."
        case _:
            return f"{error['input']!r} does not fit. {_description(error['loc'])}".rstrip()


def _meant(location: tuple[int | str, ...]) -> str:
    """End the sentence; ask for the field that was probably meant."""
    model, _ = _field(location[:-1])
    near = get_close_matches(str(location[-1]), model.model_fields, n=1) if model else []
    return f"; did you mean {near[0]}?" if near else "."


def _description(location: tuple[int | str, ...]) -> str:
    """Give what the model says of a field, which is what the form in Prefect's UI shows."""
    return _field(location)[1]


def _field(location: tuple[int | str, ...]) -> tuple[type[BaseModel] | None, str]:
    """Follow a path into the model; give the model that stands there, and the field's description."""
    model, described = cast("type[BaseModel] | None", FleetSpec), ""
    for step in location:
        if model and step in model.model_fields:
            field = model.model_fields[str(step)]
            model, described = _model_in(field.annotation), field.description or ""
    return model, described


def _model_in(annotation: Any) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((model for one in get_args(annotation) if (model := _model_in(one))), None)


def _line(node: Any, location: tuple[int | str, ...]) -> int:
    """Follow a path into the file as far as it goes: what is missing is told where it should be."""
    line = node.start_mark.line + 1 if node else 1
    for step in location:
        key, node = _step(node, step)
        if node is None:
            break
        line = (key or node).start_mark.line + 1
    return line


def _step(node: Any, step: int | str) -> tuple[Any, Any]:
    """Give the key and the value of one step; None where the path leaves the file."""
    if isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
        return None, node.value[step]
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            if key.value == step:
                return key, value
    return None, None
