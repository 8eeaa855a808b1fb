"""Subnets, as far as a cluster needs them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Subnet:
    """A subnet of a virtual network, and the route table that hangs on it."""

    id: str
    route_table: str | None = None
