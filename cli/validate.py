"""`fleet-identity validate`: whether a file is a fleet spec."""

import json
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

from cli.exit_status import ExitStatus, UsageError
from fleet_identity.fleet.run_window import RunWindow
from fleet_identity.fleet.spec import FleetSpec
from fleet_identity.fleet.spec_file import SpecError, read_spec
from fleet_identity.report.outline import outline_of_spec


def validate(file: Path, *, output: Literal["table", "json"] = "table") -> int:
    """Say whether a file is a fleet spec, and what is wrong with it, line by line. Asks nothing of Azure.

    For example:

        fleet-identity validate fleet.yaml

    Exit status: 0 if it is one; 2 if it is not.

    Args:
        file: The YAML file.
        output: Lines for people, or one JSON document.
    """
    try:
        spec = read_spec(file)
    except SpecError as error:
        raise UsageError(str(error)) from error
    now = datetime.now(UTC)
    if output == "json":
        print(json.dumps({"file": str(file), **spec_document(spec, now)}, indent=2))
        return ExitStatus.DONE
    print(*summary(spec, now), f"{file} is a fleet spec.", sep="\n")
    return ExitStatus.DONE


def summary(spec: FleetSpec, now: datetime) -> Iterable[str]:
    """Tell a spec line by line: its stages in outline, and when windows let a run disturb clusters."""
    yield from outline_of_spec(spec.strategy.stages)
    if window := spec.strategy.window:
        yield f"run window: {window.hours()}; {_ahead(window, now)}"
    if spec.strategy.maintenance_windows:
        yield "planned maintenance: each cluster's own must be open as well"


def spec_document(spec: FleetSpec, now: datetime) -> dict[str, Any]:
    """Give `{"stages", "window", "maintenance_windows"}`; the window is null where any time will do.

    Stages are as in a file, with their groups and gates, and with what holds where the file says nothing.
    """
    window = spec.strategy.window
    return {
        "stages": [stage.model_dump(mode="json") for stage in spec.strategy.stages],
        "window": _window(window, now) if window else None,
        "maintenance_windows": spec.strategy.maintenance_windows,
    }


def _window(window: RunWindow, now: datetime) -> dict[str, str]:
    ahead = window.ahead(now)
    return {"hours": window.hours(), "opens": ahead.start.isoformat(), "closes": ahead.end.isoformat()}


def _ahead(window: RunWindow, now: datetime) -> str:
    ahead = window.ahead(now)
    opens, closes = (f"{moment:%A %Y-%m-%d %H:%M}" for moment in (ahead.start, ahead.end))
    return f"open now, until {closes}" if ahead.start <= now else f"next opens {opens}"
