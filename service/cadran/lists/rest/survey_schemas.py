"""The JSON Schemas of survey hygiene, for the OpenAPI document."""

from __future__ import annotations

from typing import Final

from cadran.lists.statements import eligibility, survey_lists
from cadran.lists.statements.eligibility import Reason
from cadran.lists.statements.survey_lists import SurveyList
from cadran.rest.schemas import INSTANT, NUMBER, TEXT, WORD, Schema, array, record, reference

_COUNT: Final[Schema] = {"type": "integer"}
_NEXT: Final[Schema] = {**WORD, "description": "What to give as after for the next page; null on the last."}
_RULES: Final = record(
    "When one may be asked.",
    {
        "at": {**INSTANT, "description": "As of this instant."},
        "rest_days": {**_COUNT, "description": "Not asked within so many days."},
        "contacts": {**_COUNT, "description": "Fewer contacts than these …"},
        "within_days": {**_COUNT, "description": "… within so many days."},
    },
)
_REASON: Final[Schema] = {
    "type": ["string", "null"],
    "enum": [*(each.value for each in Reason), None],
    "description": "Why not; null: this one may be asked.",
}

SURVEY_SCHEMAS: Final[dict[str, Schema]] = {
    "SurveyEligibility": {"oneOf": [reference("EligibleCustomers"), reference("CustomerEligibility")]},
    "EligibleCustomers": record(
        "The customers in contact, by whether they may be asked, and a page of those who may.",
        {
            "rules": _RULES,
            "counts": record(
                "How many customers; eligible and the reasons add up to all.",
                dict.fromkeys(("customers", "eligible", *(each.value for each in Reason)), _COUNT),
            ),
            "customers": array(reference("EligibleCustomer")),
            "next": _NEXT,
        },
    ),
    "EligibleCustomer": record(
        "A customer who may be asked, with the last contact in the window; who it is, for those who may see people.",
        dict.fromkeys(eligibility.COLUMNS, WORD),
    ),
    "CustomerEligibility": record(
        "Whether one customer may be asked; whoever is not known yet may.",
        {
            "customer": TEXT,
            "known": {"type": "boolean"},
            "eligible": {"type": "boolean"},
            "reason": _REASON,
            "rules": _RULES,
        },
    ),
    "SurveyList": record(
        "A page of surveys, the oldest first.",
        {
            "list": {"type": "string", "enum": [each.value for each in SurveyList]},
            "surveys": array(reference("ListedSurvey")),
            "next": _NEXT,
        },
    ),
    "ListedSurvey": record(
        "A survey, in codes; times on its site's clock; age in seconds since the answer, or since it was sent. Whose it"
        " is and what was written, for those who may see people.",
        {name: NUMBER if name in ("score", "age") else WORD for name in survey_lists.COLUMNS},
    ),
}
