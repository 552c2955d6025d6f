"""The cursor of a list (instant, source and id of the last row of a page), and the limits of a page.

A cursor is written in characters that need no escape in a URL. A text that is no cursor of this service is refused
(``bad_parameter``).
"""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import UTC, datetime
from decimal import Decimal
from typing import Final

from cadran.compiler.statement import Arguments
from cadran.domain.window import load_zone
from cadran.errors import QuestionRefused

#: The default and the greatest number of rows of a page. Clients rely on both, so they belong to the API.
LIMIT: Final = 100
LIMIT_MAX: Final = 1_000


def check(limit: int) -> None:
    """Refuse a limit that is out of bounds (``bad_parameter``)."""
    if not 1 <= limit <= LIMIT_MAX:
        raise QuestionRefused(
            f"limit has to be a number from 1 to {LIMIT_MAX}.", code="bad_parameter", parameter="limit"
        )


def write(moment: object, source: object, code: object) -> str:
    """Write the cursor of a row."""
    assert isinstance(moment, datetime)
    text = json.dumps([moment.astimezone(UTC).isoformat(), source, code], separators=(",", ":"))
    return urlsafe_b64encode(text.encode()).decode().rstrip("=")


def read(after: str) -> tuple[datetime, int, str]:
    """Read a cursor. Refuse a text that is no cursor (``bad_parameter``)."""
    try:
        at, source, code = json.loads(urlsafe_b64decode(after.encode("ascii") + b"=" * (-len(after) % 4)))
        moment = datetime.fromisoformat(at)
        sound = moment.tzinfo is not None and 1900 <= moment.year <= 2999 and "\0" not in code
        if not sound or type(source) is not int or not -(2**31) <= source < 2**31:
            raise ValueError("not a cursor of this service")
        code.encode()
    except (ValueError, TypeError, AttributeError, RecursionError) as error:
        raise QuestionRefused(
            "after has to be the value of `next` of the previous page; leave it out for the first page.",
            code="bad_parameter",
            parameter="after",
        ) from error
    return moment, source, code


def as_sql(after: str, arguments: Arguments) -> str:
    """Return the SQL row of a cursor, with which rows are compared."""
    moment, source, code = read(after)
    return f"({arguments.add(moment)}::timestamptz, {arguments.add(source)}::int, {arguments.add(code)}::text)"


def format_value(value: object, zone: str | None) -> object:
    """Return a value as responses show it: a time with the offset of a zone, a decimal as a plain number."""
    if isinstance(value, datetime):
        return value.astimezone(load_zone(zone or "UTC")).isoformat()
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    return value
