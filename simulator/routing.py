"""From a path to the function that answers it. ARM paths are compared without regard to case."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeAlias

from simulator.errors import from_arm
from simulator.messages import Answer, ArmRequest

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from simulator.azure import Azure

    Handler: TypeAlias = Callable[[Azure, ArmRequest], Answer]

_PARAMETER = re.compile(r"\{(?P<name>\w+)(?P<deep>\*?)\}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """One kind of request and the function that answers it."""

    method: str
    pattern: re.Pattern[str]
    handler: Handler


def route(method: str, template: str, handler: Handler) -> Route:
    """A route; `{name}` is one segment of the path, `{name*}` any number of them, `/` included."""
    parts = _PARAMETER.sub(lambda found: f"(?P<{found['name']}>{'.*' if found['deep'] else '[^/]+'})", template)
    return Route(method=method, pattern=re.compile(f"^{parts}/?$", re.IGNORECASE), handler=handler)


class Router:
    """Finds the first route that fits."""

    def __init__(self, routes: Sequence[Route]) -> None:
        self._routes = routes

    def answer(self, azure: Azure, request: ArmRequest) -> Answer:
        """Let the function whose route fits answer."""
        for candidate in self._routes:
            if candidate.method != request.method:
                continue
            if found := candidate.pattern.match(request.path):
                return candidate.handler(azure, replace(request, parameters=found.groupdict()))
        raise from_arm(
            404,
            "InvalidResourceType",
            f"The simulator does not know {request.method} {request.path}.",
        )
