"""What a test or a command line holds of a running simulator."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path
    from typing import Any

    from simulator.holds import Held
    from simulator.incidents.ledger import Incident
    from simulator.journal import Exchange
    from simulator.simulation import Simulation


class Simulator:
    """A running simulator: where it is, what it has seen, and how to move it. Safe to use from any thread."""

    def __init__(self, simulation: Simulation, *, arm: str, ca: Path, env: Mapping[str, str]) -> None:
        self._simulation = simulation
        self.arm = arm
        self.ca = ca
        self.env = dict(env)
        self.world = simulation.world
        self.tenant = simulation.world.tenant
        self.subscriptions = [subscription.id for subscription in simulation.world.subscriptions]

    def announcement(self) -> dict[str, Any]:
        """What a client needs to know, as JSON."""
        return {
            "arm": self.arm,
            "ca": str(self.ca),
            "tenant": self.tenant,
            "subscriptions": self.subscriptions,
            "env": self.env,
        }

    @property
    def journal(self) -> list[Exchange]:
        """All requests and answers so far, control requests left out."""
        return self._simulation.exchanges

    @property
    def incidents(self) -> list[Incident]:
        """The outages that a customer would have had so far."""
        return self._simulation.incidents

    def state(self) -> dict[str, Any]:
        """Everything that exists, with what ARM does not show: nodes and their kubelet identities."""
        return self._simulation.state()

    def advance(self, seconds: float) -> None:
        """Let simulated seconds pass at once."""
        self._simulation.advance(seconds)

    def pause(self) -> None:
        """Let simulated time stand still; requests are answered all the same."""
        self._simulation.pause()

    def resume(self) -> None:
        """Let simulated time run on from where it stands."""
        self._simulation.resume()

    def add_faults(self, rules: Sequence[Mapping[str, Any]]) -> None:
        """Take fault rules on."""
        self._simulation.add_faults(rules)

    @property
    def faults(self) -> list[dict[str, Any]]:
        """The fault rules, and how often each has matched."""
        return self._simulation.faults.listed()

    @property
    def held(self) -> tuple[Held, ...]:
        """The requests that breakpoints hold now."""
        return self._simulation.holds.held

    def until_held(self, seconds: float) -> Held | None:
        """Wait for a breakpoint to hold a request, for so many seconds of real time; None if none did."""
        return self._simulation.holds.until_held(seconds)

    def release(self, path: str = "") -> None:
        """Let the requests go that are held now and have this in their path."""
        self._simulation.holds.release(path)

    def throttling(self) -> dict[str, Any]:
        """The token buckets that requests have taken from, and how many were refused."""
        return self._simulation.throttling()

    def remove_budget(self, cluster: str, name: str) -> None:
        """Take a pod disruption budget out of a cluster, as its owners do with kubectl."""
        self._simulation.remove_budget(cluster, name)

    def publish_image(self, family: str, version: str) -> None:
        """Publish a node image."""
        self._simulation.publish_image(family, version)

    def reset(self) -> None:
        """Go back to the world as it was described."""
        self._simulation.reset()
