"""The audit log: entries of who changed what, added within the transaction of the change.

An entry is bounded in bytes. Where the detail of a change is longer, the entry holds the beginning of each member and,
under ``cut``, the length and the SHA-256 of the whole as JSON: a copy kept elsewhere can be compared with it.
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

#: Entries of a page of the audit log; it is part of the contract, and the next page goes on.
AUDIT_PAGE_MAX: Final = 1_000
#: Bytes of the detail of an entry, as JSON.
DETAIL_BYTES_MAX: Final = 4_096
#: Items of a list, and characters of a text, in the detail of an entry that is cut.
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


async def note(connection: Connection, who: str, action: str, subject: str, detail: Mapping[str, Any]) -> None:
    """Add an entry to the audit log, within the transaction that makes the change, and mark the Idempotency-Key that
    the change is made under. Raises IdempotencyConflict."""
    await mark_changed(connection)
    await add_entry(connection, who, action, subject, detail)


async def add_entry(connection: Connection, who: str, action: str, subject: str, detail: Mapping[str, Any]) -> None:
    """Add an entry to the audit log, its detail cut where it is too long."""
    await connection.execute(sqlfiles.read("access/audit.sql"), who, action, subject, bounded(detail))


async def changed(connection: Connection, who: str, action: str, subject: str, detail: Mapping[str, Any]) -> None:
    """Note a change and let every process read anew what it caches."""
    await note(connection, who, action, subject, detail)
    # Keys are read together with the directory, so its version serves both.
    await connection.execute(sqlfiles.read("facts/directory_changed.sql"))


async def read_audit(
    pool: Pool, *, before: int | None = None, limit: int, subject: str | None = None, action: str | None = None
) -> list[Entry]:
    """Return a page of the log, the latest first; of one subject, or one action, where it is named."""
    number = before if before is not None else 2**62
    rows = await pool.fetch(sqlfiles.read("access/audited.sql"), [number, limit, subject, action])
    return [
        Entry(row["audit_id"], row["at"], row["who"], row["action"], row["subject"], json.loads(row["detail"]))
        for row in rows
    ]


def bounded(detail: Mapping[str, Any]) -> str:
    """Return the detail as JSON of at most ``DETAIL_BYTES_MAX`` bytes."""
    # ASCII only, so that a character is a byte.
    whole = json.dumps(detail)
    if len(whole) <= DETAIL_BYTES_MAX:
        return whole
    mark = {"cut": {"bytes": len(whole), "sha256": sha256(whole.encode()).hexdigest()}}
    kept = {name: _shortened(value) for name, value in detail.items() if not isinstance(value, Mapping)}
    while len(text := json.dumps(kept | mark)) > DETAIL_BYTES_MAX:
        del kept[max(kept, key=lambda name: len(json.dumps(kept[name])))]
    return text


def _shortened(value: Any) -> Any:
    """Return the beginning of a text or of a list."""
    if isinstance(value, str):
        return value if len(value) <= _CUT_CHARACTERS else value[:_CUT_CHARACTERS] + "…"
    if isinstance(value, list | tuple):
        return [_shortened(each) for each in value[:_CUT_ITEMS] if not isinstance(each, Mapping)]
    return value
