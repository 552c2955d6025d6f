"""The JSON Schema of a document follows from its declaration."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal, NotRequired, TypedDict

import pytest
from pydantic import Field

from cadran.rest.document_schemas import SHARED, describe_documents
from cadran.rest.schemas import SCHEMAS
from cadran.web.documents import BoundText, InstantText, IntervalDocument, NoticeDocument, Share, read_members


class PartDocument(TypedDict):
    """A part of a whole."""

    share: Annotated[Share | None, Field(description="The share of the part; null without a whole.")]


class WholeDocument(TypedDict):
    """A whole
    of parts."""

    day: Annotated[date, Field(description="The day of the whole.")]
    colour: Annotated[Literal["red", "blue"] | None, Field(description="The colour; null without one.")]
    first: Annotated[PartDocument | None, Field(description="The first part; null without parts.")]
    parts: Annotated[list[PartDocument], Field(description="All parts of the whole.")]
    made: Annotated[InstantText, Field(description="When the whole was made.")]
    start: Annotated[BoundText, Field(description="The local time of the start.")]
    note: NotRequired[Annotated[str, Field(description="A note, present on request.")]]


PART = {
    "type": "object",
    "description": "A part of a whole.",
    "required": ["share"],
    "properties": {
        "share": {
            "type": ["number", "null"],
            "minimum": 0,
            "maximum": 1,
            "description": "The share of the part; null without a whole.",
        }
    },
}


def test_the_schema_has_types_limits_and_descriptions():
    found = describe_documents({"Whole": WholeDocument})["Whole"]
    assert found["description"] == "A whole of parts."
    assert found["required"] == ["day", "colour", "first", "parts", "made", "start"]
    assert found["properties"] == {
        "day": {"type": "string", "format": "date", "description": "The day of the whole."},
        "colour": {"enum": ["red", "blue", None], "description": "The colour; null without one."},
        "first": {"oneOf": [PART, {"type": "null"}], "description": "The first part; null without parts."},
        "parts": {"type": "array", "items": PART, "description": "All parts of the whole."},
        "made": {"type": "string", "format": "date-time", "description": "When the whole was made."},
        "start": {"type": "string", "description": "The local time of the start."},
        "note": {"type": "string", "description": "A note, present on request."},
    }


def test_a_document_with_a_name_is_referred_to():
    found = describe_documents({"Whole": WholeDocument, "Part": PartDocument})
    assert found["Part"] == PART
    assert found["Whole"]["properties"]["parts"]["items"] == {"$ref": "#/components/schemas/Part"}


def test_a_member_needs_a_description_and_one_type():
    class Bare(TypedDict):
        share: Share

    class Blend(TypedDict):
        code: Annotated[int | str, Field(description="A number or a word.")]

    with pytest.raises(TypeError, match=r"Bare\.share has no description"):
        read_members(Bare)
    with pytest.raises(TypeError, match="is a union"):
        describe_documents({"Blend": Blend})


def test_shared_documents_have_the_schemas_that_others_refer_to():
    documents = {"Interval": IntervalDocument, "Notice": NoticeDocument}
    assert {name: document for document, name in SHARED.items()} == documents
    assert describe_documents(documents) == {name: SCHEMAS[name] for name in documents}
