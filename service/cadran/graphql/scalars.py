"""Scalars that GraphQL lacks: days, RFC 3339 instants, and columns for charts.

Days and instants are texts inside the service. Both are read and written strictly.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from typing import Any, Final, NewType

import strawberry
from strawberry.types.scalar import ScalarDefinition

Date = NewType("Date", str)
DateTime = NewType("DateTime", str)
ColumnSet = NewType("ColumnSet", object)

_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_INSTANT: Final = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]{1,9})?(?:Z|[+-][0-9]{2}:[0-9]{2})?"
)


def to_instant(value: datetime) -> DateTime:
    """Return an instant in UTC, in whole seconds, as REST writes it."""
    return DateTime(value.astimezone(UTC).replace(microsecond=0, tzinfo=None).isoformat() + "Z")


def parse_date(value: object) -> Date:
    """Return a day unchanged. Raises ValueError if the value is not a day."""
    if isinstance(value, str) and _DAY.fullmatch(value):
        try:
            date.fromisoformat(value)
        except ValueError:
            raise ValueError(f"{value} is not a day of the calendar. Write a day such as 2015-12-01.") from None
        return Date(value)
    raise ValueError("Write a Date as a day such as 2015-12-01.")


def write_date(value: object) -> str:
    """Return a day as text. Raises ValueError if the value is not a day."""
    if isinstance(value, date) and not isinstance(value, datetime):
        return value.isoformat()
    return parse_date(value)


def parse_date_time(value: object) -> DateTime:
    """Return an instant unchanged. Raises ValueError if the value is not an instant."""
    if isinstance(value, str) and _INSTANT.fullmatch(value):
        try:
            datetime.fromisoformat(value)
        except ValueError:
            raise ValueError(
                f"{value} is not a time of the calendar. Write a time such as 2015-12-01T09:00:00Z."
            ) from None
        return DateTime(value)
    raise ValueError("Write a DateTime in the form of RFC 3339, such as 2015-12-01T09:00:00+01:00.")


def write_date_time(value: object) -> str:
    """Return an instant as text. Raises ValueError if the value is not an instant.

    An instant without an offset is the local time of sites in different zones.
    """
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, str) and _INSTANT.fullmatch(value):
        return value
    raise ValueError(f"DateTime cannot show {str(value)[:60]!r}.")


def _as_is(value: Any) -> Any:
    return value


SCALARS: Final[dict[object, ScalarDefinition]] = {
    Date: strawberry.scalar(
        name="Date",
        description="A day in the form of RFC 3339: 2015-12-01.",
        specified_by_url="https://www.rfc-editor.org/rfc/rfc3339",
        serialize=write_date,
        parse_value=parse_date,
    ),
    DateTime: strawberry.scalar(
        name="DateTime",
        description="A time in the form of RFC 3339, with the offset of the zone. A time that sites in different zones"
        " share is their local time, without an offset.",
        specified_by_url="https://www.rfc-editor.org/rfc/rfc3339",
        serialize=write_date_time,
        parse_value=parse_date_time,
    ),
    ColumnSet: strawberry.scalar(
        name="ColumnSet",
        description='A JSON object of equally long lists, one per column: {"start": […], "site": […], "qos": […]}.',
        serialize=_as_is,
        parse_value=_as_is,
    ),
}
