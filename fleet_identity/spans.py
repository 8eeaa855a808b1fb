"""Stretches of time: joined, in common, and without others. Each ends just before its `end`."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """From a moment until before another, both with a time zone."""

    start: datetime
    end: datetime


def joined(spans: Iterable[Span]) -> tuple[Span, ...]:
    """Put spans in order, and those that touch or overlap together; empty ones vanish."""
    found: list[Span] = []
    for span in sorted(spans, key=lambda one: one.start):
        if span.end <= span.start:
            continue
        if found and span.start <= found[-1].end:
            found[-1] = Span(start=found[-1].start, end=max(found[-1].end, span.end))
        else:
            found.append(span)
    return tuple(found)


def common(one: Iterable[Span], other: Iterable[Span]) -> tuple[Span, ...]:
    """Give what lies in both."""
    others = tuple(other)
    return joined(
        Span(start=max(mine.start, theirs.start), end=min(mine.end, theirs.end)) for mine in one for theirs in others
    )


def without(spans: Iterable[Span], gone: Iterable[Span]) -> tuple[Span, ...]:
    """Give what is left of spans where others are taken out."""
    left = joined(spans)
    for hole in gone:
        left = tuple(piece for span in left for piece in _around(span, hole))
    return joined(left)


def _around(span: Span, hole: Span) -> tuple[Span, Span]:
    if hole.end <= hole.start:
        return span, Span(start=span.end, end=span.end)
    return (
        Span(start=span.start, end=min(span.end, hole.start)),
        Span(start=max(span.start, hole.end), end=span.end),
    )
