"""Refusals of the pretended Azure, in the two shapes that Azure has.

The AKS resource provider answers flat bodies (`code`, `details`, `message`, `subcode`); the ARM gateway,
Authorization and Managed Identity wrap theirs in `error`. Source: recordings of Azure CLI test traffic.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from simulator.json_object import JsonObject


class SimulatorError(Exception):
    """The simulator cannot do what its operator asked; the message is one sentence for a person."""


class ArmError(Exception):
    """A refusal that the client sees."""

    def __init__(
        self, status: int, code: str, message: str, *, flat: bool, headers: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message
        self.flat = flat
        self.headers = dict(headers or {})

    def body(self) -> JsonObject:
        """The error document."""
        if self.flat:
            return {"code": self.code, "details": None, "message": self.message, "subcode": ""}
        return {"error": {"code": self.code, "message": self.message}}


@dataclass(frozen=True, slots=True, kw_only=True)
class OperationError:
    """Why an operation that was accepted ends badly."""

    code: str
    message: str

    def body(self) -> JsonObject:
        """The `error` member of an operation's status."""
        return {"code": self.code, "message": self.message}


def from_aks(status: int, code: str, message: str) -> ArmError:
    """A refusal by the AKS resource provider."""
    return ArmError(status, code, message, flat=True)


def from_arm(status: int, code: str, message: str) -> ArmError:
    """A refusal by the ARM gateway, or by a provider that wraps its errors as the gateway does."""
    return ArmError(status, code, message, flat=False, headers={"x-ms-failure-cause": "gateway"})


def resource_not_found(kind: str, name: str, group: str) -> ArmError:
    """A resource that does not exist (recordings of Azure CLI test traffic)."""
    return from_arm(
        404,
        "ResourceNotFound",
        f"The Resource '{kind}/{name}' under resource group '{group}' was not found. "
        "For more details please go to https://aka.ms/ARMResourceNotFoundFix",
    )
