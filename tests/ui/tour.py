"""A walk through Prefect's UI, in the steps of a person: what is clicked, what is typed, what is waited for."""

import re
from collections.abc import Callable
from contextlib import suppress
from typing import TypeVar

from playwright.sync_api import Locator, Page
from playwright.sync_api import TimeoutError as NotInTime

_PRESSES = 5
_MOMENT = 30_000
"""Milliseconds in which the server answers, if the form was sent at all: its fields are checked first."""
_LOOK = 5_000
"""Milliseconds for which a list is looked at before it is loaded again: it asks the server every half a minute."""
_LOOKS = 60
_DRAWN = 500
"""Milliseconds between two readings."""
_READINGS = 600
_CHILD = re.compile(r"^migrate [\w-]+: ")
_CHILD_AND_STATE = re.compile(r"^migrate ([\w-]+): .*\n+(\w+)$", re.MULTILINE)
"""A run on a cluster, as its fleet's run lists it: the name, and on the next line its state."""
T = TypeVar("T")


class Tour:
    """Prefect's UI in a browser."""

    def __init__(self, page: Page, address: str) -> None:
        """Begin where the command says."""
        self.page = page
        self.run = ""
        """Name of the run that was opened last."""
        self.page.goto(address)

    def deployments(self) -> list[str]:
        """Open the deployments; give their names."""
        self._in_menu("Deployments")
        self.page.get_by_text("migrate-fleet-nightly").wait_for()
        return self.page.locator("td a[href*='/deployments/deployment/']").all_inner_texts()

    def open_form(self, deployment: str, run_name: str) -> Locator:
        """Open the form of a custom run, and name the run; give the switch for dry runs."""
        self._in_menu("Deployments")
        self.page.get_by_role("link", name=deployment, exact=True).first.click()
        self.page.get_by_role("button", name="Run", exact=True).click()
        self.page.get_by_role("menuitem", name="Custom run").click()
        self.page.get_by_role("textbox", name="Run Name", exact=True).fill(run_name)
        return self.page.get_by_role("switch", name="dry_run")

    def values(self) -> list[str]:
        """What is filled in, of the form that is open."""
        return [one.input_value() for one in self.page.get_by_role("textbox").all()]

    def submit(self) -> None:
        """Start the run of the form."""
        self._send(self.page.get_by_role("button", name="Submit"), "/create_flow_run")
        self.page.get_by_role("heading", name="Parameters").wait_for(state="hidden")

    def open_run(self, name: str) -> None:
        """Open the page of a run by its name."""
        self._in_menu("Runs")
        self.run = name
        self.page.get_by_role("link", name=name).first.click()
        self._tab("Details").wait_for()

    def await_state(self, run: str, state: str) -> None:
        """Wait until a run is in this state, in the list of runs: its own page draws all the time."""
        self._in_menu("Runs")
        of_run = self.page.locator("main li").filter(has=self.page.get_by_role("link", name=run))
        self._await(of_run.get_by_text(state, exact=True).first)

    def await_children(self, number: int) -> None:
        """Wait until so many clusters have runs, in the same list."""
        self._in_menu("Runs")
        self._await(self.page.locator("main").get_by_role("link", name=_CHILD).nth(number - 1))

    def open_children(self, number: int) -> None:
        """Open the list of the run's own runs, with room for all, and wait until so many are shown."""
        self._tab("Subflow Runs").click()
        size = self.page.get_by_role("combobox", name="Items per page")
        if number > int(size.inner_text()):
            size.click()
            self.page.get_by_role("option", name="25", exact=True).click()
        self.page.get_by_role("tabpanel").get_by_role("link", name=_CHILD).nth(number - 1).wait_for()

    def states_of_children(self, number: int) -> dict[str, str]:
        """Give the state of each of so many runs, by cluster."""
        self.open_children(number)
        return dict(self._settled(lambda: _CHILD_AND_STATE.findall(self.page.get_by_role("tabpanel").inner_text())))

    def open_gate(self) -> Locator:
        """Open the question at which the run waits, with the evidence; give the dialog."""
        self.page.locator("main").get_by_role("button", name="Open menu").first.click()
        self.page.get_by_role("menuitem", name="Resume").click()
        dialog = self.page.get_by_role("dialog", name="Resume Flow Run")
        dialog.get_by_role("heading", name="At risk").wait_for()
        return dialog

    def answer(self, dialog: Locator, decision: str, why: str, who: str) -> None:
        """Choose, say why, and let the run go on."""
        dialog.get_by_role("button", name="Select Decision").click()
        self.page.get_by_role("option", name=decision).click()
        dialog.get_by_label("Why").fill(why)
        dialog.get_by_label("Who").fill(who)

    def resume(self, dialog: Locator) -> None:
        """Send the answer."""
        self._send(dialog.get_by_role("button", name="Resume"), "/resume")
        dialog.wait_for(state="hidden")

    def artifacts(self) -> list[str]:
        """Open what the run shows; give the keys."""
        self._tab("Artifacts").click()
        return self._settled(self.page.get_by_role("tabpanel").get_by_role("heading").all_inner_texts)

    def open_artifact(self, key: str) -> Locator:
        """Open an artifact of the run by its key, which is a pattern; give its content.

        The run's page leads to all artifacts of that key, where a number stands above the name of each one's run.
        """
        card = self.page.get_by_role("heading", name=re.compile(f"^{key}$"))
        self.page.get_by_role("tabpanel").get_by_role("link").filter(has=card).first.click()
        of_run = self.page.locator("main").get_by_role("link", name=self.run).first
        of_run.locator("xpath=preceding::a[1]").click()
        return self.page.get_by_role("tabpanel", name="Artifact", exact=True)

    def scroll_to(self, content: Locator, heading: str) -> None:
        """Bring a part of an artifact into the middle of the window."""
        content.get_by_role("heading", name=heading).evaluate("heading => heading.scrollIntoView({block: 'center'})")

    def rows(self, content: Locator) -> list[str]:
        """Give the rows of the first table of an artifact."""
        return self._settled(content.locator("table").first.locator("tbody tr").all_inner_texts)

    def _await(self, what: Locator) -> None:
        """Wait for what a list will show; load it again from time to time, as a person would."""
        for _ in range(_LOOKS):
            with suppress(NotInTime):
                return what.wait_for(timeout=_LOOK)
            self.page.reload()
        raise AssertionError(f"nothing is shown of {what}")

    def _settled(self, read: Callable[[], list[T]]) -> list[T]:
        """Read until something is there, and twice the same: a page draws anew what it has just drawn."""
        before: list[T] = []
        for _ in range(_READINGS):
            now = read()
            if now and now == before:
                return now
            before = now
            self.page.wait_for_timeout(_DRAWN)
        raise AssertionError(f"what is shown does not settle; the last of it: {before}")

    def _send(self, button: Locator, to: str) -> None:
        """Press, and, as a person would, press again where the server was busy: the form says so for a moment."""
        for _ in range(_PRESSES):
            with suppress(NotInTime):
                with self.page.expect_response(re.compile(f"{to}$"), timeout=_MOMENT) as answer:
                    button.click()
                if answer.value.ok:
                    return
        raise AssertionError(f"Prefect's server did not take what was sent to {to}")

    def _in_menu(self, name: str) -> None:
        self.page.get_by_role("link", name=name, exact=True).first.click()

    def _tab(self, name: str) -> Locator:
        return self.page.get_by_role("tab", name=name)
