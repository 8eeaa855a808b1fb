"""No secret in a parameter, a log, an artifact, a state or a result: all that Prefect stores is read, and searched."""

from collections.abc import Awaitable, Callable, Iterable, Mapping
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import unquote_plus

import pytest
from prefect.client.orchestration import PrefectClient, get_client
from prefect.client.schemas.objects import Artifact
from prefect.client.schemas.sorting import ArtifactSort, FlowRunSort, TaskRunSort
from prefect.logging.handlers import APILogHandler

from fleet_identity.fleet.spec import FleetSpec, Group, Stage, Strategy
from fleet_identity.gateway.arm.redact import redacted
from fleet_identity.scope import Scope
from fleet_identity.target import Target
from flows.migrate_fleet import migrate_fleet
from simulator import Exchange, Simulator
from tasks.conclude import outcomes_of, state_of
from tests.cli.command import run
from tests.flows.conftest import Azure
from tests.worlds import CLUSTER_ID, SP_CLIENT_ID, SUBSCRIPTION, cluster, one_cluster

OURS = "runner~secret~Qz81"
THEIRS = "principal~secret~Vx42"
PLANTED = "planted-word-7731"
QUOTING = (
    f"{PLANTED}: the request was refused: PUT with Authorization: Bearer {{token}} and body "
    f'{{{{"servicePrincipalProfile": {{{{"clientId": "{SP_CLIENT_ID}", "secret": "{THEIRS}"}}}}}}}}, sent by '
    f"client_id={SP_CLIENT_ID}&client_secret={OURS}"
)
"""An error as Azure would never write it, and a proxy before it may: it quotes what it was sent."""

Stores = Mapping[str, str]
"""All that was stored, as text, by what it is."""


def quoting(simulator: Simulator) -> None:
    """Refuse the PUT of cluster b with that error."""
    answer = {"status": 400, "code": "BadRequest", "message": QUOTING.format(token="eyJh.eyJi.c2ln")}
    rule = {"match": {"method": "PUT", "path": "managedClusters/b$"}, "times": 99, "answer": answer}
    simulator.add_faults([rule])


def signing_in(simulator: Simulator) -> list[Exchange]:
    """The requests for tokens, where a secret belongs."""
    return [one for one in simulator.journal if one.path.endswith("/token")]


def tokens(simulator: Simulator) -> set[str]:
    """Every token that was issued."""
    issued = [one.response_body for one in signing_in(simulator)]
    return {str(body["access_token"]) for body in issued if "access_token" in body}


def asked(simulator: Simulator) -> str:
    """Every request, but for where a secret and a token belong: what signs in, and the header that shows it."""
    return "\n".join(map(_request, (one for one in simulator.journal if not one.path.endswith("/token"))))


def _request(one: Exchange) -> str:
    headers = {name: text for name, text in one.request_headers.items() if name.lower() != "authorization"}
    return f"{one.method} {one.path} {one.query} {headers} {one.request_content.decode()}"


async def stored() -> Stores:
    """All that Prefect's API tells: runs with their parameters, states with messages and data, logs, artifacts."""
    await APILogHandler.aflush()
    async with get_client() as client:
        flow_runs = await _pages(partial(client.read_flow_runs, sort=FlowRunSort.ID_DESC))
        task_runs = await _pages(partial(client.read_task_runs, sort=TaskRunSort.ID_DESC))
        states = [await client.read_flow_run_states(one.id) for one in flow_runs]
        states += [await client.read_task_run_states(one.id) for one in task_runs]
        return {
            "flow runs": _text(flow_runs),
            "task runs": _text(task_runs),
            "states": _text(state for found in states for state in found),
            "logs": _text(await _pages(client.read_logs)),
            "artifacts": _text(await _pages(partial(_artifacts, client))),
        }


async def _artifacts(client: PrefectClient, limit: int, offset: int) -> list[Artifact]:
    """The client's own method sends filters that the server refuses."""
    body = {"limit": limit, "offset": offset, "sort": ArtifactSort.ID_DESC}
    found = await client.request("POST", "/artifacts/filter", json=body)
    return [Artifact.model_validate(one) for one in found.json()]


