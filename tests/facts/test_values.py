"""Values of files that become members of dimensions: transferred_to of contacts and sent_by of surveys."""

from collections.abc import Iterator
from typing import Any

import asyncpg
import pytest

from cadran.domain.dimension import MEMBERS_MAX
from cadran.facts.check import check_figures
from cadran.facts.refresh.reconcile import reconcile
from cadran.facts.refresh.refresh import refresh
from cadran.store import migrate as migrations
from cadran.store.pool import Pool, open_pool
from tests.databases import Server
from tests.facts.samples import contact, put, refused

INSTRUMENT: dict[str, str | None] = {
    "instrument": "csat5", "kind": "csat", "low": "1", "high": "5", "satisfied_from": "4", "dissatisfied_to": "2"
}  # fmt: skip


def survey(survey: str = "s1", **given: str | None) -> dict[str, str | None]:
    """Return an answered survey after the contact 1."""
    row: dict[str, str | None] = {
        "survey": survey, "contact": "1", "instrument": "csat5", "sent_at": "2015-12-01T11:00:00+01:00",
        "answered_at": "2015-12-01T12:00:00+01:00", "score": "4",
    }  # fmt: skip
    return row | given


async def codes(pool: Pool, table: str, key: str, dimension: str) -> dict[str, str | None]:
    """Return the member of each row of a table, by the row's key."""
    text = (
        f"SELECT f.{key} AS key, v.code FROM {table} AS f"
        " LEFT JOIN dimension_value AS v ON v.dimension = $1 AND v.value_id = f." + f"{dimension}_id"
    )
    return {row["key"]: row["code"] for row in await pool.fetch(text, [dimension])}


async def members(pool: Pool, dimension: str) -> list[str]:
    text = "SELECT code FROM dimension_value WHERE dimension = $1 ORDER BY value_id"
    return [row["code"] for row in await pool.fetch(text, [dimension])]


async def test_destinations_become_members_whatever_their_case(pool: Pool):
    await put(
        pool,
        contact("1", transferred_to="Legal"),
        contact("2", transferred_to="legal"),
        contact("3", transferred_to="back office"),
        contact("4"),
    )
    found = await codes(pool, "contact", "contact_id", "transferred_to")
    assert found == {"1": "Legal", "2": "Legal", "3": "back office", "4": None}
    assert sorted(await members(pool, "transferred_to")) == ["Legal", "back office"]


async def test_the_destination_of_a_contact_is_repeated_in_its_legs_and_surveys(pool: Pool):
    await put(pool, contact("1", transferred_to="legal", agent="Ann"), contact("2", transferred_to="legal"))
    await put(pool, {"contact": "2", "leg": "1", "agent": "Bob", "talk": "5"}, kind="legs")
    await put(pool, INSTRUMENT, kind="instruments")
    await put(pool, survey(sent_by="sms"), survey("s2", contact="2"), kind="surveys")
    assert await codes(pool, "leg", "contact_id", "transferred_to") == {"1": "legal", "2": "legal"}
    assert await codes(pool, "survey", "survey_id", "transferred_to") == {"s1": "legal", "s2": "legal"}
    assert await codes(pool, "survey", "survey_id", "sent_by") == {"s1": "sms", "s2": None}

    await put(pool, contact("1", transferred_to="sales", agent="Ann"), contact("2"))
    assert await codes(pool, "leg", "contact_id", "transferred_to") == {"1": "sales", "2": None}
    assert await codes(pool, "survey", "survey_id", "transferred_to") == {"s1": "sales", "s2": None}
    assert await codes(pool, "survey", "survey_id", "sent_by") == {"s1": "sms", "s2": None}


async def test_case_is_folded_beyond_ascii_and_none_is_no_value(pool: Pool):
    await put(pool, contact("1", transferred_to="ÉTÉ"), contact("2", transferred_to="None"))
    await put(pool, contact("3", transferred_to="été"))
    found = await codes(pool, "contact", "contact_id", "transferred_to")
    assert found == {"1": "ÉTÉ", "2": None, "3": "ÉTÉ"}


async def test_an_unchanged_row_stays_unchanged(pool: Pool):
    await put(pool, contact("1", transferred_to="legal"))
    assert (await put(pool, contact("1", transferred_to="legal"))).unchanged == 1
    assert (await put(pool, contact("1", transferred_to="LEGAL"))).replaced == 1


async def test_a_destination_is_no_longer_than_any_code(pool: Pool):
    [reject] = await refused(pool, contact("1", transferred_to="é" * 101))
    assert reject.code == "code_too_long"
    assert await members(pool, "transferred_to") == []


async def test_values_beyond_the_maximum_count_as_other(pool: Pool):
    summary = await put(pool, *(contact(f"{n}", transferred_to=f"Desk {n:04d}") for n in range(MEMBERS_MAX + 3)))
    assert summary.beyond == {"transferred_to": 3}
    assert len(await members(pool, "transferred_to")) == MEMBERS_MAX + 1
    found = await codes(pool, "contact", "contact_id", "transferred_to")
    assert [found["0"], found[f"{MEMBERS_MAX - 1}"], found[f"{MEMBERS_MAX}"]] == ["Desk 0000", "Desk 0999", "other"]

    # Later values find no room either, and known ones are still found.
    again = await put(pool, contact("x", transferred_to="new"), contact("y", transferred_to="desk 0001"))
    assert again.beyond == {"transferred_to": 1}
    found = await codes(pool, "contact", "contact_id", "transferred_to")
    assert (found["x"], found["y"]) == ("other", "Desk 0001")


