"""Hostile requests: bodies and documents that try to break a GraphQL server, and how each is refused."""

from __future__ import annotations

import json
from typing import Any, Final

PERIOD: Final = 'period: {named: "2015"}'
ASKING: Final = "query Q($p: PeriodInput!) { indicators(period: $p) { totals { qos { n } } } }"
LISTING: Final = f"query Q($b: [Dimension!]!) {{ indicators({PERIOD}, by: $b) {{ totals {{ qos {{ n }} }} }} }}"


def _query(text: str, **more: Any) -> bytes:
    return json.dumps({"query": text, **more}).encode()


def _many(count: int, text: str) -> str:
    return " ".join(text.replace("#", str(number)) for number in range(count))


def _nested(value: Any, levels: int) -> Any:
    for _ in range(levels):
        value = {"a": value}
    return value


def _chain(count: int, spreads: int) -> str:
    """Return a document in which each fragment spreads the next one several times."""
    links = [f"fragment F{n} on Query {{ {f'...F{n + 1} ' * spreads} }}" for n in range(count)]
    return "{ ...F0 } " + " ".join(links) + f" fragment F{count} on Query {{ __typename }}"


def _mesh(count: int) -> str:
    """Return a document in which every fragment spreads every fragment, itself included."""
    spreads = "".join(f"...F{n} " for n in range(count))
    return "{ ...F0 } " + " ".join(f"fragment F{n} on Query {{ {spreads} }}" for n in range(count))


def _catalogues(count: int) -> str:
    inner = "metrics { slug label definition family unit better also }"
    return "{ catalogue {" + _many(count, f"a#: {inner}") + "} }"