async def _pages(read: Callable[..., Awaitable[Iterable[Any]]]) -> list[Any]:
    found: list[Any] = []
    while page := list(await read(limit=200, offset=len(found))):
        found += page
    return found


def _text(models: Iterable[Any]) -> str:
    return "\n".join(model.model_dump_json() for model in models)


def where(words: Iterable[str], stores: Stores) -> list[tuple[str, str]]:
    """Which words are found, and in which store."""
    return [(store, word) for word in words for store, text in stores.items() if word in text]


async def migrate() -> None:
    group = Group(name="everything", rest=True, max_allowed_failures="100%")
    spec = FleetSpec(
        scope=Scope(subscriptions=(SUBSCRIPTION,)),
        target=Target(identity_tags=(f"note={PLANTED}",)),
        strategy=Strategy(stages=(Stage(name="all", groups=(group,), max_allowed_failures="100%"),)),
    )
    await outcomes_of(await state_of(migrate_fleet(fleet=spec, dry_run=False, return_state=True)))


async def test_nothing_that_prefect_stores_holds_a_secret(azure: Azure, monkeypatch: pytest.MonkeyPatch) -> None:
    """One cluster moves, one fails with an error that quotes its request; the word planted there is found all over."""
    simulator = azure(one_cluster(clusters=[cluster("a"), cluster("b")]))
    monkeypatch.setenv("AZURE_CLIENT_SECRET", OURS)
    quoting(simulator)
    await migrate()
    stores, secrets = await stored(), {OURS, THEIRS, "eyJh.eyJi", *tokens(simulator)}
    assert len(secrets) > 3
    assert where(secrets, {**stores, "requests": asked(simulator)}) == []
    assert {store for store, _ in where([PLANTED], stores)} == {"flow runs", "task runs", "states", "logs", "artifacts"}
    assert PLANTED in asked(simulator)
    assert any(
        one.path.endswith("/token") and OURS in unquote_plus(one.request_content.decode()) for one in simulator.journal
    )


async def test_nothing_that_is_printed_holds_a_secret(azure: Azure, prefect: str, tmp_path: Path) -> None:
    """Neither standard output nor standard error of the command, for people or for programs."""
    simulator = azure(one_cluster(clusters=[cluster("b")]))
    quoting(simulator)
    of_cluster = CLUSTER_ID.rsplit("/", 1)[0] + "/b"
    arguments = ("migrate", "--cluster", of_cluster, "--apply", "--output", "json")
    ended = run(*arguments, home=tmp_path, azure=simulator, prefect=prefect)
    said = {"standard output": ended.stdout, "standard error": ended.stderr}
    secrets = {OURS, THEIRS, "eyJh.eyJi", simulator.env["AZURE_CLIENT_SECRET"], *tokens(simulator)}
    assert ended.returncode == 3
    assert where(secrets, said) == []
    assert {("standard output", PLANTED), ("standard error", "id-b")} <= set(where([PLANTED, "id-b"], said))


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('{"secret": "abcdef"}', '{"secret": (hidden)}'),
        (r"{\"secret\":\"abcdef\"}", r"{\"secret\":(hidden)}"),
        ("client_secret=abcdef&x=1", "client_secret=(hidden)&x=1"),
        ("adminPassword: abcdef, next", "adminPassword: (hidden), next"),
        ("Authorization: Bearer abcdefghij", "Authorization: (hidden)"),
        ("token eyJhbGciOi.eyJzdWIi.c2ln here", "token (hidden) here"),
        ('{"secret": null}', '{"secret": null}'),
        ("The secret has expired: renew it.", "The secret has expired: renew it."),
        ("Invalid client secret provided.", "Invalid client secret provided."),
    ],
)
def test_what_is_taken_out(text: str, told: str) -> None:
    """Values of secrets, passwords and tokens; not the words of a sentence."""
    assert redacted(text) == told
