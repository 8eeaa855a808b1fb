"""`fleet-identity validate`: whether a file is a fleet spec."""

import json
from pathlib import Path
from typing import Any, Literal

from cli.exit_status import ExitStatus, UsageError
from fleet_identity.fleet.spec import FleetSpec
from fleet_identity.fleet.spec_file import SpecError, read_spec


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
    if output == "json":
        print(json.dumps({"file": str(file), **_document(spec)}, indent=2))
        return ExitStatus.DONE
    for stage in spec.strategy.stages:
        groups = ", ".join(f"{group.name} ({group.max_concurrency} at a time)" for group in stage.groups)
        print(f"stage {stage.name}: {groups}")
    print(f"{file} is a fleet spec.")
    return ExitStatus.DONE


def _document(spec: FleetSpec) -> dict[str, Any]:
    stages = [
        {
            "name": stage.name,
            "groups": [{"name": group.name, "max_concurrency": group.max_concurrency} for group in stage.groups],
        }
        for stage in spec.strategy.stages
    ]
    return {"stages": stages}
