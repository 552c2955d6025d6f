"""The objectives in PostgreSQL. One statement reads whole objectives. Each change is a transaction, which also writes
an entry of the audit log.

A change names the version that was read and locks the row, so the second of two changes to the same version is refused.
Check-ins only add rows: they take a shared lock on the objective and do not wait for each other.
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any, Final

import orjson

from cadran import sqlfiles, telemetry
from cadran.access.audit import record_entry
from cadran.domain.ask import Condition
from cadran.domain.directory import Directory
from cadran.domain.metric_ref import parse_metric_ref
from cadran.objectives.model.filter import ObjectiveFilter
from cadran.objectives.model.objective import CheckIn, KeyResult, Objective, Owner, ScoredFigures, State
from cadran.objectives.model.permissions import Owners
from cadran.objectives.model.rules import CheckInForm, KeyResultForm, ObjectiveForm
from cadran.store.pool import Connection, Pool

#: The arguments of a metric that are wait thresholds.
_THRESHOLDS: Final = frozenset({"within", "short"})


@dataclass(frozen=True, slots=True)
class StoredObjective:
    """An objective as stored, with the owner of its parent (None without a parent)."""

    objective: Objective
    parent_owner: tuple[str, int] | None


class ObjectiveStore:
    """The tables of objectives."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def find(self, wanted: ObjectiveFilter, seen: Owners, directory: Directory) -> list[StoredObjective]:
        """Return the selected objectives of visible owners, with key results and check-ins, in one statement."""
        owner = wanted.owner
        arguments = (
            wanted.number, seen.company, [*seen.sites], [*seen.teams],
            None if owner is None else owner.kind, None if owner is None else find_owner_id(owner, directory),
            None if wanted.states is None else [*wanted.states], wanted.start, wanted.end, wanted.parent,
            wanted.after, wanted.limit, None if seen.numbers is None else [*seen.numbers],
        )  # fmt: skip
        text = sqlfiles.read("objectives/find.sql")
        with telemetry.statement(text):
            rows = await self._pool.fetch(text, arguments)
        return [StoredObjective(_objective(row, directory), _parent_owner(row["parent_owner"])) for row in rows]

    @asynccontextmanager
    async def adding(self, number: int) -> AsyncIterator[tuple[Connection, State | None]]:
        """Open a transaction with a shared lock on the objective, which allows other additions. Yield the connection
        and the objective's state (None if the objective is gone)."""
        async with self._pool.acquire() as connection, connection.transaction():
            state = await connection.fetchval(sqlfiles.read("objectives/objectives.sql:share_objective"), number)
            yield connection, state

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Connection]:
        """Open a transaction on a separate connection."""
        async with self._pool.acquire() as connection, connection.transaction():
            yield connection


async def lock_objective(connection: Connection, number: int) -> tuple[int | None, State | None]:
    """Lock an objective until the end of the transaction. Return its version and its state, both None if the objective
    is gone."""
    row = await connection.fetchrow(sqlfiles.read("objectives/objectives.sql:hold_objective"), number)
    return (None, None) if row is None else (row["version"], row["state"])


async def lock_alignment(connection: Connection) -> None:
    """Lock the alignment of all objectives until the end of the transaction."""
    await connection.execute(sqlfiles.read("objectives/objectives.sql:hold_alignment"))


async def is_above(connection: Connection, number: int, other: int) -> bool:
    """Return whether ``other`` is the objective ``number`` itself or one of its ancestors."""
    return bool(await connection.fetchval(sqlfiles.read("objectives/objectives.sql:is_above"), number, other))


async def create_objective(
    connection: Connection,
    form: ObjectiveForm,
    owner: int,
    parent: int | None,
    state: State,
    at: datetime,
    *,
    author: str,
    who: str,
) -> int:
    """Insert an objective and return its number."""
    values = (form.title, form.description, form.owner.kind, owner, form.start, form.end, parent, state, at, author)
    number: int = await connection.fetchval(sqlfiles.read("objectives/objectives.sql:create_objective"), *values)
    details = {"title": form.title, "owner": form.owner.kind, "code": form.owner.code, "state": state}
    await record_entry(connection, who, "objective.create", str(number), details)
    return number


async def change_objective(connection: Connection, changed: Objective, owner: int, who: str, details: Any) -> None:
    """Update an objective under a new version. ``details`` go into the audit log."""
    values = (
        changed.number, changed.title, changed.description, changed.owner.kind, owner, changed.start, changed.end,
        changed.parent, changed.changed_at, changed.state, changed.retrospective, changed.closed_at,
    )  # fmt: skip
    await connection.execute(sqlfiles.read("objectives/objectives.sql:change_objective"), *values)
    await record_entry(connection, who, "objective.change", str(changed.number), details)


async def delete_objective(connection: Connection, number: int, who: str) -> None:
    """Delete an objective and its key results."""
    await connection.execute(sqlfiles.read("objectives/objectives.sql:delete_objective"), number)
    await record_entry(connection, who, "objective.delete", str(number), {})


async def exists(connection: Connection, name: str, number: int) -> bool:
    """Return whether the statement ``name`` finds anything for a number."""
    return bool(await connection.fetchval(sqlfiles.read(name), number))


async def count_key_results(connection: Connection, number: int) -> int:
    """Return the number of key results of an objective."""
    return int(await connection.fetchval(sqlfiles.read("objectives/key_results.sql:count_key_results"), number))


