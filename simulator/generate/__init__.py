"""Worlds of any size: a mixed fleet, drawn from a seed."""

from simulator.generate.fleet import generated

__all__ = ["generated"]
