"""The application that the service is measured against: one resource written by hand with Starlette, asyncpg, orjson.

It answers a month by site and day like the service: the same rollup, the same figures in the same form. It has no
validation, keys, headers, caches or traces, and knows one question only.
"""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime, time, timedelta
from math import sqrt
from typing import Any, Final
from zoneinfo import ZoneInfo

import asyncpg
import orjson
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp

PARIS: Final = ZoneInfo("Europe/Paris")
LEVEL: Final = "service_level(within=20)"
MONTH: Final = """
SELECT
  day,
  site_id,
  COALESCE(sum(handled), 0),
  COALESCE(sum(offered), 0),
  (sum(talk) + sum(hold) + sum(acw))::float8,
  COALESCE(sum(timed), 0),
  COALESCE(sum(handled_to_5), 0) + COALESCE(sum(handled_to_10), 0) + COALESCE(sum(handled_to_15), 0)
    + COALESCE(sum(handled_to_20), 0),
  COALESCE(sum(handled), 0) + COALESCE(sum(abandoned), 0) + COALESCE(sum(expired), 0)
    - COALESCE(sum(handled_unknown), 0) - COALESCE(sum(abandoned_unknown), 0)
FROM rollup.contact_day_site
WHERE day >= $1
  AND day < $2
  AND site_id <> ALL ($3::smallint[])
  AND NOT outbound
GROUP BY 1, 2
ORDER BY 1, 2
"""
MEANINGS: Final = {
    "qos": {"label": "Quality of service", "unit": "ratio", "better": "higher"},
    "aht": {"label": "Average handle time", "unit": "seconds", "better": "lower"},
    LEVEL: {"label": "Service level", "unit": "ratio", "better": "higher"},
}
#: 1.96 is the two-sided 95 % quantile of the normal distribution.
Z: Final = 1.959963984540054


def make_app() -> ASGIApp:
    """Return the application. ``CADRAN_DATABASE_URL`` names the database."""
    state: dict[str, Any] = {}

    @asynccontextmanager
    async def life(app: Starlette) -> AsyncIterator[None]:
        url = os.environ["CADRAN_DATABASE_URL"]
        async with asyncpg.create_pool(url, min_size=2, max_size=8, server_settings={"jit": "off"}) as pool:
            sites = await pool.fetch("SELECT site_id, code FROM site")
            horizon = await pool.fetchval("SELECT horizon FROM data_state")
            codes = {row["site_id"]: row["code"] for row in sites}
            state.update(pool=pool, codes=codes, ids={code: number for number, code in codes.items()}, as_of=horizon)
            yield

    async def answer(request: Request) -> Response:
        asked = request.query_params
        first, end = date.fromisoformat(asked["start"]), date.fromisoformat(asked["end"])
        left_out = asked["site.not"].split(",") if "site.not" in asked else []
        rows = await state["pool"].fetch(MONTH, first, end, [state["ids"][code] for code in left_out])
        write = _write_parts if asked.get("parts") == "true" else _write_values
        content = {
            **_describe(first, end, left_out, state["as_of"]),
            "labels": {"site": {code: code for code in (state["codes"][row[1]] for row in rows)}},
            "rows": write(rows, state["codes"]),
            "totals": write([(None, None, *_add_up(rows))], {})[0],
        }
        del content["totals"]["start"], content["totals"]["site"]
        return Response(orjson.dumps(content, option=orjson.OPT_UTC_Z), media_type="application/json")

    return Starlette(routes=[Route("/v1/indicators", answer)], lifespan=life)


def _describe(first: date, end: date, left_out: list[str], as_of: datetime) -> dict[str, Any]:
    """Return the members of the document that are about the whole answer."""
    now = datetime.now(UTC).replace(microsecond=0)
    question = {
        "metrics": [*MEANINGS],
        "start": f"{first}T00:00:00",
        "end": f"{end}T00:00:00",
        "grain": "day",
        "by": ["site"],
        **({"site.not": left_out} if left_out else {}),
    }
    return {
        "generated_at": now,
        "stale_after": now + timedelta(days=1),
        "question": question,
        "start": _write_start(first),
        "end": _write_start(end),
        "zone": PARIS.key,
        "grain": "day",
        "as_of": as_of,
        "data_version": "1",
        "stale": False,
        "approximate": False,
        "warnings": [],
        "metrics": MEANINGS,
    }


def _write_start(day: date | None) -> str | None:
    return None if day is None else datetime.combine(day, time.min, PARIS).isoformat()


def _add_up(rows: Sequence[Any]) -> list[float]:
    return [sum(filter(None, column)) for column in list(zip(*rows, strict=True))[2:]]


def _write_values(rows: Sequence[Any], codes: dict[int, str]) -> list[dict[str, Any]]:
    """Return a row of values for each row of the statement."""
    starts = {day: _write_start(day) for day in {row[0] for row in rows}}
    return [
        {
            "start": starts[day],
            "site": codes.get(site),
            "qos": handled / offered if offered else None,
            "aht": seconds / timed if timed else None,
            LEVEL: within / judged if judged else None,
        }
        for day, site, handled, offered, seconds, timed, within, judged in rows
    ]


def _write_parts(rows: Sequence[Any], codes: dict[int, str]) -> list[dict[str, Any]]:
    """Return a row for each row of the statement, with numerators, denominators and intervals."""
    starts = {day: _write_start(day) for day in {row[0] for row in rows}}
    return [
        {
            "start": starts[day],
            "site": codes.get(site),
            "qos": _write_share(handled, offered),
            "aht": {
                "value": seconds / timed if timed else None,
                "numerator": seconds or 0,
                "denominator": timed or 0,
                "n": timed or 0,
                "interval": None,
            },
            LEVEL: _write_share(within, judged),
        }
        for day, site, handled, offered, seconds, timed, within, judged in rows
    ]


def _write_share(counted: int, n: int) -> dict[str, Any]:
    """Return a share with its parts and Wilson's interval."""
    found: dict[str, Any] = {"value": None, "numerator": counted, "denominator": n, "n": n, "interval": None}
    if n:
        share = counted / n
        z2 = Z * Z
        centre, half = share + z2 / (2 * n), Z * sqrt(share * (1 - share) / n + z2 / (4 * n * n))
        below = 1 + z2 / n
        found["value"] = share
        found["interval"] = {"low": max(0.0, (centre - half) / below), "high": min(1.0, (centre + half) / below)}
    return found
