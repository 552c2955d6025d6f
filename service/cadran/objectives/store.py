"""Objectives in PostgreSQL: read whole by one statement, changed in transactions that leave their line in the audit
log.

Whoever changes an objective names the version that was read; the row is held meanwhile, so that of two who read the
same version one is told that it has changed. Check-ins only add rows: they share the objective and lose nothing.
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import orjson

from cadran import sqlfiles, telemetry
from cadran.access.audit import note
from cadran.domain.ask import Condition
from cadran.domain.directory import Directory
from cadran.objectives.model.filter import Wanted
from cadran.objectives.model.objective import CheckIn, KeyResult, Objective, Owner, State
from cadran.objectives.model.permissions import Owners
from cadran.objectives.model.rules import CheckInForm, KeyResultForm, ObjectiveForm
from cadran.store.pool import Connection, Pool


@dataclass(frozen=True, slots=True)
class Found:
    """An objective as it was read, and whose parent it has (None where it has none)."""

    objective: Objective
    parent_owner: tuple[str, int] | None


class ObjectiveStore:
    """The tables of objectives."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def find(self, wanted: Wanted, seen: Owners, directory: Directory) -> list[Found]:
        """The objectives of owners that are seen, with all that belongs to them, by one statement."""
        owner = wanted.owner
        arguments = (
            wanted.number, seen.company, [*seen.sites], [*seen.teams],
            None if owner is None else owner.kind, None if owner is None else owner_id(owner, directory),
            None if wanted.states is None else [*wanted.states], wanted.start, wanted.end, wanted.parent,
            wanted.after, wanted.limit, None if seen.numbers is None else [*seen.numbers],
        )  # fmt: skip
        text = sqlfiles.read("steer/objectives.sql")
        with telemetry.statement(text):
            rows = await self._pool.fetch(text, arguments)
        return [Found(_objective(row, directory), _parent_owner(row["parent_owner"])) for row in rows]

    @asynccontextmanager
    async def adding(self, number: int) -> AsyncIterator[tuple[Connection, State | None]]:
        """A transaction that shares an objective with whoever else adds to it: its state; None where it is gone."""
        async with self._pool.acquire() as connection, connection.transaction():
            yield connection, await connection.fetchval(sqlfiles.read("steer/share_objective.sql"), number)

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Connection]:
        """A transaction of its own."""
        async with self._pool.acquire() as connection, connection.transaction():
            yield connection


async def hold(connection: Connection, number: int) -> tuple[int | None, State | None]:
    """The version and the state of an objective, which nobody else changes until the end of the transaction; None
    where it is gone."""
    row = await connection.fetchrow(sqlfiles.read("steer/hold_objective.sql"), number)
    return (None, None) if row is None else (row["version"], row["state"])


async def hold_alignment(connection: Connection) -> None:
    """Nobody else aligns objectives until the end of the transaction."""
    await connection.execute(sqlfiles.read("steer/hold_alignment.sql"))


async def is_above(connection: Connection, number: int, other: int) -> bool:
    """Whether ``other`` is the objective ``number`` itself or above it."""
    return bool(await connection.fetchval(sqlfiles.read("steer/is_above.sql"), number, other))


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
    """A new objective; its number."""
    values = (form.title, form.description, form.owner.kind, owner, form.start, form.end, parent, state, at, author)
    number: int = await connection.fetchval(sqlfiles.read("steer/create_objective.sql"), *values)
    told = {"title": form.title, "owner": form.owner.kind, "code": form.owner.code, "state": state}
    await note(connection, who, "objective.create", str(number), told)
    return number


async def change_objective(connection: Connection, changed: Objective, owner: int, who: str, told: Any) -> None:
    """The objective as it is now to be, under a version of its own."""
    values = (
        changed.number, changed.title, changed.description, changed.owner.kind, owner, changed.start, changed.end,
        changed.parent, changed.changed_at, changed.state, changed.retrospective, changed.closed_at,
    )  # fmt: skip
    await connection.execute(sqlfiles.read("steer/change_objective.sql"), *values)
    await note(connection, who, "objective.change", str(changed.number), told)


async def delete_objective(connection: Connection, number: int, who: str) -> None:
    """The objective is no more, nor are its key results."""
    await connection.execute(sqlfiles.read("steer/delete_objective.sql"), number)
    await note(connection, who, "objective.delete", str(number), {})


