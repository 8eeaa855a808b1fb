"""Durations as people write them: `90s`, `3m`, `1h`, or a number of seconds."""

import re
from datetime import timedelta
from typing import Annotated

from pydantic import BeforeValidator

_WRITTEN = re.compile(r"^(?P<amount>\d+(\.\d+)?)\s*(?P<unit>[smh]?)$")
_SECONDS = {"": 1, "s": 1, "m": 60, "h": 3600}


def parse(value: object) -> object:
    """A duration from what is written in a world file."""
    if isinstance(value, (timedelta, bool)):
        return value
    found = _WRITTEN.match(str(value).strip())
    if not found:
        raise ValueError("a duration is written as '90s', '3m', '1h' or a number of seconds")
    return timedelta(seconds=float(found["amount"]) * _SECONDS[found["unit"]])


Duration = Annotated[timedelta, BeforeValidator(parse)]
