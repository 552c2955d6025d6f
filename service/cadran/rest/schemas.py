"""The parts that JSON Schemas are built from, for the OpenAPI document."""

from __future__ import annotations

from typing import Any, Final

Schema = dict[str, Any]

TEXT: Final[Schema] = {"type": "string"}
NUMBER: Final[Schema] = {"type": ["number", "null"]}
WORD: Final[Schema] = {"type": ["string", "null"]}
INSTANT: Final[Schema] = {"type": "string", "format": "date-time"}


def refer_to(name: str) -> Schema:
    """Return a reference to a schema of the components."""
    return {"$ref": f"#/components/schemas/{name}"}


def make_record(about: str, properties: Schema, *, optional: tuple[str, ...] = ()) -> Schema:
    """Return the schema of an object with these members. The schema is open: answers may gain members within /v1."""
    required = [name for name in properties if name not in optional]
    return {"type": "object", "description": about, "required": required, "properties": properties}


def describe(schema: Schema, about: str) -> Schema:
    """Return the schema with a description."""
    return {**schema, "description": about}


def make_text(about: str) -> Schema:
    """Return the schema of a text with a description."""
    return describe(TEXT, about)


def make_array(items: Schema, about: str = "") -> Schema:
    """Return the schema of a list of these items."""
    return {"type": "array", "items": items, **({"description": about} if about else {})}


def make_mapping(values: Schema | bool, about: str = "") -> Schema:
    """Return the schema of an object with any members, whose values have this schema; True allows any value."""
    return {"type": "object", **({"description": about} if about else {}), "additionalProperties": values}
