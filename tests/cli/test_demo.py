"""`fleet-identity demo`, as a newcomer starts it."""

import json
from pathlib import Path

import pytest

from tests.cli.command import start


@pytest.mark.alone
def test_the_demo(tmp_path: Path) -> None:
    """All twelve clusters end as they should, without an incident; with --output json nothing else is printed."""
    with start("demo", "--pace", "600", "--output", "json", home=tmp_path) as process:
        out, err = process.communicate(timeout=900)
    told = json.loads(out)
    assert process.returncode == 0, err
    assert (told["clusters"], told["migrated"], told["failed"], told["incidents"]) == (12, 6, 0, 0)
    assert "3. What became of the fleet" in err
