"""Prefect's UI in a browser, where there is one."""

from collections.abc import Callable, Generator
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.ui.command import shown

if TYPE_CHECKING:  # Playwright may be missing
    from tests.ui.tour import Tour

_SETTLES = 5000
"""Milliseconds until what fades in is there, and Prefect has drawn the parts of a run: nothing tells when it has."""
Keep = Callable[[str], None]
"""Keeps a picture of what the browser shows, under this name."""


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let pictures be asked for: `make screenshots` does."""
    parser.addoption("--pictures", type=Path, help="folder for pictures of what the tour through Prefect's UI sees")


@pytest.fixture
def tour(tmp_path: Path) -> Generator["Tour"]:
    """The UI of a command of its own; when it has been asked to end, nothing is left of it."""
    if not find_spec("playwright"):
        pytest.skip("Playwright is not installed: make .venv/.ready")
    from tests.ui.browser import blank_page, chromium
    from tests.ui.tour import Tour

    program = chromium()
    if not program:
        pytest.skip("there is no Chromium: install your system's package `chromium`")
    with shown(tmp_path) as here, blank_page(program) as page:
        yield Tour(page, here.address)
    assert here.left() == []


@pytest.fixture
def keep(tour: "Tour", request: pytest.FixtureRequest) -> Keep:
    """Keep pictures only where they are asked for."""
    folder: Path | None = request.config.getoption("--pictures", default=None)

    def kept(name: str) -> None:
        if folder:
            tour.page.wait_for_timeout(_SETTLES)
            tour.page.screenshot(path=folder / f"{name}.png", animations="disabled")

    return kept
