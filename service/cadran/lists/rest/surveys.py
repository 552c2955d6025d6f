"""The resources ``/v1/survey-eligibility`` and ``/v1/survey-lists``.

Responses with facts about people are never cached.
"""

from __future__ import annotations

from typing import Final

from starlette.responses import Response

from cadran.lists.documents import SurveyListDocument, encode_eligibility, encode_rows, encode_verdict
from cadran.lists.reader import Lists
from cadran.lists.rest.survey_params import ELIGIBILITY, LISTS, parse_eligibility, parse_survey_list
from cadran.lists.rest.survey_schemas import SURVEY_SCHEMAS
from cadran.rest.context import RequestContext
from cadran.rest.encode import encode_csv, encode_document
from cadran.rest.operation import Link, OperationGroup
from cadran.rest.responses import describe_page
from cadran.rest.table import Column
from cadran.telemetry import stage

_SURVEYS: Final = OperationGroup("figures", SURVEY_SCHEMAS)


@_SURVEYS.get(
    "/v1/survey-eligibility",
    "getSurveyEligibility",
    "List the customers who may be surveyed. The customers are those in contact within a window; without one, "
    "within the last thirty days. A customer may be surveyed unless one of these reasons applies, the first of "
    "which counts: churned, surveyed within rest_days by any survey, or too many contacts within within_days. "
    "With customer, the response says whether this one customer may be surveyed. CSV has the cursor of the "
    "next page in Cadran-Next.",
    describe_page("SurveyEligibility"),
    right="people",
    parameters=ELIGIBILITY,
    link=Link(
        "survey-eligibility",
        "Customers who may be surveyed, and why others may not",
        "/v1/survey-eligibility?period=2015-12",
    ),
)
async def get_survey_eligibility(context: RequestContext) -> Response:
    """Return the customers who may be surveyed, or whether one customer may be surveyed."""
    paged, rules, customer = parse_eligibility(context.given)
    lists = context.service(Lists)
    if customer is not None:
        shown = encode_verdict(await lists.judge_eligibility(customer, context.principal, rules))
        columns: dict[str, Column] = {name: [value] for name, value in shown.items() if name != "rules"}
        encoded = encode_csv(columns) if context.is_csv else encode_document(shown)
        return context.respond_page(encoded, None)
    found = await lists.survey_eligibility(paged.ask, context.principal, rules, limit=paged.limit, after=paged.after)
    with stage("encode"):
        is_csv = context.is_csv
        encoded = encode_csv(dict(found.listing.columns)) if is_csv else encode_document(encode_eligibility(found))
    return context.respond_page(encoded, found.listing.after)


@_SURVEYS.get(
    "/v1/survey-lists",
    "getSurveyList",
    "List surveys that need an action, page by page, oldest first. non_respondents are surveys without an "
    "answer. promoters are customers whose latest answers about recommending the company all have the best "
    "score. to_call_back are dissatisfied answers without a callback. Period and filters are those of figures "
    "over surveys. CSV has the cursor of the next page in Cadran-Next.",
    describe_page("SurveyList"),
    right="people",
    parameters=LISTS,
    link=Link(
        "survey-lists",
        "Non-respondents, promoters, customers to call back",
        "/v1/survey-lists?list=to_call_back&period=2015-12",
    ),
)
async def get_survey_list(context: RequestContext) -> Response:
    """Return a page of a list."""
    paged, wanted = parse_survey_list(context.given)
    found = await context.service(Lists).survey_list(
        paged.ask, context.principal, wanted, limit=paged.limit, after=paged.after
    )
    with stage("encode"):
        if context.is_csv:
            encoded = encode_csv(dict(found.columns))
        else:
            surveys = encode_rows(found.columns)
            document: SurveyListDocument = {"list": wanted.list, "surveys": surveys, "next": found.after}
            encoded = encode_document(document)
    return context.respond_page(encoded, found.after)
