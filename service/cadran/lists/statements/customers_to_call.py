"""The customers still to be called at a window's end, page by page.

They are the customers that the metric ``customers_to_call`` counts. A row is a customer with the open losses and
promises: the first and the last attempt, the number of attempts, the due time of a promised callback, and the lifetime
value. The order ``value`` has the highest lifetime value first and unknown values last; among equal values, the longest
wait comes first. The order ``age`` has the longest wait first. A page continues after the cursor of the previous page.
Customers are named only to callers who may see people.
"""

from __future__ import annotations

import json
import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Final

from cadran.compiler.fragment import Scene
from cadran.compiler.lattice.lattice import find_tables
from cadran.compiler.special.customers_to_call import opened, until
from cadran.compiler.statement import Arguments, Statement
from cadran.compiler.supported_dimensions import make_dimension_refusal, supports
from cadran.compiler.timing import choose_timing
from cadran.domain.catalogue import METRICS
from cadran.domain.directory import Directory
from cadran.domain.parts.parts import PARTS
from cadran.domain.question import Question
from cadran.domain.window import load_zone
from cadran.errors import QuestionRefused

#: The default and the greatest number of customers of a page, as for other lists (see cursor.py).
LIMIT: Final = 100
LIMIT_MAX: Final = 1_000
ORDERS: Final = ("value", "age")
#: The dimensions of the last attempt that a row shows.
_LAST: Final = ("site", "segment", "channel", "moment")
#: The columns of a page, in order.
COLUMNS: Final = (
    "customer",
    "reason",
    "first_attempt",
    "last_attempt",
    "attempts",
    "due_at",
    "lifetime_value",
    "age",
    *_LAST,
)
_RANK: Final = {"value": "-COALESCE(v.lifetime_value, '-Infinity'::numeric)", "age": "0::numeric"}
_BIGGEST: Final = 2**63
#: A rank as PostgreSQL writes it. A cursor with any other rank is refused, because PostgreSQL might not read it.
_WRITTEN_RANK: Final = re.compile(r"-?[0-9]{1,40}(\.[0-9]{1,40})?|Infinity")


@dataclass(frozen=True, slots=True)
class CustomersToCallPage:
    """A page of customers: columns of equal length by name, and the cursor of the next page (None on the last page)."""

    columns: Mapping[str, Sequence[object]]
    after: str | None


def compose_statement(
    question: Question, directory: Directory, *, order: str, limit: int, after: str | None, sees_people: bool
) -> Statement:
    """Build the statement of a page, with one row more than the page holds to show whether there is a next page.

    Raises QuestionRefused for an invalid order, limit or cursor (``bad_parameter``), and for filters that this list
    cannot have (``impossible_filter``).
    """
    if order not in ORDERS:
        raise QuestionRefused(
            "order has to be value or age.", code="bad_parameter", parameter="order", suggestions=ORDERS
        )
    if not 1 <= limit <= LIMIT_MAX:
        raise QuestionRefused(
            f"limit has to be a number from 1 to {LIMIT_MAX}.", code="bad_parameter", parameter="limit"
        )
    for each in question.where:
        if not supports(PARTS["customers_open"], each.dimension):
            raise make_dimension_refusal(METRICS["customers_to_call"], each.dimension, split=False)
    arguments = Arguments()
    scene = Scene(question, find_tables("open")[0], choose_timing(question, directory), directory, arguments)
    columns = ["customer_id", "promised", "due_at", "request", *(f"{name}_id" for name in _LAST)]
    selection = opened(scene, [f"f.{name}" for name in columns])
    start = ""
    if after is not None:
        rank, first, customer = _read_cursor(after, order)
        casts = ((rank, "text::numeric"), (first, "timestamptz"), (customer, "bigint"))
        values = ", ".join(f"{arguments.add(value)}::{kind}" for value, kind in casts)
        start = f"WHERE ({_RANK[order]}, p.first_at, p.customer_id) > ({values})"
    last = [f"(array_agg(o.{name}_id ORDER BY o.opened_at DESC, o.request))[1] AS {name}_id" for name in _LAST]
    people = ["o.customer_id", "min(o.opened_at) AS first_at", "max(o.opened_at) AS last_at"]
    people += ["count(DISTINCT o.request) AS attempts", "bool_or(o.promised) AS promised", "min(o.due_at) AS due_at"]
    people += last
    now = until(scene)
    selected = ["k.code" if sees_people else "NULL::text", "p.promised", "p.first_at", "p.last_at", "p.attempts"]
    selected += ["p.due_at", "v.lifetime_value", f"GREATEST(EXTRACT(EPOCH FROM {now} - p.first_at), 0)"]
    selected += [*(f"p.{name}_id" for name in _LAST), f"({_RANK[order]})::text", "p.customer_id"]
    lines = ["SELECT", "  " + ",\n  ".join(f"{text} AS k{number}" for number, text in enumerate(selected)), "FROM ("]
    lines += ["SELECT", "  " + ",\n  ".join(people), f"FROM (\n{selection}\n) AS o", "GROUP BY 1", ") AS p"]
    lines += ["JOIN customer AS k ON k.customer_id = p.customer_id", _lifetime_value(now), *([start] if start else [])]
    lines.append(f"ORDER BY {_RANK[order]}, p.first_at, p.customer_id")
    lines.append(f"LIMIT {arguments.add(limit + 1)}::bigint")
    return Statement("\n".join(lines), arguments.values())


