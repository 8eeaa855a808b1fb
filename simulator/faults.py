"""Faults: what the pretended Azure does wrong when somebody asks it to. Faults are data."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from simulator.errors import ArmError, OperationError, SimulatorError
from simulator.faults_catalogue import CATALOGUE
from simulator.messages import Answer


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Match(_Part):
    """Which requests a fault is for; what is not given fits any."""

    method: str | None = None
    path: str = ""
    """A regular expression that is looked for anywhere in the path, in any casing."""
    cluster: str | None = None
    """The name of a cluster."""

    def fits(self, method: str, path: str) -> bool:
        """Whether a request is meant."""
        if self.method and self.method.upper() != method:
            return False
        cluster = f"/managedClusters/{re.escape(self.cluster)}(/|$)" if self.cluster else ""
        return all(re.search(pattern, path, re.IGNORECASE) for pattern in (self.path, cluster))


class Refusal(_Part):
    """An answer instead of Azure's."""

    status: int = Field(ge=200, le=599)
    code: str
    message: str = ""
    flat: bool = True
    headers: dict[str, str] = {}


class Failure(_Part):
    """How an operation ends."""

    code: str
    message: str = ""


class Rule(_Part):
    """What happens to some requests: exactly one of answer, error, delay, drop, hold, operation."""

    name: str | None = None
    match: Match = Match()
    times: int = Field(default=1, ge=1)
    """How many requests it happens to."""
    after: int = Field(default=0, ge=0)
    """How many matching requests pass before."""
    answer: Refusal | None = None
    error: str | None = None
    """An error of the catalogue."""
    delay: float | None = Field(default=None, gt=0)
    """Simulated seconds before Azure acts."""
    drop: bool | Literal["answer"] = False
    """Close the connection: before Azure acts, or when it has acted and would answer."""
    hold: bool | Literal["answer"] = False
    """A breakpoint: wait until released, before Azure acts, or when it has acted and would answer."""
    operation: Failure | None = None

    @model_validator(mode="after")
    def _one_effect(self) -> "Rule":
        if sum(map(bool, (self.answer, self.error, self.delay, self.drop, self.hold, self.operation))) != 1:
            raise ValueError("give exactly one of answer, error, delay, drop, hold, operation")
        if self.error and self.error not in CATALOGUE:
            raise ValueError(f"no error is named {self.error!r}; there are {', '.join(CATALOGUE)}")
        re.compile(self.match.path)
        return self

    def refusal(self, path: str) -> ArmError | None:
        """The answer instead of Azure's, if it is one."""
        if self.answer:
            given = self.answer
            return ArmError(given.status, given.code, given.message, flat=given.flat, headers=given.headers)
        named = CATALOGUE[self.error] if self.error else None
        if named is None or named.ends_operation or named.annotates:
            return None
        message = named.message.replace("{path}", path)
        return ArmError(named.status, named.code, message, flat=named.flat, headers=named.headers)

    def operation_error(self) -> OperationError | None:
        """How the operation that the request starts ends, if the fault is about that."""
        if self.operation:
            return OperationError(code=self.operation.code, message=self.operation.message)
        named = CATALOGUE[self.error] if self.error else None
        if named is None or not named.ends_operation:
            return None
        return OperationError(code=named.code, message=named.message)


def annotated(fault: Rule | None, answer: Answer) -> Answer:
    """An operation's status with the error that a fault puts into it; whatever the status is, it stays."""
    named = CATALOGUE[fault.error] if fault and fault.error else None
    if named is None or not named.annotates or not isinstance(answer.body, dict) or "status" not in answer.body:
        return answer
    return replace(answer, body={**answer.body, "error": {"code": named.code, "message": named.message}})


class Faults:
    """The rules in force, and how often each has matched."""

    def __init__(self) -> None:
        self._rules: list[Rule] = []
        self._matched: list[int] = []

    def add(self, rules: Sequence[Mapping[str, Any]]) -> None:
        """Take rules on; SimulatorError says what is wrong with them, and then none is taken."""
        try:
            read = [Rule.model_validate(rule) for rule in rules]
        except (ValidationError, re.error) as error:
            raise SimulatorError(f"A fault is not understood: {_first(error)}") from None
        self._rules += read
        self._matched += [0] * len(read)

    def next_for(self, method: str, path: str) -> Rule | None:
        """The fault that happens to a request: the first rule that fits and is not used up."""
        for index, rule in enumerate(self._rules):
            if not rule.match.fits(method, path) or self._matched[index] >= rule.after + rule.times:
                continue
            self._matched[index] += 1
            if self._matched[index] > rule.after:
                return rule
        return None

    def listed(self) -> list[dict[str, Any]]:
        """The rules and how often each has matched."""
        return [
            {**rule.model_dump(exclude_defaults=True), "matched": matched}
            for rule, matched in zip(self._rules, self._matched, strict=True)
        ]


def _first(error: ValidationError | re.error) -> str:
    if isinstance(error, re.error):
        return f"match.path: {error}"
    problem = error.errors()[0]
    path = ".".join(str(step) for step in problem["loc"])
    return f"{path or 'the rule'}: {problem['msg'].removeprefix('Value error, ')}"
