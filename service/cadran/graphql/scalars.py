"""The two scalars that GraphQL lacks: instants as RFC 3339 text, and whole columns for charts."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, Final, NewType

import strawberry
from strawberry.types.scalar import ScalarDefinition

DateTime = NewType("DateTime", str)
ColumnSet = NewType("ColumnSet", object)


def instant(value: datetime) -> DateTime:
    """An instant in UTC, in whole seconds, as REST writes it."""
    return DateTime(value.astimezone(UTC).replace(microsecond=0, tzinfo=None).isoformat() + "Z")


def _as_is(value: Any) -> Any:
    return value


SCALARS: Final[dict[object, ScalarDefinition]] = {
    DateTime: strawberry.scalar(
        name="DateTime",
        description="A time as RFC 3339 writes it, with the zone's offset. Where sites of different zones share it, it"
        " is their wall-clock time and has no offset.",
        specified_by_url="https://www.rfc-editor.org/rfc/rfc3339",
        serialize=_as_is,
        parse_value=_as_is,
    ),
    ColumnSet: strawberry.scalar(
        name="ColumnSet",
        description='A JSON object of equally long lists, one per column: {"start": […], "site": […], "qos": […]}.',
        serialize=_as_is,
        parse_value=_as_is,
    ),
}
