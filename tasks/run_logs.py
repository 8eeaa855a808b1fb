"""Sends what the product logs to the logs of its runs in Prefect, whatever PREFECT_LOGGING_EXTRA_LOGGERS says."""

import logging

from prefect.context import FlowRunContext, TaskRunContext
from prefect.logging.handlers import APILogHandler

_OURS = ("fleet_identity", "flows", "tasks")


def tell_prefect() -> None:
    """Let our packages' loggers reach the API; once a process."""
    for name in _OURS:
        logger = logging.getLogger(name)
        if not any(isinstance(one, APILogHandler) for one in logger.handlers):
            handler = APILogHandler()
            handler.addFilter(_in_a_run)
            logger.addHandler(handler)
        logger.setLevel(min(logger.level or logging.INFO, logging.INFO))


def _in_a_run(_record: logging.LogRecord) -> bool:
    """Whether there is a run to which a line belongs: what Prefect's own threads log has none."""
    return FlowRunContext.get() is not None or TaskRunContext.get() is not None
