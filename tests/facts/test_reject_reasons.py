"""Every reason to reject a contact's row, with its code and its sentence."""

import pytest

from cadran.errors import LoadRefused
from cadran.facts.load.reasons import REASONS
from cadran.store.pool import Pool
from tests.facts.samples import contact, one, put, refused, stored

LONG = "x" * 201
LOST = {"outcome": "abandoned", "talk": None}
CASES = [
    ({"contact": None}, "missing", "contact is missing"),
    ({"site": ""}, "missing", "site is missing"),
    ({"channel": None}, "missing", "channel is missing"),
    ({"offered_at": None}, "missing", "offered_at is missing"),
    ({"outcome": None}, "missing", "outcome is missing"),
    ({"outcome": "lost"}, "unknown_outcome", "outcome 'lost' is not one of handled, self_served,"),
    ({"direction": "up"}, "unknown_direction", "direction 'up' is neither inbound nor outbound"),
    ({"contact": LONG}, "code_too_long", "longer than 200 bytes"),
    ({"customer": LONG}, "code_too_long", "longer than 200 bytes"),
    ({"segment": LONG}, "code_too_long", "longer than 200 bytes"),
    ({"source": LONG}, "code_too_long", "longer than 200 bytes"),
    ({"offered_at": "yesterday"}, "unreadable_time", "offered_at 'yesterday' is not a time such as"),
    ({"offered_at": "01/12/2015 10:00"}, "unreadable_time", "offered_at"),
    ({"offered_at": "2015-02-30T10:00:00Z"}, "unreadable_time", "offered_at '2015-02-30T10:00:00Z'"),
    ({"offered_at": "2015-12-01T25:00:00+01:00"}, "unreadable_time", "offered_at"),
    ({"offered_at": "abcd-ef-ghTij:kl:mn+op:qr"}, "unreadable_time", "offered_at"),
    ({"offered_at": "infinity"}, "unreadable_time", "offered_at"),
    ({"answered_at": "soon"}, "unreadable_time", "answered_at 'soon'"),
    ({"ended_at": "2015-12-01"}, "unreadable_time", "ended_at '2015-12-01'"),
    ({"ended_at": "2015-13-01T10:00:00Z"}, "unreadable_time", "ended_at '2015-13-01T10:00:00Z'"),
    ({"wait": "a minute"}, "unreadable_number", "wait 'a minute' is not a number"),
    ({"talk": "1,5"}, "unreadable_number", "talk '1,5' is not a number"),
    ({"hold": "--"}, "unreadable_number", "hold '--'"),
    ({"acw": "00:00:12"}, "unreadable_number", "acw '00:00:12'"),
    ({"cost": "3 €"}, "unreadable_number", "cost '3 €'"),
    ({"revenue": "n/a"}, "unreadable_number", "revenue 'n/a'"),
    ({"escalated": "perhaps"}, "unreadable_flag", "escalated 'perhaps' is neither true nor false"),
    ({"resolved": "2"}, "unreadable_flag", "resolved '2'"),
    ({"answered_at": "2015-12-01T09:59:59+01:00"}, "answered_before_offered", "is before offered_at"),
    ({"ended_at": "2015-12-01T08:00:00Z"}, "ended_before_offered", "ended_at '2015-12-01T08:00:00Z' is before"),
    (
        {"answered_at": "2015-12-01T09:30:00Z", "ended_at": "2015-12-01T09:20:00Z"},
        "ended_before_answered",
        "is before answered_at '2015-12-01T09:30:00Z'",
    ),
    ({"offered_at": "2015-12-31T12:05:01Z"}, "offered_in_future", "lies in the future"),
    ({"offered_at": "1969-07-20T20:17:00Z"}, "offered_too_early", "is before 1970"),
    ({"wait": "-1"}, "negative_duration", "wait, talk, hold, acw or reply_wait is negative"),
    ({"talk": "-0.5"}, "negative_duration", "negative"),
    ({"hold": "-1e3"}, "negative_duration", "negative"),
    ({"acw": "-inf"}, "negative_duration", "negative"),
    ({"talk": "2592000.1"}, "duration_too_long", "longer than 30 days"),
    ({"talk": "NaN"}, "duration_too_long", "longer than 30 days"),
    ({"wait": None, "ended_at": "2016-12-03T10:00:00Z", **LOST}, "wait_too_long", "longer than 366 days"),
    ({"wait": "31622400.1"}, "wait_too_long", "longer than 366 days"),
    ({"wait": "NaN"}, "wait_too_long", "longer than 366 days"),
    ({"channel": "email", **LOST}, "abandoned_asynchronous", "use expired"),
    ({"cost": "-1"}, "amount_out_of_range", "cost or revenue is out of range"),
    ({"cost": "10000000000"}, "amount_out_of_range", "out of range"),
    ({"revenue": "NaN"}, "amount_out_of_range", "out of range"),
    ({"revenue": "-1e10"}, "amount_out_of_range", "out of range"),
    ({"replies": "some", "reply_wait": "1"}, "unreadable_number", "replies 'some' is not a number"),
    ({"replies": "1.5", "reply_wait": "1"}, "replies_number", "replies '1.5' is not a whole number from 0"),
    ({"replies": "-1", "reply_wait": "1"}, "replies_number", "whole number"),
    ({"replies": "NaN", "reply_wait": "1"}, "replies_number", "whole number"),
    ({"replies": "2"}, "replies_incomplete", "need each other"),
    ({"reply_wait": "2"}, "replies_incomplete", "need each other"),
    ({"replies": "0", "reply_wait": "2"}, "replies_incomplete", "both 0 if there were none"),
    ({"replies": "1", "reply_wait": "-2"}, "negative_duration", "reply_wait is negative"),
    ({"replies": "2", "reply_wait": "63244801"}, "wait_too_long", "longer than 366 days"),
    ({"replies": "1", "reply_wait": "NaN"}, "wait_too_long", "longer than 366 days"),
]


