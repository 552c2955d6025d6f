"""The GraphQL types of the types that lists declare."""

from __future__ import annotations

from typing import Final

from cadran.graphql import enums
from cadran.graphql.choices import make_choices
from cadran.graphql.declaration.document_types import GraphQLKinds
from cadran.lists import documents
from cadran.lists.statements.eligibility import Reason

#: The enum of the kinds of surveys.
SURVEY_KIND: Final = make_choices(
    "SurveyKind",
    {
        "transactional": "A survey sent right after a contact.",
        "relationship": "A survey sent at another time.",
    },
    "The kind of a survey, by when it was sent.",
)
KINDS: Final = GraphQLKinds(
    {
        documents.Direction: enums.ContactDirection,
        documents.Outcome: enums.ContactOutcome,
        documents.SurveyKind: SURVEY_KIND,
        documents.CallReason: enums.CallReason,
        Reason: enums.IneligibilityReason,
    }
)
