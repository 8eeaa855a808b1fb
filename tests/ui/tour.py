"""A walk through Prefect's UI, in the steps of a person: what is clicked, what is typed, what is waited for."""

import re

from playwright.sync_api import Locator, Page

_ARTIFACT = re.compile(r"^[0-9a-f]{8}$")
"""How the list of all artifacts of one key names each."""
_CHILD = re.compile(r"^migrate [\w-]+: ")
_CHILD_AND_STATE = re.compile(r"^migrate ([\w-]+): .*\n+(\w+)$", re.MULTILINE)
"""A run on a cluster, as its fleet's run lists it: the name, and on the next line its state."""


class Tour:
    """Prefect's UI in a browser."""

    def __init__(self, page: Page, address: str) -> None:
        """Begin where the command says."""
        self.page = page
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

    def submit(self, run_name: str) -> None:
        """Start the run of the form, and open its page."""
        self.page.get_by_role("button", name="Submit").click()
        self.page.get_by_role("heading", name="Parameters").wait_for(state="hidden")
        self.open_run(run_name)

    def open_run(self, name: str) -> None:
        """Open the page of a run by its name."""
        self._in_menu("Runs")
        self.page.get_by_role("link", name=name).first.click()
        self._tab("Details").wait_for()

    def await_state(self, name: str) -> None:
        """Wait on the page of a run until it is in this state."""
        self.page.locator("main").get_by_text(name, exact=True).first.wait_for()

    def await_children(self, number: int) -> None:
        """Open the list of the run's own runs, with room for all, and wait until there are so many."""
        self._tab("Subflow Runs").click()
        size = self.page.get_by_role("combobox", name="Items per page")
        if number > int(size.inner_text()):
            size.click()
            self.page.get_by_role("option", name="25", exact=True).click()
        self._links_to_children().nth(number - 1).wait_for()

    def states_of_children(self) -> dict[str, str]:
        """Give the state of each of the run's own runs, by cluster."""
        self.await_children(1)
        return dict(_CHILD_AND_STATE.findall(self.page.get_by_role("tabpanel").inner_text()))

    def _links_to_children(self) -> Locator:
        return self.page.get_by_role("tabpanel").get_by_role("link", name=_CHILD)

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
        dialog.get_by_role("button", name="Resume").click()
        dialog.wait_for(state="hidden")

    def artifacts(self) -> list[str]:
        """Open what the run shows; give the keys."""
        self._tab("Artifacts").click()
        headings = self.page.get_by_role("tabpanel").get_by_role("heading")
        headings.first.wait_for()
        return headings.all_inner_texts()

    def open_artifact(self, key: str) -> Locator:
        """Open the newest artifact of a key, which is a pattern, from the run's page; give its content."""
        card = self.page.get_by_role("heading", name=re.compile(f"^{key}$"))
        self.page.get_by_role("tabpanel").get_by_role("link").filter(has=card).first.click()
        self.page.locator("main").get_by_role("link").filter(has_text=_ARTIFACT).first.click()
        return self.page.get_by_role("tabpanel", name="Artifact", exact=True)

    def scroll_to(self, content: Locator, heading: str) -> None:
        """Bring a part of an artifact into the middle of the window."""
        content.get_by_role("heading", name=heading).evaluate("heading => heading.scrollIntoView({block: 'center'})")

    def rows(self, content: Locator) -> list[str]:
        """Give the rows of the first table of an artifact."""
        rows = content.locator("table").first.locator("tbody tr")
        rows.first.wait_for()
        return rows.all_inner_texts()

    def _in_menu(self, name: str) -> None:
        self.page.get_by_role("link", name=name, exact=True).first.click()

    def _tab(self, name: str) -> Locator:
        return self.page.get_by_role("tab", name=name)