@pytest.mark.parametrize(("change", "code", "words"), CASES)
async def test_a_bad_row_is_refused_with_its_reason(
    pool: Pool, change: dict[str, str | None], code: str, words: str
) -> None:
    bad = contact("bad") | change
    (reject,) = await refused(pool, contact("good"), bad, contact("fine"))
    assert (reject.line, reject.code) == (2, code)
    assert words in reject.reason
    for name, value in bad.items():
        assert f'"{name}"' in reject.content if value else f'"{name}"' not in reject.content
    assert [row["contact"] for row in await stored(pool)] == ["fine", "good"]
    assert await pool.fetch("SELECT code FROM customer UNION ALL SELECT code FROM segment") == []


async def test_without_a_zone_a_site_must_be_known(pool: Pool) -> None:
    (reject,) = await refused(pool, contact(), zone=None)
    assert (reject.code, reject.line) == ("unknown_site", 1)
    assert "load the sites first (--as sites)" in reject.reason
    await put(pool, {"site": "PAU", "zone": "Europe/Paris"}, kind="sites", zone=None)
    assert await refused(pool, contact(), zone=None) == []


async def test_only_incoming_contacts_need_a_wait(pool: Pool) -> None:
    assert await refused(pool, contact(wait=None, direction="outbound"), contact("2", wait=None, parent="0")) == []


async def test_a_little_future_is_a_clock_that_goes_fast(pool: Pool) -> None:
    assert await refused(pool, contact(offered_at="2015-12-31T12:04:59Z")) == []


async def test_several_unreadable_rows_in_one_batch(pool: Pool) -> None:
    rows = [
        contact("1", talk="x"),
        contact("2"),
        contact("3", offered_at="2015-02-31T00:00:00Z"),
        contact("4", wait="-3"),
    ]
    rejects = await refused(pool, *rows)
    assert [(reject.line, reject.code) for reject in rejects] == [
        (1, "unreadable_number"),
        (3, "unreadable_time"),
        (4, "negative_duration"),
    ]
    assert (await one(pool))["contact"] == "2"


async def test_what_a_refused_row_names_is_not_made(pool: Pool) -> None:
    await refused(pool, contact(site="NEW", agent="Anna", team="Red", moment="m", reason="r", segment="s", wait="-1"))
    for table in ("site", "agent", "team", "moment", "reason", "segment", "customer"):
        assert await pool.fetch(f"SELECT code FROM {table}") == []


def test_every_reason_can_be_told() -> None:
    assert set(REASONS) >= {code for _, code, _ in CASES}


@pytest.mark.parametrize(
    ("row", "code", "words"),
    [
        ({"contact": "1", "sit": "PAU"}, "unknown_column", "Did you mean 'site'?"),
        ({"contact": "1", "site": "PAU"}, "missing_column", "channel, offered_at, outcome"),
    ],
)
async def test_wrong_columns_refuse_the_whole(pool: Pool, row: dict[str, str | None], code: str, words: str) -> None:
    with pytest.raises(LoadRefused, match=words) as refusal:
        await put(pool, row)
    assert refusal.value.code == code


@pytest.mark.parametrize(
    ("options", "code"), [({"kind": "contact"}, "unknown_kind"), ({"zone": "Europe/Pau"}, "unknown_zone")]
)
async def test_wrong_arguments_refuse_the_whole(pool: Pool, options: dict[str, str], code: str) -> None:
    with pytest.raises(LoadRefused) as refusal:
        await put(pool, contact(), **options)
    assert refusal.value.code == code
