"""What is outside a caller's scope does not exist for it: no GraphQL field, error or cost reveals it."""

from __future__ import annotations

from typing import Any, Final

import pytest

from cadran.api.schema import core_schema
from cadran.domain.catalogue import METRICS
from cadran.graphql.names import to_camel_case
from tests.access.rules import BOUND, FIELDS
from tests.access.two_sites import GRANTS, House
from tests.polling import until

#: A member of each dimension that is outside the scope of every role in BOUND, and a code that does not exist. Both
#: codes are equally close to the codes within the scope, since suggestions depend on that distance.
OUTSIDE: Final = {"site": "LIL", "partner": "NORTH", "team": "T-LIL", "agent": "LIL-1"}
NOWHERE: Final = {"site": "LYL", "partner": "MORTH", "team": "T-LYL", "agent": "LYL-1"}
W: Final = 'period: {named: "2015-11"}'
UNTOLD: Final = ("LIL", "NORTH")


async def told(house: House, query: str, role: str) -> Any:
    return (await house.post("/graphql", role, {"query": query})).json()


async def codes(house: House, query: str, role: str) -> list[str]:
    return [each["extensions"]["code"] for each in (await told(house, query, role)).get("errors", ())]


def test_every_field_with_a_filter_is_tried():
    query = core_schema().query_type
    assert query is not None
    assert {name for name, each in query.fields.items() if "where" in each.args} == {
        name for name, rule in FIELDS.items() if "@" in rule.ask
    }


@pytest.mark.parametrize("dimension", OUTSIDE)
@pytest.mark.parametrize("name", [name for name, rule in FIELDS.items() if "@" in rule.ask])
async def test_naming_what_is_outside_is_naming_nothing(shared: House, name: str, dimension: str):
    for role in sorted(BOUND):
        texts = []
        for code in (OUTSIDE[dimension], NOWHERE[dimension]):
            for operator in ("in", "notIn"):
                where = f', where: {{{dimension}: {{{operator}: ["{code}"]}}}}'
                found = await told(shared, "{" + FIELDS[name].ask.replace("@", where) + "}", role)
                assert "errors" in found, (role, found)
                texts.append(str(found["errors"]).replace(code, "…"))
        assert len(set(texts)) == 1, (role, texts)
        assert not any(word in texts[0] for word in UNTOLD)


@pytest.mark.parametrize("typed", ["LILL", "lil1", "T-LILE", "NORD", "T-LI", "LIL-"])
async def test_no_suggestion_tells_what_is_outside(shared: House, typed: str):
    for dimension in OUTSIDE:
        query = (
            f'{{ indicators({W}, where: {{{dimension}: {{in: ["{typed}"]}}}}) {{ totals {{ contacts {{ n }} }} }} }}'
        )
        for role in sorted(BOUND):
            found = str((await told(shared, query, role))["errors"]).replace(typed, "…")
            assert not any(word in found for word in UNTOLD), (role, found)


async def test_customers_of_others_are_unknown(shared: House):
    query = '{ customerEligibility(customer: "%s") { known eligible reason } }'
    assert (await told(shared, query % "LIL-c1", "administrator"))["data"]["customerEligibility"]["known"]
    assert (await told(shared, query % "PAU-c0", "supervisor"))["data"]["customerEligibility"]["known"]
    assert await told(shared, query % "LIL-c1", "supervisor") == await told(shared, query % "nobody", "supervisor")


@pytest.mark.parametrize("slug", METRICS)
async def test_a_metric_that_a_key_does_not_list_is_refused_wherever_it_is_named(shared: House, slug: str):
    listed = GRANTS["board"]["metrics"]
    field = to_camel_case(slug)
    queries = [
        f"{{ indicators({W}) {{ totals {{ {field} {{ value }} }} }} }}",
        f"{{ indicators({W}) {{ rows {{ x: {field} {{ value }} }} }} }}",
        f'{{ indicators({W}) {{ columns(metrics: ["{slug}"]) }} }}',
        f'{{ usualDay({W}) {{ columns(metrics: ["{slug}"]) }} }}',
        f'{{ distribution(of: "{slug}", {W}, across: "day") {{ asOf }} }}',
        f'{{ change(metric: "{slug}", {W}, against: {{named: "2015-10"}}, by: [CHANNEL]) {{ asOf }} }}',
    ]
    for query in queries:
        found = await codes(shared, query, "board")
        if slug in listed:
            assert not any(code.startswith("forbidden") for code in found), (query, found)
        elif "graphql_validation_failed" not in found:
            # Whether a metric is a ratio is public: every caller may read it in the catalogue.
            assert found in (["forbidden_metric"], ["not_a_ratio"]), (query, found)


