"""The answer: columns of group keys and of figures with their parts, and what a reader must know to trust them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from math import sqrt
from typing import Protocol

from cadran.domain.access.principal import Principal
from cadran.domain.annotation import Annotation
from cadran.domain.directory import Member
from cadran.domain.metric import Label
from cadran.domain.question import MetricRef, Question
from cadran.domain.target import Verdict

Z95 = 1.959963984540054


@dataclass(frozen=True, slots=True)
class DaySet:
    """A set of days: bit ``n`` of ``days`` is the day ``n`` days after ``first``."""

    first: date
    days: int

    def __len__(self) -> int:
        return self.days.bit_count()

    def __iter__(self) -> Iterator[date]:
        return (self.first + timedelta(days=place) for place in range(self.days.bit_length()) if self.days >> place & 1)


@dataclass(frozen=True, slots=True)
class KeyColumn:
    """A column that identifies rows: ``start`` (RFC 3339 text, with ``ends``) or a dimension.

    ``values`` hold codes (None: not given), numbers, or "HH:MM" for time_of_day. ``members`` hold the directory's
    members, for member dimensions. ``partial`` is whether the window has only a part of each row's bucket; None if it
    cuts no bucket. ``days`` are the open days of each row of a usual day or week, of which its counts are means.
    """

    name: str
    values: Sequence[str | int | None]
    members: Sequence[Member] | None = None
    ends: Sequence[str] | None = None
    partial: Sequence[bool] | None = None
    days: Sequence[DaySet] | None = None

    @property
    def ids(self) -> Sequence[object]:
        """Return what identifies each row: the ids of members, else the values."""
        return self.values if self.members is None else [member.member_id for member in self.members]

    def take(self, rows: Sequence[int]) -> KeyColumn:
        """Return the column with these rows only, in this order."""
        values, members, ends, partial, days = (
            None if column is None else [column[row] for row in rows]
            for column in (self.values, self.members, self.ends, self.partial, self.days)
        )
        return KeyColumn(self.name, values or [], members, ends, partial, days)  # type: ignore[arg-type]  # as declared above


@dataclass(frozen=True, slots=True)
class Figures:
    """One metric's column: value, numerator, denominator and n of every row. None is undefined.

    Durations are seconds, shares 0–1. ``previous`` holds the earlier values, if the question has a comparison.
    ``bands`` hold the 10th and the 90th percentile of the values of each row's days, if requested.
    ``bounds`` are the error bounds of estimated values. ``bins`` are the counts that percentiles are read from, one for
    each bin between ``edges`` (None: open); a count of None is hidden. ``verdicts`` compare the values with their
    targets, if requested. ``hidden`` are the rows in which small-cell suppression hides everything. ``estimated`` is
    whether values are approximate wherever the bounds differ.
    """

    call: MetricRef
    values: Sequence[float | None]
    numerators: Sequence[float | None]
    denominators: Sequence[float | None]
    n: Sequence[float | None]
    previous: Sequence[float | None] | None = None
    bounds: Sequence[tuple[float, float] | None] | None = None
    bins: Sequence[tuple[float | None, ...]] | None = None
    edges: Sequence[float | None] = ()
    verdicts: Sequence[Verdict | None] | None = None
    hidden: frozenset[int] = frozenset()
    bands: Sequence[tuple[float, float] | None] | None = None
    estimated: bool = False

    def is_approximate(self, row: int) -> bool:
        """Return whether the value of a row is estimated, or lies between two bounds."""
        bounds = self.bounds[row] if self.estimated and self.bounds is not None else None
        return bounds is not None and bounds[0] < bounds[1]

    def interval(self, row: int) -> tuple[float, float] | None:
        """Return the 95 % interval of a row: its bounds (estimates, net scores, means of scores), else Wilson's.

        Wilson's interval applies to shares. Return None if the row has neither.
        """
        if self.bounds is not None and self.bounds[row] is not None:
            return self.bounds[row]
        value, n = self.values[row], self.denominators[row]
        if self.call.metric.kind != "share" or value is None or not n or not 0 <= value <= 1:
            return None
        return wilson(value, n)

    @property
    def intervals(self) -> Sequence[tuple[float, float] | None]:
        """Return the 95 % interval of each row, as ``interval`` does."""
        if self.bounds is None and self.call.metric.kind != "share":
            return [None] * len(self.values)
        if self.bounds is not None:
            return [self.interval(row) for row in range(len(self.values))]
        return [
            wilson(value, n) if value is not None and n and 0 <= value <= 1 else None
            for value, n in zip(self.values, self.denominators, strict=True)
        ]


def wilson(share: float, n: float) -> tuple[float, float]:
    """Return Wilson's 95 % score interval of a share of n (Wilson 1927)."""
    z2 = Z95 * Z95
    centre = (share + z2 / (2 * n)) / (1 + z2 / n)
    half = Z95 / (1 + z2 / n) * sqrt(share * (1 - share) / n + z2 / (4 * n * n))
    return max(0.0, min(share, centre - half)), min(1.0, max(share, centre + half))


@dataclass(frozen=True, slots=True)
class Notice:
    """A warning about figures: a stable code and a sentence. ``about`` are the metrics whose totals it quotes."""

    code: str
    detail: Label
    about: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Source:
    """A table that a part of the answer was read from, with the statement and the reason, for ``explain``."""

    name: str
    sql: str
    why: str


@dataclass(frozen=True, slots=True)
class Freshness:
    """The freshness of an answer: how current its data are, and how long it may be shown.

    ``as_of`` is how far the data reach (None: no data), ``since`` the first day with data of the sites in
    question, ``version`` the version of the data. ``stale`` answers are served from the cache while the database is
    away. ``moves_at`` is when the question's period begins to mean another window (None: never). ``begins`` holds the
    first day with data of each site, by id, if the question is about usual days.
    """

    as_of: datetime | None
    generated_at: datetime
    stale_after: datetime
    version: int
    stale: bool = False
    moves_at: datetime | None = None
    since: date | None = None
    begins: Mapping[int, date] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer: columns of equal length ``rows``.

    ``totals`` are columns of length one, over all rows before a cut to the top. If requested, ``annotations`` are the
    annotations of the window, and ``noted`` has the codes of each row's annotations. ``compared`` are the bounds of the
    earlier window that the figures are compared with.
    """

    question: Question
    rows: int
    keys: tuple[KeyColumn, ...]
    figures: tuple[Figures, ...]
    totals: tuple[Figures, ...]
    start: str
    end: str
    zone: str | None
    freshness: Freshness
    approximate: bool = False
    warnings: tuple[Notice, ...] = ()
    sources: tuple[Source, ...] = field(default=(), compare=False)
    annotations: tuple[Annotation, ...] | None = None
    noted: Sequence[Sequence[str]] | None = None
    compared: tuple[str, str] | None = None

    @property
    def days(self) -> Sequence[DaySet] | None:
        """Return the open days of each row of a usual day or week; None for other rows."""
        return next((key.days for key in self.keys if key.days is not None), None)


class Answers(Protocol):
    """The interface of every ring of the core."""

    async def answer(self, question: Question, principal: Principal) -> Answer:
        """Return the answer to a question as this principal may see it. Raises errors of ``cadran.errors``."""
        ...
