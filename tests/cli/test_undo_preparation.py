"""`migrate --prepare-only` and `undo-preparation`, as processes of their own, against the pretended Azure."""

import json
from pathlib import Path

import pytest

from tests.azure_fixture import SimulatorFactory
from tests.cli.command import run, states
from tests.worlds import SUBSCRIPTION, cluster, one_cluster

FLEET = ("--subscription", SUBSCRIPTION)
WORLD = one_cluster(clusters=[cluster("a"), cluster("c", power="Stopped")])


@pytest.mark.dry_run
def test_without_apply_nothing_is_prepared(simulate: SimulatorFactory, prefect: str, tmp_path: Path) -> None:
    """--prepare-only alone is a dry run like any other."""
    azure = simulate(WORLD)
    ended = run("migrate", *FLEET, "--prepare-only", home=tmp_path, azure=azure, prefect=prefect)
    assert "create user-assigned identity id-a" in ended.stdout
    assert "This was a dry run: nothing was changed." in ended.stdout


def test_there_and_back(simulate: SimulatorFactory, prefect: str, tmp_path: Path) -> None:
    """Prepared, shown what would go, taken back: each says in plain words, in 80 columns, what it did and did not."""
    azure = simulate(WORLD)
    before = azure.state()["role_assignments"]

    prepared = run("migrate", *FLEET, "--prepare-only", "--apply", home=tmp_path, azure=azure, prefect=prefect)
    assert prepared.returncode == 3, prepared.stderr  # c is stopped
    assert "Prepared" in prepared.stdout
    assert "No cluster was touched." in prepared.stdout

    shown = run("undo-preparation", *FLEET, home=tmp_path, azure=azure, prefect=prefect)
    assert shown.returncode == 0, shown.stderr
    assert "delete user-assigned identity id-a in rg-prod" in shown.stdout
    assert "such as virtual machines" in shown.stdout
    assert "This was a dry run: nothing was deleted. Add --apply" in shown.stdout
    assert max(len(line) for line in (prepared.stdout + shown.stdout).splitlines()) <= 80

    ended = run("undo-preparation", *FLEET, "--apply", "--output", "json", home=tmp_path, azure=azure, prefect=prefect)
    assert ended.returncode == 0, ended.stderr
    assert states(ended.stdout) == {"a": "Undone", "c": "Undone"}
    [done, _] = [[line["when"] for line in one["plan"]] for one in json.loads(ended.stdout)["clusters"]]
    assert done == ["done", "done"]
    assert "delete user-assigned identity id-a" in ended.stderr
    assert azure.state()["role_assignments"] == before


def test_what_stays_is_told(simulate: SimulatorFactory, prefect: str, tmp_path: Path) -> None:
    """An identity of somebody else's stays, the sentence says why, and that is no failure."""
    azure = simulate(one_cluster(user_assigned_identities=[{"name": "id-prod-weu-01", "resource_group": "rg-prod"}]))
    ended = run("undo-preparation", *FLEET, "--apply", home=tmp_path, azure=azure, prefect=prefect)
    assert ended.returncode == 0, ended.stderr
    assert "Kept" in ended.stdout
    assert "it does not carry the mark of one that we made for this cluster" in " ".join(ended.stdout.split())
