"""A wrong command line gets one sentence that says what to do, and exit status 2; nothing is started."""

from pathlib import Path

import pytest

from cli.main import run

WORLD = Path(__file__).parent.parent.parent / "cli" / "demo.yaml"


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["migrate"], "--cluster ID or --subscription ID"),
        (["migrate", "--cluster", "prod"], "is not the id of an AKS cluster"),
        (["migrate", "--subscription", "x", "--max-concurrency", "0"], "must be at least 1"),
        (["migrate", "--subscription", "x", "--max-concurrency", "many"], "many"),
        (["migrate", "--subscription", "x", "--identity-name", "same-for-all"], "identity_name"),
        (["migrate", "--subscription", "x", "--grant-age", "-1"], "minimum_grant_age_minutes"),
        (["migrate", "--subscription", "x", "--output", "xml"], "xml"),
        (["migrate", "--nonsense"], "--nonsense"),
        (["migrate", "--subscription", "x", "--kubelet", "mine"], "mine"),
        (["migrate", "--subscription", "x", "--extra-role", "kubelet=Reader"], "PRINCIPAL=ROLE=SCOPE"),
        (["migrate", "--subscription", "x", "--service-principal", "abc"], "client_id"),
        (
            ["migrate", "--subscription", "x", "--control-plane", "system_assigned", "--kubelet", "pre_created"],
            "needs a user-assigned control plane",
        ),
        (["migrate", "--subscription", "x", "--registry", "r", "--no-registries"], "either --registry"),
        (["assess", "--subscription", "x"], "subscriptions"),
        (["assess", "--cluster", "prod"], "is not the id of an AKS cluster"),
        (["create", "--cluster", "prod", "--location", "westeurope"], "is not the id of an AKS cluster"),
        (["nonsense"], "nonsense"),
        (["simulate"], "either --world FILE or --generate NUMBER"),
        (["simulate", "--world", str(WORLD), "--generate", "3"], "either --world FILE or --generate NUMBER"),
        (["simulate", "--world", str(WORLD), "--seed", "3"], "--seed goes with --generate"),
        (["simulate", "--world", str(WORLD), "--subscriptions", "3"], "--subscriptions goes with --generate"),
        (["simulate", "--generate", "0"], "at least one cluster"),
        (["simulate", "--generate", "many"], "many"),
        (["simulate", "--world", "no-such-file.yaml"], "no-such-file.yaml"),
        (["simulate", "--world", str(WORLD), "--pace", "0"], "pace"),
    ],
    ids=lambda value: " ".join(value)[:60] if isinstance(value, list) else "",
)
def test_one_sentence(arguments: list[str], told: str, capsys: pytest.CaptureFixture[str]) -> None:
    """The sentence names what is wrong, on standard error, without a traceback."""
    assert run(arguments) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert told in err
    assert "Traceback" not in err
    assert err.count("\n") == 1


def test_a_broken_world(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A world file with a mistake is told with the place of the mistake."""
    world = tmp_path / "world.yaml"
    world.write_text("clusters:\n  - {name: a, resource_group: b, identity: {service_principal: c}, pools: []}\n")
    assert run(["simulate", "--world", str(world)]) == 2
    assert "clusters.0" in capsys.readouterr().err


@pytest.mark.parametrize(
    "arguments",
    [
        ["--help"],
        ["assess", "--help"],
        ["create", "--help"],
        ["migrate", "--help"],
        ["simulate", "--help"],
        ["demo", "--help"],
    ],
)
def test_help(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    """Help is asked for, so it is no error."""
    assert run(arguments) == 0
    assert "Usage" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("name", "value"), [("FLEET_IDENTITY_PACE", "fast"), ("FLEET_IDENTITY_ARM_ENDPOINT", "http://localhost")]
)
def test_wrong_settings(
    name: str, value: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A setting that makes no sense is named as the operator wrote it."""
    monkeypatch.setenv(name, value)
    assert run(["migrate", "--subscription", "x"]) == 2
    assert capsys.readouterr().err.startswith(f"fleet-identity: {name}: ")
