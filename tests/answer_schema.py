"""The check that an answer has the members of its schema in the OpenAPI document, and no others."""

from __future__ import annotations

from typing import Any

import jsonschema

from cadran.api.openapi import build_document


def check_answer(name: str, answer: Any) -> None:
    """Check an answer against the schema of this name. Raises jsonschema.ValidationError."""
    jsonschema.Draft202012Validator(
        {"$ref": f"#/components/schemas/{name}", "components": _close(build_document()["components"])}
    ).validate(answer)


def _close(schema: Any) -> Any:
    """Return a schema that refuses members that it does not name. Real schemas are open to new members."""
    if isinstance(schema, list):
        return [_close(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    closed = {"additionalProperties": False} if isinstance(schema.get("properties"), dict) else {}
    return {**closed, **{name: _close(each) for name, each in schema.items()}}
