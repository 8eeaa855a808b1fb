"""Starting an operation, and what happens when its time is over."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import timedelta

    from simulator.azure import Azure
    from simulator.errors import OperationError
    from simulator.operations.models import Operation


def start(
    azure: Azure,
    operation: Operation,
    *,
    lasts: timedelta,
    error: OperationError | None,
    ends: Callable[[Operation], None],
) -> Operation:
    """Begin an operation; `ends` is called when it is over, well or badly."""
    operation.retry_after = azure.world.behaviour.operation_retry_after
    azure.operations[operation.id.lower()] = operation

    def end() -> None:
        operation.status = "Failed" if error else "Succeeded"
        operation.error = error
        operation.ended = azure.now
        ends(operation)

    azure.timeline.at(azure.now + lasts, end)
    return operation
