"""Loading dimensions from files: edits, their effect on stored facts, and what is rejected."""

import json
from datetime import date
from decimal import Decimal

import pytest

from cadran.store.pool import Pool
from tests.facts.samples import contact, customer_marks, forget_marks, legs, marks, one, put, refused, stored
from tests.test_tidy import ROOT

Rows = list[dict[str, str | None]]
EXAMPLES: list[tuple[str, Rows, str]] = [
    ("partners", [{"partner": "ACME", "label_en": "Acme"}], "SELECT code, label_en, label_fr FROM partner"),
    ("sites", [{"site": "PAU", "partner": "ACME", "zone": "Europe/Paris"}], "SELECT code, zone, partner_id FROM site"),
    ("teams", [{"team": "Blue", "site": "PAU"}], "SELECT code, site_id FROM team"),
    ("agents", [{"agent": "Bob", "team": "Blue", "label_fr": "Robert"}], "SELECT code, team_id, label_fr FROM agent"),
    ("segments", [{"segment": "Gold", "label_fr": "Or"}], "SELECT code, label_fr FROM segment"),
    ("channels", [{"channel": "courriel", "kind": "email"}], "SELECT code, kind, asynchronous FROM channel"),
    ("moments", [{"moment": "complaint", "complaint": "true"}], "SELECT code, complaint FROM moment"),
    ("reasons", [{"reason": "invoice", "moment": "billing"}], "SELECT code, moment_id FROM reason"),
    (
        "customers",
        [{"customer": "C1", "segment": "Gold", "joined_on": "2014-02-03", "lifetime_value": "12.5"}],
        "SELECT code, segment_id, joined_on, lifetime_value FROM customer JOIN customer_value USING (customer_id)",
    ),
    (
        "answer_norms",
        [{"channel": "phone", "good_seconds": "10", "bad_seconds": "20"}],
        "SELECT good_seconds FROM answer_norm",
    ),
    ("openings", [{"site": "PAU", "weekday": "1", "opens": "08:00", "closes": "00:00"}], "SELECT opens FROM opening"),
    ("tariffs", [{"partner": "ACME", "per_contact": "3.2"}], "SELECT per_contact, partner_id FROM tariff"),
    ("budgets", [{"site": "PAU", "month": "2015-12-01", "amount": "1000"}], "SELECT month, amount FROM budget"),
    (
        "targets",
        [
            {
                "metric": "service_level(within=20)",
                "site": "PAU",
                "team": "Blue",
                "target": "0.8",
                "valid_to": "2016-01-01",
            }
        ],
        "SELECT metric, site_id, team_id, valid_from, valid_to, target, warning, bad FROM target",
    ),
    (
        "annotations",
        [
            {
                "annotation": "sales",
                "kind": "campaign",
                "site": "PAU",
                "start": "2015-12-01T00:00+01:00",
                "label_fr": "Soldes",
            }
        ],
        "SELECT code, kind, starts, ends, site_id, label_fr FROM annotation",
    ),
]


@pytest.mark.parametrize(("kind", "rows", "query"), EXAMPLES, ids=[kind for kind, *_ in EXAMPLES])
async def test_every_kind_is_loaded_and_loaded_again(pool: Pool, kind: str, rows: Rows, query: str) -> None:
    first = await put(pool, *rows, kind=kind)
    # A new channel gets a default answer norm, which the loaded one replaces.
    assert first.loaded + first.replaced == 1
    before = await pool.fetch(query)
    version = await pool.fetch("SELECT greatest(directory_version, shown_version) FROM data_state")
    assert version[0][0] > 1
    again = await put(pool, *rows, kind=kind)
    assert again.line() == "0 loaded · 1 unchanged"
    assert await pool.fetch(query) == before
    assert await pool.fetch("SELECT greatest(directory_version, shown_version) FROM data_state") == version


async def test_an_absent_column_leaves_what_is_stored_and_an_empty_value_clears_it(pool: Pool) -> None:
    await put(pool, {"agent": "Bob", "label_en": "Bob", "label_fr": "Robert", "team": "Blue"}, kind="agents")
    await put(pool, {"agent": "Bob", "label_fr": ""}, kind="agents")
    (row,) = await pool.fetch("SELECT a.label_en, a.label_fr, t.code FROM agent AS a JOIN team AS t USING (team_id)")
    assert tuple(row) == ("Bob", None, "Blue")


async def test_a_customer_may_come_back(pool: Pool) -> None:
    await put(pool, {"customer": "C1", "joined_on": "2014-01-01", "churned_on": "2015-01-01"}, kind="customers")
    await put(pool, {"customer": "C1", "churned_on": None}, kind="customers")
    assert tuple((await pool.fetch("SELECT joined_on, churned_on FROM customer"))[0]) == (date(2014, 1, 1), None)


