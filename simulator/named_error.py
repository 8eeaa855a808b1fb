"""How an error of Azure that a fault can name arrives."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedError:
    """An error of Azure. `{path}` in its message stands for the path of the request."""

    code: str
    message: str
    status: int = 400
    flat: bool = True
    """The AKS resource provider's shape; False for the gateway's, which wraps."""
    headers: Mapping[str, str] = field(default_factory=dict)
    ends_operation: bool = False
    """The request is accepted, and its operation fails."""
    annotates: bool = False
    """Azure answers as ever; an operation's status carries the error beside its status."""
