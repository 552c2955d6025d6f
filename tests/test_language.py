"""The language of the code and of the API, as far as a machine can hold it (docs/developing.md#language)."""

import ast
import io
import re
import tokenize
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from graphql import GraphQLEnumType, GraphQLInputObjectType, GraphQLInterfaceType, GraphQLObjectType

from cadran.api.openapi import build_document
from cadran.api.schema import core_schema
from tests.test_tidy import ROOT, parsed, python_files

#: Words that begin the docstring of a function.
VERBS = frozenset(
    """
    Abort Accept Acquire Add Admit Advance Aggregate Align Allow Amend Announce Answer Append Apply Approve Ask Assemble
    Assign Await Begin Bind Bound Break Bring Build Cache Calculate Call Cancel Carry Change Check Choose Claim Clear
    Close Collect Combine Compare Compile Complete Compose Compute Connect Consume Convert Copy Count Create Cut Deal
    Decide Declare Decode Define Delete Deliver Derive Describe Detect Determine Disable Discard Distribute Divide Draw
    Drop Emit Enable Encode End Enforce Ensure Enter Escape Estimate Evaluate Exclude Execute Exit Expand Expire Explain
    Export Extend Extract Feed Fetch Fill Filter Find Finish Fit Fix Flush Follow Forecast Forget Format Forward Gather
    Generate Get Give Go Grant Group Handle Hash Hide Hold Identify Ignore Import Include Increase Insert Install
    Interpret Invalidate Iterate Join Judge Keep Label Leave Lend Let Limit Link List Listen Load Localize Lock Log Look
    Lower Make Map Mark Mask Match Measure Merge Mint Move Multiply Name Narrow Negotiate Normalize Note Notify Number
    Open Order Pair Parse Pass Pause Permit Pick Place Plan Prefer Prefix Prepare Present Print Proceed Process Produce
    Project Provide Publish Put Quote Raise Randomize Rank Read Rebuild Receive Recompute Record Recover Reduce Refresh
    Refuse Register Reject Release Reload Remember Remove Rename Render Repeat Replace Report Request Require Reserve
    Reset Resolve Restore Restrict Resume Retry Return Reuse Revoke Rewrite Rotate Round Route Run Sample Save Say Scale
    Schedule Score Seal Search Select Send Separate Serialize Serve Set Settle Share Shift Show Shuffle Sign Skip Sort
    Spawn Spend Split Spread Start Step Stop Store Stream Strip Subtract Suggest Sum Suppress Swap Switch Take Test Time
    Touch Trace Track Transform Translate Trim Try Turn Undo Unescape Unlock Update Upgrade Use Validate Verify Wait
    Wake Walk Warn Weigh Work Wrap Write Yield
    """.split()  # noqa: SIM905 - a list of words is read more easily without quotes
)
#: Riddles and archaisms of docstrings and comments → what to write instead.
BANNED = {
    r"\b(told|tells?|telling|untold)\b": "report, show, include",
    r"\bwhoever\b": "the caller, the agent, the customer",
    r"\b(is|are) no more\b": "is deleted",
    r"\bwhat is asked\b": "the question, the request",
    r"\bbeside\b": "next to, in addition to",
    r"\bbe of use\b": "help",
    r"\bcomes? to nothing\b": "fail",
    r"\bof (its|their|his) own\b": "its own, separate",
}
_RIDDLE = re.compile("|".join(BANNED), re.IGNORECASE)
#: Whole words of the API that are no riddles.
_NAMES = re.compile(r"``[^`]*``|`[^`]*`")
WORDS_MIN = 3


def test_the_docstring_of_a_function_begins_with_a_verb():
    found = [
        f"{path}:{node.lineno} {text.split()[0]}"
        for path in python_files("service/", "tests/")
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (text := ast.get_docstring(node))
        and text.split()[0].strip(".,:;") not in VERBS
    ]
    assert not found, f"begin with an imperative verb, or add it to VERBS: {found}"


def test_docstrings_and_comments_have_no_riddles():
    found = [
        f"{path}:{line} {match[0]!r}"
        for path in python_files("service/", "tests/")
        for line, text in _prose(ROOT / path)
        for match in _RIDDLE.finditer(_NAMES.sub("", text))
    ]
    assert not found, f"say it plainly ({BANNED}): {found}"


