"""docs/configuration.md tells every setting as it is in the code."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from pydantic.fields import FieldInfo

from cli.prefect_profile import DEFAULTS
from fleet_identity.settings import Settings
from simulator.environment import environment

PAGE = (Path(__file__).parent.parent / "docs" / "configuration.md").read_text()
OURS = "FLEET_IDENTITY_"


def rows() -> dict[str, list[str]]:
    """Give the cells of each row, by the first name in it."""
    lines = [line for line in PAGE.splitlines() if line.startswith("| `")]
    cells = [[cell.strip() for cell in line.strip("|").split(" | ")] for line in lines]
    return {row[0].strip("`"): row for row in cells}


def variable(name: str, field: FieldInfo) -> str:
    """Give the variable from which a setting is read."""
    return field.validation_alias if isinstance(field.validation_alias, str) else f"{OURS}{name.upper()}"


def default(name: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """Give what a setting is where the environment says nothing."""
    for field_name, field in Settings.model_fields.items():
        monkeypatch.delenv(variable(field_name, field), raising=False)
    value: Any = getattr(Settings(), name)
    match value:
        case float():
            return f"{value:g}"
        case tuple():
            return json.dumps(value)
        case _:
            return str(value)


@pytest.mark.parametrize("name", Settings.model_fields)
def test_every_setting_is_told(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each setting has a row of five: its name, what it means, its unit, its default, and who sets it."""
    named = variable(name, Settings.model_fields[name])
    row = rows().get(named)
    assert row, f"docs/configuration.md has no row for {named}: name, meaning, unit, default, who sets it."
    if not named.startswith(OURS):
        return  # Azure's or Prefect's own, which their tables tell
    assert len(row) == 5, (
        f"The row of {named} in docs/configuration.md needs name, meaning, unit, default, who sets it."
    )
    told, meant = row[3].strip("`"), default(name, monkeypatch)
    assert told == meant, f"docs/configuration.md says that {named} is {told} by default, and it is {meant}."


def test_no_setting_is_made_up() -> None:
    """Whatever a page calls FLEET_IDENTITY_SOMETHING is a setting."""
    real = {variable(name, field) for name, field in Settings.model_fields.items()}
    pages = [*Path(__file__).parent.parent.glob("*.md"), *(Path(__file__).parent.parent / "docs").rglob("*.md")]
    told = {name for page in pages for name in re.findall(rf"{OURS}[A-Z_]+[A-Z]", page.read_text())}
    assert told - real == set(), f"These are no settings: {sorted(told - real)}."


@pytest.mark.parametrize(("name", "value"), DEFAULTS.items())
def test_what_the_command_sets_is_told(name: str, value: str) -> None:
    """Each of Prefect's settings that the command sets for itself is on the page, with its value."""
    assert rows().get(name) == [f"`{name}`", f"`{value}`"], f"docs/configuration.md must say: | `{name}` | `{value}` |"


def test_what_the_simulator_exports_is_told() -> None:
    """Nothing is put into a shell by the simulator that the page does not name."""
    exported = environment("https://localhost", Path("ca.pem"), "tenant", 1.0)
    assert [name for name in exported if f"`{name}`" not in PAGE] == []
