"""GraphQL errors have the codes of REST, help the caller, and reveal no internals."""

import logging

import pytest
from graphql import get_introspection_query

from cadran.errors import DatabaseUnavailable

PERIOD = 'period: {named: "2015-12"}'


@pytest.mark.parametrize(
    ("arguments", "fields", "code", "parameter", "suggestions"),
    [
        ('period: {named: "last_moth"}', "totals { qos { value } }", "unknown_period", "period", ["last_month"]),
        ("period: {}", "totals { qos { value } }", "no_window", "period", None),
        (f'{PERIOD}, zone: "Europe/Pariss"', "totals { qos { value } }", "unknown_zone", "zone", None),
        (f'{PERIOD}, where: {{site: {{in: ["PAX"]}}}}', "rows { qos { n } }", "unknown_site", "site", ["PAU"]),
        (f"{PERIOD}, where: {{weekday: {{in: [8]}}}}", "rows { qos { n } }", "bad_filter", "weekday", None),
        (f'{PERIOD}, order: "aht"', "rows { qos { n } }", "bad_order", "order", None),
        (f"{PERIOD}, top: 3", "rows { qos { n } }", "bad_top", "top", None),
        (PERIOD, 'columns(metrics: ["qso"])', "unknown_metric", "metrics", ["qos"]),
        (PERIOD, "totals { wait(percentile: 2) { value } }", "bad_parameter", "metrics", None),
        (PERIOD, "rows { site { code } }", "no_metrics", "rows", None),
    ],
)
async def test_refusals_say_what_to_do(edge, arguments, fields, code, parameter, suggestions):
    error = await edge.error(f"{{ indicators({arguments}) {{ {fields} }} }}")
    extensions = error["extensions"]
    assert extensions["code"] == code
    assert extensions["detail"] == error["message"]
    assert extensions["parameter"] == parameter
    if suggestions:
        assert extensions["suggestions"][0].lower() == suggestions[0].lower()
    assert error["path"] == ["indicators"]


async def test_a_wrong_argument_is_told_at_its_field(edge):
    error = await edge.error("{ indicators(period: {named: 3}) { totals { qos { value } } } }")
    assert error["extensions"]["code"] == "graphql_validation_failed"
    assert error["locations"] == [{"line": 1, "column": 30}]


async def test_what_nobody_foresaw_is_logged_and_masked(edge, caplog):
    def broken():
        raise RuntimeError("secret at /etc/passwd")

    edge.answers.before = broken
    with caplog.at_level(logging.ERROR, "cadran.graphql"):
        found = await edge.ask(f"{{ indicators({PERIOD}) {{ totals {{ qos {{ value }} }} }} }}")
    assert found["data"] == {"indicators": None}
    [error] = found["errors"]
    assert error["extensions"]["code"] == "internal"
    assert "secret" not in str(found)
    assert "secret" in caplog.text


async def test_a_missing_database_is_told(edge, caplog):
    def away():
        raise DatabaseUnavailable("The database cannot be reached.", internal="10.0.0.1 refused")

    edge.answers.before = away
    with caplog.at_level(logging.ERROR, "cadran.graphql"):
        error = await edge.error(f"{{ indicators({PERIOD}) {{ totals {{ qos {{ value }} }} }} }}")
    assert error["extensions"]["code"] == "database_unavailable"
    assert "10.0.0.1" not in str(error)
    assert "10.0.0.1" in caplog.text


def nested(levels: int) -> str:
    return "{" + "a{" * levels + "b" + "}" * levels + "}"


def doubling(levels: int) -> str:
    fragments = [f"fragment F{n} on Query {{ x{n}: catalogue {{ __typename }} ...F{n + 1} }}" for n in range(levels)]
    return "{ ...F0 } " + " ".join(fragments) + f" fragment F{levels} on Query {{ __typename }}"


def amplified(levels: int) -> str:
    """Return a document in which each fragment spreads the next one twice, under two aliases."""
    fragments = [
        f"fragment F{n} on __Type {{ a: ofType {{ ...F{n + 1} }} b: ofType {{ ...F{n + 1} }} }}" for n in range(levels)
    ]
    return '{ __type(name: "Row") { ...F0 } } ' + " ".join(fragments) + f" fragment F{levels} on __Type {{ name }}"


