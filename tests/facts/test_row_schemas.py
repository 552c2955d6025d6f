"""The JSON Schemas of the rows that can be loaded."""

import json

import jsonschema
import pytest

from cadran.facts.schema.schema import KINDS, build_schemas, list_columns, list_required_columns


def test_there_is_a_valid_schema_for_every_kind() -> None:
    found = build_schemas()
    assert len(found) == len(KINDS)
    for name, text in found.items():
        schema = json.loads(text)
        jsonschema.Draft202012Validator.check_schema(schema)
        kind = schema["x-load-as"]
        assert name == f"{schema['title']}.schema.json"
        assert set(schema["properties"]) == set(list_columns(kind))
        assert set(schema.get("required", [])) == set(list_required_columns(kind))
        bare = [field for field, told in schema["properties"].items() if not told.get("description")]
        assert not bare, f"{name}: say what {', '.join(bare)} is"


@pytest.mark.parametrize(("change", "valid"), [({}, True), ({"outcome": "lost"}, False), ({"talk": -1}, False)])
def test_the_contacts_schema_judges_rows(change: dict[str, object], valid: bool) -> None:
    row = {
        "contact": "1",
        "site": "PAU",
        "channel": "phone",
        "offered_at": "2015-12-01T10:00:00Z",
        "outcome": "handled",
    }
    validator = jsonschema.Draft202012Validator(json.loads(build_schemas()["contact.schema.json"]))
    assert validator.is_valid(row | change) == valid
