"""Sample rows of cases and reopenings as a source sends them, and the case steps derived from them."""

from typing import Any

from cadran.facts.check import check_figures
from cadran.facts.refresh.refresh import refresh
from cadran.store.pool import Pool
from tests.facts.samples import put

Row = dict[str, str | None]

STEPS = """
SELECT
  c.case_id AS "case", c.run, c.step, c.day::text, c.quarter, c.flow, c.settled, c.first, c.reopened,
  c.seconds::float, c.contacts, c.attempts, i.code AS site, h.code AS channel, m.code AS moment, t.code AS team,
  a.code AS agent, k.code AS customer
FROM case_step AS c
JOIN site AS i USING (site_id)
LEFT JOIN channel AS h USING (channel_id)
LEFT JOIN moment AS m USING (moment_id)
LEFT JOIN team AS t USING (team_id)
LEFT JOIN agent AS a USING (agent_id)
LEFT JOIN customer AS k USING (customer_id)
ORDER BY 1, 2, 3
"""


def case(case: str | None = "K1", **given: str | None) -> Row:
    """Return a case of Pau that was opened at 10:00 and resolved at 12:00."""
    row: Row = {
        "case": case,
        "site": "PAU",
        "opened_at": "2015-12-01T10:00:00+01:00",
        "resolved_at": "2015-12-01T12:00:00+01:00",
    }
    return row | given


def reopening(reopening: str | None = "1", **given: str | None) -> Row:
    """Return a reopening of case K1 on the next day, resolved an hour later."""
    row: Row = {
        "case": "K1",
        "reopening": reopening,
        "reopened_at": "2015-12-02T09:00:00+01:00",
        "resolved_at": "2015-12-02T10:00:00+01:00",
    }
    return row | given


async def steps(pool: Pool) -> list[dict[str, Any]]:
    """Refresh, check the figures, and return the steps of all cases."""
    await refresh(pool)
    assert await check_figures(pool) == ([], 0)
    return [dict(row) for row in await pool.fetch(STEPS)]


async def begin(pool: Pool) -> None:
    """Load the site Pau with the time zone of Paris."""
    await put(pool, {"site": "PAU", "zone": "Europe/Paris"}, kind="sites")


async def told(pool: Pool, kind: str, *rows: Row) -> str:
    """Load the rows and return the summary line of the load."""
    return (await put(pool, *rows, kind=kind)).line()
