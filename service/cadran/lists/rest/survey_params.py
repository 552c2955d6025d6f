"""The parameters of survey hygiene; what is declared here is read, and told by OpenAPI."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from cadran.domain.ask import Ask
from cadran.errors import QuestionRefused
from cadran.lists.statements.cursor import LIMIT, LIMIT_MAX
from cadran.lists.statements.eligibility import CONTACTS, DAYS_MAX, WITHIN_DAYS
from cadran.lists.statements.survey_lists import ANSWERS_MAX, KINDS, Listed, SurveyList, listed
from cadran.lists.surveys import Hygiene
from cadran.rest.parameter import Parameter, by_name, read
from cadran.rest.params import AFTER, FILTERS, PERIOD, common

_PAGE: Final = (
    Parameter("limit", f"How many rows a page holds, to {LIMIT_MAX}; {LIMIT} unless given.", "number", 100),
    AFTER,
)
_RULES: Final = (
    Parameter("at", "As of which instant; now unless given.", example="2016-01-01T00:00:00+01:00"),
    Parameter("rest_days", f"Whoever was asked within so many days is left alone, to {DAYS_MAX}.", "number", 90),
    Parameter("contacts", f"Whoever had so many contacts lately is left alone; {CONTACTS} unless given.", "number", 3),
    Parameter("within_days", f"How many days lately is; {WITHIN_DAYS} unless given.", "number", 7),
)
ELIGIBILITY: Final = (
    Parameter("customer", "One customer's code: may this one be asked? Goes without window and filters."),
    *_RULES,
    *PERIOD,
    *FILTERS,
    *_PAGE,
)
LISTS: Final = (
    Parameter("list", "Which list.", "choice", "to_call_back", tuple(SurveyList), required=True),
    *PERIOD,
    *FILTERS,
    Parameter("instrument", "The code of one instrument; all unless given."),
    Parameter("kind", "Transactional or relationship surveys; both unless given.", "choice", "transactional", KINDS),
    Parameter(
        "answers", f"How many of the latest answers make a promoter, to {ANSWERS_MAX}; 1 unless given.", "number"
    ),
    *_PAGE,
)
_ELIGIBILITY_BY_NAME: Final = by_name(ELIGIBILITY)
_LISTS_BY_NAME: Final = by_name(LISTS)
_WITH_CUSTOMER: Final = frozenset({"customer", *(parameter.name for parameter in _RULES)})


@dataclass(frozen=True, slots=True)
class Paged:
    """What is asked, how many rows, and after which place."""

    ask: Ask
    limit: int
    after: str | None


def eligibility(query_string: bytes) -> tuple[Paged, Hygiene, str | None]:
    """What ``/v1/survey-eligibility`` is asked; of one customer, or of those in contact."""
    given = read(query_string, _ELIGIBILITY_BY_NAME)
    beside = sorted(given.keys() - _WITH_CUSTOMER)
    if "customer" in given and beside:
        raise QuestionRefused(
            f"{beside[0]} does not go with customer: one customer is judged by the whole history.",
            code="bad_parameter",
            parameter=beside[0],
        )
    rules = Hygiene(given.get("at"), given.get("rest_days"), given.get("contacts"), given.get("within_days"))
    return _paged(given), rules, given.get("customer")


def survey_list(query_string: bytes) -> tuple[Paged, Listed]:
    """What ``/v1/survey-lists`` is asked."""
    given = read(query_string, _LISTS_BY_NAME)
    wanted = listed(
        given.get("list", ""),
        instrument=given.get("instrument"),
        kind=given.get("kind"),
        answers=given.get("answers"),
    )
    return _paged(given), wanted


def _paged(given: dict[str, Any]) -> Paged:
    return Paged(Ask(metrics=(), **common(given)), given.get("limit", LIMIT), given.get("after"))
