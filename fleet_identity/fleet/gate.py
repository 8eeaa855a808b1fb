"""What stands before and after stages and groups."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from fleet_identity.fleet.run_window import Day


class Gate(BaseModel):
    """What must happen before a run goes on: somebody approves, or a time has come."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    type: Literal["Approval", "ScheduledStart"] = Field(
        default="Approval",
        title="Kind",
        description="Approval waits for a person; ScheduledStart for a day and time.",
        json_schema_extra={"position": 1},
    )
    start_day: Day | None = Field(
        default=None,
        title="Day",
        description="Of a ScheduledStart: the next such day; without one, any.",
        json_schema_extra={"position": 2},
    )
    start_time: str | None = Field(
        default=None,
        pattern=r"^([01]\d|2[0-3]):[0-5]\d$",
        title="Time",
        description="Of a ScheduledStart, such as 22:00.",
        json_schema_extra={"position": 3},
    )
    utc_offset: str = Field(
        default="+00:00",
        pattern=r"^[+-](0\d|1[0-4]):[0-5]\d$",
        title="UTC offset",
        description="Of that time, such as +01:00.",
        json_schema_extra={"position": 4},
    )
    answer_within_hours: float = Field(
        default=720,
        gt=0,
        le=8760,
        title="Answer within, hours",
        description="Of an Approval: unanswered for so long it counts as stop, at most 8760.",
        json_schema_extra={"position": 5},
    )

    @model_validator(mode="after")
    def _complete(self) -> "Gate":
        if self.type == "ScheduledStart" and self.start_time is None:
            raise ValueError("a ScheduledStart needs start_time")
        if self.type == "Approval" and (self.start_day or self.start_time):
            raise ValueError("an Approval has no start_day and no start_time")
        return self

    def describe(self) -> str:
        """Say in one line what it waits for."""
        if self.type == "Approval":
            return f"Approval, unanswered for {self.answer_within_hours:g} hours it counts as stop"
        return f"ScheduledStart, {self.start_day or 'any day'} {self.start_time} (UTC{self.utc_offset})"
