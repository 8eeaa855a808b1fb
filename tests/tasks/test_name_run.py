"""Names of runs: what was found first stays, however often the run begins."""

from uuid import UUID

from prefect import flow
from prefect.client.orchestration import get_client
from prefect.runtime import flow_run

from tasks.name_run import name_run


async def name_after(*names: str) -> str:
    """Run once for each name, as retries of one run, and give the name that it ends with; "" names nothing."""
    told, ids = [*names], set[str]()

    @flow(retries=len(names) - 1)
    async def run() -> None:
        ids.add(str(flow_run.id))
        if name := told.pop(0):
            await name_run(name)
        if told:
            raise RuntimeError("again")

    await run()
    async with get_client() as client:
        return (await client.read_flow_run(UUID(ids.pop()))).name


async def test_a_later_try_keeps_what_was_told(prefect: str) -> None:
    """The first try found the service principal; the second, which finds it gone, says nothing else."""
    names = ("migrate a: service principal -> user-assigned", "migrate a: user-assigned -> user-assigned")
    assert await name_after(*names) == names[0]


async def test_a_later_try_names_what_has_no_name_yet(prefect: str) -> None:
    """A try that failed before its plan has told nothing."""
    assert await name_after("", "migrate a: service principal -> user-assigned") == (
        "migrate a: service principal -> user-assigned"
    )
