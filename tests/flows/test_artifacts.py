"""What a fleet's run shows in Prefect while it goes on, and at its end."""

import logging
from typing import Any

import pytest
from prefect import flow
from prefect.client.orchestration import get_client
from prefect.runtime import flow_run

from fleet_identity.fleet.gate import Gate
from fleet_identity.fleet.spec import Stage
from fleet_identity.timeline import Phase
from tasks.live import Shown, kept_up
from tests.flows.conftest import Azure
from tests.flows.fleets import carry_out, fleet, group, plans, rolls, spec, waits


async def shown(**wanted: Any) -> list[dict[str, Any]]:
    """Read the artifacts that Prefect has, the latest first."""
    async with get_client() as client:
        asked = {"artifacts": wanted, "sort": "CREATED_DESC", "limit": 50}
        return (await client.request("POST", "/artifacts/filter", json=asked)).json()


async def latest(key: str) -> Any:
    return (await shown(key={"any_": [key]}))[0]["data"]


async def test_a_fleets_artifacts(azure: Azure) -> None:
    """The table tells of each cluster and leads to its run; all are done; the picture shows what was done on each.

    What is drawn the run gives back as well, with its outcomes.
    """
    azure(fleet(rolls("a1"), waits("a2")))
    outcomes = await carry_out(spec(Stage(name="all", groups=(group("one", "a*"),)), waiting_passes=True))
    table = await latest("fleet")
    assert "[a1](http" in table
    assert "/runs/flow-run/" in table
    assert "Migrated" in table
    assert "WaitingForNodeImage" in table
    assert await latest("fleet-progress") == 100
    address = await latest("fleet-picture")
    assert address.startswith("data:image/svg+xml;base64,")
    phases = {name: {one.phase for one in told.timeline} for name, told in outcomes.items()}
    assert phases["a1"] >= {Phase.GRANTS, Phase.UPDATE, Phase.ROLL}
    assert phases["a2"] >= {Phase.GRANTS, Phase.UPDATE}
    assert Phase.ROLL not in phases["a2"]


@pytest.mark.dry_run
async def test_a_dry_run_shows_the_stages(azure: Azure, caplog: pytest.LogCaptureFixture) -> None:
    """Who is in which stage, and what stands between them, on the page and on the terminal."""
    azure(fleet(rolls("a1"), rolls("b1")))
    canary = Stage(name="canary", groups=(group("one", "a*"),), after_gates=(Gate(),))
    with caplog.at_level(logging.INFO, logger="flows"):
        await plans(spec(canary, Stage(name="rest", groups=(group("two", "b*"),))))
    page = await latest("fleet")
    in_order = (
        "- stage canary:",
        "    - 1 cluster: a1",
        "  - after it: Approval",
        "- stage rest:",
        "    - 1 cluster: b1",
    )
    places = [page.index(f"\n{line}") for line in (*in_order, "### a1")]
    assert places == sorted(places)
    assert "    1 cluster: b1" in caplog.messages


async def test_a_clusters_page(azure: Azure) -> None:
    """Each cluster has a page of its own: the phases of its migration in their order."""
    azure(fleet(rolls("a1")))
    await carry_out(spec(Stage(name="all", groups=(group("one", "a*"),))))
    (page,) = [one for one in await shown(key={"like_": "cluster-a1-%"}) if one["key"]][:1]
    lines = [line.split(" | ")[1:3] for line in page["data"].splitlines() if " UTC | " in line]
    assert [phase for phase, _ in lines if phase not in {"waiting", "propagation"}] == [
        "grants",
        "update",
        "grants",
        "roll",
    ]
    assert "# a1: Migrated" in page["data"]


async def test_renewed_in_place(prefect: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """An artifact is made once and renewed from then on; the last word is told at the end."""
    monkeypatch.setenv("FLEET_IDENTITY_REPORT_BEAT", "0.01")
    now = "first"

    def show() -> list[Shown]:
        return [Shown(kind="markdown", key="renewed", description="A page", data=now)]

    @flow
    async def tells() -> str:
        nonlocal now
        async with kept_up(show):
            for following in ("second", "last"):
                while [one["data"] for one in await shown(key={"any_": ["renewed"]})] != [now]:
                    continue
                now = following
        return str(flow_run.id)

    run = await tells()
    assert [one["data"] for one in await shown(flow_run_id={"any_": [run]})] == ["last"]


async def test_what_cant_be_shown_stops_nobody(prefect: str) -> None:
    """A page that can't be made, or that Prefect does not take, is a warning, and the block goes on."""

    @flow
    async def tells() -> str:
        def show() -> list[Shown]:
            raise ValueError("no such page")

        async with kept_up(show):
            return "went on"

    assert await tells() == "went on"
