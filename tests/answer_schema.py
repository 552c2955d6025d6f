"""The check that an answer has the members of its schema in the OpenAPI document, and no others."""

from __future__ import annotations

from functools import cache
from typing import Any

import jsonschema

from cadran.api.openapi import build_document


def check_answer(name: str, answer: Any) -> None:
    """Check an answer against the schema of this name. Raises jsonschema.ValidationError."""
    found = {"$ref": f"#/components/schemas/{name}", "components": _read_components()}
    jsonschema.Draft202012Validator(found).validate(answer)


@cache
def _read_components() -> Any:
    return _close(build_document()["components"])


def _close(schema: Any) -> Any:
    """Return a schema that refuses members that it does not name, unless the dimensions of a row are members, too.

    Real schemas are open to new members.
    """
    if isinstance(schema, list):
        return [_close(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    is_open = not isinstance(schema.get("properties"), dict) or "dimensions are members" in schema["description"]
    return {
        **({} if is_open else {"additionalProperties": False}),
        **{name: _close(each) for name, each in schema.items()},
    }
