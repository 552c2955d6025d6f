"""JSON Schemas of documents (``web/documents.py``).

Takes documents by the names of their schemas. A document with a name is a component, and others refer to it. A document
without a name is written where it is used.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Annotated, Any, Final, get_args, get_origin, is_typeddict

from pydantic import TypeAdapter

from cadran.rest.schemas import Schema, make_array, make_mapping, make_record, refer_to
from cadran.web.answer_documents import (
    AnnotationDocument,
    FigureDocument,
    IntervalDocument,
    MeaningDocument,
    NoticeDocument,
    SourceDocument,
)
from cadran.web.documents import (
    Component,
    read_description,
    read_members,
    read_text,
    split_null,
    strip_annotations,
)

#: The documents whose schemas all rooms share.
SHARED: Final[dict[str, type]] = {
    "Annotation": AnnotationDocument,
    "Figure": FigureDocument,
    "Interval": IntervalDocument,
    "Meaning": MeaningDocument,
    "Notice": NoticeDocument,
    "Source": SourceDocument,
}


def describe_documents(named: Mapping[str, type | tuple[type, ...]]) -> dict[str, Schema]:
    """Return the schemas of documents by name. Several documents are one object, described by the first of them."""
    parts = {name: each if isinstance(each, tuple) else (each,) for name, each in (SHARED | dict(named)).items()}
    writer = _SchemaWriter({each[0]: name for name, each in parts.items()})
    return {name: writer.describe_record(*documents) for name, documents in parts.items() if name in named}


@dataclass(frozen=True, slots=True)
class _SchemaWriter:
    """A writer of JSON Schemas, with the names of the documents that are components."""

    names: Mapping[object, str]

    def describe_record(self, *documents: type) -> Schema:
        """Return the schema of documents whose members are in one object."""
        members = [each for document in documents for each in read_members(document)]
        properties = {each.name: {**self.describe(each.kind), "description": each.description} for each in members}
        optional = tuple(each.name for each in members if not each.required)
        return make_record(read_description(documents[0]), properties, optional=optional)

    def describe(self, kind: object) -> Schema:
        """Return the schema of a type."""
        if name := next((each.name for each in get_args(kind) if isinstance(each, Component)), ""):
            return refer_to(name)
        inner, nullable = split_null(kind)
        if nullable:
            return _allow_null(self.describe(inner))
        bare = strip_annotations(kind)
        if isinstance(bare, type) and is_typeddict(bare):
            return refer_to(self.names[bare]) if bare in self.names else self.describe_record(bare)
        if get_origin(bare) in (list, tuple):
            return make_array(self.describe(get_args(bare)[0]))
        if get_origin(bare) is dict:
            return make_mapping(self.describe(get_args(bare)[1]) or True, read_text(kind))
        return _describe_value(kind)


def _describe_value(kind: Any) -> Schema:
    """Return the schema of a plain value with its limits."""
    limits = [each for each in get_args(kind)[1:] if not isinstance(each, str)] if get_origin(kind) is Annotated else []
    return _write_schema(kind) if limits else _describe_plain(strip_annotations(kind))


@cache
def _describe_plain(kind: Any) -> Schema:
    """Return the schema of a value without limits. Hundreds of members have one of a few dozen such types."""
    return _write_schema(kind)


def _write_schema(kind: Any) -> Schema:
    """Return the schema that pydantic writes. An enum needs no type, since its values show it."""
    found = TypeAdapter[Any](kind).json_schema()
    superfluous = {"description", "title", "type"} if "enum" in found else {"description"}
    # In the reverse order, the type comes before its limits.
    return {name: found[name] for name in sorted(found, reverse=True) if name not in superfluous}


def _allow_null(schema: Schema) -> Schema:
    """Return the schema of a member that may be null."""
    if "enum" in schema:
        return {**schema, "enum": [*schema["enum"], None]}
    if "$ref" in schema or "properties" in schema:
        return {"oneOf": [schema, {"type": "null"}]}
    return {**schema, "type": [schema["type"], "null"]}
