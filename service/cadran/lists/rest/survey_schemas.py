"""The JSON Schemas of survey lists and survey eligibility, for the OpenAPI document."""

from __future__ import annotations

from typing import Final

from cadran.lists.descriptions import ELIGIBLE_CUSTOMER, SURVEY
from cadran.lists.statements import eligibility, survey_lists
from cadran.lists.statements.eligibility import Reason
from cadran.lists.statements.survey_lists import SurveyList
from cadran.rest.schemas import INSTANT, NUMBER, TEXT, WORD, Schema, make_array, make_record, refer_to

_COUNT: Final[Schema] = {"type": "integer"}
_NEXT: Final[Schema] = {**WORD, "description": "The cursor of the next page, for after; null on the last page."}
_RULES: Final = make_record(
    "The rules by which a customer may be surveyed.",
    {
        "at": {**INSTANT, "description": "The instant at which the rules are applied."},
        "rest_days": {
            **_COUNT,
            "description": "The days between two surveys: a customer surveyed within these days may not be surveyed.",
        },
        "contacts": {
            **_COUNT,
            "description": "The number of contacts within within_days from which a customer may not be surveyed.",
        },
        "within_days": {**_COUNT, "description": "The days before the instant within which contacts are counted."},
    },
)
_REASON: Final[Schema] = {
    "type": ["string", "null"],
    "enum": [*(each.value for each in Reason), None],
    "description": "The reason why the customer may not be surveyed; null if the customer may be surveyed.",
}
_COUNTS: Final[dict[str, str]] = {
    "customers": "The number of customers in contact.",
    "eligible": "The number of customers who may be surveyed.",
    Reason.CHURNED.value: "The number of customers who have churned.",
    Reason.ASKED_RECENTLY.value: "The number of customers who were surveyed within rest_days.",
    Reason.CONTACTS_IN_A_ROW.value: "The number of customers with too many contacts within within_days.",
}

SURVEY_SCHEMAS: Final[dict[str, Schema]] = {
    "SurveyEligibility": {"oneOf": [refer_to("EligibleCustomers"), refer_to("CustomerEligibility")]},
    "EligibleCustomers": make_record(
        "The numbers of customers in contact by survey eligibility, and a page of the customers who may be surveyed.",
        {
            "rules": _RULES,
            "counts": make_record(
                "The numbers of customers. The eligible customers and those by reason sum to customers.",
                {name: {**_COUNT, "description": about} for name, about in _COUNTS.items()},
            ),
            "customers": {
                **make_array(refer_to("EligibleCustomer")),
                "description": "A page of the customers who may be surveyed, by the time of their last contact.",
            },
            "next": _NEXT,
        },
    ),
    "EligibleCustomer": make_record(
        "A customer who may be surveyed, with the last contact in the window.",
        {name: {**WORD, "description": ELIGIBLE_CUSTOMER[name]} for name in eligibility.COLUMNS},
    ),
    "CustomerEligibility": make_record(
        "Whether one customer may be surveyed. An unknown customer may be surveyed.",
        {
            "customer": {**TEXT, "description": "The customer's code, as in the request."},
            "known": {"type": "boolean", "description": "Whether the customer is known to the caller."},
            "eligible": {"type": "boolean", "description": "Whether the customer may be surveyed."},
            "reason": _REASON,
            "rules": _RULES,
        },
    ),
    "SurveyList": make_record(
        "A page of surveys, the oldest first.",
        {
            "list": {
                "type": "string",
                "enum": [each.value for each in SurveyList],
                "description": "The name of the list, as in the request.",
            },
            "surveys": {
                **make_array(refer_to("ListedSurvey")),
                "description": "The surveys of this page, oldest first.",
            },
            "next": _NEXT,
        },
    ),
    "ListedSurvey": make_record(
        "A survey on a list, with the contact that it follows. Members of dimensions are codes.",
        {
            name: {**(NUMBER if name in ("score", "age") else WORD), "description": SURVEY[name]}
            for name in survey_lists.COLUMNS
        },
    ),
}
