"""A fleet spec: which clusters, what they shall run on, and how the run goes about it.

One model for the YAML file, the form in Prefect's UI and the planner of runs. The words are those of Azure Kubernetes
Fleet Manager: stages one after the other, groups in a stage side by side, gates before and after.
"""

from collections.abc import Iterable
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationInfo, field_validator, model_validator

from fleet_identity.fleet.amount import Amount, AtATime
from fleet_identity.fleet.gate import Gate
from fleet_identity.fleet.listed import listed
from fleet_identity.fleet.run_window import RunWindow
from fleet_identity.guid import Guid
from fleet_identity.resource_id import ResourceId, is_cluster_id
from fleet_identity.scope import ClusterId, Scope
from fleet_identity.target import Target

Name = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9]([A-Za-z0-9_-]{0,48}[A-Za-z0-9])?$")]
_CLOSED = ConfigDict(frozen=True, extra="forbid")


class Group(BaseModel):
    """Clusters that are changed in the same stage, side by side with its other groups."""

    model_config = _CLOSED

    name: Name = Field(
        title="Name",
        description="Letters, digits, - and _, at most 50; unique in the fleet.",
        json_schema_extra={"position": 1},
    )
    rest: bool = Field(
        default=False,
        title="All the rest",
        description="Every cluster of the scope that no other group names.",
        json_schema_extra={"position": 2},
    )
    clusters: tuple[ClusterId, ...] = Field(
        default=(), title="Clusters", description="Resource ids.", json_schema_extra={"position": 3}
    )
    tags: tuple[Annotated[str, StringConstraints(pattern=r"^[^=]+(=.*)?$")], ...] = Field(
        default=(),
        title="Tags",
        description="As name=value, or name alone; all of them must be there.",
        json_schema_extra={"position": 4},
    )
    regions: tuple[str, ...] = Field(
        default=(), title="Regions", description="Such as westeurope.", json_schema_extra={"position": 5}
    )
    subscriptions: tuple[Guid, ...] = Field(
        default=(), title="Subscriptions", description="Their ids.", json_schema_extra={"position": 6}
    )
    name_pattern: str | None = Field(
        default=None,
        title="Name pattern",
        description="Such as prod-*-01: * stands for anything, ? for one character.",
        json_schema_extra={"position": 7},
    )
    max_concurrency: AtATime = Field(
        default="1",
        title="At a time",
        description="How many of its clusters may be changed at once: a count or a share, such as 20%.",
        json_schema_extra={"position": 8},
    )
    max_allowed_failures: Amount = Field(
        default="0",
        title="Failures allowed",
        description="More than these, a count or a share, stop what follows.",
        json_schema_extra={"position": 9},
    )
    before_gates: tuple[Gate, ...] = Field(
        default=(), title="Gates before", description="What must happen first.", json_schema_extra={"position": 10}
    )
    after_gates: tuple[Gate, ...] = Field(
        default=(), title="Gates after", description="What must happen then.", json_schema_extra={"position": 11}
    )

    @model_validator(mode="after")
    def _names_members(self) -> "Group":
        named = (self.clusters, self.tags, self.regions, self.subscriptions, self.name_pattern)
        if self.rest == any(named):
            raise ValueError("say either rest: true, or which clusters are meant")
        return self

    @property
    def conditions(self) -> str:
        """Say in one line which clusters are meant."""
        if self.rest:
            return "all the rest"
        pattern = (self.name_pattern,) if self.name_pattern else ()
        given = {
            "clusters": [ResourceId(text).name for text in self.clusters],
            "tags": self.tags,
            "regions": self.regions,
            "subscriptions": self.subscriptions,
            "name_pattern": pattern,
        }
        return "; ".join(f"{field}: {listed(values)}" for field, values in given.items() if values)


class Stage(BaseModel):
    """One step of the rollout."""

    model_config = _CLOSED

    name: Name = Field(
        title="Name",
        description="Letters, digits, - and _, at most 50; unique in the fleet.",
        json_schema_extra={"position": 1},
    )
    groups: tuple[Group, ...] = Field(
        min_length=1,
        title="Groups",
        description="At least one; they are changed side by side.",
        json_schema_extra={"position": 2},
    )
    max_concurrency: AtATime = Field(
        default="50",
        title="At a time",
        description="How many clusters of the stage may be changed at once, over all its groups.",
        json_schema_extra={"position": 3},
    )
    max_allowed_failures: Amount = Field(
        default="0",
        title="Failures allowed",
        description="More than these, over all groups, stop what follows.",
        json_schema_extra={"position": 4},
    )
    after_stage_wait_minutes: float = Field(
        default=0,
        ge=0,
        le=43_200,
        title="Soak, minutes",
        description="How long finished clusters are observed before the next stage, from 0 to 43200.",
        json_schema_extra={"position": 5},
    )
    before_gates: tuple[Gate, ...] = Field(
        default=(), title="Gates before", description="What must happen first.", json_schema_extra={"position": 6}
    )
    after_gates: tuple[Gate, ...] = Field(
        default=(), title="Gates after", description="What must happen then.", json_schema_extra={"position": 7}
    )