@pytest.mark.parametrize("role", sorted(BOUND))
async def test_a_cost_counts_no_more_than_the_scope(shared: House, role: str):
    asked = 'indicators(period: {named: "%s"}, grain: QUARTER_HOUR, by: [SITE, PARTNER, TEAM]) { rows { fcr { n } } }'
    one = await told(shared, f"{{ {asked % '2015'} }}", role)
    both = await told(shared, f"{{ a: {asked % '2015'} b: {asked % '2014'} }}", role)
    quarters = 365 * 96
    for found, count in ((one, 1), (both, 2)):
        extensions = found["errors"][0]["extensions"]
        assert (extensions["code"], extensions["cost"]) == ("too_costly", count * quarters * 2 * 2 * 2 * 10)
    whole = await told(shared, f"{{ {asked % '2015'} }}", "analyst")
    assert whole["errors"][0]["extensions"]["cost"] == quarters * 3 * 3 * 3 * 10


async def new_key(house: House, **grant: Any) -> str:
    before = house.service.desk.directory().version
    text = await house.key(role="analyst", **grant)
    await until(lambda: house.service.desk.directory().version > before)
    return text


async def test_a_key_may_spend_less_on_a_document(house: House):
    headers = {"authorization": f"Bearer {await new_key(house, cells_max=50)}"}
    day = f"indicators({W}, grain: DAY) {{ rows {{ contacts {{ value }} }} }}"
    other = day.replace("2015-11", "2015-10")

    async def ask(query: str) -> Any:
        return (await house.client.post("/graphql", json={"query": query}, headers=headers)).json()

    assert "data" in await ask(f"{{ {day} }}")
    found = await ask(f"{{ a: {day} b: {other} }}")
    assert "data" not in found
    extensions = found["errors"][0]["extensions"]
    assert (extensions["code"], extensions["cost"], extensions["limit"]) == ("too_costly", 610, 500)
    # A field that is selected twice counts twice.
    assert "data" not in await ask(f"{{ a: {day} b: {day} }}")


async def test_what_is_not_there_says_where_to_look_and_tells_of_nothing_outside(shared: House):
    """Check that a refusal suggests only names within the caller's scope."""
    for role, near in (("administrator", "C-LIL"), ("partner", "C-PAU")):
        found = (await shared.get("/v1/contracts/C-LAU", role)).json()
        assert found["suggestions"][0] == near if role == "partner" else near in found["suggestions"]
        assert "cadran contract list" in found["detail"]
        assert role == "administrator" or "LIL" not in found["detail"]
    for path, said in (
        ("/v1/objectives/99", "/v1/objectives"),
        ("/v1/objectives/none", "/v1/objectives"),
        ("/v1/objectives/1/key-results/99", "it has "),
        ("/v1/objectives?state=done", "draft, active, closed, abandoned"),
        ("/problems/unknown-metrik", "unknown-metric"),
    ):
        assert said in (await shared.get(path, "administrator")).json()["detail"], path
    for path, listed in (("/v1/keys/abcd2345", "/v1/keys"), ("/v1/documents/sha256:0", "cadran document list")):
        refused = await shared.client.delete(path, headers=shared.bearer("administrator"))
        assert (refused.status_code, listed in refused.json()["detail"]) == (404, True)
    forbidden = (await shared.get("/v1/audit", "analyst")).json()
    assert forbidden["detail"] == "The role analyst may not do this; administrator may."
