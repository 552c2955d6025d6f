"""GraphQL types follow from documents, and inputs from forms."""

# Strawberry evaluates annotations in the module's namespace, so the annotations of this module are no texts.
from enum import Enum
from textwrap import dedent
from typing import Annotated, Literal, TypedDict

import pytest
import strawberry
from pydantic import BaseModel, Field

from cadran.graphql.declaration.document_types import GraphQLKinds, declare_type
from cadran.graphql.declaration.form_inputs import declare_input, describe_member

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


@strawberry.type
class Query:
    """One field that takes the input and returns the type."""

    @strawberry.field
    def whole(self, part: PartInput) -> Whole:
        """Return a whole of one part, whose size is unknown unless the input has one."""
        size = vars(part)["size"] or None
        return Whole(document={"number": 5, "size": size, "parts": [{"colour": part.colour.value}]})


SCHEMA = strawberry.Schema(query=Query)


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

          """The size of the part."""
          size: Float

          """The id of the whole."""
          parent: ID
        }
        ''').strip()
        in SCHEMA.as_str()
    )


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