async def create_key_result(connection: Connection, of: int, form: KeyResultForm, who: str) -> int:
    """Insert a key result and return its number. The caller raises the version of the objective."""
    made: int = await connection.fetchval(
        sqlfiles.read("objectives/key_results.sql:create_key_result"), of, *_values(form)
    )
    await record_entry(connection, who, "key_result.create", f"{of}/{made}", _audit_details(form))
    await _announce_threshold(connection, form)
    return made


async def change_key_result(connection: Connection, of: int, number: int, form: KeyResultForm, who: str) -> None:
    """Update a key result. The caller raises the version of the objective."""
    await connection.execute(sqlfiles.read("objectives/key_results.sql:change_key_result"), number, *_values(form))
    await record_entry(connection, who, "key_result.change", f"{of}/{number}", _audit_details(form))
    await _announce_threshold(connection, form)


async def _announce_threshold(connection: Connection, form: KeyResultForm) -> None:
    """Make every process reload its directory if the metric names a wait threshold, which is exact from now on."""
    if form.metric is not None and not _THRESHOLDS.isdisjoint(dict(parse_metric_ref(form.metric).arguments)):
        await connection.execute(sqlfiles.read("store/directory.sql:directory_changed"), ["administration"])


async def delete_key_result(connection: Connection, of: int, number: int, who: str) -> None:
    """Delete a key result. The caller raises the version of the objective."""
    await connection.execute(sqlfiles.read("objectives/key_results.sql:delete_key_result"), number)
    await record_entry(connection, who, "key_result.delete", f"{of}/{number}", {})


async def score_key_result(connection: Connection, number: int, score: float, scored: ScoredFigures | None) -> None:
    """Store the score of a key result at the close, with the figures of its metric."""
    figures = None if scored is None else json.dumps(asdict(scored))
    await connection.execute(sqlfiles.read("objectives/key_results.sql:score_key_result"), number, score, figures)


async def raise_version(connection: Connection, number: int, at: datetime) -> None:
    """Raise the version of an objective whose key results have changed."""
    await connection.execute(sqlfiles.read("objectives/objectives.sql:touch_objective"), number, at)


async def create_check_in(
    connection: Connection, of: int, key_result: int, form: CheckInForm, *, author: str, who: str
) -> CheckIn:
    """Insert a check-in and return it as recorded."""
    values = (key_result, form.on, form.value, form.confidence, form.comment, author)
    row = await connection.fetchrow(sqlfiles.read("objectives/key_results.sql:create_check_in"), *values)
    assert row is not None
    made = CheckIn(row["check_in_id"], form.on, form.value, form.confidence, form.comment, author, row["recorded_at"])
    await record_entry(
        connection, who, "check_in.create", f"{of}/{key_result}/{made.number}", {"on": form.on.isoformat()}
    )
    return made


def find_owner_id(owner: Owner, directory: Directory) -> int:
    """Return the id of a known site or team; 0 for the company, -1 for an owner that is not known any more."""
    if owner.code is None:
        return 0
    return directory.codes.get(owner.kind, {}).get(owner.code.lower(), -1)


def _values(form: KeyResultForm) -> Sequence[Any]:
    where = [{"dimension": each.dimension, "values": [*each.values], "negated": each.negated} for each in form.where]
    path = [{"on": on.isoformat(), "share": share} for on, share in form.path]
    return (
        form.title, form.metric, json.dumps(where), form.unit, form.better, form.baseline, form.target, form.deadline,
        json.dumps(path),
    )  # fmt: skip


def _audit_details(form: KeyResultForm) -> dict[str, Any]:
    return {"title": form.title, "metric": form.metric, "baseline": form.baseline, "target": form.target}


def _objective(row: Any, directory: Directory) -> Objective:
    kind = row["owner_kind"]
    owner = Owner(kind, None if kind == "company" else directory.member(kind, row["owner_id"]).code)
    return Objective(
        row["objective_id"], row["title"], row["description"], owner, row["starts"], row["ends"], row["parent_id"],
        row["state"], row["version"], row["created_at"], row["created_by"], row["changed_at"], row["closed_at"],
        row["retrospective"], tuple(_key_result(each) for each in orjson.loads(row["key_results"] or "[]")),
    )  # fmt: skip


def _key_result(row: dict[str, Any]) -> KeyResult:
    where = tuple(Condition(each["dimension"], tuple(each["values"]), each["negated"]) for each in row["scope"])
    path = tuple((date.fromisoformat(each["on"]), float(each["share"])) for each in row["path"])
    return KeyResult(
        row["number"], row["title"], row["metric"], where, row["unit"], row["better"], row["baseline"],
        row["target"], date.fromisoformat(row["deadline"]), path, row["score"],
        None if row["scored"] is None else ScoredFigures(**row["scored"]),
        tuple(_check_in(each) for each in row["check_ins"] or ()),
    )  # fmt: skip


def _check_in(row: dict[str, Any]) -> CheckIn:
    return CheckIn(
        row["number"], date.fromisoformat(row["on"]), row["value"], row["confidence"], row["comment"],
        row["author"], datetime.fromisoformat(row["recorded_at"]),
    )  # fmt: skip


def _parent_owner(text: str | None) -> tuple[str, int] | None:
    if text is None:
        return None
    kind, _, number = text.partition(" ")
    return kind, int(number)
