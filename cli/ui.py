"""`fleet-identity ui`: the product in Prefect's UI, on the embedded simulator."""

import json
import signal
import socket
from pathlib import Path
from typing import Literal

from rich.console import Console

from cli.children import Children, children, inherited
from cli.exit_status import ExitStatus, UsageError
from cli.local_prefect import LocalPrefect
from cli.local_simulator import announced, simulate

_HOST = "127.0.0.1"
_USUAL_PORT = 4200
"""Prefect's own."""
_WORLD = Path(__file__).with_name("demo.yaml")
_FLEET = Path(__file__).with_name("demo.fleet.yaml")
_BEAT = "3"
"""Real seconds between two looks of a run at how far it has come: it lasts a minute here, not a night."""
_TOLD = """
Prefect's UI, with all flows of the product, on a pretended fleet of twelve clusters:

    {address}

1. Deployments -> migrate-fleet -> Run -> Custom run -> Submit: a dry run. It shows each plan and changes nothing.
2. The same with dry_run switched off migrates the fleet, {pace:g} times as fast as Azure, with a run for each cluster.
3. After its first stage the run is suspended at a gate. In its menu (the three dots): Resume, approve, Resume.
4. Artifacts, of the run: the fleet as a table, how much is done, and a picture; of each cluster's run: its page.

docs/ui.md goes through it with pictures. Azure is never asked. Ctrl-C stops all of it, and keeps nothing.
"""


def ui(*, port: int | None = None, pace: float = 300.0, output: Literal["table", "json"] = "table") -> int:
    """Look at the product in Prefect's UI: a server, all flows, and a small fleet on the embedded simulator.

    It needs no Azure and never asks it anything. Everything runs in processes of its own, listens on this machine
    only, keeps what it keeps in a temporary folder, and ends with the command.

    For example:

        fleet-identity ui
        fleet-identity ui --port 8080 --pace 600

    Exit status: 0 when it was asked to end, by Ctrl-C or SIGTERM; 1 if a part of it ended by itself; 2 bad usage.

    Args:
        port: Port of the UI; 4200, or a free one if that is taken, by default.
        pace: Seconds of simulated time in one real second.
        output: Lines for people, or one JSON document when all is ready; then they go to standard error.
    """
    console = Console(highlight=False, soft_wrap=True, stderr=output == "json")
    prefect = LocalPrefect(host=_HOST, port=_port(port))
    for number in (signal.SIGTERM, signal.SIGINT):  # a shell that starts it in the background has the second ignored
        signal.signal(number, signal.default_int_handler)
    try:
        with children() as ours:
            console.print("Starting the simulator, a Prefect server and the flows (half a minute) ...")
            _start(ours, prefect, pace)
            console.print(_TOLD.format(address=prefect.address, pace=pace), markup=False)
            if output == "json":
                print(json.dumps({"ui": prefect.address, "api": prefect.api, "pace": pace}), flush=True)
            ours.watch()
    except KeyboardInterrupt:
        console.print("Stopped. Nothing is left of it.")
    return ExitStatus.DONE


def _start(ours: Children, prefect: LocalPrefect, pace: float) -> None:
    outside = inherited(without="PREFECT_")
    simulator = announced(ours.start("simulator", *simulate(_WORLD, pace), env=outside, announces=True))
    settings = prefect.settings(ours.folder / "prefect")
    prefect.start(ours, outside | settings)
    prefect.serve(ours, outside | settings | simulator.env | {"FLEET_IDENTITY_REPORT_BEAT": _BEAT}, _FLEET)


def _port(wanted: int | None) -> int:
    """Give the port that is wanted, or Prefect's own, or, if that is taken, a free one."""
    if wanted is not None:
        if not _is_free(wanted):
            raise UsageError(f"--port: something else listens on port {wanted}; name another, or none for a free one.")
        return wanted
    return _USUAL_PORT if _is_free(_USUAL_PORT) else _any_port()


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        # as the server does: one that has just gone is no one
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((_HOST, port))
        except OSError:
            return False
        return True


def _any_port() -> int:
    with socket.socket() as probe:
        probe.bind((_HOST, 0))
        return int(probe.getsockname()[1])
