"""Few people stay untold whatever is asked beside: what they are compared with, their rank, what their team did."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from cadran.compiler.possible import dimensions_of
from cadran.domain.answer import Answer
from cadran.domain.ask import Ask
from cadran.domain.catalogue import METRICS
from cadran.domain.principal import OPERATOR, Principal
from cadran.domain.small import GROUP_MIN, of_agents
from tests.access.conftest import House

ANALYST = Principal("x", role="analyst")
#: Days, sites and channels: of most of these groups a month has four customers or fewer.
ASK = Ask(metrics=("customers_in_contact",), period="2015-11-10", grain="total", by=("site", "channel"))


def rows(answer: Answer) -> dict[tuple[str | int | None, ...], int]:
    keys = zip(*(key.values for key in answer.keys), strict=True)
    return {key: row for row, key in enumerate(keys)}


async def told(house: House, ask: Ask, principal: Principal) -> Answer:
    return await house.service.desk.ask(ask, principal)


def known(values: Sequence[float | None] | None) -> list[float]:
    return [value for value in values or () if value is not None]


async def test_what_is_compared_with_is_told_of_no_fewer(shared: House):
    """Many now, few before: what came before is as small as if it were asked for by itself."""
    ask = Ask(metrics=("customers_in_contact",), start="2015-11-02", end="2015-11-12", by=("site", "channel"))
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
    """The order is that of what is told: groups left out come last, in the order that they have unranked."""
    ask = Ask(metrics=("customers_in_contact",), start="2015-11-02", end="2015-11-08", by=("site", "channel", "day"))
    plain = list(rows(await told(shared, ask, ANALYST)))
    for order in ("customers_in_contact", "-customers_in_contact"):
        ranked = await told(shared, replace(ask, order=order), ANALYST)
        values = list(ranked.figures[0].values)
        shown = known(values)
        assert values == [*shown, *[None] * (len(values) - len(shown))]
        untold = [key for key, row in rows(ranked).items() if values[row] is None]
        assert untold
        assert untold == [key for key in plain if key in untold]


async def test_the_total_less_the_top_tells_nothing_of_few(shared: House):
    """What the cut leaves over is at least what is left out without a cut."""
    ask = Ask(metrics=("customers_in_contact",), start="2015-11-02", end="2015-11-08", by=("site", "channel", "day"))
    whole = rows(await told(shared, ask, ANALYST))
    figures = (await told(shared, ask, ANALYST)).figures[0].values
    untold = {key for key, row in whole.items() if figures[row] is None}
    assert untold
    for top in range(1, len(whole)):
        cut = await told(shared, replace(ask, order="-customers_in_contact", top=top), ANALYST)
        assert cut.rows == top
        shown = {key for key, row in rows(cut).items() if cut.figures[0].values[row] is not None}
        assert not shown & untold


@pytest.mark.parametrize("slug", [slug for slug, metric in METRICS.items() if "team" in dimensions_of(metric)])
def test_what_teams_can_be_told_of_is_of_their_agents(slug: str):
    assert of_agents(slug)