async def test_a_value_other_is_the_member_of_the_values_beyond(pool: Pool):
    rows = [contact(f"{n}", transferred_to=f"Desk {n:04d}") for n in range(MEMBERS_MAX)]
    await put(pool, contact("o", transferred_to="Other"))
    summary = await put(pool, *rows)
    assert summary.beyond == {"transferred_to": 1}
    found = await codes(pool, "contact", "contact_id", "transferred_to")
    assert (found["o"], [*found.values()].count("Other")) == ("Other", 2)


EARLIER = """
INSERT INTO site (code, zone) VALUES ('PAU', 'Europe/Paris');
INSERT INTO channel (code, kind) VALUES ('phone', 'phone');
INSERT INTO source (code) VALUES ('default');
INSERT INTO instrument (code, kind, low, high, satisfied_from, dissatisfied_to) VALUES ('csat5', 'csat', 1, 5, 4, 2);
CREATE TABLE contact_2015_12 PARTITION OF contact FOR VALUES FROM ('2015-12-01') TO ('2016-01-01');
CREATE TABLE leg_2015_12 PARTITION OF leg FOR VALUES FROM ('2015-12-01') TO ('2016-01-01');
CREATE TABLE survey_2015_12 PARTITION OF survey FOR VALUES FROM ('2015-12-01') TO ('2016-01-01');
INSERT INTO contact (
  source_id, contact_id, day, quarter, offered_at, site_id, channel_id, outcome_id, transferred_to
)
SELECT 1, v.n, '2015-12-01', 40, '2015-12-01 10:00+01', 1, 1, 1, v.t
FROM (
  SELECT * FROM (VALUES ('1', 'Legal'), ('2', 'legal'), ('3', 'legal'), ('4', 'none'), ('5', repeat('x', 300))) AS f
  UNION ALL
  SELECT 'n' || n, 'desk ' || n FROM generate_series(1, {fillers}) AS n
) AS v (n, t);
INSERT INTO leg (
  source_id, contact_id, leg_number, day, quarter, offered_at, site_id, offered_site_id, channel_id, outcome_id,
  first_of_contact, first_of_team, first_of_agent, transferred
)
VALUES (1, '1', 0, '2015-12-01', 40, '2015-12-01 10:00+01', 1, 1, 1, 1, true, true, true, true);
INSERT INTO survey (
  source_id, survey_id, customer_id, day, quarter, counted_at, contact_source_id, contact_id, instrument_id, hot,
  sent_by, sent_at, site_id, segment_id, channel_id, moment_id, reason_id, outbound, outcome_id, team_id, agent_id
)
SELECT
  1, 's1', 0, '2015-12-01', 40, '2015-12-01 10:00+01', 1, '1', 1, true,
  'SMS', '2015-12-01 10:00+01', 1, 0, 1, 0, 0, false, 1, 0, 0;
INSERT INTO dirty_day (site_id, day) VALUES (1, '2015-12-01');
"""


#: The later migrations whose views the rollups and the walls of this version read.
NEEDED = {"intervals.sql", "month_limits.sql"}


@pytest.fixture
def blank(server: Server) -> Iterator[str]:
    """Yield the URL of an empty database."""
    with server.clone("template0") as url:
        yield url


@pytest.mark.parametrize("fillers", [0, MEMBERS_MAX + 5])
async def test_the_upgrade_makes_members_and_fills_no_rollup_again(
    blank: str, monkeypatch: pytest.MonkeyPatch, fillers: int
):
    async def rollups(connection: Any) -> None:
        await reconcile(connection)

    # The rollups and walls of this version are made at once, so the views that they read must exist.
    every = migrations.list_migrations()
    earlier = [each for each in every if each.name < "0043" or each.name.partition("_")[2] in NEEDED]
    with monkeypatch.context() as patched:
        patched.setattr(migrations, "list_migrations", lambda: earlier)
        await migrations.migrate(blank, then=[rollups])
    connection = await asyncpg.connect(blank)
    try:
        await connection.execute(EARLIER.format(fillers=fillers))
    finally:
        await connection.close()

    await migrations.migrate(blank, then=[rollups])
    pool = await open_pool(blank, size_min=0, size_max=2, acquire_timeout_seconds=5.0, statement_timeout_seconds=None)
    try:
        found = await codes(pool, "contact", "contact_id", "transferred_to")
        assert [found[number] for number in "12345"] == ["legal", "legal", "legal", None, "other"]
        assert await codes(pool, "leg", "contact_id", "transferred_to") == {"1": "legal"}
        assert await codes(pool, "survey", "survey_id", "transferred_to") == {"s1": "legal"}
        assert await codes(pool, "survey", "survey_id", "sent_by") == {"s1": "SMS"}
        assert len(await members(pool, "transferred_to")) == (MEMBERS_MAX + 1 if fillers else 2)
        assert [*found.values()].count("other") == (7 if fillers else 1)
        assert await pool.fetch("SELECT FROM rollup_column WHERE filling_since IS NOT NULL") == []
        await refresh(pool)
        assert await check_figures(pool) == ([], 0)
    finally:
        await pool.close()