@pytest.mark.parametrize(
    ("query", "code"),
    [
        (nested(30), "too_costly"),
        (nested(900), "graphql_parse_failed"),
        (nested(2_000), "graphql_parse_failed"),
        ("{" + " ".join(f"a{n}: __typename" for n in range(201)) + "}", "too_costly"),
        (doubling(25), "too_costly"),
        ("{" + "catalogue { metrics { slug } }" * 400 + "}", "too_costly"),
        ("{" + ("catalogue {" + "metrics { slug }" * 12 + "}") * 12 + "}", "too_costly"),
        ("{ __typename }" + "".join(f" fragment F{n} on Query {{ __typename }}" for n in range(101)), "too_costly"),
        ("{" + "".join(f"a{n}: catalogue {{ __typename }}" for n in range(21)) + "}", "too_costly"),
        (amplified(15), "too_costly"),
        ("{" + "__typename " * 6_000 + "}", "graphql_parse_failed"),
        ("{ __typename }" + "#\n" * 6_000, "graphql_parse_failed"),
        ("{ __typename }" + " " * 60_000, "graphql_parse_failed"),
        ("{ ...F } fragment F on Query { ...F }", "graphql_validation_failed"),
        ("{ __schema { types { fields { type { fields { name } } } } } }", "too_costly"),
        (
            '{ __type(name: "Row") { fields { type { fields { type { fields { name } } } } } } }',
            "graphql_validation_failed",
        ),
    ],
)
async def test_documents_that_weigh_too_much_are_refused(edge, query, code):
    found = await edge.ask(query)
    assert "data" not in found
    assert found["errors"][0]["extensions"]["code"] == code


async def test_responses_that_hold_too_much_are_refused(edge):
    edge.client._transport.app = edge.compose(values_max=1_400)
    few = f"{{ indicators({PERIOD}, grain: DAY, by: [SITE]) {{ rows {{ qos {{ value }} }} }} }}"
    figure = "{ value numerator denominator n interval { low high } display }"
    many = f"{{ indicators({PERIOD}, grain: DAY, by: [SITE]) {{ rows {{ qos {figure} aht {figure} }} }} }}"
    columns = [f'"service_level(within={each})"' for each in range(21, 31)]
    wide = f"{{ indicators({PERIOD}, grain: DAY, by: [SITE]) {{ columns(metrics: [{', '.join(columns)}]) }} }}"
    await edge.data(few)
    edge.answers.asked.clear()
    for each in (many, wide):
        error = await edge.error(each)
        assert error["extensions"]["code"] == "too_costly"
    assert edge.answers.asked == []


async def test_the_whole_schema_is_told_however_few_values_a_response_may_hold(edge):
    edge.client._transport.app = edge.compose(values_max=1)
    assert (await edge.data(get_introspection_query()))["__schema"]["types"]


ASKING = "query Q($p: PeriodInput!) { indicators(period: $p) { totals { qos { n } } } }"


@pytest.mark.parametrize(
    ("query", "variables", "code"),
    [
        (ASKING, {"p": {"named": 2015}}, "bad_variables"),
        (ASKING, {"p": {"nmed": "2015"}}, "bad_variables"),
        (ASKING, {"p": {"named": "\0"}}, "unknown_period"),
        ('{ indicators(period: {named: "\\ud800"}) { totals { qos { n } } } }', {}, "graphql_parse_failed"),
        (f"{{ indicators({PERIOD}, top: 99999999999) {{ columns }} }}", {}, "graphql_validation_failed"),
        (f"{{ indicators({PERIOD}) {{ totals {{ shortAbandons(short: 1e400) {{ n }} }} }} }}", {}, "bad_parameter"),
        (
            f"query Q($s: Float) {{ indicators({PERIOD}) {{ totals {{ shortAbandons(short: $s) {{ n }} }} }} }}",
            {"s": None},
            "bad_argument",
        ),
    ],
)
async def test_odd_values_are_refused_in_words(edge, query, variables, code):
    error = await edge.error(query, variables)
    assert error["extensions"]["code"] == code


@pytest.mark.parametrize(
    "query",
    [
        "{ __schema { types { name } } }",
        '{ x: __type(name: "Row") { name } }',
        "{ ...F } fragment F on Query { ... on Query { __schema { queryType { name } } } }",
        "{ ...F @skip(if: true) } fragment F on Query { __schema { queryType { name } } }",
    ],
)
async def test_introspection_can_be_off(edge, query):
    assert "data" in await edge.ask(query)
    edge.client._transport.app = edge.compose(introspections_max=0)
    error = await edge.error(query)
    assert error["extensions"]["code"] == "introspection_off"
    # Errors suggest no names of the schema to a caller who guesses.
    guess = await edge.error(f"{{ indicators({PERIOD}) {{ totals {{ qs {{ value }} }} }} }}")
    assert (guess["extensions"]["code"], "qos" in guess["message"]) == ("graphql_validation_failed", False)
    assert await edge.data("{ __typename }") == {"__typename": "Query"}


async def test_limits_tell_cost_and_limit(edge):
    error = await edge.error("{" + " ".join(f"a{n}: __typename" for n in range(21)) + "}")
    found = error["extensions"]
    assert (found["code"], found["cost"], found["limit"]) == ("too_costly", 21, 20)
