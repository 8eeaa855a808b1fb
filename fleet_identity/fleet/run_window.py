"""The run window: outside it, no disruptive step of a fleet run begins."""

from datetime import datetime, time, timedelta
from typing import Literal, get_args

from pydantic import BaseModel, ConfigDict, Field

from fleet_identity.recurrence import Weekly, recurring
from fleet_identity.spans import Span
from fleet_identity.utc_offset import UTC_OFFSET, zone

Day = Literal["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]
_DAYS: tuple[str, ...] = get_args(Day)


class RunWindow(BaseModel):
    """Hours of the week in which disruptive steps may begin; one that has begun is let finish."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    days: tuple[Day, ...] = Field(
        default=(),
        title="Days",
        description="On which it opens, such as Saturday; without any, every day.",
        json_schema_extra={"position": 1},
    )
    start_time: str = Field(
        pattern=r"^([01]\d|2[0-3]):[0-5]\d$",
        title="Opens at",
        description="When it opens, such as 22:00; in a file, in quotes.",
        json_schema_extra={"position": 2},
    )
    duration_hours: float = Field(
        ge=1,
        le=24,
        title="Hours",
        description="How long it is open, from 1 to 24; it may go on past midnight.",
        json_schema_extra={"position": 3},
    )
    utc_offset: str = Field(
        default="+00:00",
        pattern=UTC_OFFSET,
        title="UTC offset",
        description="Of that time, such as +01:00.",
        json_schema_extra={"position": 4},
    )

    def describe(self) -> str:
        """Say what it is."""
        return "the run window"

    def hours(self) -> str:
        """Say when it opens, and for how long."""
        days = ", ".join(self.days) or "every day"
        return f"{days} from {self.start_time} for {self.duration_hours:g} hours (UTC{self.utc_offset})"

    def open_spans(self, between: Span) -> tuple[Span, ...]:
        """Give when it is open in a stretch of time, each span whole."""
        lasts, here = timedelta(hours=self.duration_hours), zone(self.utc_offset)
        early = (between.start - lasts).astimezone(here).date()
        since = datetime.combine(early, time.fromisoformat(self.start_time))
        days = tuple(_DAYS.index(day) for day in self.days) or tuple(range(7))
        return recurring(Weekly(days=days), since, lasts, here, between)

    def ahead(self, now: datetime) -> Span:
        """Give the opening that is, or comes next, by the window's own clock."""
        here, week = zone(self.utc_offset), Span(start=now, end=now + timedelta(days=8))  # it opens every week
        span = next(span for span in self.open_spans(week) if span.end > now)
        return Span(start=span.start.astimezone(here), end=span.end.astimezone(here))
