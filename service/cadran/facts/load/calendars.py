"""The loader of opening hours and closings: the hours of the week with their periods of validity, and the exceptional
days.

The loader takes records of `openings` or `closings`, checks each with its schema, and compares them with the stored
hours. Where they differ, it replaces the hours of the site, or of the exceptional day. It also updates the open times,
and the facts that depend on them, in the same transaction. Contradictory rows for a day, unknown sites and unknown
partners are refused.
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date, time
from typing import Any, NamedTuple

from cadran.facts import sql
from cadran.facts.load.dimensions import Dimensions
from cadran.facts.load.session import RefusedRow, notify_directory
from cadran.facts.load.summary import LoadSummary
from cadran.facts.refresh import open_hours
from cadran.facts.schema.calendar import ClosingRow, OpeningRow
from cadran.facts.schema.fields import Row

#: The kinds that this loader loads.
CALENDARS = ("openings", "closings")


class Hours(NamedTuple):
    """The opening hours of a weekday. `valid_from` or `valid_to` is None if the validity has no bound on that side."""

    weekday: int
    opens: time
    closes: time
    valid_from: date | None
    valid_to: date | None


class Day(NamedTuple):
    """A calendar day of a site."""

    site: str
    day: date


Shifts = frozenset[tuple[time | None, time | None]]
Rows = dict[tuple[Any, ...], tuple[int, Row]]


class Calendars(Dimensions):
    """The loader of opening hours and closings on one connection."""

    async def _of_known_sites(self, rows: Rows) -> tuple[Rows, list[RefusedRow]]:
        """Return the accepted rows, and the refused rows: those of unknown sites or partners, and those that contradict
        another row."""
        if self._kind == "openings":
            return await super()._of_known_sites(rows)
        accepted: Rows = {}
        refused = []
        partners = await self._partners()
        sites = {row["code"] for row in await self._connection.fetch("SELECT code FROM site")}
        for key, line, row in _closings(rows):
            if (row.site or next(iter(partners.get(row.partner or "", ())), None)) not in sites:
                refused.append(_refused(line, "unknown_closing_site" if row.site else "unknown_partner", row))
            else:
                accepted[key] = (line, row)
        twice = _contradictions(accepted)
        refused += [_refused(line, "closing_twice", row) for key, line, row in _closings(accepted) if key in twice]
        return {key: numbered for key, numbered in accepted.items() if key not in twice}, refused

    async def _partners(self) -> Mapping[str, list[str]]:
        found = defaultdict(list)
        for row in await self._connection.fetch(
            "SELECT p.code AS partner, s.code AS site FROM site AS s JOIN partner AS p ON p.partner_id = s.partner_id"
        ):
            found[row["partner"]].append(row["site"])
        return found

    async def _store(self, rows: list[Row], summary: LoadSummary) -> None:
        changed = await (self._openings(rows, summary) if self._kind == "openings" else self._closings(rows, summary))
        if changed:
            summary.marks += await open_hours.follow(self._connection, sorted(changed))
            await notify_directory(self._connection)

    async def _openings(self, rows: list[Row], summary: LoadSummary) -> set[str]:
        """Store the hours of the sites that the rows name. Return the sites whose hours changed."""
        await self._make_references(rows)
        hours: dict[str, set[Hours]] = defaultdict(set)
        for row in rows:
            assert isinstance(row, OpeningRow)
            hours[row.site].add(Hours(row.weekday, row.opens, row.closes, row.valid_from, row.valid_to))
        before: dict[str, set[Hours]] = defaultdict(set)
        for record in await sql.fetch_rows(self._connection, "facts/calendars.sql:stored_openings", list(hours)):
            before[record["site"]].add(Hours(*list(record.values())[1:]))
        after = {site: _earlier_hours(before[site], shifts) | shifts for site, shifts in hours.items()}
        changed = {site for site in hours if after[site] != before[site]}
        for site, shifts in hours.items():
            known = {(each.weekday, each.opens, each.valid_from) for each in before[site]}
            fresh = shifts - before[site]
            replaced = len([each for each in fresh if (each.weekday, each.opens, each.valid_from) in known])
            summary.unchanged += len(shifts) - len(fresh)
            summary.replaced += replaced
            summary.loaded += len(fresh) - replaced
        if changed:
            await sql.run_statement(self._connection, "facts/calendars.sql:remove_openings", sorted(changed))
            stored = [{"site": site, **each._asdict()} for site in sorted(changed) for each in after[site]]
            await sql.run_statement(
                self._connection, "facts/calendars.sql:store_openings", json.dumps(stored, default=str)
            )
        return changed

    async def _closings(self, rows: list[Row], summary: LoadSummary) -> set[str]:
        """Store the exceptional days. Return the sites whose days changed."""
        shifts_by_day, of_row = _group_by_day(rows, await self._partners())
        sites = sorted({place.site for place in shifts_by_day})
        before: dict[Day, Shifts] = defaultdict(frozenset)
        for record in await sql.fetch_rows(self._connection, "facts/calendars.sql:stored_closings", sites):
            before[Day(record["site"], record["day"])] |= {(record["opens"], record["closes"])}
        changed = {place for place, shifts in shifts_by_day.items() if before[place] != shifts}
        for places in of_row:
            if not changed & places:
                summary.unchanged += 1
            elif any(before[place] for place in changed & places):
                summary.replaced += 1
            else:
                summary.loaded += 1
        if changed:
            days = [place._asdict() for place in changed]
            shifts = [
                {**place._asdict(), "opens": opens, "closes": closes}
                for place in sorted(changed)
                for opens, closes in shifts_by_day[place]
            ]
            await sql.run_statement(
                self._connection, "facts/calendars.sql:remove_closings", json.dumps(days, default=str)
            )
            await sql.run_statement(
                self._connection, "facts/calendars.sql:store_closings", json.dumps(shifts, default=str)
            )
        return {place.site for place in changed}


def _earlier_hours(before: Iterable[Hours], hours: Iterable[Hours]) -> set[Hours]:
    """Return the stored hours that stay valid before the first day of the new hours. They end on that day at the
    latest."""
    first = min((each.valid_from or date.min for each in hours), default=date.min)
    return {
        each._replace(valid_to=min(each.valid_to or date.max, first))
        for each in before
        if (each.valid_from or date.min) < first
    }


def _closings(rows: Rows) -> Iterable[tuple[tuple[Any, ...], int, ClosingRow]]:
    for key, (line, row) in rows.items():
        assert isinstance(row, ClosingRow)
        yield key, line, row


def _contradictions(rows: Rows) -> set[tuple[Any, ...]]:
    """Return the keys of rows that contradict another row of the same site or partner and day. Several shifts of a day
    must open at different times, and a day without hours has one row."""
    of_day = defaultdict(list)
    for key, _, row in _closings(rows):
        of_day[row.site, row.partner, row.day].append((key, row.opens))
    return {
        key
        for same_day in of_day.values()
        if len(same_day) > 1
        and (None in dict(same_day).values() or len({opens for _, opens in same_day}) < len(same_day))
        for key, _ in same_day
    }


def _group_by_day(rows: list[Row], partners: Mapping[str, list[str]]) -> tuple[dict[Day, Shifts], list[set[Day]]]:
    """Return the shifts by site and day, and the days that each row applies to. A closed day has one shift without
    times; a withdrawn day has no shift. A row of the site takes precedence over a row of its partner."""
    shifts_by_day: dict[Day, Shifts] = {}
    own = {Day(row.site, row.day) for row in rows if isinstance(row, ClosingRow) and row.site}
    of_row = []
    for row in rows:
        assert isinstance(row, ClosingRow)
        sites = [row.site] if row.site else partners.get(row.partner or "", [])
        places = {Day(site, row.day) for site in sites}
        if row.partner:
            places -= own
        for place in places:
            shift: Shifts = frozenset() if row.withdrawn else frozenset({(row.opens, row.closes)})
            shifts_by_day[place] = shifts_by_day.get(place, frozenset()) | shift
        of_row.append(places)
    return shifts_by_day, of_row


def _refused(line: int, reason: str, row: Row) -> RefusedRow:
    return RefusedRow(line, reason, row.model_dump_json(exclude_none=True, exclude_defaults=True))
