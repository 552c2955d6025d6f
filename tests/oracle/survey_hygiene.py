"""Which customers may be surveyed, and which surveys are to be worked off, in plain Python over the rows of a world."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from tests.oracle.question import OracleQuestion
from tests.oracle.selection import Selection
from tests.oracle.surveys import INSTRUMENTS
from tests.oracle.truth import Truth, inbound
from tests.oracle.world import Row

HOME = ZoneInfo("Europe/Paris")
BEST = {"NPS": 10}


def customer_of(truth: Truth, survey: Row) -> str | None:
    """Return the surveyed customer: the contact's if the survey follows a known contact, else the survey's."""
    followed = truth.world.contacts.get((survey["contact_source"], survey["contact"]))
    code: str | None = followed["customer"] if followed is not None else survey["customer"]
    return code


def reached(truth: Truth, asked: OracleQuestion) -> dict[str, Row]:
    """Return the last contact of each customer who was in contact in the question's window."""
    selection = Selection(truth, asked)
    found: dict[str, Row] = {}
    for row in sorted(truth.contacts, key=lambda each: each["offered_at"]):
        if _own(row) and selection.passes(row, ()):
            found[row["customer"]] = row
    return found


def _own(row: Row) -> bool:
    return row["customer"] is not None and row["outcome"] != "closed" and inbound(row)


def reasons(truth: Truth, *, at: datetime, rest_days: int, contacts: int, within_days: int) -> dict[str, str]:
    """Return the reason why a customer may not be surveyed, by customer. Customers who may be surveyed are left out."""
    found: dict[str, str] = {}
    recent: dict[str, int] = defaultdict(int)
    for row in truth.contacts:
        if _own(row) and at - timedelta(days=within_days) < row["offered_at"] <= at:
            recent[row["customer"]] += 1
    found |= {code: "contacts_in_a_row" for code, number in recent.items() if number >= contacts}
    for survey in truth.world.surveys.values():
        code = customer_of(truth, survey)
        if code is not None and at - timedelta(days=rest_days) < survey["sent_at"] <= at:
            found[code] = "asked_recently"
    day = at.astimezone(HOME).date()
    for code, row in truth.world.customers.items():
        if row["churned_on"] is not None and row["churned_on"] <= day:
            found[code] = "churned"
    return found


def surveys(truth: Truth, asked: OracleQuestion, kind: str | None, instrument: str | None) -> list[Row]:
    """Return the surveys of customers in the window, of the kind and instrument (None: of all)."""
    selection = Selection(truth, asked)
    return [
        row
        for row in truth.surveys
        if INSTRUMENTS[row["instrument"]]["kind"] != "employee"
        and selection.passes(row, ())
        and (kind is None or row["hot"] == (kind == "transactional"))
        and (instrument is None or row["instrument"] == instrument)
    ]


def dissatisfied(row: Row) -> bool:
    """Return whether the answer is dissatisfied, by the cut of its instrument."""
    scale = INSTRUMENTS[row["instrument"]]
    if row["score"] is None:
        return False
    cut = scale["dissatisfied_to"]
    return bool(row["score"] <= cut if scale["better"] == "higher" else row["score"] >= cut)


def listed(
    truth: Truth, asked: OracleQuestion, name: str, *, kind: str | None, instrument: str | None, answers: int
) -> list[Row]:
    """Return the surveys of a list, the oldest first."""
    rows = surveys(truth, asked, kind, instrument)
    if name == "non_respondents":
        silent = [row for row in rows if row["score"] is None]
        return sorted(silent, key=lambda row: (row["sent_at"], row["survey"]))
    if name == "to_call_back":
        chosen = [row for row in rows if dissatisfied(row) and row["called_back_at"] is None]
    else:
        chosen = [row for row in rows if _enthusiastic(truth, row, kind, answers)]
    return sorted(chosen, key=lambda row: (row["answered_at"], row["survey"]))


def _enthusiastic(truth: Truth, row: Row, kind: str | None, answers: int) -> bool:
    """Return whether the survey is the customer's last answer and the latest ``answers`` answers have the best
    score."""
    code = customer_of(truth, row)
    if code is None or row["instrument"] not in BEST or row["score"] is None:
        return False
    theirs = [
        each
        for each in truth.surveys
        if each["instrument"] in BEST
        and each["score"] is not None
        and customer_of(truth, each) == code
        and (kind is None or each["hot"] == (kind == "transactional"))
    ]
    latest = sorted(theirs, key=lambda each: (each["answered_at"], each["survey"]), reverse=True)[:answers]
    best = [each for each in latest if each["score"] == BEST[each["instrument"]]]
    return len(best) == answers and latest[0] is row
