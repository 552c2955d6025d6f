"""Sample rows to load, and queries of the stored rows, with the column names of the row schemas."""

from datetime import UTC, datetime
from typing import Any

from cadran.facts.load.reasons import Reject
from cadran.facts.load.summary import LoadSummary
from cadran.store.pool import Pool
from tests.defaults import load

NOW = datetime(2015, 12, 31, 12, 0, tzinfo=UTC)

CONTACTS = """
SELECT
  s.code AS source, c.contact_id AS contact, k.code AS customer, i.code AS site, g.code AS segment, h.code AS channel,
  m.code AS moment, r.code AS reason, o.code AS outcome, c.day::text, c.quarter, c.offered_at, c.answered_at,
  c.ended_at, c.wait::float, c.talk::float, c.hold::float, c.acw::float, c.escalated, c.resolved, c.overflowed,
  c.outbound, c.cost::float, c.cost_given::float, c.revenue::float, c.transferred_to, c.parent_id AS parent,
  c.case_id AS "case"
FROM contact AS c
JOIN source AS s USING (source_id)
JOIN site AS i USING (site_id)
JOIN channel AS h USING (channel_id)
JOIN outcome AS o USING (outcome_id)
LEFT JOIN customer AS k USING (customer_id)
LEFT JOIN segment AS g ON g.segment_id = c.segment_id
LEFT JOIN moment AS m ON m.moment_id = c.moment_id
LEFT JOIN reason AS r ON r.reason_id = c.reason_id
ORDER BY 1, 2
"""
LEGS = """
SELECT
  l.contact_id AS contact, l.leg_number AS leg, a.code AS agent, t.code AS team, i.code AS site,
  f.code AS offered_site, k.code AS customer, l.day::text, l.quarter, l.started_at, l.talk::float, l.hold::float,
  l.acw::float, l.first_of_contact, l.first_of_team, l.first_of_agent, l.transferred, l.escalated, l.callback
FROM leg AS l
JOIN site AS i USING (site_id)
JOIN site AS f ON f.site_id = l.offered_site_id
LEFT JOIN customer AS k USING (customer_id)
LEFT JOIN agent AS a ON a.agent_id = l.agent_id
LEFT JOIN team AS t ON t.team_id = l.team_id
ORDER BY 1, 2
"""


def contact(contact: str = "1", **given: str | None) -> dict[str, str | None]:
    """Return a handled call in Pau, with changes."""
    row: dict[str, str | None] = {
        "contact": contact,
        "site": "PAU",
        "channel": "phone",
        "offered_at": "2015-12-01T10:00:00+01:00",
        "outcome": "handled",
        "wait": "12",
        "talk": "200",
    }
    return row | given


async def put(pool: Pool, *rows: dict[str, str | None], kind: str = "contacts", **options: Any) -> LoadSummary:
    """Load rows on the last day of 2015. Local times are in the time zone of Paris."""
    settings: dict[str, Any] = {"zone": "Europe/Paris", "clock": lambda: NOW}
    return await load(pool, kind, rows, **(settings | options))


async def refused(pool: Pool, *rows: dict[str, str | None], **options: Any) -> list[Reject]:
    """Load the rows and return those that are rejected."""
    found: list[Reject] = []
    await put(pool, *rows, rejects=found.extend, **options)
    return found


async def stored(pool: Pool) -> list[dict[str, Any]]:
    """Return all stored contacts."""
    return [dict(row) for row in await pool.fetch(CONTACTS)]


async def legs(pool: Pool) -> list[dict[str, Any]]:
    """Return all stored legs."""
    return [dict(row) for row in await pool.fetch(LEGS)]


async def one(pool: Pool) -> dict[str, Any]:
    """Return the only stored contact."""
    (row,) = await stored(pool)
    return row


async def marks(pool: Pool) -> set[tuple[str, str]]:
    """Return the marked days as pairs of a site and a day."""
    rows = await pool.fetch("SELECT s.code, d.day::text FROM dirty_day AS d JOIN site AS s USING (site_id)")
    return {(row[0], row[1]) for row in rows}


async def customer_marks(pool: Pool) -> set[str]:
    """Return the codes of the marked customers."""
    rows = await pool.fetch("SELECT c.code FROM dirty_customer AS d JOIN customer AS c USING (customer_id)")
    return {row[0] for row in rows}


async def forget_marks(pool: Pool) -> None:
    """Delete all marks and give the marked days a version, as a refresh does."""
    async with pool.acquire() as connection:
        await connection.execute(
            "INSERT INTO day_version SELECT DISTINCT site_id, day, 1, now() FROM dirty_day ON CONFLICT DO NOTHING;"
            "TRUNCATE dirty_day, dirty_customer"
        )
