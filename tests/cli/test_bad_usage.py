"""A wrong command line gets one sentence that says what to do, and exit status 2; nothing is started."""

from pathlib import Path

import pytest

from cli.main import run
from fleet_identity.settings import Settings
from tests.worlds import CLUSTER_ID, IDENTITY_ID, SUBSCRIPTION

CREATE = ("create", "--cluster", CLUSTER_ID, "--location", "westeurope")
PYDANTIC = ("Value error", "should", "Input", "pattern", "_age_", "_id ")
"""How pydantic speaks, and models name their fields."""
AWAY = "--fleet FILE says all of this itself: leave --subscription, --cluster"
WORLD = Path(__file__).parent.parent.parent / "cli" / "demo.yaml"


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["migrate"], "--cluster ID or --subscription ID"),
        (["undo-preparation"], "Say what to take back: --fleet FILE, --cluster ID or --subscription ID."),
        (["undo-preparation", "--fleet", "fleet.yaml", "--subscription", SUBSCRIPTION], AWAY),
        (["undo-preparation", "--cluster", "prod"], "is not the id of an AKS cluster"),
        (["undo-preparation", "--fleet", "no-such.yaml"], "no-such.yaml: there is no such file."),
        (["migrate", "--fleet", "no-such.yaml"], "fleet-identity: no-such.yaml: there is no such file."),
        (["migrate", "--fleet", "fleet.yaml", "--subscription", SUBSCRIPTION], AWAY),
        (["migrate", "--fleet", "fleet.yaml", "--kubelet", "pre_created"], AWAY),
        (["migrate", "--cluster", "prod"], "is not the id of an AKS cluster"),
        (["migrate", "--subscription", SUBSCRIPTION, "--max-concurrency", "0"], "must be at least 1"),
        (
            ["migrate", "--subscription", SUBSCRIPTION, "--max-concurrency", "many"],
            "'many' is not a whole number or a percentage such as 5%, at most 100%.",
        ),
        (
            ["migrate", "--subscription", SUBSCRIPTION, "--identity-name", "same-for-all"],
            "--identity-name: 'same-for-all' is not a name with {cluster} in it",
        ),
        (
            ["migrate", "--subscription", SUBSCRIPTION, "--grant-age", "-1"],
            "--grant-age: -1.0 is not a number of minutes",
        ),
        (["migrate", "--subscription", SUBSCRIPTION, "--output", "xml"], "xml"),
        (["migrate", "--nonsense"], "--nonsense"),
        (
            ["migrate", "--fleet", "fleet.yaml", "--max-concurrency", "2"],
            "and --max-allowed-failures away.",
        ),
        (["approve", "x"], "'x' is not the id of a run: take it from the line in which the run asks"),
        (["migrate", "--subscription", SUBSCRIPTION, "--kubelet", "mine"], "mine"),
        (["migrate", "--subscription", SUBSCRIPTION, "--extra-role", "kubelet=Reader"], "PRINCIPAL=ROLE=SCOPE"),
        (
            ["migrate", "--subscription", SUBSCRIPTION, "--service-principal", "abc"],
            "--service-principal: 'abc' is not a client id",
        ),
        (
            [
                "migrate",
                "--subscription",
                SUBSCRIPTION,
                "--control-plane",
                "system_assigned",
                "--kubelet",
                "pre_created",
            ],
            "fleet-identity: A pre-created kubelet identity needs a user-assigned control plane.",
        ),
        (
            ["assess", "--kubelet-identity-id", IDENTITY_ID],
            "--kubelet-identity-id needs --kubelet pre_created or pre_created_same_put.",
        ),
        (
            ["assess", "--control-plane", "system_assigned", "--identity-id", IDENTITY_ID],
            "--identity-id names a user-assigned identity, and --control-plane is system_assigned.",
        ),
        (["assess", "--identity-tag", "none"], "--identity-tag: 'none' is not name=value."),
        (["assess", "--registry", "r"], "--registry: 'r' is not the id of a registry"),
        (["assess", "--extra-role", "kubelet=Reader=here"], "--extra-role: 'here' is not a resource id"),
        (["assess", "--tag", "=x"], "--tag: '=x' is not name=value, or a name."),
        (["migrate", "--subscription", "bla"], "--subscription: 'bla' is not a subscription id (a GUID, such as"),
        (["migrate", "--subscription", SUBSCRIPTION, "--registry", "r", "--no-registries"], "either --registry"),
        (["assess", "--subscription", "bla"], "--subscription: 'bla' is not a subscription id (a GUID, such as"),
        (
            ["migrate", "--subscription", SUBSCRIPTION, "--max-allowed-failures", "5 %"],
            "--max-allowed-failures: '5 %' is not a whole number or a percentage such as 5%, at most 100%.",
        ),
        (
            ["migrate", "--subscription", SUBSCRIPTION, "--max-concurrency", "500%"],
            "--max-concurrency: '500%' is not a whole number or a percentage such as 5%, at most 100%.",
        ),
        ([*CREATE, "--nodes", "0"], "--nodes: 0 is not a whole number from 1 to 1000."),
        ([*CREATE, "--nodes", "many"], "--nodes"),
        ([*CREATE, "--subnet", "foo"], "--subnet: 'foo' is not the id of a subnet (/subscriptions/"),
        ([*CREATE, "--kubernetes-version", "new"], "--kubernetes-version: 'new' is not a version such as"),
        ([*CREATE, "--replace-identity"], "--replace-identity"),
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
    assert not [word for word in PYDANTIC if word in err]


