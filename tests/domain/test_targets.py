"""Targets: their bands, which of several applies, and what a row covers. Annotations: which of them an answer meets."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from cadran.domain.access.question_members import find_covered_members, narrow_members
from cadran.domain.annotation import Annotation
from cadran.domain.answer import Answer, Figures, Freshness, KeyColumn
from cadran.domain.ask import Condition
from cadran.domain.directory import Directory
from cadran.domain.target import Target, Verdict, most_specific
from cadran.domain.verdicts import add_annotations, add_verdicts
from tests.domain.sample_directory import directory, question

FRESH = Freshness(None, datetime(2016, 1, 1, tzinfo=UTC), datetime(2016, 1, 2, tzinfo=UTC), 1)


def target(
    scope: dict[str, int] | None = None, aim: float = 0.9, *, since: date | None = None, until: date | None = None
) -> Target:
    return Target("qos", tuple((scope or {}).items()), since, until, aim)


def answer(values: list[float | None], keys: tuple[KeyColumn, ...] = (), **asked: Any) -> Answer:
    asked_for = question("qos", **asked)
    empty = [None] * len(values)
    figures = Figures(asked_for.metrics[0], values, empty, empty, empty)
    total = Figures(asked_for.metrics[0], [0.9], [9], [10], [10])
    start, end = "2015-12-01T00:00:00+01:00", "2016-01-01T00:00:00+01:00"
    return Answer(asked_for, len(values), keys, (figures,), (total,), start, end, "Europe/Paris", FRESH)


@pytest.mark.parametrize(
    ("better", "aim", "warning", "bad", "value", "expected"),
    [
        ("higher", 0.9, None, None, 0.9, ("good", 0.0)),
        ("higher", 0.9, None, None, 0.4, ("warning", -0.5)),
        ("higher", 0.9, None, 0.8, 0.8, ("warning", -0.1)),
        ("higher", 0.9, None, 0.8, 0.79, ("bad", -0.11)),
        ("higher", 0.9, 0.85, 0.8, 0.85, ("good", -0.05)),
        ("higher", 0.9, 0.95, 0.8, 0.92, ("warning", 0.02)),
        ("lower", 300, None, 360, 300, ("good", 0)),
        ("lower", 300, None, 360, 360, ("warning", -60)),
        ("lower", 300, None, 360, 361, ("bad", -61)),
        ("lower", 300, None, 360, 240, ("good", 60)),
        ("lower", 300, None, 360, None, (None, None)),
    ],
)
def test_bounds_belong_to_the_better_side(better, aim, warning, bad, value, expected):
    verdict = Target("x", (), None, None, aim, warning, bad).judge(value, better)
    assert (verdict.target, verdict.status) == (aim, expected[0])
    assert verdict.distance == (None if expected[1] is None else pytest.approx(expected[1]))


def test_the_most_specific_one_counts():
    by_rank = [
        target(),
        target({"segment": 1}),
        target({"moment": 1}),
        target({"channel": 1}),
        target({"partner": 1}),
        target({"channel": 1, "segment": 1}),
        target({"partner": 1, "channel": 1}),
        target({"site": 1}),
        target({"site": 1, "channel": 1}),
        target({"team": 1}),
        target({"team": 1, "moment": 1}),
        target({"team": 1, "channel": 1}),
    ]
    turned = by_rank[5:] + by_rank[:5]
    assert sorted(turned, key=lambda each: each.rank) == by_rank
    later = target({"site": 1}, 0.8, since=date(2015, 6, 1))
    assert most_specific([later, target({"site": 1}, since=date(2015, 1, 1)), target({"site": 1})]) is later
    assert most_specific([]) is None


def test_members_bring_what_they_belong_to():
    company = directory()
    assert find_covered_members(question("aht", where=[], period="2015").where, company) == {}
    row = narrow_members({}, {"agent": 2}, company)
    assert row == {"agent": {2}, "team": {2}, "site": {2}, "partner": {1}}
    # A leg keeps the site where it was handled, even if the team now belongs to another site.
    assert narrow_members({}, {"team": 1, "site": 3}, company)["site"] == {3}


def judge(found: Answer, *targets: Target) -> list[float | None]:
    company = replace(directory(), targets=targets)
    told = add_verdicts(found, company)
    assert told.figures[0].verdicts is not None
    return [None if verdict is None else verdict.target for verdict in told.figures[0].verdicts]


def keyed(company: Directory, name: str, *ids: int) -> KeyColumn:
    members = [company.member(name, number) for number in ids]
    return KeyColumn(name, [member.code for member in members], members)


def test_a_row_is_held_against_the_target_of_its_scope():
    company = directory()
    site = target({"site": 1}, 0.95)
    sites = answer([0.9, 0.9, None, 0.9], (keyed(company, "site", 1, 2, 3, 0),), by=("site",))
    assert judge(sites, target(), site, target({"partner": 1}, 0.7)) == [0.95, 0.7, 0.9, 0.9]
    assert judge(sites, site) == [0.95, None, None, None]
    teams = answer([0.9, 0.9], (keyed(company, "team", 1, 2),), by=("team",))
    assert judge(teams, target(), site, target({"team": 2}, 0.5)) == [0.95, 0.5]


def test_filters_narrow_what_the_whole_answer_covers():
    site = target({"site": 1}, 0.95)
    assert judge(answer([0.9]), site) == [None]
    assert judge(answer([0.9], where=[Condition("site", ["PAU"])]), site) == [0.95]
    assert judge(answer([0.9], where=[Condition("site", ["LIL", "BLR"], negated=True)]), target(), site) == [0.9]
    assert judge(answer([0.9], where=[Condition("site", ["LIL", "BLR", "none"], negated=True)]), site) == [0.95]
    both = answer([0.9], where=[Condition("site", ["PAU", "LIL"])])
    assert judge(both, target(), site, target({"partner": 1}, 0.6)) == [0.6], "both sites belong to the partner"


def test_a_partner_with_one_site_is_held_against_the_targets_of_that_site():
    company, site = directory(), target({"site": 3}, 0.95)
    assert judge(answer([0.9], where=[Condition("partner", ["Beta"])]), target(), site) == [0.95]
    assert judge(answer([0.9], where=[Condition("partner", ["Beta"])]), target({"partner": 2}, 0.7)) == [0.7]
    assert judge(answer([0.9], where=[Condition("partner", ["ACME"])]), target(), target({"site": 1}, 0.95)) == [0.9]
    assert judge(answer([0.9], where=[Condition("partner", ["ACME", "Beta"])]), site) == [None]
    assert judge(answer([0.9], where=[Condition("partner", ["ACME"], negated=True)]), site) == [None]
    rows = answer([0.9, 0.9, 0.9], (keyed(company, "partner", 1, 2, 0),), by=("partner",))
    assert judge(rows, target(), site) == [0.9, 0.95, 0.9]


def test_a_target_holds_for_buckets_that_start_while_it_is_valid():
    starts = [f"2015-{month:02d}-01T00:00:00+02:00" for month in (5, 6, 7, 8)]
    months = answer([0.9] * 4, (KeyColumn("start", starts, None, starts),), period="2015", grain="month")
    summer = target(aim=0.5, since=date(2015, 5, 15), until=date(2015, 8, 1))
    assert judge(months, summer) == [None, 0.5, 0.5, None]
    company = replace(directory(), targets=(target(aim=0.7, since=date(2015, 12, 1), until=date(2015, 12, 2)),))
    assert add_verdicts(answer([0.9]), company).totals[0].verdicts == [Verdict(0.7, "good", 0.9 - 0.7)]


def annotation(code: str, start: str, end: str | None, **scope: int) -> Annotation:
    bounds = (datetime.fromisoformat(start), None if end is None else datetime.fromisoformat(end))
    return Annotation(code, "campaign", *bounds, tuple(scope.items()), code, code)


def test_annotations_meet_an_answer_in_each_sites_own_time():
    first = "2015-12-01"
    known = (
        annotation("before", "2015-11-01", first),
        annotation("into", "2015-11-01", "2015-12-01T00:01"),
        annotation("after", "2016-01-01", None),
        annotation("open", "2015-12-31T23:00", None, site=1),
        annotation("partner", "2015-12-05", "2015-12-06", partner=2),
        annotation("india", "2015-12-01T04:15", "2015-12-01T04:30", site=3),
        annotation("chat", "2015-12-05", "2015-12-06", channel=2),
    )
    company = replace(directory(one_zone=False), annotations=known)

    def met(**asked: Any) -> list[str]:
        found = replace(answer([0.9]), question=question("qos", one_zone=False, **asked))
        return [each.code for each in add_annotations(found, company).annotations or ()]

    assert met() == ["into", "open", "partner", "india", "chat"]
    assert met(where=[Condition("site", ["LIL"])]) == ["into", "chat"]
    assert met(where=[Condition("partner", ["Beta"]), Condition("channel", ["phone"])]) == ["into", "partner", "india"]
    # Midnight in Paris is 04:30 in India.
    assert met(zone="Europe/Paris") == ["into", "after", "open", "partner", "chat"]
    at_noon = {"start": "2015-12-05T12:00:00+01:00", "end": "2015-12-05T13:00:00+01:00"}
    assert met(**at_noon) == ["partner", "chat"]
