"""Survey eligibility: which customers may be surveyed, and why the others may not.

A customer may be surveyed unless a reason applies, in this order:

1. The customer has churned.
2. The customer was surveyed within the last ``rest_days`` days, by any survey, answered or not.
3. The customer had too many contacts within the last days: such a customer needs help before a survey.

Only the first reason that applies counts, so that the counts sum to the metric ``customers_in_contact``. The reasons
look at the company's whole history (``across``), not only at the window and the filters. The module builds the
statements for the customers in contact within a window, and for one customer.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Final

from cadran.compiler.fragment import Scene
from cadran.compiler.lattice.lattice import LATTICE
from cadran.compiler.statement import Arguments, Statement
from cadran.compiler.timing import choose_timing
from cadran.domain.directory import Directory
from cadran.domain.question import Question
from cadran.domain.window import YEAR_MAX, YEAR_MIN, load_zone, to_instant
from cadran.errors import QuestionRefused
from cadran.lists.statements import cursor
from cadran.lists.statements.contacts import compose_conditions as contacts_within
from cadran.lists.statements.contacts import compose_filters
from cadran.lists.statements.listing import Columns, Listing, select_columns

CONTACTS: Final = 3
WITHIN_DAYS: Final = 7
DAYS_MAX: Final = 3_660
CONTACTS_MAX: Final = 10_000
_FACTS: Final = next(table for table in LATTICE if table.name == "contact_fact" and table.fact == "contact")
_PEOPLE: Final = ("customer",)
#: The SQL condition of a contact that counts: inbound, of a known customer, and not out of hours.
_IN_CONTACT: Final = "{0}.customer_id <> 0 AND {0}.outcome_id <> 6 AND NOT {0}.outbound"
COLUMNS: Final[Columns] = {
    "customer": ("r.code", ""),
    "site": ("r.site_id", "site"),
    "segment": ("r.segment_id", "segment"),
    "channel": ("r.channel_id", "channel"),
    "moment": ("r.moment_id", "moment"),
    "outcome": ("r.outcome_id", "outcome"),
    "contact_source": ("o.code", ""),
    "contact": ("r.contact_id", ""),
    "last_contact_at": ("r.offered_at", ""),
}


class Reason(StrEnum):
    """The reason why a customer may not be surveyed."""

    CHURNED = "churned"
    ASKED_RECENTLY = "asked_recently"
    CONTACTS_IN_A_ROW = "contacts_in_a_row"


@dataclass(frozen=True, slots=True)
class Rules:
    """The rules by which a customer may be surveyed at an instant.

    The customer was not surveyed within ``rest_days`` days and had fewer than ``contacts`` contacts within
    ``within_days`` days. ``zone`` gives the calendar day of the instant.
    """

    at: datetime
    zone: str
    rest_days: int
    contacts: int = CONTACTS
    within_days: int = WITHIN_DAYS


@dataclass(frozen=True, slots=True)
class Eligibility:
    """The numbers of customers in contact, and a page of the customers who may be surveyed.

    ``customers`` counts all, ``eligible`` those who may be surveyed, and ``reasons`` the others by reason.
    """

    rules: Rules
    customers: int
    eligible: int
    reasons: Mapping[Reason, int]
    listing: Listing


@dataclass(frozen=True, slots=True)
class EligibilityVerdict:
    """The survey eligibility of one customer. ``reason`` is None if the customer may be surveyed.

    An unknown customer may be surveyed.
    """

    rules: Rules
    customer: str
    known: bool
    reason: Reason | None


def parse_rules(
    *, at: str | None, now: datetime, zone: str, rest_days: int, contacts: int | None, within_days: int | None
) -> Rules:
    """Build the rules of a request. None means the default.

    Raises QuestionRefused (``bad_parameter``) for numbers out of bounds and invalid instants.
    """
    contacts = CONTACTS if contacts is None else contacts
    within_days = WITHIN_DAYS if within_days is None else within_days
    for name, number, high in (
        ("rest_days", rest_days, DAYS_MAX),
        ("contacts", contacts, CONTACTS_MAX),
        ("within_days", within_days, DAYS_MAX),
    ):
        if not 1 <= number <= high:
            raise QuestionRefused(f"{name} has to be a number from 1 to {high}.", code="bad_parameter", parameter=name)
    return Rules(_instant(at, zone) if at is not None else now, zone, rest_days, contacts, within_days)


def compose_page(
    question: Question,
    directory: Directory,
    asked: Rules,
    *,
    limit: int,
    after: str | None,
    people: bool,
) -> Statement:
    """Build the statement of a page of the customers who may be surveyed, by their last contact in the window.

    The statement reads one row more than the page holds.
    """
    cursor.check(limit)
    arguments = Arguments()
    judged = _judged(question, directory, asked, arguments)
    where = ["r.reason IS NULL"]
    if after is not None:
        where.append(f"(r.offered_at, r.source_id::int, r.contact_id) > {cursor.as_sql(after, arguments)}")
    columns = [*select_columns(COLUMNS, () if people else _PEOPLE), "r.offered_at", "r.source_id", "r.contact_id"]
    lines = [judged, "SELECT", "  " + ",\n  ".join(columns), "FROM judged AS r"]
    lines += ["JOIN source AS o ON o.source_id = r.source_id", "WHERE " + "\n  AND ".join(where)]
    lines.append("ORDER BY r.offered_at, r.source_id::int, r.contact_id")
    lines.append(f"LIMIT {arguments.add(limit + 1)}::bigint")
    return Statement("\n".join(lines), arguments.values())


def compose_counts(question: Question, directory: Directory, asked: Rules) -> Statement:
    """Build the statement of the numbers of customers by reason. Customers without a reason may be surveyed."""
    arguments = Arguments()
    judged = _judged(question, directory, asked, arguments)
    return Statement(f"{judged}\nSELECT r.reason, count(*)\nFROM judged AS r\nGROUP BY 1", arguments.values())


def compose_customer(
    customer: str, asked: Rules, within: Question, directory: Directory, *, everywhere: bool
) -> Statement:
    """Build the statement that returns whether a customer is known, and the reason against a survey or NULL.

    A customer is known if a contact matches the question's filters. With ``everywhere``, for callers who see all sites,
    and without filters, any customer is known. The statement uses the indexes survey_customer and contact_customer.
    """
    arguments = Arguments()
    met = compose_filters(Scene(within, _FACTS, choose_timing(within, directory), directory, arguments))
    known = [f"EXISTS (SELECT FROM contact_fact AS f WHERE {' AND '.join(['f.customer_id = c.customer_id', *met])})"]
    surveys, contacts = _recent(asked, arguments)
    text = f"""SELECT
  c.customer_id IS NOT NULL,
  CASE
    WHEN c.churned_on <= {arguments.add(_day(asked))} THEN '{Reason.CHURNED}'
    WHEN EXISTS (SELECT {surveys} AND s.customer_id = c.customer_id) THEN '{Reason.ASKED_RECENTLY}'
    WHEN (SELECT count(*) {contacts} AND k.customer_id = c.customer_id) >= {arguments.add(asked.contacts)}::bigint
      THEN '{Reason.CONTACTS_IN_A_ROW}'
  END
