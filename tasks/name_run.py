"""Gives a run the name that people look for, once the first plan tells what it is about."""

import logging

from prefect.client.orchestration import get_client
from prefect.runtime import flow_run

from tasks.earlier_tries import is_later_try

_log = logging.getLogger(__name__)


async def name_run(name: str) -> None:
    """Rename the flow run around us; a name that can't be set ends no migration.

    A later try keeps what an earlier one has told after the colon, for that was before anything was done.
    """
    if is_later_try() and str(flow_run.name).partition(":")[0] == name.partition(":")[0]:
        return
    try:
        async with get_client() as client:
            await client.update_flow_run(flow_run.id, name=name)
    except Exception as error:  # noqa: BLE001 - whatever Prefect's API says, the cluster comes first
        _log.warning("The run could not be named in Prefect: %s", error)