async def exists(connection: Connection, name: str, number: int) -> bool:
    """What ``steer/<name>.sql`` asks of a number."""
    return bool(await connection.fetchval(sqlfiles.read(f"steer/{name}.sql"), number))


async def count_key_results(connection: Connection, number: int) -> int:
    """How many key results an objective has."""
    return int(await connection.fetchval(sqlfiles.read("steer/count_key_results.sql"), number))


async def create_key_result(connection: Connection, of: int, form: KeyResultForm, who: str) -> int:
    """A new key result; its number. The version of its objective is the caller's business."""
    made: int = await connection.fetchval(sqlfiles.read("steer/create_key_result.sql"), of, *_values(form))
    await note(connection, who, "key_result.create", f"{of}/{made}", _told(form))
    return made


async def change_key_result(connection: Connection, of: int, number: int, form: KeyResultForm, who: str) -> None:
    """The key result as it is now to be."""
    await connection.execute(sqlfiles.read("steer/change_key_result.sql"), number, *_values(form))
    await note(connection, who, "key_result.change", f"{of}/{number}", _told(form))


async def delete_key_result(connection: Connection, of: int, number: int, who: str) -> None:
    """The key result is no more."""
    await connection.execute(sqlfiles.read("steer/delete_key_result.sql"), number)
    await note(connection, who, "key_result.delete", f"{of}/{number}", {})


async def score_key_result(connection: Connection, number: int, score: float) -> None:
    """Its score at the close."""
    await connection.execute(sqlfiles.read("steer/score_key_result.sql"), number, score)


async def touch(connection: Connection, number: int, at: datetime) -> None:
    """An objective's key results have changed, and so has its version."""
    await connection.execute(sqlfiles.read("steer/touch_objective.sql"), number, at)


async def create_check_in(
    connection: Connection, of: int, key_result: int, form: CheckInForm, *, author: str, who: str
) -> CheckIn:
    """What was said, as it was recorded."""
    values = (key_result, form.on, form.value, form.confidence, form.comment, author)
    row = await connection.fetchrow(sqlfiles.read("steer/create_check_in.sql"), *values)
    assert row is not None
    made = CheckIn(row["check_in_id"], form.on, form.value, form.confidence, form.comment, author, row["recorded_at"])
    await note(connection, who, "check_in.create", f"{of}/{key_result}/{made.number}", {"on": form.on.isoformat()})
    return made


def owner_id(owner: Owner, directory: Directory) -> int:
    """The id of a site or team that is known; 0 for the company, and -1 for what is not known any more."""
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


def _told(form: KeyResultForm) -> dict[str, Any]:
    return {"title": form.title, "metric": form.metric, "baseline": form.baseline, "target": form.target}


def _objective(row: Any, directory: Directory) -> Objective:
    kind = row["owner_kind"]
    owner = Owner(kind, None if kind == "company" else directory.member(kind, row["owner_id"]).code)
    return Objective(
        row["objective_id"], row["title"], row["description"], owner, row["starts"], row["ends"], row["parent_id"],
        row["state"], row["version"], row["created_at"], row["created_by"], row["changed_at"], row["closed_at"],
        row["retrospective"], tuple(_key_result(each) for each in orjson.loads(row["key_results"] or "[]")),
    )  # fmt: skip


def _key_result(told: dict[str, Any]) -> KeyResult:
    where = tuple(Condition(each["dimension"], tuple(each["values"]), each["negated"]) for each in told["scope"])
    path = tuple((date.fromisoformat(each["on"]), float(each["share"])) for each in told["path"])
    return KeyResult(
        told["number"], told["title"], told["metric"], where, told["unit"], told["better"], told["baseline"],
        told["target"], date.fromisoformat(told["deadline"]), path, told["score"],
        tuple(_check_in(each) for each in told["check_ins"] or ()),
    )  # fmt: skip


def _check_in(told: dict[str, Any]) -> CheckIn:
    return CheckIn(
        told["number"], date.fromisoformat(told["on"]), told["value"], told["confidence"], told["comment"],
        told["author"], datetime.fromisoformat(told["recorded_at"]),
    )  # fmt: skip


def _parent_owner(text: str | None) -> tuple[str, int] | None:
    if text is None:
        return None
    kind, _, number = text.partition(" ")
    return kind, int(number)
