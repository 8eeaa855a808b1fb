"""The plan of one cluster's migration: what may be done now, what follows, what only time will bring."""

from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from fleet_identity.findings import Finding, Severity
from fleet_identity.resource_id import ResourceId
from fleet_identity.steps import DISRUPTIVE, IRREVERSIBLE, AssignRole, CreateIdentity, IdentityNamed, Step
from fleet_identity.verdict import PoolVerdict

StepT = TypeVar("StepT", bound=Step)


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """A pool that has nothing to be re-imaged to, until Azure publishes the next node image."""

    pool: str
    image: str
    expected: date
    """About when the next image may be expected."""

    def describe(self) -> str:
        """Say what is awaited, why, and about until when."""
        return (
            f"pool {self.pool} already runs the newest node image; its nodes switch with the next one, "
            f"expected about {self.expected.isoformat()}"
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of a plan as people read it.

    `when` is blocks, warns, notes, opens, now, later (then, if blocked), waits; done and stays where something is taken
    back.
    """

    when: str
    what: str
    todo: str = ""
    """Of a finding: the sentence that says what to do about it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What one observation of a cluster allows, shows and lacks."""

    cluster_id: ResourceId
    identity: str
    """What the control plane runs on at present, in words."""
    findings: tuple[Finding, ...] = ()
    now: tuple[Step, ...] = ()
    """May be applied from this observation, in this order; of a blocked plan, what disturbs nobody."""
    later: tuple[Step, ...] = ()
    """Follows, as far as can be told before `now` is done."""
    waiting: tuple[Waiting, ...] = ()
    verdicts: tuple[PoolVerdict, ...] = ()

    @property
    def blocked(self) -> bool:
        """Whether a person must act before anything is done."""
        return any(finding.severity is Severity.BLOCKS for finding in self.findings)

    @property
    def warnings(self) -> tuple[Finding, ...]:
        """Give what a person should weigh, though it does not block."""
        return tuple(finding for finding in self.findings if finding.severity is Severity.WARNS)

    @property
    def preparation(self) -> tuple[Step, ...]:
        """Give what disturbs nobody and takes an hour to be in effect: identities, and grants to them, in order."""
        grants = (step for step in self.of(AssignRole) if isinstance(step.principal, IdentityNamed))
        return (*self.of(CreateIdentity), *grants)

    def of(self, kind: type[StepT]) -> tuple[StepT, ...]:
        """Give the steps of one kind that may be applied now, in order."""
        return tuple(step for step in self.now if isinstance(step, kind))

    def describe(self) -> tuple[Line, ...]:
        """Tell the plan line by line, as a person should read it before saying yes."""
        return (
            *map(line_of, self.findings),
            *(Line(when="now", what=_told(step)) for step in self.now),
            *(Line(when="then" if self.blocked else "later", what=_told(step)) for step in self.later),
            *(Line(when="waits", what=item.describe()) for item in self.waiting),
        )


def line_of(finding: Finding) -> Line:
    """Tell a finding as a line of a plan."""
    return Line(when=finding.severity.value, what=f"{finding.code}: {finding.evidence}", todo=finding.remedy)


def _told(step: Step) -> str:
    marks = {"disruptive": DISRUPTIVE, "one way": IRREVERSIBLE}
    shown = [word for word, kinds in marks.items() if isinstance(step, kinds)]
    return f"{step.describe()} ({', '.join(shown)})" if shown else step.describe()
