"""Trusted documents: GraphQL documents registered by administrators, each under the hash of its text.

Every process holds all of them in memory. They are read with the keys at the start and after each notified change. A
change is one transaction with its entry in the audit log. The caller of ``add`` checks that the text is a valid
document of the schema.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Final

from cadran import sqlfiles
from cadran.access.audit import record_change
from cadran.errors import NotFound, QuestionRefused
from cadran.store.command_tag import count_touched
from cadran.store.pool import Pool

PREFIX: Final = "sha256:"
_ID: Final = re.compile(PREFIX + r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class TrustedDocument:
    """A document as stored. ``document_id`` is ``sha256:`` and the hexadecimal hash of its text in UTF-8."""

    document_id: str
    text: str
    created_at: datetime
    created_by: str


def compute_id(text: str) -> str:
    """Return the id of a document. Texts that differ in a single blank have different ids."""
    return PREFIX + sha256(text.encode()).hexdigest()


class TrustedDocuments:
    """The trusted documents of a database, and the copy in this process."""

    def __init__(self, pool: Pool, clock: Callable[[], datetime], *, documents_max: int) -> None:
        self._pool = pool
        self._clock = clock
        self._documents_max = documents_max
        self._texts: dict[str, str] = {}

    def text(self, document_id: str) -> str | None:
        """Return the text of a document, or None if the id is unknown."""
        return self._texts.get(document_id)

    def load(self, documents: Iterable[TrustedDocument]) -> None:
        """Replace the documents in this process."""
        self._texts = {each.document_id: each.text for each in documents}

    async def all(self) -> list[TrustedDocument]:
        """Return the documents of the database, the oldest first."""
        rows = await self._pool.fetch(sqlfiles.read("access/documents.sql:all_documents"))
        return [TrustedDocument(row["document_id"], row["text"], row["created_at"], row["created_by"]) for row in rows]

    async def add(self, text: str, *, who: str) -> str:
        """Register a document and return its id. Raises QuestionRefused if there are too many.

        A document that is already registered stays unchanged.
        """
        number = compute_id(text)
        async with self._pool.acquire() as connection, connection.transaction():
            values = (number, text, self._clock(), who, self._documents_max)
            done = await connection.execute(sqlfiles.read("access/documents.sql:add_document"), *values)
            if count_touched(done):
                await record_change(connection, who, "document.add", number, {"characters": len(text)})
            elif not await connection.fetchval(sqlfiles.read("access/documents.sql:count_document"), number):
                raise QuestionRefused(
                    f"There are {self._documents_max} trusted documents already (CADRAN_GRAPHQL_DOCUMENTS_MAX). Remove"
                    " the documents that are no longer used.",
                    code="too_many_documents",
                    parameter="document",
                )
        return number

    async def remove(self, document_id: str, *, who: str) -> None:
        """Remove a trusted document. Raises NotFound."""
        missing = NotFound(
            f"There is no trusted document '{document_id[:80]}'. `cadran document list` lists all of them."
        )
        if not _ID.fullmatch(document_id):
            raise missing
        async with self._pool.acquire() as connection, connection.transaction():
            done = await connection.execute(sqlfiles.read("access/documents.sql:remove_document"), document_id)
            if not count_touched(done):
                raise missing
            await record_change(connection, who, "document.remove", document_id, {})
