"""Small-cell suppression: comparisons, rankings, totals and shares do not reveal the figures of small groups."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from cadran.compiler.supported_dimensions import find_dimensions
from cadran.domain.access.cells import GROUP_MIN
from cadran.domain.access.principal import OPERATOR, Principal
from cadran.domain.access.suppression import is_about_agents
from cadran.domain.answer import Answer
from cadran.domain.ask import Ask
from cadran.domain.catalogue import METRICS
from cadran.domain.metric_ref import Order
from cadran.facts.refresh.refresh import refresh
from cadran.insights.change import explain_change
from tests.access.two_sites import House, housed
from tests.defaults import load
from tests.refs import refs
from tests.sample_service import opened

ANALYST = Principal("x", role="analyst")


def rows(answer: Answer) -> dict[tuple[str | int | None, ...], int]:
    keys = zip(*(key.values for key in answer.keys), strict=True)
    return {key: row for row, key in enumerate(keys)}


async def told(house: House, ask: Ask, principal: Principal) -> Answer:
    return await house.service.desk.ask(ask, principal)


def known(values: Sequence[float | None] | None) -> list[float]:
    return [value for value in values or () if value is not None]


async def test_what_is_compared_with_is_told_of_no_fewer(shared: House):
    """Check a group that is large now and was small before: the earlier value is hidden as if requested alone."""
    ask = Ask(metrics=refs("customers_in_contact"), start="2015-11-02", end="2015-11-12", by=("site", "channel"))
    ask = replace(ask, compare="previous_period")
    seen = await told(shared, ask, OPERATOR)
    few = [value is not None and value < GROUP_MIN for value in seen.figures[0].previous or ()]
    many = [value is not None and value >= GROUP_MIN for value in seen.figures[0].values]
    assert any(few)
    assert any(many)
    blind = await told(shared, ask, ANALYST)
    assert known(blind.figures[0].values)
    assert blind.question == seen.question
    for row, is_few in enumerate(few):
        assert not is_few or (blind.figures[0].previous or ())[row] is None


async def test_a_rank_tells_nothing_of_few(shared: House):
    """Check that hidden groups come last, in the order that they have without a ranking."""
    ask = Ask(metrics=refs("customers_in_contact"), start="2015-11-02", end="2015-11-08", by=("site", "channel", "day"))
    plain = list(rows(await told(shared, ask, ANALYST)))
    for order in ("customers_in_contact", "-customers_in_contact"):
        ranked = await told(shared, replace(ask, order=Order.parse(order)), ANALYST)
        values = list(ranked.figures[0].values)
        shown = known(values)
        assert values == [*shown, *[None] * (len(values) - len(shown))]
        untold = [key for key, row in rows(ranked).items() if values[row] is None]
        assert untold
        assert untold == [key for key in plain if key in untold]


async def test_the_total_less_the_top_tells_nothing_of_few(shared: House):
    """Check that no row hidden without `top` is shown with it."""
    ask = Ask(metrics=refs("customers_in_contact"), start="2015-11-02", end="2015-11-08", by=("site", "channel", "day"))
    whole = rows(await told(shared, ask, ANALYST))
    figures = (await told(shared, ask, ANALYST)).figures[0].values
    untold = {key for key, row in whole.items() if figures[row] is None}
    assert untold
    for top in range(1, len(whole)):
        cut = await told(shared, replace(ask, order=Order.parse("-customers_in_contact"), top=top), ANALYST)
        assert cut.rows == top
        shown = {key for key, row in rows(cut).items() if cut.figures[0].values[row] is not None}
        assert not shown & untold


async def test_what_a_count_is_of_tells_no_count(shared: House):
    ask = Ask(metrics=refs("customers_in_contact"), period="2015-11", by=("site", "channel", "day"))
    figures = (await told(shared, ask, ANALYST)).figures[0]
    assert None in figures.values
    assert [value is None for value in figures.values] == [n is None for n in figures.n]


def left_out(answer: Answer, row: int) -> Answer:
    """Return the answer with the figures of one row hidden, as suppression hides them."""
    [column] = answer.figures

    def of(values: Sequence[float | None]) -> list[float | None]:
        return [None if place == row else value for place, value in enumerate(values)]

    told = replace(
        column,
        values=of(column.values),
        numerators=of(column.numerators),
        denominators=of(column.denominators),
        n=of(column.n),
        hidden=frozenset({row}),
    )
    return replace(answer, figures=(told,))


async def test_a_change_is_not_that_of_the_groups_which_may_be_told(shared: House):
    windows = [
        await told(
            shared, Ask(metrics=refs("qos"), start=f"2015-11-{first}", end=f"2015-11-{end}", by=("site",)), OPERATOR
        )
        for first, end in (("02", "09"), ("09", "16"))
    ]
    before, now = windows
    whole = explain_change(before, now)
    assert whole.total.rate is not None
    for one, other in ((before, left_out(now, 0)), (left_out(before, 0), now)):
        found = explain_change(one, other)
        assert (found.total.before, found.total.now) == (whole.total.before, whole.total.now)
        assert found.total.rate is found.total.mix is None
        assert [key.values for key in found.answer.keys] == [[now.keys[0].values[1]]]
        assert [(each.rate, each.mix) for each in found.effects] == [(None, None)]


async def test_a_token_tells_no_team_that_its_minter_is_not_told(house_url: str):
    """Check that a narrower scope does not change which teams are hidden: T-PAU is hidden because S-PAU is small."""
    pool = await opened(house_url)
    await load(pool, "teams", iter([{"team": "S-PAU", "site": "PAU"}]), source="house")
    few = [{"agent": f"S-{number}", "team": "S-PAU"} for number in range(2)]
    await load(pool, "agents", iter(few), source="house")
    await pool.close()
    path = "/v1/indicators?metrics=aht,handled&period=2015-11"
    async with housed(house_url) as house:
        refused = (await house.get(f"{path}&team=T-PAU", "analyst")).json()
        assert set(refused["totals"].values()) == {None}
        whole = (await house.get(f"{path}&site=PAU", "analyst")).json()
        assert None not in whole["totals"].values()
        for role in ("analyst", "partner"):
            for teams in (["T-PAU"], ["S-PAU"]):
                sent = {"metrics": ["aht", "handled"], "teams": teams}
                minted = (await house.post("/v1/embed-tokens", role, sent)).json()
                bearer = {"authorization": f"Bearer {minted['token']}"}
                for more in ("", "&by=team", "&grain=week", f"&team={teams[0]}", "&team.not=none"):
                    found = (await house.client.get(path + more, headers=bearer)).json()
                    told = [row[name] for row in (*found["rows"], found["totals"]) for name in ("aht", "handled")]
                    assert set(told) == {None}, (role, teams, more)
                    assert {each["code"] for each in found["warnings"]} - {"partial_buckets"} == {"suppressed"}


async def test_a_share_tells_no_count_that_is_too_small_to_be_told(house_url: str):
    """Check that the churn rate of a segment is hidden when its number of churned customers is."""
    rows = [
        {"customer": f"{segment}-{number}", "segment": segment}
        | ({"churned_on": "2015-11-15"} if number < left else {})
        for segment, left in (("gold", 2), ("silver", 6), ("steel", 9))
        for number in range(40)
    ]
    pool = await opened(house_url)
    assert (await load(pool, "customers", iter(rows), source="house")).rejected == 0
    await refresh(pool)
    await pool.close()
    path = "/v1/indicators?metrics=churned_customers,churn_rate&by=segment&period=2015-11&parts=true"
    async with housed(house_url) as house:
        found = (await house.get(path, "analyst")).json()
    lost = {row["segment"]: row["churned_customers"]["value"] for row in found["rows"]}
    rate = {row["segment"]: row["churn_rate"] for row in found["rows"]}
    assert lost == {"gold": None, "silver": None, "steel": 9}
    assert {segment: each["numerator"] for segment, each in rate.items()} == lost
    assert {segment: each["value"] for segment, each in rate.items()} == {"gold": None, "silver": None, "steel": 9 / 40}
    assert found["totals"]["churn_rate"]["numerator"] == 17


async def test_a_team_that_few_are_left_of_is_told_of_the_time_before(house_url: str):
    pool = await opened(house_url)
    left = [{"agent": f"PAU-{number}", "left_on": "2015-11-10"} for number in range(2)]
    await load(pool, "agents", iter(left), source="house")
    await pool.close()
    path = "/v1/indicators?metrics=handled&by=team&site=PAU"
    async with housed(house_url) as house:
        for start, end, is_told in (("01", "11", True), ("01", "12", False), ("11", "15", False)):
            found = (await house.get(f"{path}&start=2015-11-{start}&end=2015-11-{end}", "analyst")).json()
            assert [row["handled"] is not None for row in found["rows"]] == [is_told]


@pytest.mark.parametrize("slug", [slug for slug, metric in METRICS.items() if "team" in find_dimensions(metric)])
def test_what_teams_can_be_told_of_is_of_their_agents(slug: str):
    assert is_about_agents(slug)
