"""Versions against a model that stores every change and tries every day of every site."""

import json
from datetime import UTC, date, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from cadran.domain.ask import Condition
from cadran.engine.versions import ALL_PARTS, Change, Versions, reach_of
from tests.domain.sample_directory import directory, question

DAYS = [date(2015, 11, 20) + timedelta(days=number) for number in range(100)]
FIRST = date(2015, 12, 1)
NEXT = date(2015, 12, 2)

sites = st.integers(1, 3)
spans = st.tuples(st.integers(0, 99), st.integers(1, 99)).map(lambda span: (DAYS[span[0]], timedelta(days=span[1])))
parts = st.frozensets(st.sampled_from(sorted(ALL_PARTS)), min_size=1)
changes: st.SearchStrategy = st.one_of(
    st.tuples(st.just("days"), sites, st.sets(st.sampled_from(DAYS), min_size=1, max_size=4)),
    st.tuples(st.just("directory"), st.just(0), st.just(set())),
    st.tuples(st.just("flush"), st.just(0), st.just(set())),
    st.tuples(st.just("parts"), st.just(0), parts),
)


def said(version: int, site: int, *days: date, **more: str) -> str:
    return json.dumps({"version": version, "site": site, "days": [day.isoformat() for day in days], **more})


@settings(max_examples=200)
@given(
    history=st.lists(changes, max_size=12),
    since=st.integers(0, 12),
    asked=st.one_of(st.none(), st.sets(sites).map(lambda found: tuple(sorted(found)))),
    span=spans,
    shows=st.one_of(st.just(frozenset()), parts),
    kept=st.sampled_from([2, 64]),
)
def test_versions_agree_with_a_model(history, since, asked, span, shows, kept):
    versions = Versions(changes_kept=kept)
    start, end = span[0], span[0] + span[1]
    highest, touched, first = 0, False, None
    for number, (kind, site, days) in enumerate(history, start=1):
        epoch = versions.epoch
        if kind == "days":
            versions.apply(said(number, site, *days))
            hit = (asked is None or site in asked) and any(start <= day < end for day in days)
            highest = number if hit else highest
            if asked is None or site in asked:
                first = min(first or date.max, *days)
        elif kind == "parts":
            versions.apply(json.dumps({"directory": number, "parts": sorted(days)}))
            hit = not days.isdisjoint(shows)
        else:
            versions.flush() if kind == "flush" else versions.apply(json.dumps({"directory": number}))
            hit = True
        assert versions.epoch == epoch + 1
        touched = touched or (hit and number > since)
    answer = versions.touched_since(min(since, len(history)), asked, start, end, shows)
    # A short log may discard changes, but then the answer must be "touched".
    assert answer == touched or (answer and kept == 2 and len(history) - since > kept)
    assert versions.version_of(asked, start, end) == highest
    assert versions.first_day(asked) == first


def test_the_state_read_from_the_database_touches_everything():
    versions = Versions()
    versions.load([(1, FIRST, 7), (2, FIRST, 9)], horizon=datetime(2015, 12, 31, tzinfo=UTC), directory_version=3)
    assert versions.touched_since(0, (1,), FIRST, NEXT)
    assert not versions.touched_since(versions.epoch, (1,), FIRST, NEXT)
    assert (versions.version_of((1,), FIRST, NEXT), versions.version_of(None, FIRST, NEXT)) == (7, 9)
    before = versions.connected
    versions.lost()
    assert (before, versions.connected) == (True, False)


def test_a_message_that_cannot_be_read_touches_everything():
    unreadable = ["", "{", "3", "null", "[]", '{"site": 1}', "{}", '{"directory": 1, "parts": 7}']
    # A newer version of cadran may name parts that this one does not know.
    unknown = ['{"directory": 1, "parts": ["moon"]}', '{"version": 1, "site": 1, "days": ["soon"]}']
    for payload in [*unreadable, *unknown]:
        versions = Versions()
        versions.apply(payload)
        assert versions.touched_since(0, (9,), FIRST, NEXT), payload


def test_the_horizon_only_moves_forward():
    versions = Versions()
    versions.load([], horizon=datetime(1, 1, 1, tzinfo=UTC), directory_version=1)
    assert versions.horizon is None
    versions.apply(said(1, 1, FIRST, horizon="2015-12-01T10:00:00+00:00"))
    versions.apply(said(2, 1, FIRST, horizon="2015-12-01 09:00:00+00"))
    assert versions.horizon == datetime(2015, 12, 1, 10, tzinfo=UTC)


def test_subscribers_hear_of_the_directory():
    versions, heard = Versions(), list[Change]()
    versions.subscribe(heard.append)
    versions.load([], horizon=None, directory_version=4)
    versions.apply('{"directory": 5}')
    versions.apply(said(1, 1, FIRST))
    versions.flush()
    assert [change.directory for change in heard] == [4, 5, None, None]
    assert versions.directory_version == 5


def test_what_is_open_at_an_instant_may_have_been_closed_anywhere_in_the_month_before():
    where = [Condition("site", ["PAU"])]
    counted = reach_of(question("contacts", where=where), directory())
    opened = reach_of(question("contacts", "customers_to_call", where=where), directory())
    assert (counted.sites, opened.sites) == ((1,), None)
    assert counted.first_day - opened.first_day == timedelta(days=31)
    assert counted.end_day == opened.end_day
