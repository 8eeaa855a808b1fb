"""Whose migration a log line tells of: set once a run, read by whoever formats the line."""

from contextvars import ContextVar

about: ContextVar[str] = ContextVar("about", default="")
"""Name of the cluster that this run is about; "" outside one."""
