"""A browser without a window, which talks to this machine alone."""

import shutil
from collections.abc import Generator
from contextlib import contextmanager
from urllib.parse import urlsplit

from playwright.sync_api import Page, Route, sync_playwright

PATIENCE = 300.0
"""Seconds, for whatever is waited for: the machine may be busy with a whole fleet."""
_CHROMIUM = ("chromium", "chromium-browser", "google-chrome")
_FLAGS = (
    "--no-sandbox",  # it may be root that runs the tests, and Chromium refuses its sandbox to root
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def chromium() -> str | None:
    """Give the browser that is installed, if there is one."""
    return next(filter(None, map(shutil.which, _CHROMIUM)), None)


@contextmanager
def blank_page(program: str) -> Generator[Page]:
    """Open a browser with one blank page."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=_FLAGS)
        context = browser.new_context(viewport={"width": 1280, "height": 900})
        context.set_default_timeout(PATIENCE * 1000)
        context.route("**/*", _at_home)
        yield context.new_page()
        browser.close()


def _at_home(route: Route) -> None:
    """Prefect's UI asks others as well: nobody needs them to look at a fleet."""
    if urlsplit(route.request.url).hostname in {"127.0.0.1", None}:
        route.continue_()
    else:
        route.abort()
