"""The deployments as prefect.yaml describes them: the one place that names them, and says when they run."""

from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import yaml
from prefect import Flow
from prefect.client.schemas.actions import DeploymentScheduleCreate
from prefect.client.schemas.schedules import CronSchedule
from prefect.deployments.runner import RunnerDeployment
from prefect.flows import load_flow_from_entrypoint
from prefect.types.entrypoint import EntrypointType

from fleet_identity.fleet.spec import FleetSpec

FILE = Path(__file__).parent.parent / "prefect.yaml"


@dataclass(frozen=True, slots=True, kw_only=True)
class Described:
    """One deployment: which flow, how it is told to people, its parameters, and its schedules."""

    name: str
    entrypoint: str
    description: str
    tags: list[str]
    parameters: dict[str, Any] = field(default_factory=dict[str, Any])
    schedules: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])

    def with_fleet(self, fleet: FleetSpec) -> "Described":
        """Fill the form in with a fleet, as far as the flow asks for one; what the deployment says itself is kept."""
        spec = fleet.model_dump(mode="json", exclude_unset=True)
        asked = load_flow_from_entrypoint(self.entrypoint).parameters.properties
        known = {"fleet": spec, **spec}
        filled = {name: value for name, value in known.items() if name in asked}
        return replace(self, parameters={**filled, **self.parameters})

    async def for_runner(self, work_pool: str | None = None, *, paused: bool | None = None) -> RunnerDeployment:
        """Give it as Prefect takes it: for the workers of a pool, or for a process that serves it."""
        flow: Flow[..., Any] = load_flow_from_entrypoint(self.entrypoint)
        return await flow.ato_deployment(
            self.name,
            description=self.description,
            tags=self.tags,
            parameters=self.parameters,
            schedules=[_schedule(**one) for one in self.schedules],
            paused=paused,
            work_pool_name=work_pool,
            # by module, not by path: a path would import the module a second time
            entrypoint_type=EntrypointType.MODULE_PATH,
        )


def described() -> tuple[Described, ...]:
    """Read all of them, in their order."""
    known = Described.__dataclass_fields__
    listed = yaml.safe_load(FILE.read_text())["deployments"]
    return tuple(Described(**{key: value for key, value in one.items() if key in known}) for one in listed)


def _schedule(*, slug: str, cron: str, timezone: str, active: bool) -> DeploymentScheduleCreate:
    return DeploymentScheduleCreate(slug=slug, schedule=CronSchedule(cron=cron, timezone=timezone), active=active)