async def test_lifetime_values_are_kept_by_date(pool: Pool) -> None:
    rows = [("", "10"), ("2015-06-01", "20"), ("2015-06-01", "30")]
    values: Rows = [{"customer": "C1", "value_from": day, "lifetime_value": value} for day, value in rows]
    assert (await put(pool, *values, kind="customers")).superseded == 1
    found = await pool.fetch("SELECT valid_from::text, lifetime_value FROM customer_value ORDER BY valid_from")
    assert [tuple(row) for row in found] == [("-infinity", 10), ("2015-06-01", 30)]


async def test_openings_are_told_whole(pool: Pool) -> None:
    await put(pool, {"site": "PAU", "zone": "Europe/Paris"}, kind="sites")
    days: Rows = [{"site": "PAU", "weekday": str(day), "opens": "08:00", "closes": "18:00"} for day in range(1, 6)]
    await put(pool, *days, kind="openings")
    await put(pool, {"site": "PAU", "weekday": "1", "opens": "09:00", "closes": "18:00"}, kind="openings")
    assert [tuple(row) for row in await pool.fetch("SELECT weekday, opens::text FROM opening")] == [(1, "09:00:00")]


async def test_a_new_zone_moves_the_contacts_of_a_site(pool: Pool) -> None:
    await put(
        pool,
        contact("1", customer="C1", agent="Bob", offered_at="2015-12-01T00:30:00+01:00"),
        contact("2", offered_at="2015-12-15T12:00:00+01:00"),
        contact("3", site="LIL", customer="C2"),
    )
    await forget_marks(pool)
    assert (
        await put(pool, {"site": "PAU", "zone": "America/New_York"}, kind="sites")
    ).line() == "0 loaded · 1 replaced"
    assert [(row["day"], row["quarter"]) for row in await stored(pool)] == [
        ("2015-11-30", 74),
        ("2015-12-15", 24),
        ("2015-12-01", 40),
    ]
    (leg,) = await legs(pool)
    assert (leg["day"], leg["quarter"]) == ("2015-11-30", 74)
    assert await marks(pool) == {("PAU", "2015-12-01"), ("PAU", "2015-11-30"), ("PAU", "2015-12-15")}
    assert await customer_marks(pool) == {"C1"}
    # Rows that were moved are recognized when they are loaded again.
    row = contact("1", customer="C1", agent="Bob", offered_at="2015-12-01T00:30:00+01:00")
    assert (await put(pool, row)).line() == "0 loaded · 1 unchanged"
    assert (await put(pool, row | {"talk": "1"})).line() == "0 loaded · 1 replaced"


async def test_tariffs_fill_the_costs_that_are_missing(pool: Pool) -> None:
    await put(pool, {"site": "PAU", "partner": "ACME", "zone": "Europe/Paris"}, kind="sites")
    await put(
        pool,
        {"per_contact": "1", "valid_from": "2015-01-01", "valid_to": "2016-01-01"},
        {"channel": "chat", "per_contact": "2"},
        {"partner": "ACME", "per_minute": "0.6", "valid_to": "2015-12-02"},
        {"partner": "ACME", "channel": "email", "per_hour": "36"},
        {"site": "PAU", "channel": "phone", "valid_from": "2015-12-03", "per_contact": "5"},
        kind="tariffs",
    )
    await put(
        pool,
        contact("1", talk="100", hold="20"),
        contact("2", channel="chat", site="LIL"),
        contact("3", site="LIL", channel="fax", offered_at="2014-12-31T12:00:00Z"),
        contact("4", channel="email", talk="90", acw="10"),
        contact("5", offered_at="2015-12-03T12:00:00Z"),
        contact("6", offered_at="2015-12-02T12:00:00Z"),
        contact("7", cost="0.5"),
        contact("8", outcome="abandoned", talk=None),
    )
    assert [row["cost"] for row in await stored(pool)] == [1.2, 2, None, 1, 5, 1, 0.5, 0]


async def test_a_tariff_by_time_leaves_the_cost_of_an_unknown_time_unknown(pool: Pool) -> None:
    """Check it of new contacts, and of those that an earlier release stored with a time of zero."""
    tariffs: list[dict[str, str | None]] = [
        {"per_contact": "2", "per_minute": "0.6"},
        {"channel": "chat", "per_contact": "3"},
        {"channel": "email", "per_hour": "1"},
    ]
    await put(pool, *tariffs, kind="tariffs")
    rows = [contact(channel, channel=channel, talk=None) for channel in ("phone", "chat", "email")]
    await put(pool, *rows, contact("timed", talk="60"), contact("given", talk=None, cost="7"))
    expected = {"phone": None, "chat": 3, "email": None, "timed": 2.6, "given": 7}
    assert {row["contact"]: row["cost"] for row in await stored(pool)} == expected
    [migration] = (ROOT / "sql" / "migrations").glob("*_unknown_waits.sql")
    repricing = "WITH unpriced" + migration.read_text("utf-8").partition("WITH unpriced")[2]
    async with pool.acquire() as connection:
        await connection.execute("UPDATE contact SET cost = 2 WHERE contact_id IN ('phone', 'email')")
        await connection.execute("DELETE FROM dirty_day")
        await connection.execute(repricing)
    assert {row["contact"]: row["cost"] for row in await stored(pool)} == expected
    assert await marks(pool) == {("PAU", "2015-12-01")}


