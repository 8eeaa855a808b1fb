"""HTML files that can be sent around: what all of them are made with. Whatever is put into one is escaped."""

from base64 import b64encode
from collections.abc import Callable, Mapping
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Any, cast

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template
from markupsafe import Markup, escape


def template(name: str, filters: Mapping[str, Callable[..., Any]]) -> Template:
    """Give a template of this folder, which may use these filters besides the common ones."""
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    # Jinja's own type of this dictionary is inferred from the filters that it brings along, and admits no others
    known = cast("dict[str, Callable[..., Any]]", environment.filters)
    known.update(filters, day=_day, digest=_digest, with_code=_with_code)
    return environment.get_template(name)


def _day(iso: str) -> str:
    day = datetime.fromisoformat(iso)
    return f"{day.day} {day:%b %Y}"


def _digest(script: str) -> str:
    """Give the digest by which the page's policy allows its own script, and no other, should one ever slip in."""
    return b64encode(sha256(script.encode()).digest()).decode()


def _with_code(text: str) -> Markup:
    """Escape a text, and show what is between backticks as code."""
    parts = text.split("`")
    return Markup().join(
        Markup("<code>{}</code>").format(part) if number % 2 else escape(part) for number, part in enumerate(parts)
    )
