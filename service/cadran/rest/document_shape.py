"""Transformations that give the OpenAPI document the shape that client generators need.

Takes paths and schemas as they are declared. CSV gets separate addresses, so that every operation has one media type
and one return type. A parameter that many operations share is described once. Every schema has its name as title, and
no other titles remain. ``tests/generators`` generates clients from the result.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from typing import Any, Final

from cadran.rest.respond import make_csv_path
from cadran.rest.schemas import Schema
from cadran.web.forms import NULL_RESTORES, describe_default

Paths = dict[str, dict[str, Any]]
_CSV: Final = "text/csv"
#: Response headers that only CSV needs, since JSON has their content in its body.
_CSV_HEADERS: Final = frozenset({"Cadran-As-Of", "Cadran-Data-Version", "Cadran-Warnings", "Cadran-Next"})
#: A parameter used by at least this many operations is described once, in the components.
_SHARED_MIN: Final = 3


def add_csv_paths(paths: Paths) -> Paths:
    """Return the paths, where each path that offers JSON and CSV is split into a JSON path and a CSV path."""
    found: Paths = {}
    for path, operations in paths.items():
        get = operations.get("get", {})
        answer = get.get("responses", {}).get("200", {})
        if _CSV not in answer.get("content", {}):
            found[path] = operations
            continue
        found[path] = {**operations, "get": _answering(get, "application/json")}
        found[make_csv_path(path)] = {"get": _of_csv(path, get)}
    return found


def _of_csv(path: str, operation: dict[str, Any]) -> dict[str, Any]:
    """Return the CSV operation of a JSON operation."""
    about = f"Get the rows of {path} as CSV (RFC 4180). `Accept: text/csv` at {path} answers the same."
    # CSV has one table, so the caller must choose the section.
    parameters = [
        {**each, "required": each["required"] or each.get("name") == "section"} if "required" in each else each
        for each in operation["parameters"]
    ]
    named = {"operationId": f"{operation['operationId']}Csv", "summary": f"{operation['summary']}, as CSV"}
    responses = {status: each for status, each in operation["responses"].items() if status != "406"}
    return _answering(
        {**operation, **named, "description": about, "parameters": parameters, "responses": responses}, _CSV
    )


def _answering(operation: dict[str, Any], kind: str) -> dict[str, Any]:
    """Return the operation with ``kind`` as the only media type of its 200 response."""
    answer = operation["responses"]["200"]
    hidden = frozenset() if kind == _CSV else _CSV_HEADERS
    headers = {name: each for name, each in answer["headers"].items() if name not in hidden}
    answer = {**answer, "headers": headers, "content": {kind: answer["content"][kind]}}
    return {**operation, "responses": {**operation["responses"], "200": answer}}


def share_parameters(paths: Paths) -> tuple[Paths, dict[str, Any]]:
    """Return the paths with references to shared parameters, and the shared parameters."""
    texts = Counter(_text(each) for each in _parameters(paths) if "$ref" not in each)
    shared: dict[str, Any] = {}
    for text, times in texts.most_common():
        parameter = json.loads(text)
        if times >= _SHARED_MIN:
            shared.setdefault(_component(parameter["name"]), parameter)

    def referring(parameter: dict[str, Any]) -> dict[str, Any]:
        name = _component(parameter.get("name", ""))
        is_shared = "$ref" not in parameter and shared.get(name) == parameter
        return {"$ref": f"#/components/parameters/{name}"} if is_shared else parameter

    referred = {
        path: {
            method: {**operation, "parameters": [referring(each) for each in operation["parameters"]]}
            if "parameters" in operation
            else operation
            for method, operation in operations.items()
        }
        for path, operations in paths.items()
    }
    return referred, dict(sorted(shared.items()))


def _parameters(paths: Paths) -> Iterator[dict[str, Any]]:
    for operations in paths.values():
        for operation in operations.values():
            yield from operation.get("parameters", ())


def _text(parameter: dict[str, Any]) -> str:
    return json.dumps(parameter, sort_keys=True)


def _component(name: str) -> str:
    """Return the component name of a parameter: ``time_of_day.not`` → ``TimeOfDayNot``."""
    words = name.replace(".", "_").replace("-", "_").split("_")
    return "".join(word[:1].upper() + word[1:] for word in words)


def add_titles(schemas: dict[str, Schema]) -> dict[str, Schema]:
    """Return the schemas, each titled by its name.

    Generators name classes by titles: titles of members would collide with the names of schemas.
    """
    return {name: {"title": name, **remove_titles(schema)} for name, schema in schemas.items()}


def remove_titles(schema: Any) -> Any:
    """Return a schema without any titles inside."""
    if isinstance(schema, list):
        return [remove_titles(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    # A member may be called title: its value is a schema, not a text.
    return {name: remove_titles(each) for name, each in schema.items() if name != "title" or isinstance(each, dict)}


def remove_defaults(schema: Any) -> Any:
    """Return the schema of a form with its defaults written in the descriptions.

    Generators treat a member that has a default as required.
    """
    if isinstance(schema, list):
        return [remove_defaults(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    found = {name: remove_defaults(each) for name, each in schema.items()}
    if (default := found.pop("default", None)) is None:
        return found
    about = describe_default(found.get("description", ""), default)
    return {**found, "description": about} if about else found


def to_response_schema(schema: Any, names: dict[str, str]) -> Any:
    """Return the schema of a form as answers use it: open to new members, and with references to answers.

    ``names`` maps the names of forms to the names of answers.
    """
    if isinstance(schema, list):
        return [to_response_schema(each, names) for each in schema]
    if not isinstance(schema, dict):
        return schema
    found = {
        name: to_response_schema(each, names)
        for name, each in schema.items()
        if name != "default" and not (name == "additionalProperties" and each is False)
    }
    if isinstance(ref := found.get("$ref"), str):
        prefix, _, name = ref.rpartition("/")
        found["$ref"] = f"{prefix}/{names.get(name, name)}"
    return found


def make_nullable(schema: Schema) -> Schema:
    """Return the schema of a member extended by null, which deletes the member or restores its default."""
    about = describe_default(schema.get("description", ""), schema.get("default"), NULL_RESTORES)
    whole = {name: each for name, each in schema.items() if name not in ("default", "description", "title")}
    kinds = whole.get("anyOf", [whole])
    return {"description": about, "anyOf": [*kinds, *([] if {"type": "null"} in kinds else [{"type": "null"}])]}