def test_a_broken_world(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A world file with a mistake is told with the place of the mistake."""
    world = tmp_path / "world.yaml"
    world.write_text("clusters:\n  - {name: a, resource_group: b, identity: {service_principal: c}, pools: []}\n")
    assert run(["simulate", "--world", str(world)]) == 2
    assert "clusters.0" in capsys.readouterr().err


@pytest.mark.parametrize("text", ["", "# nothing yet\n", "{}\n", "---\n"])
@pytest.mark.parametrize("command", [["validate"], ["migrate", "--fleet"], ["undo-preparation", "--fleet"]])
def test_an_empty_fleet(command: list[str], text: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A file that says nothing means no cluster, rather than all of them."""
    file = tmp_path / "fleet.yaml"
    file.write_text(text)
    assert run([*command, str(file)]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith(f"fleet-identity: {file} is empty: say at least which clusters are meant, such as `scope: {{")
    assert err.count("\n") == 1


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
    "arguments", [["assess", "--help"], ["create", "--help"], ["migrate", "--help"], ["simulate", "--help"]]
)
def test_defaults_in_the_help(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    """A default is shown where it says something: not that an option is off or empty unless it is given."""
    assert run(arguments) == 0
    out = " ".join(capsys.readouterr().out.replace("│", " ").split())
    assert not [empty for empty in ("()", "False", "None") if f"default: {empty}" in out]
    assert "[default: 0]" in out or "[default: user_assigned]" in out


def test_a_new_cluster_has_no_past(capsys: pytest.CaptureFixture[str]) -> None:
    """`create` offers no option that is about what a cluster ran on before."""
    assert run(["create", "--help"]) == 0
    out = capsys.readouterr().out
    past = ("switch-reimages", "upgrade-when-expiring", "replace-identity", "accept-unknown", "service-principal")
    assert not [option for option in past if f"--{option}" in out]
    assert "--kubelet-identity-name" in out


@pytest.mark.parametrize(
    ("name", "value", "must"),
    [
        ("PACE", "abc", "a number above 0"),
        ("PACE", "0", "a number above 0"),
        ("ARM_ENDPOINT", "http://localhost", "an address that begins with https://"),
        ("WATCH_INTERVAL", "soon", "a number of seconds above 0"),
        ("GRANTED_ROLES", "Network Contributor,AcrPull", 'a JSON list, such as ["AcrPull"]'),
        ("GRANTED_ROLES", '"AcrPull"', 'a JSON list, such as ["AcrPull"]'),
        ("COPIED_ROLES", "[1]", 'a JSON list, such as ["AcrPull"]'),
    ],
)
def test_wrong_settings(
    name: str, value: str, must: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A setting that makes no sense is named as the operator wrote it, with what it must be."""
    monkeypatch.setenv(f"FLEET_IDENTITY_{name}", value)
    assert run(["migrate", "--subscription", SUBSCRIPTION]) == 2
    assert capsys.readouterr().err == f"fleet-identity: FLEET_IDENTITY_{name} must be {must}.\n"


def test_right_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    """A JSON list is one, and every setting says what it must be."""
    monkeypatch.setenv("FLEET_IDENTITY_GRANTED_ROLES", '["Network Contributor", "AcrPull"]')
    assert Settings().granted_roles == ("Network Contributor", "AcrPull")
    assert all(field.description for field in Settings.model_fields.values())
