"""The customers still to be called at a window's end, page by page: the very selection that ``customers_to_call``
counts.

A row is a customer with what is open: when they tried first and last, how often, whether a callback was promised and by
when, what they are worth. By value: the highest lifetime value first (unknown ones last), among equals whoever waits
longest; by age: whoever waits longest. A page continues after the place of the last row before it. Who the customer is
is told only to those who may see people.
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
from cadran.compiler.lattice import tables_of
from cadran.compiler.special.customers_to_call import opened, until
from cadran.compiler.statement import Arguments, Statement
from cadran.compiler.supported_dimensions import has, impossible
from cadran.compiler.timing import timing
from cadran.domain.catalogue import METRICS
from cadran.domain.directory import Directory
from cadran.domain.parts.parts import PARTS
from cadran.domain.question import Question
from cadran.domain.window import zone_info
from cadran.errors import QuestionRefused

#: Customers of a page, as of any other (see place.py).
LIMIT: Final = 100
LIMIT_MAX: Final = 1_000
ORDERS: Final = ("value", "age")
#: What is told of the last attempt, by dimension.
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
#: A rank as PostgreSQL writes one; what it could not read or keep is none.
_WRITTEN_RANK: Final = re.compile(r"-?[0-9]{1,40}(\.[0-9]{1,40})?|Infinity")


@dataclass(frozen=True, slots=True)
class RecontactPage:
    """``columns`` of equal length by name; ``after``: the place that the next page continues after, None on the
    last."""

    columns: Mapping[str, Sequence[object]]
    after: str | None


def statement(
    question: Question, directory: Directory, *, order: str, limit: int, after: str | None, sees_people: bool
) -> Statement:
    """One row more than the page holds, to know whether there is a next one. Refuses an order, a limit or a place that
    cannot be (``bad_parameter``), and filters that do not narrow it (``impossible_filter``)."""
    if order not in ORDERS:
        raise QuestionRefused("order is value or age.", code="bad_parameter", parameter="order", suggestions=ORDERS)
    if not 1 <= limit <= LIMIT_MAX:
        raise QuestionRefused(f"limit is a number from 1 to {LIMIT_MAX}.", code="bad_parameter", parameter="limit")
    for each in question.where:
        if not has(PARTS["customers_open"], each.dimension):
            raise impossible(METRICS["customers_to_call"], each.dimension, split=False)
    arguments = Arguments()
    scene = Scene(question, tables_of("open")[0], timing(question, directory), directory, arguments)
    columns = ["customer_id", "promised", "due_at", "request", *(f"{name}_id" for name in _LAST)]
    selection = opened(scene, [f"f.{name}" for name in columns])
    place = ""
    if after is not None:
        rank, first, customer = _read(after, order)
        casts = ((rank, "text::numeric"), (first, "timestamptz"), (customer, "bigint"))
        values = ", ".join(f"{arguments.add(value)}::{kind}" for value, kind in casts)
        place = f"WHERE ({_RANK[order]}, p.first_at, p.customer_id) > ({values})"
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
    lines += ["JOIN customer AS k ON k.customer_id = p.customer_id", _value(now), *([place] if place else [])]
    lines.append(f"ORDER BY {_RANK[order]}, p.first_at, p.customer_id")
    lines.append(f"LIMIT {arguments.add(limit + 1)}::bigint")
    return Statement("\n".join(lines), arguments.values())


def _value(now: str) -> str:
    """The lifetime value as it was known on a day."""
    return f"""LEFT JOIN LATERAL (
  SELECT cv.lifetime_value
  FROM customer_value AS cv
  WHERE cv.customer_id = p.customer_id
    AND cv.valid_from <= ({now} AT TIME ZONE 'UTC')::date
    AND cv.lifetime_value IS NOT NULL
  ORDER BY cv.valid_from DESC
  LIMIT 1
) AS v ON true"""


def page(rows: Sequence[Sequence[object]], directory: Directory, *, order: str, limit: int) -> RecontactPage:
    """The page that a statement's rows make: codes for ids, times on the clock of the last attempt's site."""
    kept = rows[:limit]
    columns: dict[str, list[object]] = {name: [] for name in COLUMNS}
    for row in kept:
        told = dict(zip(COLUMNS, row, strict=False))
        zone = zone_info(directory.zones.get(told["site"], "UTC"))  # type: ignore[call-overload]  # a site's id
        told["reason"] = "callback_promised" if told["reason"] else "lost"
        for name in _LAST:
            told[name] = directory.member(name, told[name]).code  # type: ignore[arg-type]  # ids
        for name, value in told.items():
            columns[name].append(value.astimezone(zone).isoformat() if isinstance(value, datetime) else _plain(value))
    return RecontactPage(columns, _written(kept[-1], order) if len(rows) > limit else None)


def _plain(value: object) -> object:
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    return value


def _written(row: Sequence[object], order: str) -> str:
    """The place of a row, in letters that need no escape in a URL."""
    first = row[COLUMNS.index("first_attempt")]
    assert isinstance(first, datetime)
    text = json.dumps([order, row[-2], first.astimezone(UTC).isoformat(), row[-1]], separators=(",", ":"))
    return urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _read(after: str, order: str) -> tuple[str, datetime, int]:
    try:
        ordered, rank, first, customer = json.loads(urlsafe_b64decode(after.encode("ascii") + b"=" * (-len(after) % 4)))
        moment = datetime.fromisoformat(first)
        sound = ordered == order and moment.tzinfo is not None and 1900 <= moment.year <= 2999
        if not sound or type(customer) is not int or not 0 <= customer < _BIGGEST or not _WRITTEN_RANK.fullmatch(rank):
            raise ValueError("no place of ours")
    except (ValueError, TypeError, AttributeError, RecursionError) as error:
        raise QuestionRefused(
            "after is what the page before told as next, in the same order; leave it out for the first page.",
            code="bad_parameter",
            parameter="after",
        ) from error
    return rank, moment, customer
