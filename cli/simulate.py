"""`fleet-identity simulate`: a local Azure Resource Manager, to try things on."""

import json
import shlex
import sys
from pathlib import Path
from typing import Literal

from cli.exit_status import ExitStatus, UsageError


def simulate(  # noqa: PLR0913 - a command has as many options as it needs
    *,
    world: Path | None = None,
    generate: int | None = None,
    seed: int | None = None,
    subscriptions: int | None = None,
    port: int = 0,
    pace: float = 1.0,
    output: Literal["json", "env"] = "json",
) -> int:
    """Start a local Azure Resource Manager on https://localhost and print how to reach it.

    One line of JSON tells when it is ready: arm, ca, tenant, subscriptions, and env, which is everything to
    export so that this product, the Azure SDKs and the az CLI talk to it. `--output env` prints that as lines
    for a shell to read instead, and says on standard error when it is ready. It never talks to Azure, and listens on
    this machine only. It runs until Ctrl-C or SIGTERM.

    For example:

        fleet-identity simulate --generate 25 --pace 60
        fleet-identity simulate --world world.yaml --output env > azure.env &

    Exit status: 0 when it was asked to end; 2 bad usage.

    Args:
        world: The YAML file that says what exists in the pretended Azure.
        generate: How many clusters to make up instead, as a mixed fleet.
        seed: What the made-up fleet follows from; 0 by default.
        subscriptions: How many subscriptions the made-up fleet lies in; one for each 40 clusters, and one more, by
            default.
        port: Port to listen on; 0 takes a free one.
        pace: Seconds of simulated time in one real second.
        output: One line of JSON, or `export NAME=value` lines.
    """
    if (world is None) == (generate is None):
        raise UsageError("Say what to simulate: either --world FILE or --generate NUMBER.")
    if generate is None and seed is not None:
        raise UsageError("--seed goes with --generate; a world file has a seed of its own.")
    if generate is None and subscriptions is not None:
        raise UsageError("--subscriptions goes with --generate; a world file names its own.")
    from simulator.errors import SimulatorError  # the simulator takes its time to import, and no other command needs it
    from simulator.generate import generated
    from simulator.server import serve

    try:
        described = world or generated(generate or 0, seed or 0, subscriptions)
        serve(described, port=port, pace=pace, announce=lambda line: _announce(line, output))
    except SimulatorError as error:
        raise UsageError(str(error)) from error
    return ExitStatus.DONE


def _announce(line: str, output: str) -> None:
    if output == "json":
        print(line, flush=True)
        return
    ready = json.loads(line)
    print(*(f"export {name}={shlex.quote(value)}" for name, value in ready["env"].items()), sep="\n", flush=True)
    # the lines go to a file, as a rule, and whoever looks at the terminal waits
    print(f"Ready at {ready['arm']}. Read what was printed with `source`; Ctrl-C stops it.", file=sys.stderr)