ONE_STAGE = Stage(name="all", groups=(Group(name="everything", rest=True, max_concurrency="5"),))


class Strategy(BaseModel):
    """In which order, how many at a time, and what stops it."""

    model_config = _CLOSED

    stages: tuple[Stage, ...] = Field(
        default=(ONE_STAGE,),
        min_length=1,
        title="Stages",
        description="One after the other.",
        json_schema_extra={"position": 1},
    )
    verdict: Literal["likely", "verified"] = Field(
        default="likely",
        title="Evidence asked for",
        description="A stage passes when its pools have this verdict; verified needs in_cluster_checks.",
        json_schema_extra={"position": 2},
    )
    waiting_passes: bool = Field(
        default=False,
        title="Waiting passes",
        description="Clusters that wait for a node image, or whose nodes are unknown, do not hold their stage.",
        json_schema_extra={"position": 3},
    )
    blocked_counts: bool = Field(
        default=False,
        title="Blocked clusters count as failures",
        description="Without it they are reported, and take nothing from the budget.",
        json_schema_extra={"position": 4},
    )
    skip: tuple[str, ...] = Field(
        default=(),
        title="Leave out",
        description="Names of stages or groups, or ids of clusters: nothing is done to them, nothing prepared.",
        json_schema_extra={"position": 5},
    )
    window: RunWindow | None = Field(
        default=None,
        title="Run window",
        description="Outside it no disruptive step begins; one under way is let finish. Without one, any time will do.",
        json_schema_extra={"position": 6},
    )
    maintenance_windows: bool = Field(
        default=False,
        title="Honour planned maintenance",
        description="Begin disruptive steps only while the cluster's own planned maintenance, if it has one, is open.",
        json_schema_extra={"position": 7},
    )
    dispatch: Literal["in_process", "work_pool"] = Field(
        default="in_process",
        title="Where clusters are changed",
        description="in_process: by this run; work_pool: by runs of migrate-shard, on whatever workers take them.",
        json_schema_extra={"position": 8},
    )
    shard_size: int = Field(
        default=50,
        ge=1,
        le=200,
        title="Clusters of a shard",
        description="With work_pool, at most so many clusters a run, from 1 to 200.",
        json_schema_extra={"position": 9},
    )

    @field_validator("stages")
    @classmethod
    def _told_apart(cls, stages: tuple[Stage, ...]) -> tuple[Stage, ...]:
        names = _names(stages)
        if twice := next((name for name in names if names.count(name) > 1), None):
            raise ValueError(f"the name {twice!r} is there twice")
        if sum(group.rest for stage in stages for group in stage.groups) > 1:
            raise ValueError("only one group can be the rest")
        return stages

    @field_validator("skip")
    @classmethod
    def _names_what_is_there(cls, skip: tuple[str, ...], info: ValidationInfo) -> tuple[str, ...]:
        if "stages" in info.data:  # else they are wrong themselves, and that is told
            known = _names(info.data["stages"])
            if unknown := [name for name in skip if name not in known and not is_cluster_id(name)]:
                raise ValueError(f"{unknown[0]!r} is no stage, no group, and no cluster's resource id")
        return skip


def _names(stages: Iterable[Stage]) -> list[str]:
    return [name for stage in stages for name in (stage.name, *(group.name for group in stage.groups))]


class FleetSpec(BaseModel):
    """A fleet, its target, and its strategy."""

    model_config = _CLOSED

    scope: Scope = Field(
        default=Scope(),
        title="Scope",
        description="Which clusters are members at all.",
        json_schema_extra={"position": 1},
    )
    target: Target = Field(
        default=Target(), title="Target", description="What they shall run on.", json_schema_extra={"position": 2}
    )
    strategy: Strategy = Field(
        default=Strategy(),
        title="Strategy",
        description="In which order, how many at a time, and what stops it.",
        json_schema_extra={"position": 3},
    )

    @property
    def has_approvals(self) -> bool:
        """Whether a person is asked for on the way."""
        stages = self.strategy.stages
        guarded = (*stages, *(group for stage in stages for group in stage.groups))
        return any(gate.type == "Approval" for one in guarded for gate in (*one.before_gates, *one.after_gates))

    @model_validator(mode="after")
    def _makes_sense(self) -> "FleetSpec":
        if self.strategy.verdict == "verified" and not self.target.in_cluster_checks:
            raise ValueError("verdict: verified needs target.in_cluster_checks: true")
        return self
