"""Makes automations on your Prefect server: `python -m deployments.automations [--notify BLOCK] [--continue]`.

Five notify: a person must act, a run has failed, a run is silent, a gate waits, the budget of failures is exhausted.
One continues: node images are there for clusters that wait for them, and the nightly migration is started. That one
changes clusters, so it is made switched off, unless --continue is said. Made again, they are brought up to date; what a
person has switched on or off in Prefect's UI stays so.
"""

import argparse
import asyncio
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID

from prefect.client.orchestration import PrefectClient, get_client
from prefect.events.actions import RunDeployment, SendNotification
from prefect.events.schemas.automations import AutomationCore, EventTrigger, Posture
from prefect.exceptions import ObjectNotFound
from prefect.settings import PREFECT_API_URL

from deployments.described import described
from fleet_identity.outcome import State
from tasks.conclude import BUDGET_EXHAUSTED, NODE_IMAGES_AVAILABLE

NIGHTLY = "migrate-fleet/migrate-fleet-nightly"
_NO_BLOCK = (
    "Made no automation that notifies: say by what, as --notify TYPE/NAME, such as slack-webhook/fleet; "
    "docs/deploying.md tells how to make such a block."
)
SILENCE = timedelta(minutes=9)
"""Without a heartbeat, of which Prefect sends one every three minutes, a run is called silent."""
_RUN = "{{ flow_run.name }} ({{ flow_run.state.message }}): {{ flow_run|ui_url }}"


class DeployingError(Exception):
    """Something that must be on the Prefect server first is not there; the sentence says what to do."""


async def make(*, notify: str | None, go_on: bool, silence: timedelta = SILENCE) -> list[str]:
    """Make or update the automations; give a sentence for each."""
    async with get_client() as client:
        wanted = [*_notifications(await _block(client, notify), silence)] if notify else []
        wanted.append(_continuation(await _deployment(client, NIGHTLY), enabled=go_on))
        made = [await _put(client, one, switch_on=go_on and one is wanted[-1]) for one in wanted]
    return made if notify else [*made, _NO_BLOCK]


def _notifications(block: UUID, silence: timedelta) -> Iterator[AutomationCore]:
    fleets, runs = _related("flow", "migrate-fleet"), _related("deployment", *_on_their_own())
    yield _notification(block, "a person must act", [State.NEEDS_HUMAN, State.NOT_STARTED], runs)
    yield _notification(block, "a run has failed", [State.FAILED, "Crashed"], runs)
    yield _of_silence(block, silence, runs)
    yield _notification(block, "a gate waits", ["Paused", "Suspended"], fleets)
    yield _notification(block, "the budget of failures is exhausted", [BUDGET_EXHAUSTED], fleets)


def _on_their_own() -> list[str]:
    """Name the deployments that people look at: of a fleet, not each shard or cluster in it, but the fleet's run."""
    return [one.name for one in described() if one.name.startswith("migrate-") and one.name != "migrate-shard"]


def _notification(block: UUID, what: str, states: list[str], where: dict[str, Any]) -> AutomationCore:
    told = f"Notifies when a run ends or stops as {' or '.join(states)}."
    return _notifying(block, what, told, _when(states, where))


def _of_silence(block: UUID, silence: timedelta, where: dict[str, Any]) -> AutomationCore:
    """Where a worker is lost with its run, nobody is left to say so: Prefect shows the run as Running for ever."""
    trigger = EventTrigger(
        posture=Posture.Proactive,
        after={"prefect.flow-run.heartbeat"},
        expect={"prefect.flow-run.*"},  # the next heartbeat, or whatever state ends or stops the run
        within=silence,
        match_related=where,
        for_each={"prefect.resource.id"},
    )
    minutes = silence.total_seconds() / 60
    told = f"Notifies when a run that was at work has sent no heartbeat for {minutes:g} minutes; changes nothing."
    return _notifying(block, "a run is silent", told, trigger)


def _notifying(block: UUID, what: str, told: str, trigger: EventTrigger) -> AutomationCore:
    send = SendNotification(block_document_id=block, subject=f"AKS fleet identity: {what}", body=_RUN)
    return AutomationCore(name=f"fleet-identity: {what}", description=told, trigger=trigger, actions=[send])


def _continuation(nightly: UUID, *, enabled: bool) -> AutomationCore:
    return AutomationCore(
        name="fleet-identity: node images are there",
        description="CHANGES CLUSTERS: starts migrate-fleet-nightly when an assessment finds node images for clusters "
        "that have switched and wait for one. Nothing disruptive begins outside the window of that deployment.",
        enabled=enabled,
        trigger=_when([NODE_IMAGES_AVAILABLE], _related("deployment", "assess-fleet")),
        actions=[RunDeployment(source="selected", deployment_id=nightly, parameters=None, job_variables=None)],
    )


def _when(states: list[str], where: dict[str, Any]) -> EventTrigger:
    """A run comes to such a state: Prefect makes an event of each, named like the state."""
    return EventTrigger(
        expect={f"prefect.flow-run.{state}" for state in states},
        match_related=where,
        for_each={"prefect.resource.id"},
    )


def _related(role: str, *names: str) -> dict[str, Any]:
    return {"prefect.resource.role": role, "prefect.resource.name": list(names)}


async def _put(client: PrefectClient, wanted: AutomationCore, *, switch_on: bool) -> str:
    found = await client.read_automations_by_name(wanted.name)
    if not found:
        await client.create_automation(wanted)
        return f"Made {wanted.name!r}, switched {'on' if wanted.enabled else 'off'}."
    enabled = switch_on or found[0].enabled
    # Prefect's client sends only what was set, and its server asks for all of it, but for an owner
    whole = AutomationCore.model_validate(wanted.model_dump(exclude={"owner_resource"}) | {"enabled": enabled})
    await client.update_automation(found[0].id, whole)
    return f"Updated {wanted.name!r}, switched {'on' if enabled else 'off'}."


async def _block(client: PrefectClient, named: str) -> UUID:
    kind, _, name = named.partition("/")
    try:
        return (await client.read_block_document_by_name(name, kind)).id
    except ObjectNotFound as error:
        raise DeployingError(f"There is no block {named} on this Prefect server: name one as TYPE/NAME.") from error


async def _deployment(client: PrefectClient, named: str) -> UUID:
    try:
        return (await client.read_deployment_by_name(named)).id
    except ObjectNotFound as error:
        raise DeployingError(f"There is no deployment {named} on this Prefect server: deploy first.") from error


def main() -> None:
    """Read the command line, and make them."""
    parser = argparse.ArgumentParser(prog="python -m deployments.automations")
    parser.add_argument("--notify", metavar="BLOCK", help="the block to notify by, as TYPE/NAME: slack-webhook/fleet")
    parser.add_argument("--continue", dest="go_on", action="store_true", help="let new node images start a migration")
    said = parser.parse_args()
    if not PREFECT_API_URL.value():
        raise SystemExit("Set PREFECT_API_URL to the API of your Prefect server.")
    try:
        print(*asyncio.run(make(notify=said.notify, go_on=said.go_on)), sep="\n")
    except DeployingError as error:
        raise SystemExit(str(error)) from error


if __name__ == "__main__":
    main()
