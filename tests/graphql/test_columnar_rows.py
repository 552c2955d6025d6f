"""Rows built from columns equal rows built one by one, for any selection."""

from typing import Any

import orjson
from graphql import execute, parse, validate
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from cadran.api.schema import core_schema
from cadran.domain.access.principal import OPERATOR
from cadran.domain.bounds import METRICS_MAX
from cadran.domain.catalogue import METRICS
from cadran.domain.dimension import DIMENSIONS
from cadran.graphql.context import Context
from cadran.graphql.execution.executor import CadranExecutor
from cadran.graphql.names import to_camel_case
from tests.defaults import make_desk
from tests.graphql.sample_answers import NOW, SampleAnswers, directory


class OneByOne(CadranExecutor):
    """An executor that completes rows one by one, as graphql-core does."""

    columnar = False


def selection(fields, spread="", on=""):
    """Return a strategy for a few fields of a type: some have aliases, are within fragments or have directives."""
    alias = st.sampled_from(["", "", "", "a", "b", "zz"])
    directive = st.sampled_from(["", "", "", " @include(if: $yes)", " @skip(if: $yes)", " @include(if: false)"])

    @st.composite
    def built(draw):
        words = []
        for number, field in enumerate(draw(st.lists(fields, min_size=1, max_size=5))):
            prefix = draw(alias)
            name, *inner = field.split(" ", 1)
            # Fields with the same alias must be equal, so each alias is numbered.
            text = f"{prefix}{number}: {field}" if prefix else field
            bare = " ".join([name, *inner])
            word = (text if prefix else bare).replace(" @@", draw(directive))
            words.append(f"... on {on} {{ {word} }}" if on and draw(st.booleans()) else word)
        if spread and draw(st.booleans()):
            words.append(f"...{spread}")
        return " ".join(words)

    return built()


leaves = st.sampled_from(
    [
        "__typename @@",
        *(f"{name} @@" for name in ("value", "numerator", "denominator", "n", "previous", "change", "display")),
        "interval @@ { low high __typename }",
        "interval { l: low }",
    ]
)
calls = st.sampled_from(
    [
        *("contacts", "handled", "qos", "aht", "asa", "fcr", "clv", "revenue", "customersInContact"),
        *("serviceLevel(within: 20)", "serviceLevel(within: $within, formula: SHORT_AS_MET)", "wait(percentile: 0.9)"),
    ]
)


@st.composite
def metric(draw):
    # The alias is derived from the arguments, because one name can have only one set of arguments.
    call = draw(calls)
    key = f"m{sum(map(ord, call))}: " if "(" in call else ""
    return f"{key}{call} @@ {{ {draw(selection(leaves))} }}"


keys = st.sampled_from(
    [
        *("__typename @@", "window @@ { start end partial __typename }", "window { s: start }"),
        *("site @@ { code label __typename }", "site { code }", "team { label }", "channel { code }"),
        *("weekday @@", "timeOfDay", "year"),
    ]
)
rows = selection(st.one_of(keys, metric()).filter(lambda text: ":" not in text.split(" ")[0]), spread="Some", on="Row")


@st.composite
def documents(draw):
    grain = draw(st.sampled_from(["DAY", "TOTAL"]))
    by = draw(st.sampled_from(["[]", "[SITE]", "[CHANNEL, WEEKDAY]", "[SITE, TIME_OF_DAY]"]))
    compare = draw(st.sampled_from(["null", "PREVIOUS_YEAR"]))
    return f"""query Q($yes: Boolean!, $within: Float) {{
      indicators(period: {{named: "2015-12"}}, grain: {grain}, by: {by}, compare: {compare}) {{
        rows {{ {draw(rows)} ...Some }}
        totals {{ contacts @include(if: $yes) {{ value }} serviceLevel(within: $within) {{ n }} }}
      }}
    }}
    fragment Some on Row {{
      window {{ e: end }} site {{ label }} asa {{ value n }} ... on Metrics {{ qos {{ denominator }} }}
    }}"""


async def result(document, executor, yes):
    desk = make_desk(SampleAnswers(), directory, lambda: NOW, "Europe/Paris", values_max=10**18)
    context = Context(desk, OPERATOR, "fr")
    variables = {"yes": yes, "within": 30.0}
    found: Any = execute(
        core_schema(), document, context_value=context, variable_values=variables, executor_class=executor
    )
    found = await found
    assert not found.errors, found.errors
    return orjson.dumps(found.data)


@settings(max_examples=100)
@given(text=documents(), yes=st.booleans())
async def test_rows_from_columns_equal_rows_one_by_one(text, yes):
    document = parse(text)
    # Some of the drawn fields conflict and cannot be merged.
    assume(not validate(core_schema(), document))
    assert await result(document, CadranExecutor, yes) == await result(document, OneByOne, yes)


async def test_every_field_of_a_row_is_built():
    members = " ".join(
        to_camel_case(slug) + (" { code label }" if each.kind == "member" else "") for slug, each in DIMENSIONS.items()
    )
    members += ' attribute(name: "campaign") { code label }'
    by = ", ".join(slug.upper() for slug in DIMENSIONS)
    built = {"window"}
    for start in range(0, len(METRICS), METRICS_MAX):
        every = " ".join(
            f"{to_camel_case(slug)} {{ value display }}" for slug in [*METRICS][start : start + METRICS_MAX]
        )
        rows = f"rows {{ days {members} {every} }}"
        document = parse(f"""{{ indicators(period: {{named: "2015"}}, grain: MONTH, by: [{by}]) {{ {rows} }} }}""")
        assert not validate(core_schema(), document)
        columnar = await result(document, CadranExecutor, True)
        assert columnar == await result(document, OneByOne, True)
        built |= set(orjson.loads(columnar)["indicators"]["rows"][0])
    row: Any = core_schema().type_map["Row"]
    assert built == set(row.fields)