#: Each body, with the status and the code of its refusal.
ABUSES: Final[dict[str, tuple[bytes, int, str]]] = {
    # Bodies that are not requests.
    "null": (b"null", 400, "bad_request"),
    "a scalar": (b"3", 400, "bad_request"),
    "a batch": (json.dumps([{"query": "{ __typename }"}] * 1_000).encode(), 400, "bad_request"),
    "invalid UTF-8": (b'{"query": "\xff"}', 400, "bad_request"),
    "deep JSON": (b"[" * 100_000, 400, "bad_request"),
    "deep objects": (b'{"a":' * 100_000, 400, "bad_request"),
    "20 MB": (b'{"query": "' + b"a" * 20_000_000 + b'"}', 413, "body_too_large"),
    "a huge integer in JSON": (b'{"query": "{ __typename }", "variables": {"n": ' + b"9" * 5_000 + b"}}", 400, ""),
    # Documents that are too long or too deep.
    "deep query": (_query("{a" * 100_000 + "}" * 100_000), 400, "graphql_parse_failed"),
    "deep query in few characters": (_query("{a" * 12_000 + "}" * 12_000), 400, "graphql_parse_failed"),
    "deep list": (_query(f"{{ indicators(by: {'[' * 20_000}{']' * 20_000}) }}"), 400, "graphql_parse_failed"),
    "deep inline fragments": (_query("{" + "... on Query {" * 900 + "__typename" + "}" * 901), 400, ""),
    "10,000 aliases": (_query("{" + _many(10_000, "a#:__typename") + "}"), 400, "graphql_parse_failed"),
    "few tokens of aliases": (_query("{" + _many(900, "a#:__typename") + "}"), 400, "too_costly"),
    "10,000 directives": (_query("{ __typename " + "@a " * 10_000 + "}"), 400, "graphql_parse_failed"),
    "directives on one field": (_query("{ __typename " + "@skip(if: false) " * 400 + "}"), 400, "too_costly"),
    "unknown directives": (_query("{ __typename " + "@a " * 1_400 + "}"), 400, "too_costly"),
    "directives everywhere": (
        _query("{ catalogue {" + _many(60, "a#: metrics @skip(if: true) @include(if: true) { slug }") + "} }"),
        400,
        "too_costly",
    ),
    "directives on an operation": (_query("query " + "@a " * 1_400 + "{ __typename }"), 400, "too_costly"),
    "variables": (_query(f"query({_many(700, '$a#: Int')}) {{ __typename }}"), 400, "too_costly"),
    "operations": (_query(_many(500, "query Q# { __typename }"), operationName="Q1"), 400, "too_costly"),
    "fields": (_query("{ catalogue {" + "metrics { slug } " * 700 + "} }"), 400, "too_costly"),
    # Fragments.
    "spreads": (_query("{" + "...F " * 1_400 + "} fragment F on Query { __typename }"), 400, "too_costly"),
    "a chain of fragments": (_query(_chain(90, 3)), 400, "too_costly"),
    "a doubling of fragments": (_query(_chain(40, 2)), 200, ""),
    "a mesh of fragments": (_query(_mesh(35)), 400, "too_costly"),
    "a cycle of fragments": (_query(_mesh(9)), 400, "graphql_validation_failed"),
    "inline fragments": (_query("{" + "... on Query { __typename } " * 400 + "}"), 400, "too_costly"),
    # Lists.
    "aliased lists": (_query(_catalogues(150)), 200, "too_costly"),
    "introspection, often": (_query("{" + _many(20, "a#: __schema { types { name } }") + "}"), 400, "too_costly"),
    "probes of types, often": (_query("{" + _many(11, 'a#: __type(name: "Row") { name }') + "}"), 400, "too_costly"),
    "probes of types beside the schema, twice": (
        _query('{ a: __schema { types { name } } b: __schema { types { name } } c: __type(name: "Row") { name } }'),
        400,
        "too_costly",
    ),
    "probes of types, lists within lists": (
        _query("{" + _many(2, 'a#: __type(name: "Query") { fields { type { fields { name } } } }') + "}"),
        400,
        "too_costly",
    ),
    "introspection, aliased within": (
        _query("{ __schema {" + _many(150, "a#: types { name fields { name type { name } args { name } } }") + "} }"),
        400,
        "too_costly",
    ),
    "introspection, lists within lists": (
        _query("{ __schema { types { fields { type { fields { args { name } } inputFields { name } } } } } }"),
        400,
        "too_costly",
    ),
    "introspection, lists within lists through a fragment": (
        _query("{ __schema { types { fields { type { ...T } } } } } fragment T on __Type { possibleTypes { name } }"),
        400,
        "too_costly",
    ),
    "introspection through fragments": (
        _query("{ ...A ...B } fragment A on Query { x: __schema { types { name } } } fragment B on Query { y:"
               " __schema { types { name } } }"),
        400,
        "too_costly",
    ),
    # Values.
    "a huge integer": (_query(f"{{ indicators({PERIOD}, top: {'9' * 20_000}) {{ asOf }} }}"), 400, ""),
    "a huge number": (
        _query(f"{{ indicators({PERIOD}) {{ totals {{ serviceLevel(within: {'9' * 20_000}) {{ n }} }} }} }}"),
        200,
        "bad_parameter",
    ),
    "unknown variables": (_query("{ __typename }", variables={f"v{n}": n for n in range(50_000)}), 400, "too_costly"),
    "a variable as long as the body": (_query(ASKING, variables={"p": {"named": "x" * 900_000}}), 400, "too_costly"),
    "a deep variable": (_query(ASKING, variables={"p": _nested(1, 100)}), 400, "too_costly"),
    "a very deep variable": (_query(ASKING, variables={"p": _nested(1, 900)}), 400, "too_costly"),
    "a list in a variable": (_query(LISTING, variables={"b": ["SITX"] * 90_000}), 400, "too_costly"),
    "wrong values in a variable": (_query(LISTING, variables={"b": ["SITX"] * 5_000}), 400, "bad_variables"),
    "unknown fields in a variable": (
        _query(ASKING, variables={"p": {f"x{n}": 1 for n in range(3_000)}}),
        400,
        "bad_variables",
    ),
    "unknown arguments": (_query(f"{{ indicators({_many(700, 'nope#: 1')}) {{ asOf }} }}"), 400, ""),
    "unknown fields": (
        _query(f"{{ indicators({PERIOD}) {{ rows {{ {_many(900, 'servicLevel#')} }} }} }}"),
        400,
        "graphql_validation_failed",
    ),
}  # fmt: skip
