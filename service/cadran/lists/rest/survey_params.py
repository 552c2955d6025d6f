"""The parameters of survey lists and survey eligibility, as requests are read and as OpenAPI describes them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from cadran.domain.ask import Ask
from cadran.errors import QuestionRefused
from cadran.lists.statements.cursor import LIMIT, LIMIT_MAX
from cadran.lists.statements.eligibility import CONTACTS, DAYS_MAX, WITHIN_DAYS
from cadran.lists.statements.survey_lists import ANSWERS_MAX, KINDS, ListRequest, SurveyList, parse_list
from cadran.lists.surveys import SurveyRulesRequest
from cadran.rest.parameter import Parameter
from cadran.rest.params import AFTER, FILTERS, PERIOD, parse_common

_PAGE: Final = (
    Parameter("limit", f"The page size: 1 to {LIMIT_MAX} rows; default: {LIMIT}.", "number", 100),
    AFTER,
)
_RULES: Final = (
    Parameter("at", "The instant at which the rules are applied; default: now.", example="2016-01-01T00:00:00+01:00"),
    Parameter(
        "rest_days",
        "The days between two surveys: a customer surveyed within these days may not be surveyed; 1 to"
        f" {DAYS_MAX}; default: the service's setting.",
        "number",
        90,
    ),
    Parameter(
        "contacts",
        f"The number of contacts within within_days from which a customer may not be surveyed; default: {CONTACTS}.",
        "number",
        3,
    ),
    Parameter(
        "within_days",
        f"The days before the instant within which contacts are counted; default: {WITHIN_DAYS}.",
        "number",
        7,
    ),
)
ELIGIBILITY: Final = (
    Parameter(
        "customer",
        "The code of one customer. The response says whether this customer may be surveyed. Excludes period and"
        " filters.",
    ),
    *_RULES,
    *PERIOD,
    *FILTERS,
    *_PAGE,
)
LISTS: Final = (
    Parameter("list", "The name of the list.", "choice", "to_call_back", tuple(SurveyList), required=True),
    *PERIOD,
    *FILTERS,
    Parameter("instrument", "The code of an instrument. Only its surveys are listed; default: all instruments."),
    Parameter(
        "kind",
        "The kind of survey: sent right after a contact (transactional) or at another time (relationship);"
        " default: both.",
        "choice",
        "transactional",
        KINDS,
    ),
    Parameter(
        "answers",
        "The number of latest answers of a promoter that have the best score, 1 to"
        f" {ANSWERS_MAX}; default: 1. Only for list=promoters.",
        "number",
    ),
    *_PAGE,
)
_WITH_CUSTOMER: Final = frozenset({"customer", *(parameter.name for parameter in _RULES)})


@dataclass(frozen=True, slots=True)
class PagedList:
    """A request for a page: window and filters, the most rows, and the cursor from the previous page."""

    ask: Ask
    limit: int
    after: str | None


def parse_eligibility(given: Mapping[str, Any]) -> tuple[PagedList, SurveyRulesRequest, str | None]:
    """Read the parameters of ``/v1/survey-eligibility``: the page, the rules, and the code of one customer.

    The code is None if the request names no customer.
    """
    excluded = sorted(given.keys() - _WITH_CUSTOMER)
    if "customer" in given and excluded:
        raise QuestionRefused(
            f"{excluded[0]} does not go with customer, who is judged by the whole history: leave one of them out.",
            code="bad_parameter",
            parameter=excluded[0],
        )
    rules = SurveyRulesRequest(given.get("at"), given.get("rest_days"), given.get("contacts"), given.get("within_days"))
    return _paged(given), rules, given.get("customer")


def parse_survey_list(given: Mapping[str, Any]) -> tuple[PagedList, ListRequest]:
    """Read the parameters of ``/v1/survey-lists``: the page and the list."""
    wanted = parse_list(
        given.get("list", ""),
        instrument=given.get("instrument"),
        kind=given.get("kind"),
        answers=given.get("answers"),
    )
    return _paged(given), wanted


def _paged(given: Mapping[str, Any]) -> PagedList:
    return PagedList(Ask(metrics=(), **parse_common(given)), given.get("limit", LIMIT), given.get("after"))
