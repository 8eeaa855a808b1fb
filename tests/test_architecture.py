"""The arrows of the house: who may import whom, and what may not be called."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tasks.retry_policy import READS, WRITES

ROOT = Path(__file__).parent.parent
FLOORS = ("cli", "flows", "tasks", "fleet_identity")
"""From the top down; an import may point down, and skip floors."""
PACKAGES = (*FLOORS, "deployments", "simulator")


def modules(package: str) -> list[Path]:
    return sorted((ROOT / package).rglob("*.py"))


def imported(module: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(module.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module or ""


def importers(package: str, of: str) -> list[str]:
    """Name the modules of a package that import `of` or something in it."""
    return [
        str(module.relative_to(ROOT))
        for module in modules(package)
        if any(name == of or name.startswith(f"{of}.") for name in imported(module))
    ]


@pytest.mark.parametrize("floor", FLOORS)
def test_imports_point_downwards(floor: str) -> None:
    """No floor knows a floor above it."""
    above = FLOORS[: FLOORS.index(floor)]
    assert [importers(floor, upper) for upper in above] == [[] for _ in above]


def test_rules_of_fleets_do_not_know_how_they_are_told() -> None:
    """Reports read fleets, and fleets no reports."""
    assert importers("fleet_identity/fleet", "fleet_identity.report") == []


def test_only_the_upper_floors_know_prefect() -> None:
    """The core and the simulator run without Prefect."""
    assert importers("fleet_identity", "prefect") == []
    assert importers("simulator", "prefect") == []


def test_only_the_gateway_knows_azure() -> None:
    """Nothing outside gateway/arm imports the Azure SDKs, so that errors are translated once."""
    found = [name for package in PACKAGES for name in importers(package, "azure")]
    assert [name for name in found if not name.startswith("fleet_identity/gateway/arm/")] == []


def test_simulator_and_product_are_strangers() -> None:
    """The simulator has its own opinion of Azure; only the terminal starts it."""
    assert [importers("simulator", floor) for floor in FLOORS] == [[], [], [], []]
    assert [importers(floor, "simulator") for floor in ("flows", "tasks", "fleet_identity")] == [[], [], []]


def test_tasks_stay_in_their_loop() -> None:
    """`.submit()` and `.map()` move a task to another thread and loop, where the gateway's session breaks."""
    calls = [
        f"{module.relative_to(ROOT)}:{node.lineno}"
        for package in ("flows", "tasks")
        for module in modules(package)
        for node in ast.walk(ast.parse(module.read_text()))
        if isinstance(node, ast.Attribute) and node.attr in {"submit", "map"}
    ]
    assert calls == []


def test_types_are_there_at_run_time() -> None:
    """Annotations under TYPE_CHECKING silently lose their place in a flow's form."""
    hidden = [
        str(module.relative_to(ROOT))
        for package in ("flows", "tasks", "fleet_identity")
        for module in modules(package)
        if "TYPE_CHECKING" in module.read_text()
    ]
    assert hidden == []


def test_no_result_is_stored() -> None:
    """A retried run asks Azure again: no flow and no task keeps what it has returned, whatever Prefect is set to."""
    decorators = [
        (f"{module.relative_to(ROOT)}:{node.lineno}", ast.unparse(decorator))
        for package in ("flows", "tasks")
        for module in modules(package)
        for node in ast.walk(ast.parse(module.read_text()))
        if isinstance(node, ast.AsyncFunctionDef | ast.FunctionDef)
        for decorator in node.decorator_list
    ]
    ours = [(where, text) for where, text in decorators if text.startswith(("flow", "task"))]
    assert len(ours) > 15
    assert [one for one in ours if not one[1].endswith(("**READS)", "**WRITES)", "persist_result=False)"))] == []
    assert not READS["persist_result"]
    assert not WRITES["persist_result"]


def test_the_floor_of_benchmarks_owes_nothing_to_the_product() -> None:
    """What we are measured against is the plain SDK: it alone may import Azure's, and knows nothing of us."""
    floor = "benchmarks/makespan/floor.py"
    assert importers("benchmarks", "azure") == [floor]
    assert [above for above in FLOORS if floor in importers("benchmarks", above)] == []
    assert [importers(package, "benchmarks") for package in PACKAGES] == [[] for _ in PACKAGES]
