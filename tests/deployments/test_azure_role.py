"""What an operator is told to apply: commands that do what they say, and one sentence where something is wrong."""

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest

from deployments.azure_role import main
from fleet_identity.rights import REQUIRED, For
from fleet_identity.roles import ACR_PULL, KNOWN, NETWORK_CONTRIBUTOR, OWNER
from tests.worlds import SP_OBJECT_ID, SUBSCRIPTION

ALL = f"/subscriptions/{SUBSCRIPTION}"
GROUP = f"{ALL}/resourceGroups/rg (shared)"
ASKED = ("--scope", ALL, "--principal", SP_OBJECT_ID)
AZ = """#!/bin/sh
for argument in "$@"; do printf '%s\\0' "$argument"; done >> "$CALLS"
printf '\\n\\0' >> "$CALLS"
"""


def printed(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    assert main([*ASKED, *arguments]) == 0
    return capsys.readouterr().out


def document(capsys: pytest.CaptureFixture[str], *arguments: str) -> dict[str, Any]:
    return json.loads(printed(capsys, "--output", "json", *arguments))


def calls(script: str, folder: Path) -> list[list[str]]:
    """Run the script in a shell whose `az` only notes what it was called with."""
    az, noted = folder / "az", folder / "calls"
    az.write_text(AZ)
    az.chmod(0o755)
    env = {"PATH": f"{folder}:{os.environ['PATH']}", "CALLS": str(noted)}
    subprocess.run(["sh", "-eu"], input=script, text=True, check=True, env=env)  # noqa: S607 - whichever shell is there
    lines = noted.read_text().split("\n\0")
    return [line.rstrip("\0").split("\0") for line in lines if line]


def test_the_script_makes_the_role_and_assigns_it(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """What `az` gets are the role as one JSON document, and an assignment with its condition at each scope."""
    wanted = document(capsys, "--scope", GROUP)
    role, *assignments = calls(printed(capsys, "--scope", GROUP), tmp_path)
    assert role[:4] == ["role", "definition", "create", "--role-definition"]
    assert json.loads(role[4]) == wanted["roleDefinition"]
    given = [dict(zip(call[3::2], call[4::2], strict=True)) for call in assignments]
    assert [one["--scope"] for one in given] == [ALL, GROUP]
    for one, asked in zip(given, wanted["roleAssignments"], strict=True):
        assert one["--condition"] == asked["condition"]
        assert one["--condition-version"] == "2.0"
        assert one["--assignee-object-id"] == SP_OBJECT_ID
        assert one["--role"] == wanted["roleDefinition"]["Name"]


def test_the_role_holds_every_action_and_no_other(capsys: pytest.CaptureFixture[str]) -> None:
    """No wildcard, no data action, and for each action why."""
    found = document(capsys)
    actions = found["roleDefinition"]["Actions"]
    assert sorted(actions) == sorted(one.action for one in REQUIRED) == sorted(found["actions"])
    assert not [one for one in actions if "*" in one]
    assert found["roleDefinition"]["AssignableScopes"] == [ALL]
    assert found["graph"] == ["Application.Read.All"]
    assert all(found["actions"].values())


def test_for_assessments_it_only_reads(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """Nothing that writes, so no condition either; and the role has a name of its own."""
    found = document(capsys, "--read-only")
    assert all(one.endswith("/read") for one in found["roleDefinition"]["Actions"])
    assert set(found["roleDefinition"]["Actions"]) == {one.action for one in REQUIRED if For.ASSESS in one.needed}
    assert found["roleDefinition"]["Name"] == "Fleet identity runner (read only)"
    _, assignment = calls(printed(capsys, "--read-only"), tmp_path)
    assert "--condition" not in assignment


def test_the_condition_names_the_allow_list(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Names become GUIDs, GUIDs stay; what is copied must be allowed first, and adds nothing."""
    own = "0a1b2c3d-0000-4000-8000-000000000001"
    monkeypatch.setenv("FLEET_IDENTITY_GRANTED_ROLES", json.dumps(["network contributor", own.upper()]))
    monkeypatch.setenv("FLEET_IDENTITY_COPIED_ROLES", json.dumps(["AcrPull"]))
    condition = document(capsys)["roleAssignments"][0]["condition"]
    assert condition.count(f"{{{own}, {NETWORK_CONTRIBUTOR.guid}}}") == 2
    assert ACR_PULL.guid not in condition


def test_owner_is_in_no_default(capsys: pytest.CaptureFixture[str]) -> None:
    """Every role that is known by name may be granted by default, but for Owner."""
    condition = document(capsys)["roleAssignments"][0]["condition"]
    assert [role.name for role in KNOWN if role.guid not in condition] == [OWNER.name]


@pytest.mark.parametrize(
    ("roles", "told"),
    [
        (["AcrPull", "Shop Operator"], "names the role 'Shop Operator', and a condition takes GUIDs: write the GUID"),
        (["Owner"], "names Owner, whose holder may grant roles, and so anything"),
        (["18d7d88d-d35e-4fb5-a5c3-7773c20a72d9"], "names User Access Administrator, whose holder may grant roles"),
        ([], "names no role"),
    ],
)
def test_a_list_that_can_not_be_told_is_refused(
    roles: list[str], told: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """One sentence, exit status 2, and nothing printed that somebody might apply."""
    monkeypatch.setenv("FLEET_IDENTITY_GRANTED_ROLES", json.dumps(roles))
    assert main([*ASKED]) == 2
    said = capsys.readouterr()
    assert told in said.err
    assert (said.out, said.err.count("\n")) == ("", 1)


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ([], "--scope"),
        (["--scope", "prod", "--principal", SP_OBJECT_ID], "prod is no scope"),
        (["--scope", ALL, "--principal", "me; true"], "me; true is no object id"),
        ([*ASKED, "--nonsense"], "--nonsense"),
    ],
)
def test_a_wrong_command_line(arguments: list[str], told: str, capsys: pytest.CaptureFixture[str]) -> None:
    """It is told, and nothing is printed."""
    assert main(arguments) == 2
    said = capsys.readouterr()
    assert told in said.err
    assert said.out == ""


def test_a_wrong_setting(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """As `fleet-identity` tells it."""
    monkeypatch.setenv("FLEET_IDENTITY_GRANTED_ROLES", "AcrPull")
    assert main([*ASKED]) == 2
    assert 'FLEET_IDENTITY_GRANTED_ROLES must be a JSON list, such as ["AcrPull"].' in capsys.readouterr().err
