"""Azure resource ids, which differ in case from one answer to the next and still mean the same thing."""

import re
from dataclasses import dataclass

from fleet_identity.errors import NeedsHumanError

_SUBSCRIPTION = re.compile(r"/subscriptions/([^/]+)", re.IGNORECASE)
_GROUP = re.compile(r"/subscriptions/[^/]+/resourcegroups/[^/]+", re.IGNORECASE)
_CLUSTER = re.compile(
    r"/subscriptions/[0-9a-f-]{36}/resourcegroups/[^/]+"
    r"/providers/microsoft\.containerservice/managedclusters/[^/]+",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True, eq=False)
class ResourceId:
    """The id of a resource, group or subscription: equal whatever the case, as ARM treats it.

    ARM writes `resourceGroups` and `resourcegroups` in one and the same answer (seen in recordings).
    """

    text: str

    @property
    def key(self) -> str:
        """The form to compare by."""
        return self.text.rstrip("/").lower()

    @property
    def name(self) -> str:
        """The last segment."""
        return self.text.rstrip("/").rsplit("/", 1)[-1]

    @property
    def subscription(self) -> str:
        """The subscription's GUID, or "" for a scope above subscriptions."""
        found = _SUBSCRIPTION.match(self.text)
        return found[1] if found else ""

    @property
    def group(self) -> "ResourceId":
        """The resource group that holds this resource, or that this is; no id for a scope above groups."""
        found = _GROUP.match(self.text)
        return ResourceId(found[0]) if found else ResourceId("")

    @property
    def is_wide(self) -> bool:
        """Whether the scope is a resource group or above, and so holds more than one thing."""
        return self.group.key in {"", self.key}

    @property
    def resource_group(self) -> str:
        """The name of the resource group."""
        return self.group.name

    @property
    def parent(self) -> "ResourceId":
        """The resource that this one is a child of, such as the virtual network of a subnet."""
        return ResourceId("/".join(self.text.rstrip("/").split("/")[:-2]))

    def describe(self) -> str:
        """Name it as people do, with the kind where the name alone would not tell."""
        if not self.key:
            return "the root of the directory"
        if self.group == self:
            return f"resource group {self.name}"
        return self.name if self.group.key or not self.subscription else f"subscription {self.name}"

    def contains(self, other: "ResourceId") -> bool:
        """Whether `other` is this scope or lies below it; management groups hold all that we were shown."""
        if not self.subscription:
            return True
        return other.key == self.key or other.key.startswith(f"{self.key}/")

    def __eq__(self, other: object) -> bool:
        return isinstance(other, ResourceId) and self.key == other.key

    def __hash__(self) -> int:
        return hash(self.key)

    def __str__(self) -> str:
        return self.text


def is_cluster_id(text: str) -> bool:
    """Whether a text has the form of an AKS cluster's id."""
    return bool(_CLUSTER.fullmatch(text.strip()))


def parse_cluster_id(text: str) -> ResourceId:
    """Read the id of an AKS cluster; anything else is refused with a sentence that shows the form."""
    if not is_cluster_id(text):
        raise NeedsHumanError(
            f"{text!r} is not the id of an AKS cluster. It looks like /subscriptions/<guid>/resourceGroups/"
            "<group>/providers/Microsoft.ContainerService/managedClusters/<name>; "
            "`az aks show --query id` prints it."
        )
    return ResourceId(text.strip())


def identity_id(subscription: str, resource_group: str, name: str) -> ResourceId:
    """Name a user-assigned identity."""
    return ResourceId(
        f"/subscriptions/{subscription}/resourceGroups/{resource_group}"
        f"/providers/Microsoft.ManagedIdentity/userAssignedIdentities/{name}"
    )
