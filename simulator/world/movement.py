"""What moves by itself in a world, as its author describes it."""

from datetime import date
from typing import Annotated, Literal

from pydantic import Field, model_validator

from simulator.world.duration import Duration
from simulator.world.settings import Part

WINDOW = Literal["aksManagedNodeOSUpgradeSchedule", "aksManagedAutoUpgradeSchedule", "default"]
DAY = Literal["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]

_NTH = r"^(First|Second|Third|Fourth|Last) (Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day$"


class Scaling(Part):
    """One step of the cluster autoscaler."""

    at: Duration
    count: int = Field(ge=0, le=1000)
    """Nodes that the load asks for; the pool gets as many as its bounds allow."""


class Autoscaler(Part):
    """Between how many nodes the cluster autoscaler moves, and when it does; without a schedule it rests."""

    min: int = Field(ge=0)
    max: int = Field(ge=1)
    schedule: list[Scaling] = Field(default=[])
    every: Duration | None = None
    """A step to a count drawn from the world's seed, each time that this has passed."""

    @model_validator(mode="after")
    def _in_order(self) -> "Autoscaler":
        if self.min > self.max:
            raise ValueError("min must not be above max")
        if self.every is not None and not self.every:
            raise ValueError("every must be longer than nothing")
        return self


class AutoUpgrade(Part):
    """What AKS upgrades without being asked (Microsoft Learn: auto-upgrade channels)."""

    node_os: Literal["None", "Unmanaged", "SecurityPatch", "NodeImage"] = "None"
    kubernetes: Literal["none", "patch"] = "none"


class Dates(Part):
    """Days, the last one among them."""

    start: date
    end: date


class MaintenanceWindow(Part):
    """A window for what AKS does by itself (Microsoft Learn: planned maintenance)."""

    name: WINDOW
    daily: bool = False
    weekly: DAY | None = None
    monthly: Annotated[int, Field(ge=1, le=31)] | Annotated[str, Field(pattern=_NTH)] | None = None
    """A day of the month, or which of its weekdays, as in `Last Friday`."""
    every: int = Field(default=1, ge=1, le=7)
    """Every so many days, weeks or months, from start_date on."""
    start_date: date | None = None
    """The day on which the world starts, by default."""
    start: str = Field(default="00:00", pattern=r"^([01]\d|2[0-3]):[0-5]\d$")
    utc_offset: str = Field(default="+00:00", pattern=r"^[+-](0\d|1[0-4]):[0-5]\d$")
    hours: int = Field(default=4, ge=4, le=24)
    not_allowed: list[Dates] = Field(default=[])

    @model_validator(mode="after")
    def _recurs_once(self) -> "MaintenanceWindow":
        if [self.daily, self.weekly is not None, self.monthly is not None].count(True) != 1:
            raise ValueError("a window is daily, weekly or monthly")
        if self.name == "default" and (not self.weekly or self.every > 1 or self.start_date or self.not_allowed):
            raise ValueError("the window named default is of hours in each week, and nothing else")
        return self


class ImagePublication(Part):
    """A node image that is published while the world runs."""

    family: str
    at: Duration
    version: str | None = None
    """Of the day on which it is published, by default."""
    every: Duration | None = None
    """Published again and again, each time under the version of the day."""

    @model_validator(mode="after")
    def _version_once(self) -> "ImagePublication":
        if self.every is not None and (self.version or not self.every):
            raise ValueError("every needs a duration, and takes its versions from the days")
        return self


class KubernetesPublication(Part):
    """A patch version of Kubernetes that AKS takes up while the world runs."""

    version: str = Field(pattern=r"^\d+\.\d+\.\d+$")
    at: Duration


NEEDS = {
    "scale": {"cluster", "pool", "count"},
    "upgrade": {"cluster", "pool"},
    "update": {"cluster"},
    "tag": {"cluster", "tags"},
    "terraform": {"cluster", "tags"},
    "recall": {"family"},
}
"""What each kind of event has to be told."""


class Event(Part):
    """Something that somebody else does."""

    at: Duration
    do: Literal["scale", "upgrade", "update", "tag", "terraform", "recall"]
    cluster: str | None = None
    pool: str | None = None
    count: int | None = Field(default=None, ge=0, le=1000)
    tags: dict[str, str] | None = None
    family: str | None = None

    @model_validator(mode="after")
    def _complete(self) -> "Event":
        needed, given = NEEDS[self.do], self.model_fields_set - {"at", "do"}
        if needed != given:
            raise ValueError(f"{self.do} takes {', '.join(sorted(needed))}, and nothing else")
        return self
