"""Rows and totals: the metric fields, the key columns, and a sequence of rows that is stored as columns."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from inspect import get_annotations
from typing import Annotated, Any, Final, TypeVar, overload

import strawberry

from cadran.domain.answer import KeyColumn
from cadran.domain.dimension import DIMENSIONS, Dimension
from cadran.domain.question import MetricRef
from cadran.graphql.fields import describe_field, resolve_field
from cadran.graphql.figure import Figure
from cadran.graphql.localized import LocalizedAnswer
from cadran.graphql.metrics import add_metrics
from cadran.graphql.names import lower_first, to_camel_case
from cadran.graphql.scalars import DateTime

Carrier = TypeVar("Carrier", bound=type)


@strawberry.type(description="A time bucket: start ≤ t < end.")
class Bucket:
    """Bounds of a time bucket as text, in the zone of the question."""

    start: DateTime = strawberry.field(description="The first instant of the bucket.")
    end: DateTime = strawberry.field(description="The first instant after the bucket.")
    partial: bool = strawberry.field(
        description="Whether the window has only a part of the bucket, so that it cannot be compared with others."
    )


@strawberry.type(description="A member of a dimension.")
class Member:
    """A member of the directory, in the reader's language."""

    code: str | None = strawberry.field(
        description="The code of the member in filters; null for contacts without a value."
    )
    label: str = strawberry.field(description="The name of the member, in the language of Accept-Language.")


@strawberry.interface(description="One figure per metric of the catalogue. Only selected metrics are computed.")
@add_metrics
class Metrics:
    """The metric fields that rows and totals share. Each subclass has the method ``figure`` that the fields call."""


@strawberry.type(description="The figures over all groups, including those beyond `top`.")
class Totals(Metrics):
    """The totals of an answer."""

    shown: strawberry.Private[LocalizedAnswer]

    def figure(self, call: MetricRef) -> Figure:
        """Return the total of a metric call."""
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

    text = f"The {lower_first(dimension.label.en)} of the row; null unless grouped by {dimension.slug.upper()}."
    return resolve_field(resolve, dimension.slug, find_kind(dimension), text)


def _make_attribute() -> Any:
    def attribute(
        root: Any,
        name: Annotated[str, strawberry.argument(description="The name of the attribute, as in `byAttributes`.")],
    ) -> Member | None:
        column = find_attribute_column(root.shown, name)
        if column is None or column.members is None:
            return None
        member = column.members[root.index]
        return Member(code=member.code, label=member.label(root.shown.language))

    about = "The value of one of the contacts' own attributes; null unless grouped by the attribute."
    return strawberry.field(resolver=attribute, description=about)


def find_attribute_column(shown: LocalizedAnswer, name: str) -> KeyColumn | None:
    """Return the column of an attribute; None if the rows are not grouped by it."""
    return None if name in DIMENSIONS else shown.keys.get(name)


def find_kind(dimension: Dimension) -> Any:
    """Return the type of a row's key: a member, a number, or a time of day as HH:MM."""
    if dimension.kind == "member":
        return Member | None
    return str | None if dimension.slug == "time_of_day" else int | None


def add_dimensions(carrier: Carrier) -> Carrier:
    """Add a field for each dimension to a row type with ``shown`` and ``index``, and return the type."""
    annotations = dict(get_annotations(carrier))
    for slug, dimension in DIMENSIONS.items():
        setattr(carrier, slug, _dimension(dimension))
        annotations[slug] = find_kind(dimension)
    carrier.attribute = _make_attribute()  # type: ignore[attr-defined]  # a new field
    carrier.__annotations__ = annotations
    return carrier


#: The slugs of the dimensions, by the names of their fields.
BY_FIELD: Final = {to_camel_case(slug): slug for slug in DIMENSIONS}


@strawberry.type(description="One row: its time bucket, its dimensions and its figures.")
@add_dimensions
class Row(Metrics):
    """The row ``index`` of an answer."""

    shown: strawberry.Private[LocalizedAnswer]
    index: strawberry.Private[int]

    @describe_field("The time bucket of the row; the whole window if the grain is TOTAL.")
    def window(self) -> Bucket:
        """Return the bucket of the row."""
        starts, ends, partial = (column[self.index] for column in self.shown.buckets())
        return Bucket(start=DateTime(str(starts)), end=DateTime(str(ends)), partial=bool(partial))

    @describe_field(
        "The number of open days of which the counts of the row are means; null unless grouped by TIME_OF_DAY or"
        " WEEKDAY."
    )
    def days(self) -> int | None:
        """Return the number of open days."""
        return self.shown.days()[self.index]

    def figure(self, call: MetricRef) -> Figure:
        """Return the figure of a metric call in this row."""
        return Figure(shown=self.shown, figures=self.shown.rows[call], row=self.index)


@dataclass(frozen=True, slots=True)
class Rows(Sequence[Row]):
    """The rows of an answer, stored as columns.

    The executor builds dictionaries directly from the columns. All other code sees a sequence of rows.
    """

    shown: LocalizedAnswer

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
