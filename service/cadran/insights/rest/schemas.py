"""The JSON Schemas of figures that are derived from answers, for the OpenAPI document."""

from __future__ import annotations

from typing import Final

from cadran.insights.documents import (
    ChangeDocument,
    ContributionDocument,
    DistributionDocument,
    GestureDocument,
    ReturnDocument,
    StaffingDocument,
    StaffingRowDocument,
)
from cadran.rest.document_schemas import describe_documents
from cadran.web.answer_documents import TimesDocument

INSIGHT_SCHEMAS: Final = describe_documents(
    {
        "Change": (ChangeDocument, TimesDocument),
        "Contribution": ContributionDocument,
        "Distribution": (DistributionDocument, TimesDocument),
        "Gesture": GestureDocument,
        "Return": (ReturnDocument, TimesDocument),
        "Staffing": StaffingDocument,
        "StaffingRow": StaffingRowDocument,
    }
)
