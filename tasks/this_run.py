"""The flow run that a task works for."""

from prefect.client.schemas.objects import FlowRun
from prefect.context import FlowRunContext


def this_run() -> FlowRun:
    """Give this flow run as it was when its process began; RuntimeError outside of any."""
    context = FlowRunContext.get()
    if context is None or context.flow_run is None:
        raise RuntimeError("this is called within a flow run only")
    return context.flow_run