FROM (SELECT {arguments.add(customer)}::text AS code) AS q
LEFT JOIN customer AS c ON {" AND ".join(["c.code = q.code", *(known if met or not everywhere else [])])}"""
    return Statement(text, arguments.values())


def make_eligibility(asked: Rules, counts: Sequence[Sequence[object]], listing: Listing) -> Eligibility:
    """Build the eligibility from the counts and a page."""
    found: dict[object, int] = {row[0]: int(row[1]) for row in counts}  # type: ignore[call-overload]  # a count
    reasons = {each: found.get(each.value, 0) for each in Reason}
    return Eligibility(asked, sum(found.values()), found.get(None, 0), reasons, listing)


def _judged(question: Question, directory: Directory, asked: Rules, arguments: Arguments) -> str:
    """Return the SQL of the customers in contact, each with the reason against a survey or NULL.

    A row shows the customer's last contact within the window and the filters.
    """
    scene = Scene(question, _FACTS, choose_timing(question, directory), directory, arguments)
    surveys, contacts = _recent(asked, arguments)
    often = f"SELECT k.customer_id {contacts} GROUP BY 1 HAVING count(*) >= {arguments.add(asked.contacts)}::bigint"
    conditions = "\n    AND ".join([*contacts_within(scene), _IN_CONTACT.format("f")])
    return f"""WITH reached AS (
  SELECT DISTINCT ON (f.customer_id)
    f.customer_id, f.source_id, f.contact_id, f.offered_at, f.site_id, f.segment_id, f.channel_id, f.moment_id,
    f.outcome_id
  FROM contact_fact AS f
  WHERE {conditions}
  ORDER BY f.customer_id, f.offered_at DESC, f.source_id DESC, f.contact_id DESC
),
judged AS (
  SELECT
    r.*,
    c.code,
    CASE
      WHEN c.churned_on <= {arguments.add(_day(asked))} THEN '{Reason.CHURNED}'
      WHEN r.customer_id IN (SELECT s.customer_id {surveys}) THEN '{Reason.ASKED_RECENTLY}'
      WHEN r.customer_id IN ({often}) THEN '{Reason.CONTACTS_IN_A_ROW}'
    END AS reason
  FROM reached AS r
  JOIN customer AS c ON c.customer_id = r.customer_id
)"""


def _recent(asked: Rules, arguments: Arguments) -> tuple[str, str]:
    """Return the FROM and WHERE clauses of the surveys (alias s) and the contacts (alias k) that the rules count.

    The surveys are read by the index survey_sent.
    """
    at = f"{arguments.add(asked.at)}::timestamptz"
    rested = f"{arguments.add(asked.at - timedelta(days=asked.rest_days))}::timestamptz"
    begun = asked.at - timedelta(days=asked.within_days)
    days = [arguments.add(day) for day in ((begun - timedelta(days=1)).date(), (asked.at + timedelta(days=1)).date())]
    surveys = f"FROM across.survey AS s WHERE s.sent_at > {rested} AND s.sent_at <= {at} AND s.customer_id <> 0"
    contacts = (
        f"FROM across.contact_fact AS k WHERE k.day BETWEEN {days[0]} AND {days[1]}"
        f" AND k.offered_at > {arguments.add(begun)}::timestamptz AND k.offered_at <= {at}"
        f" AND {_IN_CONTACT.format('k')}"
    )
    return surveys, contacts


def _day(asked: Rules) -> object:
    return asked.at.astimezone(load_zone(asked.zone)).date()


def _instant(text: str, zone: str) -> datetime:
    found: datetime | None
    try:
        # A plus sign in a URL arrives as a blank.
        found = datetime.fromisoformat(text.replace(" ", "+") if "T" in text else text)
    except ValueError:
        found = None
    if found is None or not YEAR_MIN <= found.year <= YEAR_MAX:
        raise QuestionRefused(
            f"at has to be a time such as 2015-12-01T09:00:00+01:00, from {YEAR_MIN} to {YEAR_MAX}.",
            code="bad_parameter",
            parameter="at",
        )
    return found.astimezone(UTC) if found.tzinfo is not None else to_instant(found, zone)
