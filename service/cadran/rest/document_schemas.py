"""JSON Schemas of documents (``web/documents.py``).

Takes documents by the names of their schemas. A document with a name is a component, and others refer to it. A document
without a name is written where it is used.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, get_args, get_origin, is_typeddict

from pydantic import TypeAdapter

from cadran.rest.schemas import Schema, make_array, make_record, refer_to
from cadran.web.documents import (
    IntervalDocument,
    NoticeDocument,
    read_description,
    read_members,
    split_null,
    strip_annotations,
)

#: The documents whose schemas all rooms share.
SHARED: Final[Mapping[object, str]] = {IntervalDocument: "Interval", NoticeDocument: "Notice"}


def describe_documents(named: Mapping[str, type]) -> dict[str, Schema]:
    """Return the schemas of documents by name."""
    writer = _SchemaWriter({**SHARED, **{document: name for name, document in named.items()}})
    return {name: writer.describe_record(document) for name, document in named.items()}


@dataclass(frozen=True, slots=True)
class _SchemaWriter:
    """A writer of JSON Schemas, with the names of the documents that are components."""

    names: Mapping[object, str]

    def describe_record(self, document: type) -> Schema:
        """Return the schema of a document."""
        members = read_members(document)
        properties = {each.name: {**self.describe(each.kind), "description": each.description} for each in members}
        optional = tuple(each.name for each in members if not each.required)
        return make_record(read_description(document), properties, optional=optional)

    def describe(self, kind: object) -> Schema:
        """Return the schema of a type."""
        inner, nullable = split_null(kind)
        if nullable:
            return _allow_null(self.describe(inner))
        bare = strip_annotations(kind)
        if isinstance(bare, type) and is_typeddict(bare):
            return refer_to(self.names[bare]) if bare in self.names else self.describe_record(bare)
        if get_origin(bare) is list:
            return make_array(self.describe(get_args(bare)[0]))
        return _describe_value(kind)


def _describe_value(kind: Any) -> Schema:
    """Return the schema of a plain value with its limits. An enum needs no type, since its values show it."""
    found = TypeAdapter[Any](kind).json_schema()
    superfluous = {"description", "type"} if "enum" in found else {"description"}
    # In the reverse order, the type comes before its limits.
    return {name: found[name] for name in sorted(found, reverse=True) if name not in superfluous}


def _allow_null(schema: Schema) -> Schema:
    """Return the schema of a member that may be null."""
    if "enum" in schema:
        return {**schema, "enum": [*schema["enum"], None]}
    if "$ref" in schema or "properties" in schema:
        return {"oneOf": [schema, {"type": "null"}]}
    return {**schema, "type": [schema["type"], "null"]}
