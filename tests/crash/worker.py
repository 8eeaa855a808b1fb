"""What a process worker of Prefect does with runs of the fleet's flow: deploy it, execute a run, report its crash."""

import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from uuid import UUID, uuid4

from prefect.client.orchestration import SyncPrefectClient
from prefect.states import AwaitingRetry, Crashed, Pending

from cli.prefect_profile import apply_prefect_profile
from fleet_identity.fleet.spec import FleetSpec, Group, Stage, Strategy
from fleet_identity.scope import Scope
from flows.migrate_fleet import migrate_fleet
from simulator import Simulator
from tests.worlds import CLUSTER, CLUSTER_ID, SUBSCRIPTION

_ROOT = Path(__file__).parent.parent.parent
_PATIENCE = 120
"""Seconds until a run must have ended."""


def everything() -> FleetSpec:
    """A spec for all clusters of the subscription, two at a time."""
    return FleetSpec(scope=Scope(subscriptions=(SUBSCRIPTION,)), strategy=_two_at_a_time())


def these(names: Sequence[str]) -> FleetSpec:
    """A spec for clusters by name, two at a time."""
    ids = tuple(CLUSTER_ID.replace(CLUSTER, name) for name in names)
    return FleetSpec(scope=Scope(clusters=ids), strategy=_two_at_a_time())


def _two_at_a_time() -> Strategy:
    group = Group(name="everything", rest=True, max_concurrency="2")
    return Strategy(stages=(Stage(name="all", groups=(group,)),))


class Worker:
    """Executes runs of one deployment of `migrate_fleet`, each in a process group of its own."""

    def __init__(self, api: str, azure: Simulator, home: Path, **settings: str) -> None:
        """Work for the Prefect server at `api`; `settings` are what an operator has put into the environment."""
        apply_prefect_profile()
        self.azure = azure
        self._api, self._home, self._settings = api, home, settings
        self._started = list[subprocess.Popen[bytes]]()
        with self._client() as client:
            flow_id = client.create_flow(migrate_fleet)
            self._deployment = client.create_deployment(
                flow_id=flow_id,
                name=f"crash-{uuid4()}",
                entrypoint="flows.migrate_fleet:migrate_fleet",
                enforce_parameter_schema=False,
            )

    def new_run(self, spec: FleetSpec | None = None) -> UUID:
        """Create a run, as a schedule or a person does."""
        parameters = {"fleet": (spec or everything()).model_dump(mode="json"), "dry_run": False}
        with self._client() as client:
            return client.create_flow_run_from_deployment(self._deployment, parameters=parameters).id

    def start(self, run: UUID) -> subprocess.Popen[bytes]:
        """Execute a run as it stands."""
        with self._client() as client:
            client.set_flow_run_state(run, Pending())
        with self.log.open("ab") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", "prefect.engine"],
                cwd=_ROOT,
                env=self._environment(run),
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        self._started.append(process)
        return process

    def kill(self, run: UUID, process: subprocess.Popen[bytes]) -> None:
        """SIGKILL a run with all its processes, and report it as a worker does that sees its exit code."""
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        with self._client() as client:
            client.set_flow_run_state(run, Crashed(message="killed"), force=True)

    def ask_for_retry(self, run: UUID) -> None:
        """What Retry in Prefect's UI does with a deployed run."""
        with self._client() as client:
            client.set_flow_run_state(run, AwaitingRetry(), force=True)

    def gives_up(self, process: subprocess.Popen[bytes], within: float) -> bool:
        """Give a run so many seconds to end by itself, then end it; tell whether it had."""
        try:
            process.wait(timeout=within)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            return False
        return True

    def end(self, run: UUID, process: subprocess.Popen[bytes]) -> str:
        """Wait for the end; give the name of the state in which the run has ended."""
        process.wait(timeout=_PATIENCE)
        return self.state(run)

    def state(self, run: UUID) -> str:
        """Give the name of a run's state."""
        with self._client() as client:
            return str(client.read_flow_run(run).state_name)

    @property
    def log(self) -> Path:
        """What the processes have printed."""
        return self._home / "runs.log"

    def stop(self) -> None:
        """Leave no process behind."""
        for process in self._started:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()

    def _client(self) -> SyncPrefectClient:
        return SyncPrefectClient(api=self._api)

    def _environment(self, run: UUID) -> dict[str, str]:
        inherited = {name: value for name, value in os.environ.items() if not name.startswith(("PREFECT_", "FLEET_"))}
        own = {
            "PREFECT_API_URL": self._api,
            "PREFECT_HOME": str(self._home),
            "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
            "PREFECT_LOGGING_EXTRA_LOGGERS": "fleet_identity,flows,tasks",
            "PREFECT__FLOW_RUN_ID": str(run),
            "FLEET_IDENTITY_WATCH_PATIENCE": "1e9",  # it may look at an Azure where time stands still
        }
        return {**inherited, **own, **self.azure.env, **self._settings}
