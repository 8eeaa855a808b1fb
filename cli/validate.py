"""`fleet-identity validate`: whether a file is a fleet spec."""

from pathlib import Path

from cli.exit_status import ExitStatus, UsageError
from fleet_identity.fleet.spec_file import SpecError, read_spec


def validate(file: Path) -> int:
    """Say whether a file is a fleet spec, and what is wrong with it, line by line. Asks nothing of Azure.

    Exit status: 0 if it is one; 2 if it is not.

    Args:
        file: The YAML file.
    """
    try:
        spec = read_spec(file)
    except SpecError as error:
        raise UsageError(str(error)) from error
    for stage in spec.strategy.stages:
        groups = ", ".join(f"{group.name} ({group.max_concurrency} at a time)" for group in stage.groups)
        print(f"stage {stage.name}: {groups}")
    print(f"{file} is a fleet spec.")
    return ExitStatus.DONE
