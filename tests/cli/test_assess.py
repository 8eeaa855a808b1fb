"""`fleet-identity assess` and `create`, as processes of their own, against the pretended Azure."""

import csv
import io
import json
from pathlib import Path
from subprocess import CompletedProcess

import pytest

from tests.azure_fixture import SimulatorFactory
from tests.cli.command import run, states
from tests.worlds import CLUSTER, CLUSTER_ID, SUBNET_ID, SUBSCRIPTION, cluster, one_cluster

PACE = 5000.0
NOWHERE = "00000000-0000-0000-0000-000000000000"


@pytest.mark.dry_run
def test_every_output(simulate: SimulatorFactory, prefect: str, tmp_path: Path) -> None:
    """The same assessment as a table in 80 columns, JSON, CSV and one HTML file; standard output holds nothing else."""
    azure = simulate(one_cluster(clusters=[cluster("a"), cluster("b", power="Stopped")]), pace=PACE)

    def assess(*options: str) -> CompletedProcess[str]:
        ended = run("assess", *options, home=tmp_path, azure=azure, prefect=prefect)
        assert ended.returncode == 0, ended.stderr
        return ended

    table = assess().stdout
    assert "blocked by ClusterStopped" in table
    assert "2 of 2 clusters still live on a secret" in table.replace("\n", " ")
    assert max(len(line) for line in table.splitlines()) <= 80
    document = json.loads(assess("--output", "json", "--subscription", SUBSCRIPTION).stdout)
    assert [one["name"] for one in document["clusters"]] == ["a", "b"]
    rows = list(csv.DictReader(io.StringIO(assess("--output", "csv", "--tag", "none=such").stdout)))
    assert rows == []
    nothing = assess("--tag", "expires=never")
    assert nothing.stdout == "No cluster was found with tag expires=never.\n"
    page = assess("--output", "html", "--cluster", CLUSTER_ID.replace(CLUSTER, "b")).stdout
    assert page.startswith("<!doctype html>")


@pytest.mark.dry_run
@pytest.mark.parametrize(
    ("options", "told"),
    [
        (("--subscription", NOWHERE), "Check the subscription's id"),
        (("--cluster", f"{CLUSTER_ID}-gone"), "There is no cluster"),
    ],
)
def test_what_is_not_there(
    simulate: SimulatorFactory, prefect: str, tmp_path: Path, options: tuple[str, ...], told: str
) -> None:
    """What can't be read is one sentence for a person, and status 3."""
    azure = simulate(one_cluster(), pace=PACE)
    ended = run("assess", *options, home=tmp_path, azure=azure, prefect=prefect)
    assert ended.returncode == 3, ended.stderr
    assert told in ended.stderr
    assert "Traceback" not in ended.stderr


@pytest.mark.dry_run
def test_one_cluster_is_counted_as_one(simulate: SimulatorFactory, prefect: str, tmp_path: Path) -> None:
    """The progress line counts as people do."""
    ended = run("assess", home=tmp_path, azure=simulate(one_cluster(), pace=PACE), prefect=prefect)
    assert "1 cluster assessed." in ended.stderr


def test_a_cluster_is_made(simulate: SimulatorFactory, prefect: str, tmp_path: Path) -> None:
    """A new cluster on managed identities, from the terminal."""
    azure = simulate(one_cluster(), pace=PACE)
    new = CLUSTER_ID.replace(CLUSTER, "new-weu-01")
    told = ("create", "--cluster", new, "--location", "westeurope", "--subnet", SUBNET_ID, "--kubelet", "pre_created")
    ended = run(*told, "--apply", "--output", "json", home=tmp_path, azure=azure, prefect=prefect)
    assert ended.returncode == 0, ended.stderr
    assert states(ended.stdout) == {"new-weu-01": "Created"}


def test_a_cluster_is_made_and_shown(simulate: SimulatorFactory, prefect: str, tmp_path: Path) -> None:
    """The table knows the state of a cluster that has just been made."""
    azure = simulate(one_cluster(), pace=PACE)
    told = ("create", "--cluster", CLUSTER_ID.replace(CLUSTER, "new-weu-01"), "--location", "westeurope")
    ended = run(*told, "--apply", home=tmp_path, azure=azure, prefect=prefect)
    assert ended.returncode == 0, ended.stderr
    assert "Created" in ended.stdout
