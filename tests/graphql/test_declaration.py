"""GraphQL types follow from documents, and inputs from forms."""

# Strawberry evaluates annotations in the module's namespace, so the annotations of this module are no texts.
from enum import Enum
from textwrap import dedent
from typing import Annotated, Any, Literal, NotRequired, TypedDict

import pytest
import strawberry
from pydantic import BaseModel, Field
from strawberry.schema.config import StrawberryConfig

from cadran.graphql.declaration.document_types import GraphQLKinds, declare_type
from cadran.graphql.declaration.form_inputs import declare_input, describe_member
from cadran.graphql.scalars import SCALARS
from cadran.web.documents import DayText, InstantText

Colour = Literal["red", "blue"]


@strawberry.enum
class ColourChoice(Enum):
    """The colours as GraphQL shows them."""

    RED = "red"
    BLUE = "blue"


class PartDocument(TypedDict):
    """A part of a whole."""

    colour: Annotated[Colour, Field(description="The colour of the part.")]


class WholeDocument(TypedDict):
    """A whole of parts."""

    number: Annotated[int, Field(description="The number of the whole.")]
    size: Annotated[float | None, Field(description="The size; null if unknown.")]
    parts: Annotated[list[PartDocument], Field(description="All parts of the whole.")]


class PartBody(BaseModel):
    """A part to create."""

    colour: str = Field(description="The colour of the part.")
    edge: Colour = Field(default="red", description="The colour of the edge.")
    size: float = Field(default=0.0, description="The size of the part.")
    parent: int | None = Field(default=None, description="The number of the whole.")
    secret: str = Field(default="", description="Not for GraphQL.")


KINDS = GraphQLKinds({Colour: ColourChoice})


@declare_type(KINDS, WholeDocument, leave_out=["number"])
class Whole:
    """A whole, with an id in place of its number."""

    document: strawberry.Private[WholeDocument]

    @strawberry.field(description="The id of the whole.")
    def id(self) -> strawberry.ID:
        """Return the id of the number."""
        return strawberry.ID(f"whole_{self.document['number']}")

    @strawberry.field
    def size(self) -> float | None:
        """Return twice the size."""
        size = self.document["size"]
        return None if size is None else 2 * size


@declare_input(KINDS, PartBody, leave_out=["secret"])
class PartInput:
    """A part, with an id in place of a number."""

    colour: ColourChoice
    parent: strawberry.ID | None = describe_member("The id of the whole.")


@declare_input(KINDS, PartBody, leave_out=["colour", "parent", "secret"], is_change=True, description="A change.")
class PartChangeInput:
    """A change of a part, with a member that the form lacks."""

    note: str | None = describe_member("Why the part changes.")


class StateDocument(TypedDict):
    """What has become of a part."""

    made: Annotated[InstantText, Field(description="When the part was made.")]
    sold: NotRequired[Annotated[DayText, Field(description="The day of the sale; null until then.")]]


@declare_type(KINDS, PartBody, StateDocument, leave_out=["secret"], description="A part that was made.")
class MadePart:
    """The members of the form, and those that only answers have."""

    document: strawberry.Private[dict[str, Any]]


@strawberry.type
class Query:
    """One field that takes the input and returns the type."""

    @strawberry.field
    def whole(self, part: PartInput) -> Whole:
        """Return a whole of one part, whose size is unknown unless the input has one."""
        size = vars(part)["size"] or None
        return Whole(document={"number": 5, "size": size, "parts": [{"colour": part.colour.value}]})

    @strawberry.field
    def made(self, change: PartChangeInput) -> MadePart:
        """Return a part with the least members, which is sold if the change has a note."""
        sale = {"sold": "2015-12-02"} if change.note else {}
        return MadePart(document={"colour": "blue", "edge": "red", "size": 1.5, "made": "2015-12-01T09:00:00Z", **sale})


SCHEMA = strawberry.Schema(query=Query, config=StrawberryConfig(scalar_map=SCALARS))


def test_a_type_shows_the_members_of_its_document():
    assert (
        dedent('''
        """A whole of parts."""
        type Whole {
          """The id of the whole."""
          id: ID!

          """The size; null if unknown."""
          size: Float

          """All parts of the whole."""
          parts: [Part!]!
        }
        ''').strip()
        in SCHEMA.as_str()
    )


def test_an_input_has_the_members_of_its_form():
    assert (
        dedent('''
        """A part to create."""
        input PartInput {
          """The colour of the part."""
          colour: ColourChoice!

          """The colour of the edge. The default is RED."""
          edge: ColourChoice

          """The size of the part."""
          size: Float

          """The id of the whole."""
          parent: ID
        }
        ''').strip()
        in SCHEMA.as_str()
    )


def test_the_input_of_a_change_says_what_null_does():
    assert (
        dedent('''
        """A change."""
        input PartChangeInput {
          """The colour of the edge. Null restores the default, RED."""
          edge: ColourChoice

          """The size of the part."""
          size: Float

          """Why the part changes."""
          note: String
        }
        ''').strip()
        in SCHEMA.as_str()
    )


def test_a_form_is_the_document_of_what_it_creates():
    assert (
        dedent('''
        """A part that was made."""
        type MadePart {
          """The colour of the part."""
          colour: String!

          """The colour of the edge."""
          edge: ColourChoice!

          """The size of the part."""
          size: Float!

          """The number of the whole."""
          parent: Int

          """When the part was made."""
          made: DateTime!

          """The day of the sale; null until then."""
          sold: Date
        }
        ''').strip()
        in SCHEMA.as_str()
    )
    found = SCHEMA.execute_sync("{ made(change: {note: null}) { edge parent made sold } }")
    assert found.errors is None
    assert found.data == {"made": {"edge": "RED", "parent": None, "made": "2015-12-01T09:00:00Z", "sold": None}}
    assert SCHEMA.execute_sync('{ made(change: {note: "sold"}) { sold } }').data == {"made": {"sold": "2015-12-02"}}


def test_values_are_converted():
    found = SCHEMA.execute_sync("{ whole(part: {colour: RED, size: 2}) { id size parts { colour } } }")
    assert found.errors is None
    assert found.data == {"whole": {"id": "whole_5", "size": 4.0, "parts": [{"colour": "RED"}]}}
    found = SCHEMA.execute_sync("{ whole(part: {colour: BLUE}) { size } }")
    assert found.data == {"whole": {"size": None}}


def test_what_has_no_graphql_type_is_refused():
    with pytest.raises(TypeError, match="has no GraphQL type"):
        KINDS.find(Literal["green"])

    class UnknownInput:
        """An input with a member that the form lacks."""

        weight: float

    with pytest.raises(TypeError, match="PartBody has no members weight"):
        declare_input(KINDS, PartBody)(UnknownInput)
