"""Pages of single facts: how many rows one holds, and the place (instant, source, id) that the next continues after.

A place is written in letters that need no escape in a URL; what is none of ours is refused (``bad_parameter``).
"""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import UTC, datetime
from decimal import Decimal
from typing import Final

from cadran.compiler.statement import Arguments
from cadran.domain.window import zone_info
from cadran.errors import QuestionRefused

#: Rows of a page. They are part of the contract: a client counts on the most, and the next page goes on.
LIMIT: Final = 100
LIMIT_MAX: Final = 1_000


def check(limit: int) -> None:
    """Refuse a limit that cannot be."""
    if not 1 <= limit <= LIMIT_MAX:
        raise QuestionRefused(f"limit is a number from 1 to {LIMIT_MAX}.", code="bad_parameter", parameter="limit")


def write(moment: object, source: object, code: object) -> str:
    """The place of a row."""
    assert isinstance(moment, datetime)
    text = json.dumps([moment.astimezone(UTC).isoformat(), source, code], separators=(",", ":"))
    return urlsafe_b64encode(text.encode()).decode().rstrip("=")


def read(after: str) -> tuple[datetime, int, str]:
    """The place as it was written."""
    try:
        at, source, code = json.loads(urlsafe_b64decode(after.encode("ascii") + b"=" * (-len(after) % 4)))
        moment = datetime.fromisoformat(at)
        sound = moment.tzinfo is not None and 1900 <= moment.year <= 2999 and "\0" not in code
        if not sound or type(source) is not int or not -(2**31) <= source < 2**31:
            raise ValueError("no place of ours")
        code.encode()
    except (ValueError, TypeError, AttributeError, RecursionError) as error:
        raise QuestionRefused(
            "after is what the page before told as next; leave it out for the first page.",
            code="bad_parameter",
            parameter="after",
        ) from error
    return moment, source, code


def written_out(after: str, arguments: Arguments) -> str:
    """The place as a row of SQL, to compare another with."""
    moment, source, code = read(after)
    return f"({arguments.add(moment)}::timestamptz, {arguments.add(source)}::int, {arguments.add(code)}::text)"


def told(value: object, zone: str | None) -> object:
    """A value as an answer has it: times with the offset of that zone, numbers plain."""
    if isinstance(value, datetime):
        return value.astimezone(zone_info(zone or "UTC")).isoformat()
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    return value
