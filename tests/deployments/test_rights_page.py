"""The page of the runner's rights keeps up with the code."""

from pathlib import Path

import pytest

from fleet_identity.rights import REQUIRED, For, Required

PAGE = (Path(__file__).parent.parent.parent / "docs" / "rights.md").read_text()


@pytest.mark.parametrize("one", REQUIRED, ids=lambda one: one.action)
def test_every_action_is_on_the_page(one: Required) -> None:
    """Each action, what it is for, and which flows need it."""
    flows = ", ".join(flow.value for flow in For if flow in one.needed)
    assert f"| `{one.action}` | {one.because} | {flows} |" in PAGE


def test_no_other_is() -> None:
    """What the product does not need is not asked for."""
    assert PAGE.count("\n| `Microsoft.") == len(REQUIRED)
