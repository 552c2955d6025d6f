"""The operations of survey lists and survey eligibility, for the OpenAPI document."""

from __future__ import annotations

from typing import Any, Final

from cadran.lists.rest.survey_params import ELIGIBILITY, LISTS
from cadran.rest.operations import describe_operation, describe_page, describe_parameter
from cadran.rest.responses import describe_refused

_REFUSED: Final = describe_refused("BadRequest", "NotAcceptable", "Refused", "Internal", "Unavailable", "Timeout")
SURVEY_OPERATIONS: Final[dict[str, dict[str, Any]]] = {
    "/v1/survey-eligibility": {
        **describe_operation(
            "getSurveyEligibility",
            "figures",
            "List the customers who may be surveyed. The customers are those in contact within a window; without one, "
            "within the last thirty days. A customer may be surveyed unless one of these reasons applies, the first of "
            "which counts: churned, surveyed within rest_days by any survey, or too many contacts within within_days. "
            "With customer, the response says whether this one customer may be surveyed. CSV has the cursor of the "
            "next page in Cadran-Next.",
        ),
        "parameters": [*map(describe_parameter, ELIGIBILITY)],
        "responses": {"200": describe_page("SurveyEligibility"), **_REFUSED},
    },
    "/v1/survey-lists": {
        **describe_operation(
            "getSurveyList",
            "figures",
            "List surveys that need an action, page by page, oldest first. non_respondents are surveys without an "
            "answer. promoters are customers whose latest answers about recommending the company all have the best "
            "score. to_call_back are dissatisfied answers without a callback. Period and filters are those of figures "
            "over surveys. CSV has the cursor of the next page in Cadran-Next.",
        ),
        "parameters": [*map(describe_parameter, LISTS)],
        "responses": {"200": describe_page("SurveyList"), **_REFUSED},
    },
}