async def test_changed_tariffs_price_anew_what_came_without_a_cost(pool: Pool) -> None:
    await put(pool, contact("1"), contact("2", cost="9"), contact("3", offered_at="2015-12-02T10:00:00Z"))
    await forget_marks(pool)
    summary = await put(pool, {"per_contact": "2", "valid_to": "2015-12-02"}, kind="tariffs")
    assert summary.marks == 1
    assert [row["cost"] for row in await stored(pool)] == [2, 9, None]
    assert await marks(pool) == {("PAU", "2015-12-01")}
    assert (await put(pool, contact("1"))).line() == "0 loaded · 1 unchanged"
    await put(pool, {"per_contact": "3", "valid_to": "2015-12-02"}, kind="tariffs")
    assert [row["cost"] for row in await stored(pool)] == [3, 9, None]


async def test_a_sites_new_partner_prices_anew(pool: Pool) -> None:
    await put(pool, contact())
    await put(pool, {"partner": "ACME", "per_contact": "4"}, kind="tariffs")
    assert (await one(pool))["cost"] is None
    await put(pool, {"site": "PAU", "partner": "ACME"}, kind="sites")
    assert (await one(pool))["cost"] == 4


async def test_an_edited_channel_keeps_its_norm(pool: Pool) -> None:
    await put(pool, {"channel": "voice", "label_en": "Calls"}, kind="channels")
    await put(pool, {"channel": "tchat", "kind": "chat"}, kind="channels")
    rows = await pool.fetch(
        "SELECT code, kind, label_en, bad_seconds FROM channel JOIN answer_norm USING (channel_id) ORDER BY 1"
    )
    assert [tuple(row) for row in rows] == [("tchat", "chat", "Chat", 30), ("voice", "phone", "Calls", 240)]


@pytest.mark.parametrize(
    ("kind", "row", "code", "words"),
    [
        ("sites", {"site": "PAU", "zone": "Europe/Pau"}, "invalid", "zone: zone 'Europe/Pau' is not an IANA time zone"),
        ("sites", {"site": "PAU"}, "missing", "zone is missing"),
        ("sites", {"site": None, "zone": "Europe/Paris"}, "missing", "site is missing"),
        ("teams", {"team": "Blue", "site": "PAU"}, "unknown_site", "load the sites first"),
        ("budgets", {"site": "PAU", "month": "2015-12-01", "amount": "1"}, "unknown_site", "load the sites first"),
        ("budgets", {"site": "PAU", "month": "2015-12-02", "amount": "1"}, "invalid", "not the first day of a month"),
        ("budgets", {"site": "PAU", "month": "2015-12-01", "amount": "-1"}, "invalid", "amount: "),
        ("channels", {"channel": "x", "kind": "pigeon"}, "invalid", "kind: "),
        (
            "answer_norms",
            {"channel": "x", "good_seconds": "9", "bad_seconds": "8"},
            "invalid",
            "less than good_seconds",
        ),
        ("tariffs", {"valid_from": "2015-02-01", "valid_to": "2015-02-01"}, "invalid", "valid_to is not after"),
        ("customers", {"customer": "1", "joined_on": "2015-02-01", "churned_on": "2015-01-01"}, "invalid", "before"),
        ("openings", {"site": "PAU", "weekday": "0", "opens": "08:00", "closes": "9:00"}, "invalid", "weekday: "),
        ("customers", {"customer": "1", "joined_on": "1/2/2015"}, "invalid", "joined_on: "),
        ("moments", {"moment": "m", "complaint": "perhaps"}, "invalid", "complaint: "),
    ],
)
async def test_a_bad_row_is_refused_with_its_reason(
    pool: Pool, kind: str, row: dict[str, str | None], code: str, words: str
) -> None:
    (reject,) = await refused(pool, row, kind=kind, zone=None)
    assert (reject.line, reject.code) == (1, code)
    assert words in reject.reason


async def test_changes_are_announced(pool: Pool) -> None:
    heard: list[str] = []
    async with pool.acquire() as connection:

        def listener(*told: object) -> None:
            heard.append(str(told[3]))

        await connection.add_listener("cadran_changed", listener)
        await put(pool, {"segment": "Gold"}, kind="segments")
        await connection.execute("SELECT 1")
        await connection.remove_listener("cadran_changed", listener)
    assert [json.loads(each) for each in heard] == [{"directory": 2, "parts": None}]


async def test_money_is_exact(pool: Pool) -> None:
    await put(pool, {"site": "PAU", "zone": "Europe/Paris"}, kind="sites")
    await put(pool, {"site": "PAU", "month": "2015-12-01", "amount": "123456789.0123"}, kind="budgets")
    assert (await pool.fetch("SELECT amount FROM budget"))[0][0] == Decimal("123456789.0123")
