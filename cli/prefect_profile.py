"""Settings of Prefect that every run from the terminal needs. Applied before Prefect is imported, as defaults.

The batch sizes keep Prefect's own history complete under bursts; with the shipped ones it drops task runs.
"""

import os

DEFAULTS = {
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    "PREFECT_SERVER_SERVICES_TASK_RUN_RECORDER_BATCH_SIZE": "200",
    "PREFECT_SERVER_SERVICES_TASK_RUN_RECORDER_FLUSH_INTERVAL": "1",
    "PREFECT_SERVER_SERVICES_EVENT_PERSISTER_BATCH_SIZE": "200",
    "PREFECT_SERVER_SERVICES_EVENT_PERSISTER_FLUSH_INTERVAL": "1",
    "PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS": "120",
    "PREFECT_LOGGING_HANDLERS_CONSOLE_LEVEL": "CRITICAL",  # the terminal shows our lines, the UI Prefect's
    "PREFECT_LOGGING_EXTRA_LOGGERS": "fleet_identity,flows,tasks",
    "PREFECT_LOGGING_TO_API_WHEN_MISSING_FLOW": "ignore",
}
"""What docs/configuration.md tells that the command sets for itself."""


def apply_prefect_profile() -> None:
    """Set what the user has not set."""
    for name, value in DEFAULTS.items():
        os.environ.setdefault(name, value)


def prefect_api() -> str | None:
    """Give the API of the server that PREFECT_API_URL names, or the active profile of `prefect config set`."""
    apply_prefect_profile()
    from prefect.settings import PREFECT_API_URL

    return PREFECT_API_URL.value() or None
