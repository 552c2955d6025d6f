"""The decomposition of a ratio's change: the parts are recomputed from the contacts and add up to the change."""

from collections import Counter
from fractions import Fraction
from random import Random

import pytest

from cadran.insights.change import Effect, Sums, split_change
from tests.answer_schema import check_answer
from tests.contacts_service import graphql, refused

ZERO = Fraction(0)
CHANGE = "/v1/change?metric=aht&period=2015-12&against=2015-11"


def test_the_parts_sum_to_the_change_exactly():
    random = Random(7)
    for _ in range(200):
        groups = [
            (_sums(random), _sums(random))
            for _ in range(random.randint(1, 8))
        ]  # fmt: skip
        before, now = (
            Sums(
                sum((each[window].numerator for each in groups), ZERO),
                sum((each[window].denominator for each in groups), ZERO),
            )
            for window in (0, 1)
        )
        effects = split_change(groups)
        if before.rate is None or now.rate is None:
            assert all(each.rate is each.mix is None for each in effects)
            continue
        assert sum((parts(each) for each in effects), ZERO) == now.rate - before.rate


def parts(effect: Effect) -> Fraction:
    assert effect.rate is not None
    assert effect.mix is not None
    return effect.rate + effect.mix


def _sums(random: Random) -> Sums:
    if random.random() < 0.2:
        return Sums()
    return Sums(Fraction(random.randint(0, 10**9), 10**4), Fraction(random.randint(0, 5000)))


def test_a_group_that_only_grows_is_mix_and_one_that_only_slows_is_rate():
    same = Sums(Fraction(1000), Fraction(10))
    slow, slower = Sums(Fraction(3000), Fraction(10)), Sums(Fraction(6000), Fraction(20))
    grown = split_change([(same, same), (slow, slower)])
    assert all(each.rate == 0 for each in grown)
    assert all(parts(each) > 0 for each in grown)
    slowed = split_change([(same, same), (slow, Sums(Fraction(4000), Fraction(10)))])
    assert [each.mix for each in slowed] == [0, 0]
    assert [each.rate for each in slowed] == [0, 50]


def expected(rows) -> dict[str, tuple[float, float]]:
    """Compute the rate effect and the mix effect of each site by an independent implementation of the formula."""
    seconds: dict[int, Counter[str]] = {11: Counter(), 12: Counter()}
    handled: dict[int, Counter[str]] = {11: Counter(), 12: Counter()}
    for contact in rows:
        if contact.handled and contact.local.year == 2015 and contact.local.month in seconds:
            seconds[contact.local.month][contact["site"]] += contact.seconds
            handled[contact.local.month][contact["site"]] += 1
    mean = sum(sum(seconds[month].values()) / sum(handled[month].values()) for month in (11, 12)) / 2
    found = {}
    for site in handled[12]:
        (r0, r1), (w0, w1) = (
            [seconds[month][site] / handled[month][site] for month in (11, 12)],
            [handled[month][site] / sum(handled[month].values()) for month in (11, 12)],
        )
        found[site] = ((r1 - r0) * (w0 + w1) / 2, (w1 - w0) * ((r0 + r1) / 2 - mean))
    return found


async def test_every_site_is_as_its_contacts_say(rest, rows):
    told = (await rest.get(f"{CHANGE}&by=site")).json()
    truth = expected(rows)
    assert {row["site"] for row in told["rows"]} == set(truth)
    for row in told["rows"]:
        assert (row["rate"], row["mix"]) == pytest.approx(truth[row["site"]], abs=1e-9)
        assert row["contribution"] == pytest.approx(row["rate"] + row["mix"])
    assert told["change"] == pytest.approx(told["value"] - told["previous"])
    assert told["change"] == pytest.approx(sum(row["contribution"] for row in told["rows"]), abs=1e-9)
    assert told["rate"] + told["mix"] == pytest.approx(told["change"], abs=1e-9)
    sizes = [abs(row["contribution"]) for row in told["rows"]]
    assert sizes == sorted(sizes, reverse=True)
    for name, period in (("value", "2015-12"), ("previous", "2015-11")):
        assert told[name] == (await rest.get(f"/v1/indicators?metrics=aht&period={period}")).json()["totals"]["aht"]


