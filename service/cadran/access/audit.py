"""The audit log: entries of who changed what, added within the transaction of the change.

An entry has a limited size. If the detail of a change is longer, the entry holds the beginning of each member. Its
member ``cut`` then has the length and the SHA-256 of the whole detail as JSON, so that a copy stored elsewhere can be
verified.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any, Final

from cadran import sqlfiles
from cadran.access.idempotency import mark_changed
from cadran.store.pool import Connection, Pool

#: The most entries of a page of the audit log. The number is part of the public API.
AUDIT_PAGE_MAX: Final = 1_000
#: The most bytes of the detail of an entry, as JSON.
DETAIL_BYTES_MAX: Final = 4_096
#: The most items of a list, and the most characters of a text, in a cut detail.
_CUT_ITEMS: Final = 5
_CUT_CHARACTERS: Final = 100


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the audit log."""

    number: int
    at: datetime
    who: str
    action: str
    subject: str
    detail: Mapping[str, Any]


async def record_entry(connection: Connection, who: str, action: str, subject: str, detail: Mapping[str, Any]) -> None:
    """Add an entry to the audit log within the transaction of the change, and mark the Idempotency-Key of the change.

    Raises IdempotencyConflict.
    """
    await mark_changed(connection)
    await add_entry(connection, who, action, subject, detail)


async def add_entry(connection: Connection, who: str, action: str, subject: str, detail: Mapping[str, Any]) -> None:
    """Add an entry to the audit log. A detail that is too long is cut."""
    await connection.execute(sqlfiles.read("access/audit.sql:add_entry"), who, action, subject, bound_entry(detail))


async def record_change(connection: Connection, who: str, action: str, subject: str, detail: Mapping[str, Any]) -> None:
    """Record a change in the audit log, and make every process reload its keys and its directory."""
    await record_entry(connection, who, action, subject, detail)
    # Keys are read together with the directory, so a new directory version reloads both.
    await connection.execute(sqlfiles.read("store/directory.sql:directory_changed"), ["administration"])


async def read_audit(
    pool: Pool, *, before: int | None = None, limit: int, subject: str | None = None, action: str | None = None
) -> list[Entry]:
    """Return a page of the audit log, the latest entry first. The page begins below the number ``before``.

    ``subject`` and ``action`` select entries; None selects all.
    """
    number = before if before is not None else 2**62
    rows = await pool.fetch(sqlfiles.read("access/audit.sql:read_page"), [number, limit, subject, action])
    return [
        Entry(row["audit_id"], row["at"], row["who"], row["action"], row["subject"], json.loads(row["detail"]))
        for row in rows
    ]


def bound_entry(detail: Mapping[str, Any]) -> str:
    """Return the detail as JSON of at most ``DETAIL_BYTES_MAX`` bytes."""
    # The JSON is ASCII only, so that a character is a byte.
    whole = json.dumps(detail)
    if len(whole) <= DETAIL_BYTES_MAX:
        return whole
    mark = {"cut": {"bytes": len(whole), "sha256": sha256(whole.encode()).hexdigest()}}
    shortened = {name: _shortened(value) for name, value in detail.items() if not isinstance(value, Mapping)}
    while len(text := json.dumps(shortened | mark)) > DETAIL_BYTES_MAX:
        del shortened[max(shortened, key=lambda name: len(json.dumps(shortened[name])))]
    return text


def _shortened(value: Any) -> Any:
    """Return the beginning of a text or of a list."""
    if isinstance(value, str):
        return value if len(value) <= _CUT_CHARACTERS else value[:_CUT_CHARACTERS] + "…"
    if isinstance(value, list | tuple):
        return [_shortened(each) for each in value[:_CUT_ITEMS] if not isinstance(each, Mapping)]
    return value
