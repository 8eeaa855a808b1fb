"""One cell of the table: a fleet of one size at one pace, by the floor and by us, each on an Azure of its own."""

import json
import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from subprocess import TimeoutExpired
from tempfile import TemporaryDirectory
from typing import Any

from benchmarks.makespan.fleet_world import at_a_time, fleet_world, ideal_minutes
from benchmarks.makespan.prefect_server import prefect_environment, prefect_server
from benchmarks.makespan.processes import last_words, process
from benchmarks.makespan.simulator_process import SimulatorProcess, Verdict, simulator_process

_MOST_IDEALS, _AND_SECONDS = 10, 600
"""A run that takes longer than so many times the ideal, and so many seconds, is ended, and counts as failed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """What one run took."""

    seconds: float = 0.0
    lead_in_seconds: float = 0.0
    """From the first request to the first switch of a cluster."""
    cpu_seconds: float = 0.0
    """Of its process from start to end, imports included."""
    server_cpu_seconds: float = 0.0
    """Of Prefect's server, from the start of the run until all is recorded; not PostgreSQL's."""
    simulator_cpu_seconds: float = 0.0
    peak_megabytes: int = 0
    requests: int = 0
    refused: int = 0
    """Answered 429, and asked again."""
    database: str = ""
    """That of Prefect's server."""
    problems: tuple[str, ...] = ()
    """Why the numbers don't count."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """Both runs of a fleet."""

    clusters: int
    pace: float
    load_before: float
    """Load average of the machine over a minute, before anything was started."""
    floor: Run
    ours: Run

    @property
    def ideal_seconds(self) -> float:
        """The critical path, in real seconds at this pace."""
        return ideal_minutes(self.clusters) * 60 / self.pace

    @property
    def problems(self) -> list[str]:
        """Why the numbers don't count; none where they do."""
        never_ran = () if self.floor.seconds else self.floor.problems
        return [*(f"floor: {one}" for one in never_ran), *(f"ours: {one}" for one in self.ours.problems)]

    @property
    def floors_losses(self) -> list[str]:
        """What the plain loop left behind, in a time that counts all the same: with all of its work it took no less."""
        return [f"floor: {one}" for one in self.floor.problems] if self.floor.seconds else []


def measure(clusters: int, pace: float, database_server: str, told: Callable[[str], None]) -> Cell:
    """Migrate a fleet twice; `told` hears what has been done."""
    load = os.getloadavg()[0]
    with TemporaryDirectory(prefix="fleet-bench-", ignore_cleanup_errors=True) as home:
        env = prefect_environment(Path(home))
        floor = _survived(lambda: _floor(clusters, pace, env, Path(home)))
        told(f"floor {floor.seconds:.0f} s")
        ours = _survived(lambda: _ours(clusters, pace, database_server, env, Path(home)))
        told(f"ours {ours.seconds:.0f} s")
    return Cell(clusters=clusters, pace=pace, load_before=load, floor=floor, ours=ours)


def _survived(run: Callable[[], Run]) -> Run:
    """Whatever could not even be started or asked fails its cell, and no other."""
    try:
        return run()
    except (OSError, RuntimeError) as error:
        return Run(problems=(str(error),))


def _floor(clusters: int, pace: float, env: Mapping[str, str], home: Path) -> Run:
    with simulator_process(fleet_world(clusters), pace=pace, env=env, home=home) as azure:
        command = ("benchmarks.makespan.floor", "--at-a-time", str(at_a_time(clusters)), *azure.subscriptions)
        said = result_of(command, azure.env, home / "floor.log", _limit(clusters, pace))
        return judged(said, azure, clusters, pace)


def _ours(clusters: int, pace: float, database_server: str, env: Mapping[str, str], home: Path) -> Run:
    with (
        prefect_server(database_server, env, home) as prefect,
        simulator_process(fleet_world(clusters), pace=pace, env=env, home=home) as azure,
    ):
        before = prefect.cpu_seconds()
        settings = {**azure.env, "PREFECT_API_URL": prefect.api}
        said = result_of(("benchmarks.makespan.fleet_run",), settings, home / "ours.log", _limit(clusters, pace))
        run = judged(said, azure, clusters, pace)
        return replace(run, database=prefect.database, server_cpu_seconds=round(prefect.used_since(before), 2))


def result_of(command: tuple[str, ...], env: Mapping[str, str], log: Path, limit: float) -> dict[str, Any]:
    """Run a road to its end; give the line of JSON that it prints, or the problem that kept it from doing so."""
    with process(*command, env=env, log=log) as started:
        try:
            out, _ = started.communicate(timeout=limit)
        except TimeoutExpired:
            return {"problems": [f"not done after {limit:.0f} s"]}
    if started.returncode or not out.strip():
        return {"problems": [f"ended with status {started.returncode}: {last_words(log)}"]}
    return json.loads(out.strip().splitlines()[-1])


def judged(said: Mapping[str, Any], azure: SimulatorProcess, clusters: int, pace: float) -> Run:
    """Put together what the run says of itself and what Azure says of it."""
    simulator_cpu_seconds, found = azure.cpu_seconds(), azure.verdict()
    return Run(
        seconds=round(said.get("seconds", 0.0), 2),
        lead_in_seconds=round(found.lead_in / pace, 2),
        cpu_seconds=round(said.get("cpu_seconds", 0.0), 2),
        peak_megabytes=said.get("peak_megabytes", 0),
        simulator_cpu_seconds=simulator_cpu_seconds,
        requests=found.requests,
        refused=found.refused,
        problems=(*said["problems"], *objections(found, clusters)),
    )


def objections(found: Verdict, clusters: int) -> Iterator[str]:
    """Why Azure would not call this a migration."""
    if found.migrated < clusters:
        yield f"{clusters - found.migrated} of {clusters} clusters not migrated"
    if found.incidents:
        yield f"{len(found.incidents)} incidents, the first: {found.incidents[0]}"


def _limit(clusters: int, pace: float) -> float:
    return _MOST_IDEALS * ideal_minutes(clusters) * 60 / pace + _AND_SECONDS
