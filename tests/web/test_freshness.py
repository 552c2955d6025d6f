"""Freshness headers: computed anew for each response, equal with 200 and 304, and never longer than the answer is
valid.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from math import inf

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cadran.web.cache_policy import Note
from cadran.web.freshness import FreshnessHeaders, Validity, make_lasting_headers, make_sent_headers
from tests.web.sample_app import DECEMBER, Small

AS_OF = datetime(2015, 12, 24, 10, tzinfo=UTC)
NOON = datetime(2015, 12, 24, 12, tzinfo=UTC).timestamp()
seconds = st.floats(0, 60) | st.floats(0, 100_000)
instants = st.floats(-60, 60).map(NOON.__add__) | st.floats(-100_000, 100_000).map(NOON.__add__)
validities = st.builds(
    Validity,
    as_of=st.none() | st.just(AS_OF),
    stale_after=instants,
    seconds=seconds,
    moves_at=instants | st.just(inf),
    stale=st.booleans(),
)


@pytest.fixture
def small() -> Small:
    """Return an application whose answer is about a relative period. The answer is valid for ten seconds."""
    found = Small()
    found.versions.connected = True
    until = found.now + 10.0
    found.note = lambda: Note(found.versions.epoch, DECEMBER, until - found.now, Validity(AS_OF, until, 10.0))
    return found


def stale_after(response: httpx.Response) -> float:
    """Return until when a response may be shown, as the header ``Cadran-Stale-After`` says."""
    return datetime.fromisoformat(response.headers["cadran-stale-after"]).timestamp()


def until_asked_again(cache_control: str) -> int:
    """Return for how many seconds a browser may reuse a response by its Cache-Control."""
    return sum(map(int, re.findall(r"(?:max-age|stale-while-revalidate)=(\d+)", cache_control)))


@pytest.mark.parametrize("conditional", [False, True])
async def test_each_response_says_anew_how_long_it_may_be_shown(small: Small, conditional: bool):
    async with small.client() as client:
        first = await client.get("/figures")
        asked = {"if-none-match": first.headers["etag"]} if conditional else {}
        for later in (0.0, 4.25, 9.75):
            small.now = 1000.0 + later
            again = await client.get("/figures", headers=asked)
            assert again.status_code == (304 if conditional else 200)
            assert stale_after(again) == small.now + 10.0
            assert again.headers["cadran-as-of"] == "2015-12-24T10:00:00Z"
            assert again.headers["cadran-stale"] == "false"
    assert small.made == 1


async def test_the_cache_of_a_browser_ends_with_our_own_and_shows_no_longer_than_it_may(small: Small):
    async with small.client() as client:
        for later, expected in (
            (0.0, "private, max-age=10"),
            (4.25, "private, max-age=5, stale-while-revalidate=5"),
            (9.75, "private, max-age=0, stale-while-revalidate=10"),
        ):
            small.now = 1000.0 + later
            assert (await client.get("/figures")).headers["cache-control"] == expected


async def test_a_question_whose_period_moves_is_shown_no_longer_than_until_then(small: Small):
    small.note = lambda: Note(small.versions.epoch, DECEMBER, 3.0, Validity(AS_OF, 1003.0, 10.0, moves_at=1003.0))
    async with small.client() as client:
        await client.get("/figures")
        small.now += 1.0
        again = await client.get("/figures")
    assert stale_after(again) == 1003.0
    assert again.headers["cache-control"] == "private, max-age=2"


async def test_a_process_that_hears_of_no_changes_vouches_shortly(small: Small):
    small.note = lambda: Note(small.versions.epoch, DECEMBER, 86_400.0, Validity(AS_OF, 87_400.0, 10.0))
    async with small.client() as client:
        assert stale_after(await client.get("/figures")) == 87_400.0
        small.versions.lost()
        small.now += 5.0
        again = await client.get("/figures")
    assert (small.made, stale_after(again)) == (1, 1015.0)


async def test_an_answer_from_before_the_database_was_away_is_neither_kept_nor_fresh(small: Small):
    small.note = lambda: Note(small.versions.epoch, DECEMBER, 0.0, Validity(AS_OF, 5000.0, 10.0, stale=True))
    async with small.client() as client:
        for _ in range(2):
            told = await client.get("/figures")
            assert told.headers["cadran-stale"] == "true"
            assert stale_after(told) == small.now
            assert told.headers["cache-control"] == "private, no-cache"
    assert small.made == 2


async def test_what_has_no_figures_has_no_age(small: Small):
    small.kept()
    async with small.client() as client:
        for _ in range(2):
            told = await client.get("/figures")
            assert not [name for name in told.headers if name.startswith("cadran-")]
            assert told.headers["cache-control"] == "private, max-age=10, stale-while-revalidate=10"


@given(validity=validities, left=seconds, fresh=seconds, sent=instants, listening=st.booleans())
def test_no_cache_shows_a_response_for_longer_than_it_may_be_shown(validity, left, fresh, sent, listening):
    headers = dict(make_sent_headers(validity, left, fresh, sent, listening=listening))
    until = datetime.fromisoformat(headers[b"cadran-stale-after"].decode()).timestamp()
    cached = until_asked_again(headers[b"cache-control"].decode())
    assert cached == 0 or sent + cached <= until + 0.001
    assert until <= max(validity.stale_after, min(sent + validity.seconds, validity.moves_at)) + 0.001
    assert not validity.stale or until <= sent


@settings(max_examples=500)
@given(validity=validities, left=seconds, fresh=seconds, sent=instants, after=seconds)
def test_headers_that_are_made_once_are_those_that_would_be_made_each_time(validity, left, fresh, sent, after):
    sending = FreshnessHeaders(validity, now=0.0, expires=left, fresh_seconds=fresh, sent=sent)
    later = datetime.fromtimestamp(sent + after, UTC)
    made = dict(sending.headers(after, lambda: later, listening=True))
    expected = dict(make_sent_headers(validity, left - after, fresh, later.timestamp(), listening=True))
    assert made[b"cache-control"] == expected[b"cache-control"]
    until = [datetime.fromisoformat(each[b"cadran-stale-after"].decode()) for each in (made, expected)]
    # Instants are rounded to milliseconds.
    assert abs(until[0] - until[1]) <= timedelta(milliseconds=1)


@settings(max_examples=500)
@given(validity=validities, left=seconds, fresh=seconds, sent=instants, after=seconds, more=st.floats(0, 0.1))
def test_headers_that_are_sent_again_promise_no_more(validity, left, fresh, sent, after, more):
    sending = FreshnessHeaders(validity, now=0.0, expires=left, fresh_seconds=fresh, sent=sent)
    sending.headers(after, lambda: datetime.fromtimestamp(sent + after, UTC), listening=True)
    later = datetime.fromtimestamp(sent + after + more, UTC)
    again = dict(sending.headers(after + more, lambda: later, listening=True))
    until = datetime.fromisoformat(again[b"cadran-stale-after"].decode()).timestamp()
    cached = again[b"cache-control"].decode()
    true_until = validity.until(later.timestamp(), listening=True)
    assert until_asked_again(cached) == 0 or later.timestamp() + until_asked_again(cached) <= true_until + 0.001
    assert until <= true_until + 0.001
    [max_age] = re.findall(r"max-age=(\d+)", cached) or ["0"]
    assert int(max_age) <= max(0.0, left - after - more) + 0.000_001


@pytest.mark.parametrize("moves_in", [inf, 3600.0])
@pytest.mark.parametrize("shown", [5.0, 10.0, 60.0])
def test_headers_of_the_present_are_made_once_for_many_responses(shown, moves_in):
    sending = FreshnessHeaders(
        Validity(AS_OF, NOON + shown, shown, NOON + moves_in), now=0.0, expires=shown, fresh_seconds=shown, sent=NOON
    )
    made = 0

    def clock() -> datetime:
        nonlocal made
        made += 1
        return datetime.fromtimestamp(NOON + 1.1, UTC)

    for number in range(400):
        sending.headers(1.1 + number / 10_000, clock, listening=True)
    assert made == 1


@given(one=validities, other=validities, sent=instants, listening=st.booleans())
def test_figures_of_several_answers_are_as_fresh_as_the_oldest(one, other, sent, listening):
    both = one.joined(other)
    assert both == other.joined(one)
    for each in (one, other):
        assert both.until(sent, listening=listening) <= each.until(sent, listening=listening)
        assert both.stale or not each.stale


def test_headers_that_last_are_never_left_out():
    assert make_lasting_headers(Validity(None, 0.0, 0.0)) == [(b"cadran-stale", b"false")]
    assert make_lasting_headers(Validity(AS_OF, 0.0, 0.0, stale=True)) == [
        (b"cadran-as-of", b"2015-12-24T10:00:00Z"),
        (b"cadran-stale", b"true"),
    ]
