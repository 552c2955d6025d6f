"""The JSON Schema of a document follows from its declaration."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal, NotRequired, TypedDict

import pytest

from cadran.rest.document_schemas import SHARED, describe_documents
from cadran.rest.figure_schemas import SCHEMAS
from cadran.web.answer_documents import TimesDocument
from cadran.web.documents import BoundText, Component, InstantText, Share, read_members


class PartDocument(TypedDict):
    """A part of a whole."""

    share: Annotated[Share | None, "The share of the part; null without a whole."]


class WholeDocument(TypedDict):
    """A whole
    of parts."""

    day: Annotated[date, "The day of the whole."]
    colour: Annotated[Literal["red", "blue"] | None, "The colour; null without one."]
    first: Annotated[PartDocument | None, "The first part; null without parts."]
    parts: Annotated[list[PartDocument], "All parts of the whole."]
    made: Annotated[InstantText, "When the whole was made."]
    start: Annotated[BoundText, "The local time of the start."]
    note: NotRequired[Annotated[str, "A note, present on request."]]


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
        code: Annotated[int | str, "A number or a word."]

    with pytest.raises(TypeError, match=r"Bare\.share has no description"):
        read_members(Bare)
    with pytest.raises(TypeError, match="is a union"):
        describe_documents({"Blend": Blend})


def test_documents_of_one_object_make_one_schema():
    found = describe_documents({"Whole": (PartDocument, TimesDocument)})["Whole"]
    assert found["description"] == "A part of a whole."
    assert found["required"] == ["share", "generated_at", "stale_after"]


def test_the_members_of_a_mapping_and_a_schema_that_is_written_by_hand():
    class Holder(TypedDict):
        """A holder of parts."""

        parts: Annotated[dict[str, PartDocument], "The parts by name."]
        words: Annotated[dict[str, Annotated[dict[str, str], "Words by code."]], "Words by dimension."]
        free: Annotated[Annotated[dict[str, Any], Component("Free")], "An object with any members."]

    assert describe_documents({"Holder": Holder, "Part": PartDocument})["Holder"]["properties"] == {
        "parts": {
            "type": "object",
            "additionalProperties": {"$ref": "#/components/schemas/Part"},
            "description": "The parts by name.",
        },
        "words": {
            "type": "object",
            "additionalProperties": {
                "type": "object",
                "additionalProperties": {"type": "string"},
                "description": "Words by code.",
            },
            "description": "Words by dimension.",
        },
        "free": {"$ref": "#/components/schemas/Free", "description": "An object with any members."},
    }


def test_shared_documents_have_the_schemas_that_others_refer_to():
    assert describe_documents(SHARED) == {name: SCHEMAS[name] for name in SHARED}