def _prose(path: Path) -> Iterator[tuple[int, str]]:
    """Yield the comments and docstrings of a file, each with its line."""
    text = path.read_text(encoding="utf-8")
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type == tokenize.COMMENT:
            yield token.start[0], token.string
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            docstring = ast.get_docstring(node)
            if docstring:
                yield getattr(node, "lineno", 1), docstring


#: Words in "-ing" and "-ed" that are nouns of the field.
NOUNS = frozenset({"Keyring", "Listing", "Reading", "Ring", "String", "Timing", "Tracing"})
#: Participles without "-ed" that once named types.
_PARTICIPLES = frozenset(
    "Asked Bound Drawn Found Given Held Hidden Kept Known Made Said Seen Sent Shown Spoken Taken Told Written".split()  # noqa: SIM905 - as above
)


def test_no_type_is_named_by_a_participle():
    """Check that types are nouns. Exceptions may be participles: they say what happened."""
    classes = {
        node.name: (f"{path}:{node.lineno} {node.name}", [ast.unparse(base).rpartition(".")[2] for base in node.bases])
        for path in python_files("service/", "tests/")
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.ClassDef)
    }
    found = [
        where
        for name, (where, _) in classes.items()
        if _is_participle(re.findall("[A-Z][a-z]*", name)[-1]) and not _is_exception(name, classes)
    ]
    assert not found, f"name the thing by a noun: {found}"


def _is_participle(word: str) -> bool:
    return word in _PARTICIPLES or (word.endswith(("ed", "ing")) and word not in NOUNS)


def _is_exception(name: str, classes: dict[str, tuple[str, list[str]]]) -> bool:
    """Return whether a class is an exception, or inherits from one by name."""
    if name.endswith(("Error", "Exception")):
        return True
    return any(_is_exception(base, classes) for base in classes.get(name, ("", []))[1])


def test_everything_public_in_openapi_is_described():
    found = build_document()
    bare = list(_bare_members("", found["components"]["schemas"], is_map=True))
    for path, operations in found["paths"].items():
        for method, operation in operations.items():
            if _is_short(operation.get("summary")) and _is_short(operation.get("description")):
                bare.append(f"{method} {path}")
            bare += [
                f"{method} {path} {parameter['name']}"
                for parameter in operation.get("parameters", [])
                if "$ref" not in parameter and _is_short(parameter.get("description"))
            ]
    bare += [name for name, each in found["components"]["parameters"].items() if _is_short(each.get("description"))]
    assert not bare, f"what it is, its unit, when it is null: {bare}"


def _bare_members(path: str, schemas: dict[str, Any], *, is_map: bool = False) -> Iterator[str]:
    """Yield the properties without a description, at any depth. ``is_map``: schemas by name, not properties."""
    for name, schema in schemas.items():
        where = f"{path}.{name}"
        if not isinstance(schema, dict):
            continue
        if not is_map and "$ref" not in schema and _is_short(schema.get("description")):
            yield where
        yield from _bare_members(where, schema.get("properties", {}))
        parts = [schema.get("items"), schema.get("additionalProperties"), *schema.get("oneOf", [])]
        for part in (*parts, *schema.get("anyOf", [])):
            if isinstance(part, dict):
                yield from _bare_members(where, part.get("properties", {}))


def test_everything_public_in_graphql_is_described():
    bare = []
    for name, kind in core_schema().type_map.items():
        if name.startswith("__"):
            continue
        if isinstance(kind, GraphQLEnumType):
            bare += [f"{name}.{value}" for value, each in kind.values.items() if _is_short(each.description)]
        elif isinstance(kind, GraphQLObjectType | GraphQLInterfaceType | GraphQLInputObjectType):
            for field, each in kind.fields.items():
                arguments = getattr(each, "args", {})
                bare += [f"{name}.{field}"] if _is_short(each.description) else []
                bare += [f"{name}.{field}({key})" for key, part in arguments.items() if _is_short(part.description)]
    assert not bare, f"what it is, its unit, when it is null: {bare}"


def _is_short(text: str | None) -> bool:
    """Return whether a description is missing, has too few words, or is no sentence: a capital first, a stop last."""
    return text is None or len(text.split()) < WORDS_MIN or text[0].islower() or not text.rstrip().endswith((".", "…"))


@pytest.mark.parametrize("folder", ["service/"])
def test_folders_are_small(folder: str):
    modules = Counter(path.rpartition("/")[0] for path in python_files(folder) if not path.endswith("__init__.py"))
    large = {name: count for name, count in modules.items() if count > 20}
    assert not large, f"split these by feature: {large}"
