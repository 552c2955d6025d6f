"""Trusted documents: GraphQL documents that administrators registered, each under the hash of its text.

Every process keeps all of them in memory, read with the keys at the start and after each notified change; a change is
one transaction with its entry in the audit log. That a text is a document of the schema is judged by whoever adds it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Final

from cadran import sqlfiles
from cadran.access.audit import changed
from cadran.errors import NotFound, QuestionRefused
from cadran.store.command_tag import touched
from cadran.store.pool import Pool

PREFIX: Final = "sha256:"
_ID: Final = re.compile(PREFIX + r"[0-9a-f]{64}")
DOCUMENTS_MAX: Final = 1_000


@dataclass(frozen=True, slots=True)
class TrustedDocument:
    """A document as stored; ``document_id`` is ``sha256:`` and the hash of its text in UTF-8, in hexadecimal digits."""

    document_id: str
    text: str
    created_at: datetime
    created_by: str


def id_of(text: str) -> str:
    """The id of a document. Texts that differ in a blank have different ones."""
    return PREFIX + sha256(text.encode()).hexdigest()


class TrustedDocuments:
    """Those of a database, and those that this process knows."""

    def __init__(self, pool: Pool, clock: Callable[[], datetime], *, documents_max: int = DOCUMENTS_MAX) -> None:
        self._pool = pool
        self._clock = clock
        self._documents_max = documents_max
        self._texts: dict[str, str] = {}

    def text(self, document_id: str) -> str | None:
        """The document of that id; None where none is known."""
        return self._texts.get(document_id)

    def load(self, documents: Iterable[TrustedDocument]) -> None:
        """Replace those known."""
        self._texts = {each.document_id: each.text for each in documents}

    async def all(self) -> list[TrustedDocument]:
        """Those of the database, the oldest first."""
        rows = await self._pool.fetch(sqlfiles.read("access/documents.sql"))
        return [TrustedDocument(row["document_id"], row["text"], row["created_at"], row["created_by"]) for row in rows]

    async def add(self, text: str, *, who: str) -> str:
        """Trust a document; its id. One that is trusted already stays as it is. Raises QuestionRefused when there are
        too many."""
        number = id_of(text)
        async with self._pool.acquire() as connection, connection.transaction():
            values = (number, text, self._clock(), who, self._documents_max)
            done = await connection.execute(sqlfiles.read("access/add_document.sql"), *values)
            if touched(done):
                await changed(connection, who, "document.add", number, {"characters": len(text)})
            elif not await connection.fetchval(sqlfiles.read("access/document.sql"), number):
                raise QuestionRefused(
                    f"There are {self._documents_max} trusted documents already (CADRAN_GRAPHQL_DOCUMENTS_MAX): remove"
                    " those that nobody asks by any more.",
                    code="too_many_documents",
                    parameter="document",
                )
        return number

    async def remove(self, document_id: str, *, who: str) -> None:
        """Trust a document no more. Raises NotFound."""
        missing = NotFound(f"There is no trusted document '{document_id[:80]}'; `cadran document list` shows them.")
        if not _ID.fullmatch(document_id):
            raise missing
        async with self._pool.acquire() as connection, connection.transaction():
            done = await connection.execute(sqlfiles.read("access/remove_document.sql"), document_id)
            if not touched(done):
                raise missing
            await changed(connection, who, "document.remove", document_id, {})
