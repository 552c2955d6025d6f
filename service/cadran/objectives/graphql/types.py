"""The GraphQL types of objectives. Each type shows the members of a document, as REST does; only ids differ."""

from __future__ import annotations

from enum import Enum
from typing import Any, Final

import strawberry

from cadran.domain.filter_name import split_filter_name
from cadran.graphql import enums
from cadran.graphql.choices import DIMENSION
from cadran.graphql.declaration.document_types import GraphQLKinds, declare_type
from cadran.graphql.fields import describe_field
from cadran.graphql.identifiers import CHECK_IN, KEY_RESULT, OBJECTIVE, encode_id
from cadran.objectives.documents.key_result import CheckInDocument, KeyResultDocument
from cadran.objectives.documents.objective import ObjectiveDocument, ObjectiveEdgeDocument, ObjectivesDocument
from cadran.objectives.model import objective as model
from cadran.objectives.model import pace, projection

_ID: Final = "The id, unique across types. It contains the day of asOf if asOf is given."


@strawberry.enum(description="The state of an objective.")
class ObjectiveState(Enum):
    """The states of ``objectives.model.objective.State``, with descriptions."""

    DRAFT = strawberry.enum_value("draft", description="Not started yet; it can be deleted.")
    ACTIVE = strawberry.enum_value("active", description="Started; it accepts check-ins.")
    CLOSED = strawberry.enum_value("closed", description="Scored, with a retrospective; it cannot change.")
    ABANDONED = strawberry.enum_value("abandoned", description="Given up before its end; it cannot change.")


@strawberry.enum(description="Progress divided by the progress expected by now.")
class Pace(Enum):
    """The paces of ``objectives.model.pace.Pace``, with descriptions."""

    AHEAD = strawberry.enum_value("ahead", description="At least 1.1 times the expected progress.")
    ON_TRACK = strawberry.enum_value("on_track", description="At least 0.7 times the expected progress.")
    AT_RISK = strawberry.enum_value("at_risk", description="At least 0.4 times the expected progress.")
    OFF = strawberry.enum_value("off", description="Below 0.4 times the expected progress.")


KINDS: Final = GraphQLKinds(
    {
        model.State: ObjectiveState,
        model.OwnerKind: enums.OwnerKind,
        pace.Pace: Pace,
        projection.Method: enums.ProjectionMethod,
    }
)


@strawberry.type(description="A filter of a key result's measurement.")
class KeyResultFilter:
    """A filter as in a question."""

    dimension: Any = strawberry.field(graphql_type=DIMENSION, description="The dimension that the filter is on.")
    values: list[str] = strawberry.field(description="The codes, numbers or ranges of the filter, as written.")
    negated: bool = strawberry.field(description="Whether the filter excludes the values instead of including them.")


@declare_type(KINDS, CheckInDocument, leave_out=["check_in"])
class CheckIn:
    """An entry in the history of a key result."""

    document: strawberry.Private[CheckInDocument]

    @describe_field("The id, unique across types.")
    def id(self) -> strawberry.ID:
        """Return the id of the check-in's number."""
        return strawberry.ID(encode_id(CHECK_IN, self.document["check_in"]))


@declare_type(KINDS, KeyResultDocument, leave_out=["key_result"])
class KeyResult:
    """A key result, with its value from a metric or from check-ins. ``named_as_of`` is the day of asOf, if given."""

    document: strawberry.Private[KeyResultDocument]
    named_as_of: strawberry.Private[str | None] = None

    @describe_field(_ID)
    def id(self) -> strawberry.ID:
        """Return the id of the key result's number, with the day of asOf."""
        return strawberry.ID(encode_id(KEY_RESULT, self.document["key_result"], self.named_as_of))

    @strawberry.field
    def where(self) -> list[KeyResultFilter]:
        """Return the filters, one for each name."""
        filters = [(*split_filter_name(name), values) for name, values in self.document["where"].items()]
        return [
            KeyResultFilter(dimension=DIMENSION(name), values=values, negated=negated)
            for name, negated, values in filters
        ]


@declare_type(KINDS, ObjectiveDocument, leave_out=["objective"])
class Objective:
    """An objective with its key results, as of a day. ``named_as_of`` is the day of asOf, if given."""

    document: strawberry.Private[ObjectiveDocument]
    named_as_of: strawberry.Private[str | None] = None

    @describe_field(_ID)
    def id(self) -> strawberry.ID:
        """Return the id of the objective's number, with the day of asOf."""
        return strawberry.ID(encode_id(OBJECTIVE, self.document["objective"], self.named_as_of))

    @describe_field("The id of the objective that this one is aligned to; null for none, or if you may not see it.")
    def parent(self) -> strawberry.ID | None:
        """Return the id of the parent's number."""
        parent = self.document["parent"]
        return None if parent is None else strawberry.ID(encode_id(OBJECTIVE, parent))

    @describe_field("The version that a change must name; the same as REST's ETag.")
    def version(self) -> str:
        """Return the ETag."""
        return self.document["version"]

    @strawberry.field
    def key_results(self) -> list[KeyResult]:
        """Return the key results, whose ids contain the same day."""
        return [KeyResult(document=each, named_as_of=self.named_as_of) for each in self.document["key_results"]]


@declare_type(KINDS, ObjectiveEdgeDocument)
class ObjectiveEdge:
    """An edge as Relay defines it."""

    document: strawberry.Private[ObjectiveEdgeDocument]
    named_as_of: strawberry.Private[str | None] = None

    @strawberry.field
    def node(self) -> Objective:
        """Return the objective, whose id contains the same day."""
        return Objective(document=self.document["node"], named_as_of=self.named_as_of)


@declare_type(KINDS, ObjectivesDocument)
class ObjectiveConnection:
    """A connection as Relay defines it."""

    document: strawberry.Private[ObjectivesDocument]
    named_as_of: strawberry.Private[str | None] = None

    @strawberry.field
    def edges(self) -> list[ObjectiveEdge]:
        """Return the objectives with their cursors."""
        return [ObjectiveEdge(document=each, named_as_of=self.named_as_of) for each in self.document["edges"]]
