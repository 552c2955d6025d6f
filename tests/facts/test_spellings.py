"""Codes of members that differ in case only: they are one member, with the spelling that was stored first."""

import json
from typing import Any

import pytest

from cadran.app import open_service
from cadran.domain.access.principal import OPERATOR
from cadran.domain.ask import Ask, Condition
from cadran.facts.refresh.refresh import refresh
from cadran.settings import Settings
from cadran.store.pool import Pool
from tests.facts.samples import contact, put, refused
from tests.refs import refs

DIMENSIONS = ("site", "segment", "channel", "moment", "reason", "queue", "team", "agent")
COUNT = {name: f"SELECT code FROM {name} ORDER BY 1" for name in (*DIMENSIONS, "gesture", "partner")}


async def codes(pool: Pool, table: str) -> list[str]:
    return [row["code"] for row in await pool.fetch(COUNT[table])]


async def test_a_filter_finds_all_contacts_of_a_segment_in_any_spelling(pool: Pool, database: str):
    await put(pool, contact("1", segment="Gold"))
    await put(pool, contact("2", segment="gold"), contact("3", segment="GOLD"), contact("4", segment="silver"))
    await refresh(pool)
    async with open_service(Settings(database_url=database), cache=False) as service:
        for code in ("Gold", "gold"):
            ask = Ask(metrics=refs("contacts"), period="2015", where=[Condition("segment", [code])])
            assert (await service.desk.ask(ask, OPERATOR)).totals[0].values == [3]
        split = await service.desk.ask(Ask(metrics=refs("contacts"), period="2015", by=["segment"]), OPERATOR)
    assert list(split.keys[0].values) == ["Gold", "silver"]


@pytest.mark.parametrize("together", [True, False])
async def test_every_dimension_of_contacts(pool: Pool, together: bool):
    first = contact("1", **{name: f"Blue {name}" for name in DIMENSIONS})
    again = contact("2", **{name: f"blue {name.upper()}" for name in DIMENSIONS})
    for rows in ([first, again],) if together else ([first], [again]):
        summary = await put(pool, *rows)
        assert (summary.loaded, summary.rejected) == (len(rows), 0)
    for name in DIMENSIONS:
        own = [code for code in await codes(pool, name) if code.lower().startswith("blue")]
        assert own == [f"Blue {name}"], name
    assert len(await pool.fetch("SELECT FROM contact WHERE segment_id <> 0 AND queue_id <> 0 AND reason_id <> 0")) == 2
    assert len(await pool.fetch("SELECT DISTINCT team_id, agent_id FROM leg")) == 1


async def test_the_last_row_of_a_contact_counts_whatever_is_spelled_otherwise(pool: Pool):
    """Check that rows whose codes are spelled otherwise keep their order in the file."""
    await put(pool, contact("0", segment="Gold"))
    rows = [contact("1", segment="gold" if number % 3 else "Gold", wait=str(number)) for number in range(400)]
    await put(pool, *rows)
    assert (await pool.fetch("SELECT wait::int FROM contact WHERE contact_id = '1'"))[0][0] == 399


EDITS: list[tuple[str, str, dict[str, str | None], dict[str, str | None]]] = [
    ("segments", "segment", {"segment": "Gold", "label_fr": "Or"}, {"segment": "gold", "label_en": "Gold!"}),
    ("sites", "site", {"site": "PAU", "zone": "Europe/Paris"}, {"site": "Pau", "zone": "Europe/London"}),
    ("gestures", "gesture", {"gesture": "Voucher", "limit": "20"}, {"gesture": "voucher", "limit": "30"}),
    ("queues", "queue", {"queue": "Tech", "channel": "phone"}, {"queue": "tech", "channel": "PHONE"}),
    ("channels", "channel", {"channel": "Kiosk", "kind": "other"}, {"channel": "kiosk", "kind": "other"}),
]


@pytest.mark.parametrize(("kind", "dimension", "row", "edit"), EDITS, ids=[each[0] for each in EDITS])
async def test_a_row_of_a_dimension_edits_the_member_in_any_spelling(
    pool: Pool, kind: str, dimension: str, row: dict[str, Any], edit: dict[str, Any]
):
    await put(pool, row, kind=kind)
    await put(pool, edit, kind=kind)
    assert [code for code in await codes(pool, dimension) if code.lower() == edit[dimension].lower()] == [
        row[dimension]
    ]
    if kind == "queues":
        assert len(await codes(pool, "channel")) == 1
    if kind == "gestures":
        assert (await pool.fetch("SELECT limit_amount::int FROM gesture_limit"))[0][0] == 30


async def test_rows_of_one_file_that_differ_in_case_only_are_one_member(pool: Pool):
    rows: list[dict[str, str | None]] = [{"segment": "Gold", "label_en": "One"}, {"segment": "gold", "label_en": "Two"}]
    found = await refused(pool, *rows, kind="segments")
    assert [each.code.partition(":")[0] for each in found] == ["superseded"]
    assert [tuple(row) for row in await pool.fetch("SELECT code, label_en FROM segment")] == [("Gold", "Two")]
    assert json.loads(found[0].content)