def _lifetime_value(now: str) -> str:
    """Return the SQL join of the lifetime value as it was known at an instant."""
    return f"""LEFT JOIN LATERAL (
  SELECT cv.lifetime_value
  FROM customer_value AS cv
  WHERE cv.customer_id = p.customer_id
    AND cv.valid_from <= ({now} AT TIME ZONE 'UTC')::date
    AND cv.lifetime_value IS NOT NULL
  ORDER BY cv.valid_from DESC
  LIMIT 1
) AS v ON true"""


def make_page(rows: Sequence[Sequence[object]], directory: Directory, *, order: str, limit: int) -> CustomersToCallPage:
    """Build the page of a statement's rows, with codes in place of ids.

    Times are on the clock of the last attempt's site.
    """
    shown = rows[:limit]
    columns: dict[str, list[object]] = {name: [] for name in COLUMNS}
    for row in shown:
        values = dict(zip(COLUMNS, row, strict=False))
        zone = load_zone(directory.zones.get(values["site"], "UTC"))  # type: ignore[call-overload]  # a site's id
        values["reason"] = "callback_promised" if values["reason"] else "lost"
        for name in _LAST:
            values[name] = directory.member(name, values[name]).code  # type: ignore[arg-type]  # ids
        for name, value in values.items():
            columns[name].append(value.astimezone(zone).isoformat() if isinstance(value, datetime) else _plain(value))
    return CustomersToCallPage(columns, _write_cursor(shown[-1], order) if len(rows) > limit else None)


def _plain(value: object) -> object:
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    return value


def _write_cursor(row: Sequence[object], order: str) -> str:
    """Write the cursor of a row, in characters that need no escape in a URL."""
    first = row[COLUMNS.index("first_attempt")]
    assert isinstance(first, datetime)
    text = json.dumps([order, row[-2], first.astimezone(UTC).isoformat(), row[-1]], separators=(",", ":"))
    return urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _read_cursor(after: str, order: str) -> tuple[str, datetime, int]:
    try:
        ordered, rank, first, customer = json.loads(urlsafe_b64decode(after.encode("ascii") + b"=" * (-len(after) % 4)))
        moment = datetime.fromisoformat(first)
        sound = ordered == order and moment.tzinfo is not None and 1900 <= moment.year <= 2999
        if not sound or type(customer) is not int or not 0 <= customer < _BIGGEST or not _WRITTEN_RANK.fullmatch(rank):
            raise ValueError("not a cursor of this service")
    except (ValueError, TypeError, AttributeError, RecursionError) as error:
        raise QuestionRefused(
            "after has to be the value of `next` of the previous page, in the same order. Leave it out for the first "
            "page.",
            code="bad_parameter",
            parameter="after",
        ) from error
    return rank, moment, customer
