"""A rollout in outline: in its order, with what bounds it, and who is where."""

from fleet_identity.fleet.gate import Gate
from fleet_identity.fleet.rollout import rollout
from fleet_identity.fleet.spec import FleetSpec, Group, Stage, Strategy
from fleet_identity.report.outline import outline, outline_of_spec
from tests.planning.test_fleet_spec import member

APPROVAL = Gate(answer_within_hours=24)
SATURDAY = Gate(type="ScheduledStart", start_day="Saturday", start_time="22:00", utc_offset="+01:00")
CANARY = Stage(
    name="canary",
    groups=(Group(name="first", name_pattern="test-*", tags=("stage=canary", "mine")),),
    after_stage_wait_minutes=90,
    after_gates=(APPROVAL,),
)
PRODUCTION = Stage(
    name="production",
    groups=(
        Group(name="north", regions=("northeurope",), before_gates=(APPROVAL,), after_gates=(APPROVAL,)),
        Group(name="others", rest=True, max_concurrency="25%", max_allowed_failures="25%"),
    ),
    max_concurrency="20%",
    max_allowed_failures="2",
    before_gates=(SATURDAY,),
)
APPROVED = "Approval, unanswered for 24 hours it counts as stop"


def test_in_order() -> None:
    """What comes before a stage stands before its groups, what comes after it behind them; shares are counted out."""
    fleet = (
        member("test-a", tags={"stage": "canary", "mine": ""}),
        member("north-a", location="northeurope"),
        *(member(f"prod-{number:02}") for number in range(10)),
    )
    spec = FleetSpec(strategy=Strategy(stages=(CANARY, PRODUCTION), skip=("north", fleet[2].cluster.id.text)))
    assert outline(rollout(spec, fleet)) == [
        "stage canary: 50 at a time, failures allowed: 0",
        "  group first (tags: stage=canary, mine; name_pattern: test-*): 1 at a time, failures allowed: 0",
        "    1 cluster: test-a",
        "  soak: 1 h 30 min",
        f"  after it: {APPROVED}",
        "stage production: 20% (1) at a time, failures allowed: 2",
        "  before it: ScheduledStart, Saturday 22:00 (UTC+01:00)",
        "  group north (regions: northeurope): 1 at a time, failures allowed: 0",
        f"    before it: {APPROVED}",
        "    no clusters; left out: 1",
        f"    after it: {APPROVED}",
        "  group others (all the rest): 25% (2) at a time, failures allowed: 25% (3)",
        f"    9 clusters: {', '.join(f'prod-{number:02}' for number in range(1, 9))} and 1 more; left out: 1",
    ]


def test_of_a_spec_alone() -> None:
    """Before any cluster is known nobody is named, and shares stay shares."""
    stage = Stage(name="all", groups=(Group(name="others", rest=True, before_gates=(SATURDAY,)),), max_concurrency="9%")
    assert outline_of_spec((stage,)) == [
        "stage all: 9% at a time, failures allowed: 0",
        "  group others (all the rest): 1 at a time, failures allowed: 0",
        "    before it: ScheduledStart, Saturday 22:00 (UTC+01:00)",
    ]
