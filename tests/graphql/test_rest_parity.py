"""The same question gives the same figures over REST and over GraphQL."""

from collections.abc import AsyncIterator

import httpx
import pytest

from cadran.compiler.supported_dimensions import find_dimensions
from cadran.domain.catalogue import METRICS
from cadran.graphql.names import to_camel_case
from tests.keys import client_of

CALLS = {
    "service_level(within=20)": "serviceLevel(within: 20)",
    "service_level(within=45,formula=offered_ex_short)": "serviceLevel(within: 45, formula: OFFERED_EX_SHORT)",
    "short_abandons(short=10)": "shortAbandons(short: 10)",
    "wait(percentile=0.9)": "wait(percentile: 0.9)",
    "qos": "qos",
    "aht": "aht",
    "contacts": "contacts",
    "customers_in_contact": "customersInContact",
    "fcr": "fcr",
}
WHERE = [
    ("", ""),
    ("&channel=phone,chat&weekday=1..5", 'channel: {in: ["phone", "chat"]}, weekday: {in: [1, 2, 3, 4, 5]}'),
    ("&site=PAU&segment=none", 'site: {in: ["PAU"]}, segment: {in: ["none"]}'),
]
FIELDS = "value numerator denominator n interval { low high } previous change"


@pytest.fixture
async def client(service) -> AsyncIterator[httpx.AsyncClient]:
    async with client_of(service.app) as opened:
        yield opened


async def both(client, metrics: dict[str, str], *, rest: str, graphql: str):
    """Ask the same question over both APIs. Return REST's body, GraphQL's data, and each metric's alias."""
    aliases = {name: f"m{number}" for number, name in enumerate(metrics)}
    selected = " ".join(f"{aliases[name]}: {field} {{ {FIELDS} }}" for name, field in metrics.items())
    query = f"""{{ indicators({graphql}) {{
        window {{ start end zone }} asOf dataVersion approximate stale warnings {{ code detail }}
        rows {{ window {{ start }} site {{ code }} month {selected} }} totals {{ {selected} }} }} }}"""
    over_rest = await client.get(f"/v1/indicators?metrics={','.join(metrics)}&parts=true&{rest}")
    assert over_rest.status_code == 200, over_rest.text
    over_graphql = (await client.post("/graphql", json={"query": query})).json()
    assert "errors" not in over_graphql, over_graphql["errors"]
    return over_rest.json(), over_graphql["data"]["indicators"], aliases


def same(mine, theirs):
    """Check that a GraphQL figure equals that of REST. What REST leaves out (no comparison) is null."""
    assert {name: piece for name, piece in mine.items() if piece is not None or name in theirs} == theirs


@pytest.mark.parametrize("where", WHERE, ids=["everything", "week", "none"])
@pytest.mark.parametrize("compare", ["", "previous_period", "previous_year_weekdays"])
async def test_rows_and_totals_are_the_same(client, where, compare):
    rest = f"period=2015-12&grain=week&by=site,month{where[0]}" + (f"&compare={compare}" if compare else "")
    graphql = f'period: {{named: "2015-12"}}, grain: WEEK, by: [SITE, MONTH], where: {{{where[1]}}}'
    graphql += f", compare: {compare.upper()}" if compare else ""
    theirs, mine, aliases = await both(client, CALLS, rest=rest, graphql=graphql)
    assert mine["window"] == {name: theirs[name] for name in ("start", "end", "zone")}
    assert mine["asOf"] == theirs["as_of"]
    assert mine["dataVersion"] == theirs["data_version"]
    assert (mine["approximate"], mine["stale"]) == (theirs["approximate"], theirs["stale"])
    assert mine["warnings"] == theirs["warnings"]
    assert len(mine["rows"]) == len(theirs["rows"]) > 0
    named = dict(zip(aliases, theirs["totals"], strict=True))
    for ours, other in [(mine["totals"], theirs["totals"]), *zip(mine["rows"], theirs["rows"], strict=True)]:
        for name, alias in aliases.items():
            same(ours[alias], other[named[name]])
    for ours, other in zip(mine["rows"], theirs["rows"], strict=True):
        assert (ours["window"]["start"], ours["site"]["code"], ours["month"]) == (
            other["start"],
            other["site"],
            other["month"],
        )


#: The arguments that metrics need, in REST and in GraphQL.
NEEDED = {
    "expected_service_level": ("(agents=3)", "(agents: 3)"),
    "expected_asa": ("(agents=3)", "(agents: 3)"),
    "expected_occupancy": ("(agents=3)", "(agents: 3)"),
    "expected_abandonment": ("(agents=3,patience=60)", "(agents: 3, patience: 60)"),
}


@pytest.mark.parametrize("slug", METRICS)
async def test_every_metric_is_the_same(client, slug):
    by = "site" if "site" in find_dimensions(METRICS[slug]) else "segment"
    # Metrics of staffing can be grouped only by hour or by time of day.
    by = "time_of_day" if METRICS[slug].kind == "computed" else by
    needed, theirs_needed = NEEDED.get(slug, ("", ""))
    theirs, mine, _ = await both(
        client,
        {f"{slug}{needed}": f"{to_camel_case(slug)}{theirs_needed}"},
        rest=f"period=2015&by={by}",
        graphql=f'period: {{named: "2015"}}, by: [{by.upper()}]',
    )
    same(mine["totals"]["m0"], theirs["totals"][f"{slug}{needed}"])
    for ours, other in zip(mine["rows"], theirs["rows"], strict=True):
        same(ours["m0"], other[f"{slug}{needed}"])


async def test_the_scorecard_is_the_same(client):
    query = """{ scorecard(period: {named: "2015-12"}, compare: PREVIOUS_PERIOD) { figures {
        metric label unit better value display numerator denominator n
        interval { low high } target status distance previous change } } }"""
    mine = (await client.post("/graphql", json={"query": query})).json()["data"]["scorecard"]["figures"]
    theirs = (await client.get("/v1/scorecard?period=2015-12&compare=previous_period")).json()["figures"]
    for each in mine:
        each |= {name: each[name] and each[name].lower() for name in ("unit", "better", "status")}
    assert mine == theirs


@pytest.mark.parametrize(
    ("rest", "arguments", "fields"),
    [
        ("metrics=qos&period=2015-13", 'period: {named: "2015-13"}', "totals { qos { n } }"),
        ("metrics=qos&period=2015&by=agent", 'period: {named: "2015"}, by: [AGENT]', "rows { qos { n } }"),
        (
            "metrics=qos&period=2015&site=PUA",
            'period: {named: "2015"}, where: {site: {in: ["PUA"]}}',
            "rows { qos { n } }",
        ),
        ("metrics=wait(percentile=7)&period=2015", 'period: {named: "2015"}', "totals { wait(percentile: 7) { n } }"),
        ("metrics=qso&period=2015", 'period: {named: "2015"}', 'columns(metrics: ["qso"])'),
    ],
)
async def test_refusals_are_the_same(client, rest, arguments, fields):
    problem = (await client.get(f"/v1/indicators?{rest}")).json()
    query = f"{{ indicators({arguments}) {{ {fields} }} }}"
    [error] = (await client.post("/graphql", json={"query": query})).json()["errors"]
    for name in ("code", "detail", "parameter", "suggestions"):
        assert error["extensions"].get(name) == problem.get(name)
