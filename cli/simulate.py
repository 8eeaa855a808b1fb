"""`fleet-identity simulate`: a local Azure Resource Manager, to try things on."""

from pathlib import Path

from simulator.server import serve


def simulate(*, world: Path, port: int = 0, pace: float = 1.0) -> int:
    """Start a local Azure Resource Manager on https://localhost and print how to reach it.

    One line of JSON tells when it is ready: arm, ca, tenant, subscriptions, and env, which is everything to
    export so that this product, the Azure SDKs and the az CLI talk to it. Stops on Ctrl-C or SIGTERM.

    Args:
        world: The YAML file that says what exists in the pretended Azure.
        port: Port to listen on; 0 takes a free one.
        pace: Seconds of simulated time in one real second.
    """
    serve(world, port=port, pace=pace, announce=lambda line: print(line, flush=True))
    return 0