@pytest.mark.parametrize(
    ("metric", "by"),
    [("aht_per_leg", "agent"), ("aht", "channel,segment"), ("aht", "weekday"), ("aht", "channel&team=T1")],
)
async def test_whatever_the_split_it_adds_up(rest, metric, by):
    told = (await rest.get(f"{CHANGE.replace('metric=aht', f'metric={metric}')}&by={by}&segment!=none")).json()
    assert told["rows"]
    assert sum(row["contribution"] for row in told["rows"]) == pytest.approx(told["value"] - told["previous"], abs=1e-9)


async def test_graphql_tells_the_same(rest):
    told = (await rest.get(f"{CHANGE}&by=site,segment")).json()
    names = "value previous numerator denominator previousNumerator previousDenominator rate mix contribution"
    data = await graphql(
        rest,
        '{ change(metric: "aht", period: {named: "2015-12"}, against: {named: "2015-11"}, by: [SITE, SEGMENT]) {'
        f" metric window {{ start }} against {{ start }} dataVersion total {{ rate mix contribution }}"
        f" rows {{ site {{ code }} segment {{ code }} channel {{ code }} {names} }} }} }}",
    )
    mine = data["change"]
    assert (mine["window"]["start"], mine["against"]["start"]) == (told["period"]["start"], told["against"]["start"])
    assert mine["total"] == {"rate": told["rate"], "mix": told["mix"], "contribution": told["change"]}
    for row, other in zip(mine["rows"], told["rows"], strict=True):
        assert (row["site"]["code"], (row["segment"]["code"]), row["channel"]) == (
            other["site"],
            other["segment"],
            None,
        )
        for name, value in list(other.items())[2:]:
            words = name.split("_")
            assert row[words[0] + "".join(word.capitalize() for word in words[1:])] == value


@pytest.mark.parametrize(
    ("metric", "by", "code"),
    [
        ("contacts", "site", "not_a_ratio"),
        ("wait", "site", "not_a_ratio"),
        ("wait_max", "site", "not_a_ratio"),
        ("contact_share_of_customers", "site", "not_a_ratio"),
        ("share_of_channel", "channel", "not_a_ratio"),
        ("aht", "", "no_split"),
        ("qos", "agent", "impossible_split"),
    ],
)
async def test_what_has_no_parts_is_refused(rest, metric, by, code):
    path = f"/v1/change?metric={metric}&period=2015-12&against=2015-11" + (f"&by={by}" if by else "")
    query = (
        f'{{ change(metric: "{metric}", period: {{named: "2015-12"}}, against: {{named: "2015-11"}},'
        f" by: [{by.upper()}]) {{ metric }} }}"
    )
    problem = await refused(rest, path, query)
    assert problem["code"] == code


async def test_the_refusal_says_what_the_metric_is(rest):
    path = "/v1/change?period=2015-12&against=2015-11&by=site&metric="
    for metric, kind in (("cxi", "an index"), ("contacts", "a count"), ("wait", "a percentile")):
        problem = (await rest.client.get(path + metric)).json()
        assert f"it is {kind}, not a ratio" in problem["detail"]


async def test_a_window_without_contacts_has_no_change(rest):
    told = (await rest.get("/v1/change?metric=aht&period=2015-12&against=2014-12&by=site")).json()
    check_answer("Change", told)
    assert (told["change"], told["previous"], told["rate"]) == (None, None, None)
    assert all(row["contribution"] is None for row in told["rows"])
    assert (await rest.get(f"{CHANGE}&by=site", accept="text/csv")).text.startswith("site,value,previous,")
