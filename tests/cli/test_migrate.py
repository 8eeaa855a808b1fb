"""`fleet-identity migrate`, as a process of its own, against the pretended Azure."""

import json
import re
from collections import Counter
from pathlib import Path

import pytest

from tests.azure_fixture import SimulatorFactory
from tests.cli.command import run, states
from tests.report.page import Page
from tests.worlds import CLUSTER_ID, SUBSCRIPTION, cluster, one_cluster, pool

PACE = 5000.0


@pytest.mark.dry_run
def test_a_dry_run_on_a_server_of_its_own(simulate: SimulatorFactory, tmp_path: Path) -> None:
    """Without --apply the plan is shown, in 80 columns, and nothing is written; Prefect needs no set-up."""
    azure = simulate(one_cluster(), pace=PACE)
    ended = run("migrate", "--cluster", CLUSTER_ID, home=tmp_path, azure=azure)
    assert ended.returncode == 0, ended.stderr
    assert "create user-assigned identity id-prod-weu-01" in ended.stdout
    assert "This was a dry run: nothing was changed." in ended.stdout
    assert max(len(line) for line in ended.stdout.splitlines()) <= 80


def test_a_fleet_in_all_its_states(simulate: SimulatorFactory, prefect: str, tmp_path: Path) -> None:
    """Standard output is one JSON document; the exit status says that a person must act."""
    members = [cluster("a"), cluster("b", node_pools=[pool("system", image="newest")]), cluster("c", power="Stopped")]
    azure = simulate(one_cluster(clusters=members), pace=PACE)
    ended = run(
        "migrate",
        "--subscription",
        SUBSCRIPTION,
        "--apply",
        "--output",
        "json",
        home=tmp_path,
        azure=azure,
        prefect=prefect,
    )
    assert ended.returncode == 3, ended.stderr
    assert states(ended.stdout) == {"a": "Migrated", "b": "WaitingForNodeImage", "c": "NeedsHuman"}
    assert "switch the control plane to id-a" in ended.stderr
    assert json.loads(ended.stdout)["summary"]["Migrated"] == 1


def test_a_run_as_a_page(simulate: SimulatorFactory, prefect: str, tmp_path: Path) -> None:
    """Standard output is one HTML file, in which the run is drawn as it went; the exit status is that of the others."""
    members = [cluster("a"), cluster("b", node_pools=[pool("system", image="newest")]), cluster("c", power="Stopped")]
    azure = simulate(one_cluster(clusters=members), pace=PACE)
    everything = ("migrate", "--subscription", SUBSCRIPTION, "--apply", "--output", "html")
    ended = run(*everything, home=tmp_path, azure=azure, prefect=prefect)
    assert ended.returncode == 3, ended.stderr
    assert ended.stdout.startswith("<!doctype html>")
    page = Page(ended.stdout)
    assert page.unclosed == []
    assert "Of 3 clusters, 1 was moved, 1 waits for a node image and 1 needs a person." in page.text
    rows = [row["data-s"] for row in page.all("tr") if "data-s" in row]
    assert sorted(map(str, rows)) == ["Migrated", "NeedsHuman", "WaitingForNodeImage"]
    drawn = Counter(bar.get("class") for bar in page.all("rect") if "stroke" in bar)
    assert (drawn["update"], drawn["roll"]) == (2, 2)
    assert "docs/runbook.md#clusterstopped" in page.text
    assert "Stages and gates" in page.text
    assert "The run was not stopped." in page.text
    assert "no steps have been told" not in page.text
    assert "switch the control plane to id-a" in ended.stderr


@pytest.mark.dry_run
def test_plans_as_a_page(simulate: SimulatorFactory, prefect: str, tmp_path: Path) -> None:
    """A dry run makes a page of the plans, with the stages, and the time at which the window lets each begin."""
    fleet = tmp_path / "fleet.yaml"
    window = '{start_time: "22:00", duration_hours: 8}'
    fleet.write_text(f"scope: {{subscriptions: [{SUBSCRIPTION}]}}\nstrategy: {{window: {window}}}\n")
    azure = simulate(one_cluster(), pace=PACE)
    told = {}
    for output in ("html", "table"):
        ended = run("migrate", "--fleet", str(fleet), "--output", output, home=tmp_path, azure=azure, prefect=prefect)
        assert ended.returncode == 0, ended.stderr
        told[output] = ended.stdout
    page = Page(told["html"])
    assert told["html"].startswith("<!doctype html>")
    assert "Nothing was changed." in page.text
    assert "The one cluster would be changed." in page.text
    assert "In the order in which they will come." in page.text
    assert "group everything (all the rest): 5 at a time, failures allowed: 0" in page.text
    assert re.search(r"Windows disruptive steps may begin from 2026-11-\d\d \d\d:\d\d UTC until", page.text)
    assert re.search(r"opens +disruptive steps may begin from 2026-11-\d\d \d\d:\d\d UTC", told["table"])


def test_a_failure_is_status_one(simulate: SimulatorFactory, prefect: str, tmp_path: Path) -> None:
    """A cluster that fails for a developer to look at makes the status 1, and the sentence is on the page."""
    azure = simulate(one_cluster(), pace=PACE)
    azure.add_faults(
        [{"match": {"method": "PUT", "path": "managedClusters"}, "times": 99, "error": "InvalidParameter"}]
    )
    ended = run("migrate", "--cluster", CLUSTER_ID, "--apply", home=tmp_path, azure=azure, prefect=prefect)
    assert ended.returncode == 1
    assert "Failed" in ended.stdout
    assert "Traceback" not in ended.stderr


def test_a_subscription_that_is_not_there(simulate: SimulatorFactory, prefect: str, tmp_path: Path) -> None:
    """What ends a run before it has members is one sentence."""
    azure = simulate(one_cluster(), pace=PACE)
    nowhere = "00000000-0000-0000-0000-000000000000"
    ended = run("migrate", "--subscription", nowhere, home=tmp_path, azure=azure, prefect=prefect)
    assert ended.returncode == 3
    assert "Check the subscription's id" in ended.stderr
    assert "Traceback" not in ended.stderr


@pytest.mark.dry_run
def test_a_cluster_that_is_not_there(simulate: SimulatorFactory, prefect: str, tmp_path: Path) -> None:
    """It is told once, and there is nothing to add --apply for."""
    azure = simulate(one_cluster(), pace=PACE)
    ended = run("migrate", "--cluster", f"{CLUSTER_ID}-gone", home=tmp_path, azure=azure, prefect=prefect)
    assert ended.returncode == 3
    assert (ended.stdout + ended.stderr).count("There is no cluster") == 1
    assert "--apply" not in ended.stdout
