"""What one pool is offered speaks for the others of its kind, as long as it is enough to plan with.

Upgrade profiles draw on the scarcest allowance of a fleet in one subscription (60, and one more a second, for all
of the resource provider's rarer requests), and hundreds of pools have the same answer. But images are recalled, and
appear region by region. So an answer is shared only where it says that there is something newer than the pool runs,
which is looked at once more right before the roll; that a pool can only wait is never told from another's answer.
"""

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable

from fleet_identity.clock import Clock
from fleet_identity.cluster import Cluster
from fleet_identity.node_image import family_of, is_newer
from fleet_identity.node_pool import NodePool
from fleet_identity.versions import minor

_Kind = tuple[str, str, str, str]
_MINUTES = 10
"""How long an answer is shared."""


class OfferedImages:
    """Keeps the latest answer for each kind of pool: subscription, region, image family, Kubernetes minor version."""

    def __init__(self, read: Callable[[Cluster, NodePool], Awaitable[str | None]], clock: Clock) -> None:
        """Ask by `read`."""
        self._read = read
        self._clock = clock
        self._latest: dict[_Kind, tuple[str, float]] = {}
        self._asking: defaultdict[_Kind, asyncio.Lock] = defaultdict(asyncio.Lock)

    async def for_plan(self, cluster: Cluster, pool: NodePool) -> str | None:
        """Tell the newest image, from an answer for another pool if that is newer than what this one runs."""
        kind = _kind(cluster, pool)
        async with self._asking[kind]:
            image, until = self._latest.get(kind, ("", 0.0))
            if self._clock.now() < until and is_newer(image, pool.image):
                return image
            return await self.now(cluster, pool)

    async def now(self, cluster: Cluster, pool: NodePool) -> str | None:
        """Read the newest image of this very pool; plans that follow build on it."""
        image = await self._read(cluster, pool)
        if image:
            self._latest[_kind(cluster, pool)] = (image, self._clock.deadline(_MINUTES * 60))
        return image


def _kind(cluster: Cluster, pool: NodePool) -> _Kind:
    versions = family_of(pool.image), minor(pool.kubernetes_version)
    return cluster.id.subscription.lower(), cluster.location.lower(), *versions
