"""Every list and text of a request has a maximum size, which the OpenAPI document and the GraphQL schema state."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final

from graphql import (
    GraphQLArgument,
    GraphQLInputField,
    GraphQLInputObjectType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
)

from cadran.api.openapi import build_document
from cadran.api.schema import core_schema

DOCUMENT: Final = build_document("0")
#: Keywords that limit a text.
_BOUNDING: Final = frozenset({"maxLength", "enum", "format", "const"})


def resolved(schema: dict[str, Any]) -> dict[str, Any]:
    while "$ref" in schema:
        found: Any = DOCUMENT
        for name in schema["$ref"].removeprefix("#/").split("/"):
            found = found[name]
        schema = found
    return schema


def unbounded(schema: dict[str, Any], place: str, within: frozenset[str] = frozenset()) -> Iterator[str]:
    """Yield the places of a schema where a list, a text or an object may be of any size."""
    if (reference := schema.get("$ref")) in within:
        return
    within |= {reference} if reference else set()
    schema = resolved(schema)
    kinds = schema.get("type", ())
    kinds = {kinds} if isinstance(kinds, str) else set(kinds)
    if "array" in kinds and "maxItems" not in schema:
        yield f"{place}: a list without maxItems"
    if "string" in kinds and not _BOUNDING & schema.keys():
        yield f"{place}: a text without maxLength"
    if "object" in kinds and schema.get("additionalProperties", True) is not False and "maxProperties" not in schema:
        yield f"{place}: an object without maxProperties"
    if not kinds and not {"anyOf", "oneOf", "allOf", "maxLength", "enum", "const"} & schema.keys():
        yield f"{place}: anything"
    for name, inner in schema.get("properties", {}).items():
        yield from unbounded(inner, f"{place}.{name}", within)
    for name in ("items", "additionalProperties", "propertyNames"):
        if isinstance(schema.get(name), dict):
            yield from unbounded(schema[name], f"{place}.{name}", within)
    for name in ("anyOf", "oneOf", "allOf"):
        for inner in schema.get(name, ()):
            yield from unbounded(inner, place, within)


OPERATIONS: Final = [
    (f"{method} {path}", operation)
    for path, methods in DOCUMENT["paths"].items()
    for method, operation in methods.items()
    if method in ("get", "post", "patch", "put", "delete")
]
BODIES: Final = [(name, resolved(each["requestBody"])) for name, each in OPERATIONS if "requestBody" in each]


def test_every_list_and_text_of_a_body_has_a_bound():
    assert len(BODIES) > 8
    found = [
        place
        for name, body in BODIES
        for media in body["content"].values()
        for place in unbounded(media["schema"], name)
    ]
    assert found == []


def test_every_list_and_text_of_an_address_has_a_bound():
    found = [
        place
        for name, operation in OPERATIONS
        for parameter in map(resolved, operation.get("parameters", ()))
        if parameter["in"] in ("query", "path")
        for place in unbounded(parameter["schema"], f"{name} {parameter['name']}")
    ]
    assert found == []


def _is_list(kind: Any) -> bool:
    return isinstance(kind.of_type if isinstance(kind, GraphQLNonNull) else kind, GraphQLList)


def _inputs() -> Iterator[tuple[str, GraphQLArgument | GraphQLInputField]]:
    """Yield every argument of a field and every field of an input type, with its place in the schema."""
    for name, kind in core_schema().type_map.items():
        if name.startswith("__"):
            continue
        if isinstance(kind, GraphQLInputObjectType):
            yield from ((f"{name}.{each}", field) for each, field in kind.fields.items())
        elif isinstance(kind, GraphQLObjectType):
            for each, field in kind.fields.items():
                yield from ((f"{name}.{each}({word})", argument) for word, argument in field.args.items())


#: Texts that are stored as they were sent. Other texts are only looked up.
_STORED: Final = frozenset(
    {"title", "description", "comment", "unit", "labelEn", "labelFr", "reasonEn", "reasonFr", "retrospective"}
)


def test_the_schema_names_the_bound_of_every_list():
    lists = {place: each.description or "" for place, each in _inputs() if _is_list(each.type)}
    assert len(lists) > 30
    assert [place for place, about in lists.items() if not re.search(r"[Aa]t most \d[\d,]* \w+", about)] == []


def test_the_schema_names_the_bound_of_every_text_that_is_stored():
    texts = {
        place: each.description or ""
        for place, each in _inputs()
        if re.split(r"[.(]", place.rstrip(")"))[-1] in _STORED
    }
    assert len(texts) > 10
    assert [place for place, about in texts.items() if not re.search(r"\d to [\d,]+ characters", about)] == []
