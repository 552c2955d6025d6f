"""The JSON Schemas of survey lists and survey eligibility, for the OpenAPI document."""

from __future__ import annotations

from typing import Final

from cadran.lists.documents import (
    CustomerEligibilityDocument,
    EligibleCustomerDocument,
    EligibleCustomersDocument,
    ListedSurveyDocument,
    SurveyListDocument,
)
from cadran.rest.document_schemas import describe_documents
from cadran.rest.schemas import Schema, refer_to

SURVEY_SCHEMAS: Final[dict[str, Schema]] = {
    "SurveyEligibility": {"oneOf": [refer_to("EligibleCustomers"), refer_to("CustomerEligibility")]},
    **describe_documents(
        {
            "EligibleCustomers": EligibleCustomersDocument,
            "EligibleCustomer": EligibleCustomerDocument,
            "CustomerEligibility": CustomerEligibilityDocument,
            "SurveyList": SurveyListDocument,
            "ListedSurvey": ListedSurveyDocument,
        }
    ),
}
