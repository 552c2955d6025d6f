"""Rows and totals: the metrics' fields, the keys that tell rows apart, and the list that still holds columns."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from inspect import get_annotations
from typing import Any, Final, TypeVar, overload

import strawberry

from cadran.domain.dimension import DIMENSIONS, Dimension
from cadran.domain.question import MetricCall
from cadran.graphql.fields import described, resolved
from cadran.graphql.figure import Figure
from cadran.graphql.localized import Shown
from cadran.graphql.metrics import with_metrics
from cadran.graphql.names import camel
from cadran.graphql.scalars import DateTime

Carrier = TypeVar("Carrier", bound=type)


@strawberry.type(description="A time bucket: start ≤ t < end.")
class Bucket:
    """Bounds as text, in the zone of the question."""

    start: DateTime = strawberry.field(description="The first instant.")
    end: DateTime = strawberry.field(description="The first instant after it.")


@strawberry.type(description="One value of a dimension.")
class Member:
    """A row of the directory, as a reader sees it."""

    code: str | None = strawberry.field(description="What filters name it by; null: not given.")
    label: str = strawberry.field(description="What a screen shows, in the language of Accept-Language.")


@strawberry.interface(description="One figure per metric of the catalogue. Only those selected are computed.")
@with_metrics
class Metrics:
    """What rows and totals have in common; each of them has the ``figure`` that the fields ask for."""


@strawberry.type(description="The figures over all rows, before any cut to the top.")
class Totals(Metrics):
    """The totals of an answer."""

    shown: strawberry.Private[Shown]

    def figure(self, call: MetricCall) -> Figure:
        """The total of a call."""
        return Figure(shown=self.shown, figures=self.shown.totals[call], row=0)


def _dimension(dimension: Dimension) -> Any:
    def resolve(root: Row) -> Any:
        column = root.shown.keys.get(dimension.slug)
        if column is None:
            return None
        if column.members is not None:
            member = column.members[root.index]
            return Member(code=member.code, label=member.label(root.shown.language))
        return column.values[root.index]

    text = f"{dimension.label.en}; null unless split by {dimension.slug.upper()}."
    return resolved(resolve, dimension.slug, kind_of(dimension), text)


def kind_of(dimension: Dimension) -> Any:
    """The type of a row's key: a member, a number, or a time of day as HH:MM."""
    if dimension.kind == "member":
        return Member | None
    return str | None if dimension.slug == "time_of_day" else int | None


def with_dimensions(carrier: Carrier) -> Carrier:
    """Give a type of rows (``shown``, ``index``) a field for every dimension."""
    annotations = dict(get_annotations(carrier))
    for slug, dimension in DIMENSIONS.items():
        setattr(carrier, slug, _dimension(dimension))
        annotations[slug] = kind_of(dimension)
    carrier.__annotations__ = annotations
    return carrier


#: The dimensions by the name of their field.
BY_FIELD: Final = {camel(slug): slug for slug in DIMENSIONS}


@strawberry.type(description="One group: its bucket of time, the dimensions split by, and its figures.")
@with_dimensions
class Row(Metrics):
    """Row ``index`` of an answer."""

    shown: strawberry.Private[Shown]
    index: strawberry.Private[int]

    @described("The row's bucket; the whole window where the grain is TOTAL.")
    def window(self) -> Bucket:
        """Start and end."""
        starts, ends = self.shown.bounds()
        return Bucket(start=DateTime(str(starts[self.index])), end=DateTime(str(ends[self.index])))

    def figure(self, call: MetricCall) -> Figure:
        """The figure of a call in this row."""
        return Figure(shown=self.shown, figures=self.shown.rows[call], row=self.index)


@dataclass(frozen=True, slots=True)
class Rows(Sequence[Row]):
    """The answer's rows, still in columns: the executor builds from those, anything else sees a sequence of rows."""

    shown: Shown

    def __len__(self) -> int:
        return self.shown.answer.rows

    def __iter__(self) -> Iterator[Row]:
        return (Row(shown=self.shown, index=index) for index in range(len(self)))

    @overload
    def __getitem__(self, index: int) -> Row: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Row]: ...
    def __getitem__(self, index: int | slice) -> Row | Sequence[Row]:
        if isinstance(index, slice):
            return [Row(shown=self.shown, index=each) for each in range(*index.indices(len(self)))]
        return Row(shown=self.shown, index=range(len(self))[index])
