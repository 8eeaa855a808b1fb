"""Conditions of role assignments, version 2.0: parsed, and asked of what a caller wants to do.

Source: Microsoft Learn, "Azure role assignment condition format and syntax". `AND` binds before `OR`; assumed. Where
one comes to what can't be evaluated here (other operators, attributes that a request does not have) it grants nothing.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING

from simulator.role_definitions.models import matches

if TYPE_CHECKING:
    from collections.abc import Sequence

_TOKEN = re.compile(
    r"\s*(?:"
    r"ActionMatches\s*\{\s*'(?P<action>[^']*)'\s*\}"
    r"|@(?P<source>Request|Resource|Principal|Environment)\s*\[(?P<attribute>[^\]]+)\]"
    r"|(?P<mark>[()!]|&&|\|\||AND\b|OR\b)"
    r"|(?P<operator>(?:ForA\w+:)?[A-Za-z]+)\b"
    r"|\{(?P<values>[^}]*)\}"
    r"|(?P<value>'[^']*'|[0-9A-Fa-f-]{36})"
    r")\s*",
    re.IGNORECASE,
)
_EQUAL: Mapping[str, Callable[[str, str], bool]] = {
    "guidequals": lambda have, want: have.lower() == want.lower(),
    "stringequals": lambda have, want: have == want,
    "stringequalsignorecase": lambda have, want: have.lower() == want.lower(),
    "guidnotequals": lambda have, want: have.lower() != want.lower(),
    "stringnotequals": lambda have, want: have != want,
    "stringnotequalsignorecase": lambda have, want: have.lower() != want.lower(),
}
_QUANTIFIED: Mapping[str, Callable[[list[bool]], bool]] = {"foranyofanyvalues": any, "foranyofallvalues": all, "": any}


class InvalidConditionError(Exception):
    """The text is no condition."""


class NotEvaluableError(Exception):
    """A condition asks for what is not known here."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """What a caller wants to do, with the attributes that a condition may ask for, by source and name in lower case."""

    action: str
    attributes: Mapping[tuple[str, str], str] = field(default_factory=dict[tuple[str, str], str])


Condition = Callable[[Attempt], bool]


def fulfilled(text: str | None, attempt: Attempt) -> bool:
    """Whether a condition lets an attempt through; none at all does, one that is not understood does not."""
    if text is None:
        return True
    try:
        return parsed(text)(attempt)
    except (InvalidConditionError, NotEvaluableError):
        return False


@lru_cache
def parsed(text: str) -> Condition:
    """The condition that a text says."""
    tokens = _Tokens(list(_tokens(text)))
    condition = _any_of(tokens)
    if tokens.left:
        raise InvalidConditionError(text)
    return condition


def _tokens(text: str) -> Sequence[re.Match[str]]:
    found: list[re.Match[str]] = []
    at = 0
    while at < len(text):
        token = _TOKEN.match(text, at)
        if token is None:
            raise InvalidConditionError(text)
        found.append(token)
        at = token.end()
    return found


class _Tokens:
    """What of a condition is still to be read."""

    def __init__(self, tokens: list[re.Match[str]]) -> None:
        self.left = tokens

    def take(self, kind: str) -> str:
        """The next token, which must be of a kind."""
        if not self.left or self.left[0][kind] is None:
            raise InvalidConditionError
        return self.left.pop(0)[kind]

    def skip(self, *marks: str) -> bool:
        """Whether the next token is one of these marks, which is then read."""
        found = bool(self.left) and (self.left[0]["mark"] or "").upper() in marks
        if found:
            self.left.pop(0)
        return found

    def is_next(self, kind: str) -> bool:
        """Whether the next token is of a kind."""
        return bool(self.left) and self.left[0][kind] is not None


def _any_of(tokens: _Tokens) -> Condition:
    parts = [_all_of(tokens)]
    while tokens.skip("OR", "||"):
        parts.append(_all_of(tokens))
    return lambda attempt: any(part(attempt) for part in parts)


def _all_of(tokens: _Tokens) -> Condition:
    parts = [_term(tokens)]
    while tokens.skip("AND", "&&"):
        parts.append(_term(tokens))
    return lambda attempt: all(part(attempt) for part in parts)


def _term(tokens: _Tokens) -> Condition:
    if tokens.skip("!"):
        denied = _term(tokens)
        return lambda attempt: not denied(attempt)
    if tokens.skip("("):
        inner = _any_of(tokens)
        if not tokens.skip(")"):
            raise InvalidConditionError
        return inner
    if tokens.is_next("action"):
        pattern = tokens.take("action")
        return lambda attempt: matches(pattern, attempt.action)
    return _comparison(tokens)


def _comparison(tokens: _Tokens) -> Condition:
    source = tokens.left[0]["source"] if tokens.left else None
    attribute = tokens.take("attribute")
    quantifier, _, operator = tokens.take("operator").lower().rpartition(":")
    wanted = _values(tokens.take("values") if tokens.is_next("values") else tokens.take("value"))
    compare, quantified = _EQUAL.get(operator), _QUANTIFIED.get(quantifier)
    key = (str(source).lower(), attribute.strip().lower())

    def compared(attempt: Attempt) -> bool:
        have = attempt.attributes.get(key)
        if have is None or compare is None or quantified is None:
            raise NotEvaluableError
        return quantified([compare(have, one) for one in wanted])

    return compared


def _values(text: str) -> list[str]:
    return [value.strip().strip("'") for value in text.split(",")]
