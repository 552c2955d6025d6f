"""The loader of dimensions and other reference data: partners, sites, teams, agents, segments, channels, moments,
reasons, queues, assignments, customers, answer norms, tariffs, budgets, gestures, instruments, targets, annotations.
Opening hours and closings are in `calendars`.

The loader takes records of one kind, checks each with its pydantic schema, and upserts them with one statement of
`sql/facts/dimensions.sql` or `sql/facts/dimensions`. Unknown codes of other dimensions are added. A row with an unknown
site is refused unless the site's time zone is given.

Four edits affect stored facts. A site's new zone moves its contacts to other days, quarters and open hours. Changed
tariffs (or a site's partner) change the cost of contacts that came without a cost. Changed cuts of an instrument change
the classes of its answers. Changed limits of a gesture change which gestures are above the limit.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, get_args

from pydantic import ValidationError

from cadran.domain.presentation import ShownPart
from cadran.facts import sql
from cadran.facts.files.rows import Record
from cadran.facts.load import new_members, ready
from cadran.facts.load.channels import BY_KIND, guess_channel
from cadran.facts.load.seen_ids import SeenIds
from cadran.facts.load.session import Connection, RefusedRow, make_months, notify_directory
from cadran.facts.load.spellings import SPELLED, Spellings, find_spellings
from cadran.facts.load.summary import LoadSummary
from cadran.facts.refresh import open_hours
from cadran.facts.schema.fields import Row
from cadran.facts.schema.schema import KINDS, list_columns

# The number of rows in one statement. They are sent as one JSON text.
STATEMENT_ROWS = 20_000
# The statements that upsert the rows of a kind.
STATEMENTS: Mapping[str, Sequence[str]] = {
    "partners": ("facts/dimensions.sql:partners",),
    "sites": ("facts/dimensions.sql:sites",),
    "teams": ("facts/dimensions.sql:teams",),
    "agents": ("facts/dimensions.sql:agents",),
    "segments": ("facts/dimensions.sql:segments",),
    "channels": ("facts/dimensions.sql:channels",),
    "moments": ("facts/dimensions.sql:moments",),
    "reasons": ("facts/dimensions.sql:reasons",),
    "queues": ("facts/dimensions.sql:queues",),
    "answer_norms": ("facts/dimensions.sql:answer_norms",),
    "tariffs": ("facts/dimensions.sql:tariffs",),
    "budgets": ("facts/dimensions.sql:budgets",),
    "gestures": (
        "facts/dimensions/gestures.sql",
        "facts/dimensions/gesture_limits.sql",
        "facts/dimensions/month_limits.sql",
    ),
    "instruments": ("facts/dimensions.sql:instruments",),
    "targets": ("facts/dimensions.sql:targets",),
    "annotations": ("facts/dimensions/annotations.sql",),
    "assignments": ("facts/dimensions.sql:assignments",),
    "customers": (
        "facts/dimensions.sql:customers",
        "facts/dimensions/customer_segments.sql",
        "facts/dimensions/customer_values.sql",
    ),
}
# The columns that identify a row, where these are not only the dimension's code.
KEYS = {
    "assignments": ("agent", "team", "queue", "valid_from"),
    "customers": ("customer", "value_from", "segment_from"),
    "answer_norms": ("channel", "moment", "valid_from"),
    "openings": ("site", "weekday", "opens", "valid_from"),
    "closings": ("site", "partner", "day", "opens", "closes", "withdrawn"),
    "tariffs": ("site", "partner", "channel", "valid_from"),
    "budgets": ("site", "month"),
    "gestures": ("gesture", "valid_from"),
    "targets": ("metric", "site", "partner", "team", "segment", "channel", "moment", "queue", "valid_from"),
}
# The columns that name another dimension, whose missing members are added.
REFERENCES = {
    "sites": ("partner",),
    "agents": ("team",),
    "reasons": ("moment",),
    "queues": ("channel",),
    "assignments": ("agent", "team", "queue"),
    "customers": ("segment",),
    "answer_norms": ("channel", "moment"),
    "tariffs": ("partner", "channel"),
    "targets": ("partner", "team", "segment", "channel", "moment", "queue"),
    "annotations": ("partner", "channel", "segment"),
}
OF_A_SITE = ("teams", "openings", "tariffs", "budgets", "targets", "annotations")
# The kinds whose edits affect stored facts.
REACHING = ("sites", "tariffs", "gestures", "instruments", "openings", "closings")


class Dimensions:
    """The loader of one kind of dimension on one connection."""

    def __init__(
        self,
        connection: Connection,
        kind: str,
        *,
        zone: str | None,
        currency: str,
        header: Sequence[str],
        seen: SeenIds,
    ) -> None:
        self._connection = connection
        self._kind = kind
        self._zone = zone
        self._currency = currency
        self._header = list(header)
        self._seen = seen

    async def open(self) -> None:
        """Make the session's functions."""
        await sql.run_script(self._connection, "facts/functions.sql")

    async def batch(self, records: Iterable[Record]) -> tuple[LoadSummary, list[RefusedRow]]:
        """Store one batch. The caller commits."""
        if self._kind in REACHING:
            await sql.fetch_rows(self._connection, "facts/session.sql:lock_sites")
        summary, refused = LoadSummary(), []
        superseded: list[RefusedRow] = []
        rows: dict[tuple[Any, ...], tuple[int, Row]] = {}
        for line, row in await self._read(records):
            if isinstance(row, RefusedRow):
                refused.append(row)
                continue
            key = tuple(getattr(row, name) for name in KEYS.get(self._kind, list_columns(self._kind)[:1]))
            numbered = (line, row)
            if key in rows:
                earlier = rows.pop(key)
                is_newer = self._seen.replaces(numbered[0], earlier[0])
                retained, withheld = (numbered, earlier) if is_newer else (earlier, numbered)
                superseded.append(_superseded(*withheld, by=retained[0]))
                numbered = retained
            rows[key] = numbered
        rows, unknown = await self._of_known_sites(rows)
        refused += unknown
        replacing, withheld_rows = self._seen.add((repr(key), line) for key, (line, _) in rows.items())
        if withheld_rows:
            keys = {repr(key): key for key in rows}
            superseded += [_superseded(*rows.pop(keys[each.id]), by=each.before) for each in withheld_rows]
        superseded += [RefusedRow(each.before, f"superseded:{each.line}", "{}") for each in replacing]
        if rows:
            await self._store([row for _, row in rows.values()], summary)
        # The rows of earlier batches are counted as superseded, and those that replace them as the loaded ones.
        replaced = min(len(replacing), summary.replaced)
        summary.replaced -= replaced
        summary.unchanged -= len(replacing) - replaced
        summary.rejected = len(refused)
        summary.superseded = len(superseded)
        return summary, [*refused, *superseded]

    async def _read(self, records: Iterable[Record]) -> list[tuple[int, Row | RefusedRow]]:
        """Check the records. Return each line with its row, in which codes are spelled as their stored members."""
        checked = [(int(record[0] or 0), self._checked(record)) for record in records]
        names = [name for name in SPELLED if name in list_columns(self._kind)]
        named = {
            (name, code)
            for _, row in checked
            if not isinstance(row, RefusedRow)
            for name in names
            if (code := getattr(row, name)) is not None
        }
        if not (spelled := await find_spellings(self._connection, named)):
            return checked
        return [(line, row if isinstance(row, RefusedRow) else _respell(row, names, spelled)) for line, row in checked]

    def _checked(self, record: Record) -> Row | RefusedRow:
        values = {
            name: value for name, value in zip(list_columns(self._kind), record[1:], strict=True) if value is not None
        }
        try:
            row = KINDS[self._kind].model_validate(values)
        except ValidationError as error:
            first = error.errors(include_url=False)[0]
            place = f"{first['loc'][0]}: " if first["loc"] else ""
            message = place + first["msg"].removeprefix("Value error, ")
            if first["type"] == "missing":
                return RefusedRow(int(record[0] or 0), f"missing:{first['loc'][0]}", json.dumps(values))
            return RefusedRow(int(record[0] or 0), "invalid", json.dumps(values | {"value": message}))
        if getattr(row, "currency", None) not in (None, self._currency):
            return RefusedRow(
                int(record[0] or 0), "other_currency", json.dumps(values | {"deployment": self._currency})
            )
        return row

    async def _of_known_sites(
        self, rows: dict[tuple[Any, ...], tuple[int, Row]]
    ) -> tuple[dict[tuple[Any, ...], tuple[int, Row]], list[RefusedRow]]:
        """Return the accepted rows, and the refused rows, which name a site of unknown time zone."""
        if self._zone or self._kind not in ("sites", *OF_A_SITE):
            return rows, []
        sites = {row["code"] for row in await self._connection.fetch("SELECT code FROM site")}
        accepted, refused = {}, []
        for key, (line, row) in rows.items():
            site = getattr(row, "site", None)
            if site is None or site in sites or getattr(row, "zone", None):
                accepted[key] = (line, row)
            else:
                reason = "missing:zone" if self._kind == "sites" else "unknown_site"
                refused.append(RefusedRow(line, reason, row.model_dump_json(exclude_none=True)))
        return accepted, refused

    async def _store(self, rows: list[Row], summary: LoadSummary) -> None:
        made = await self._make_references(rows)
        before = await self._sites() if self._kind == "sites" else {}
        inserted = set(made if self._kind == "channels" else ())
        changed: set[str] = set()
        for start in range(0, len(rows), STATEMENT_ROWS):
            batch = json.dumps([self._stored_values(row, before) for row in rows[start : start + STATEMENT_ROWS]])
            for statement in STATEMENTS[self._kind]:
                for key, is_new in await sql.fetch_rows(self._connection, statement, batch, self._header):
                    (inserted if is_new else changed).add(key)
        summary.loaded = len(inserted)
        summary.replaced = len(changed - inserted)
        summary.unchanged = len(rows) - summary.loaded - summary.replaced
        if self._kind == "sites":
            summary.marks += await self._moved_sites(before)
        if inserted or changed or made:
            if self._kind == "tariffs":
                summary.marks += await sql.run_statement(self._connection, "facts/dimensions.sql:reprice")
            if self._kind == "instruments":
                summary.marks += await sql.run_statement(
                    self._connection, "facts/survey.sql:mark_recut", sorted(changed)
                )
            if self._kind == "gestures":
                codes = {json.loads(key)[0] for key in inserted | changed}
                summary.marks += await sql.run_statement(
                    self._connection, "facts/goodwill/mark_limits.sql", sorted(codes - {None}), None in codes
                )
            # No figure depends on targets and annotations, unless their rows name new members.
            is_shown_only = self._kind in get_args(ShownPart) and not made
            await notify_directory(self._connection, [self._kind] if is_shown_only else None)

    def _stored_values(self, row: Row, sites: Mapping[str, Any]) -> dict[str, Any]:
        values = row.model_dump(mode="json")
        if self._kind == "sites" and values["site"] not in sites:
            values["zone"] = values["zone"] or self._zone
        if self._kind == "channels" and values["kind"] and values["asynchronous"] is None:
            values["asynchronous"] = BY_KIND[values["kind"]].asynchronous
        return values

    async def _make_references(self, rows: list[Row]) -> list[str]:
        """Add the members of other dimensions that these rows name. Return the codes of new channels."""
        if self._kind == "channels":
            kinds = {row.channel: BY_KIND.get(row.kind or "") or guess_channel(row.channel) for row in rows}  # type: ignore[attr-defined] # ChannelRow
            return await new_members.make_channels(self._connection, kinds)
        names = REFERENCES.get(self._kind, ())
        if self._zone and self._kind in OF_A_SITE:
            names = (*names, "site")
        named = {(name, code, None) for row in rows for name in names if (code := getattr(row, name, None)) is not None}
        return await new_members.add_members(self._connection, sorted(named), zone=self._zone)

    async def _sites(self) -> dict[str, tuple[str, int]]:
        rows = await self._connection.fetch("SELECT code, zone, partner_id FROM site")
        return {row["code"]: (row["zone"], row["partner_id"]) for row in rows}

    async def _moved_sites(self, before: dict[str, tuple[str, int]]) -> int:
        """Update the facts of sites whose zone or partner changed. Return the number of marks."""
        after = await self._sites()
        stayed = before.keys() & after.keys()
        marks = 0
        rezoned = [code for code in sorted(stayed) if before[code][0] != after[code][0]]
        if rezoned:
            marks += await self._rezone(rezoned)
            marks += await ready.rezone(self._connection, rezoned)
            marks += await open_hours.follow(self._connection, rezoned)
            marks += await sql.run_statement(self._connection, "facts/leg.sql:mark_taken", rezoned)
        if any(before[code] != after[code] for code in stayed):
            marks += await sql.run_statement(self._connection, "facts/dimensions.sql:reprice")
        return marks

    async def _rezone(self, sites: list[str]) -> int:
        connection = self._connection
        await sql.run_script(connection, "facts/rezone.sql:stage")
        if not await sql.run_statement(connection, "facts/rezone.sql:find", sites):
            return 0
        months = await connection.fetch(
            "SELECT DISTINCT date_trunc('month', new_day)::date FROM moved_contact ORDER BY 1"
        )
        await make_months(connection, ("contact", "leg"), [month[0] for month in months])
        marks = await sql.run_statement(connection, "facts/rezone.sql:mark")
        await sql.run_statement(connection, "facts/rezone.sql:mark_customers")
        await sql.run_statement(connection, "facts/rezone.sql:move_contacts")
        await sql.run_statement(connection, "facts/rezone.sql:move_legs")
        await sql.run_statement(connection, "facts/rezone.sql:move_places")
        return marks


def _superseded(line: int, row: Row, *, by: int) -> RefusedRow:
    return RefusedRow(line, f"superseded:{by}", row.model_dump_json(exclude_none=True, exclude_defaults=True))


def _respell(row: Row, names: Sequence[str], spelled: Spellings) -> Row:
    """Return the row with the spellings to use."""
    return row.model_copy(
        update={name: spelled[name, code] for name in names if (name, code := getattr(row, name)) in spelled}
    )
