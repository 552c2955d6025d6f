"""The operations of survey hygiene, for the OpenAPI document."""

from __future__ import annotations

from typing import Any, Final

from cadran.lists.rest.survey_params import ELIGIBILITY, LISTS
from cadran.rest.operations import named, page, parameter
from cadran.rest.responses import refused

_REFUSED: Final = refused("BadRequest", "NotAcceptable", "Refused", "Internal", "Unavailable", "Timeout")
SURVEY_OPERATIONS: Final[dict[str, dict[str, Any]]] = {
    "/v1/survey-eligibility": {
        **named(
            "getSurveyEligibility",
            "figures",
            "Who may be asked, of the customers in contact within a window (the thirty days before, unless one is asked"
            " for): not churned, not asked within rest_days"
            " by any survey, fewer than so many contacts lately. The first reason that applies is told. Or, of one "
            "customer, whether this one may be asked, before a survey is sent. CSV tells the next page in "
            "Cadran-Next.",
        ),
        "parameters": [*map(parameter, ELIGIBILITY)],
        "responses": {"200": page("SurveyEligibility"), **_REFUSED},
    },
    "/v1/survey-lists": {
        **named(
            "getSurveyList",
            "figures",
            "Surveys to work off, page by page, the oldest first: those nobody answered; customers whose latest "
            "answers to recommend the company all have the best score; dissatisfied answers whose customer nobody "
            "has called back. Window and filters as for figures over surveys. CSV tells the next page in "
            "Cadran-Next.",
        ),
        "parameters": [*map(parameter, LISTS)],
        "responses": {"200": page("SurveyList"), **_REFUSED},
    },
}
