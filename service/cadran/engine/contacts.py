"""Reads the contacts behind a question, page by page. Nothing is cached: whoever counts by hand wants the facts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from cadran import telemetry
from cadran.compiler import contacts
from cadran.compiler.contacts import ContactPage
from cadran.domain.directory import Directory
from cadran.domain.principal import Principal
from cadran.domain.question import Question
from cadran.engine.scoped import narrowed
from cadran.store.pool import Pool


@dataclass(frozen=True, slots=True)
class Contacts:
    """Pages from PostgreSQL."""

    pool: Pool
    directory: Callable[[], Directory]

    async def page(self, question: Question, principal: Principal, *, limit: int, after: str | None) -> ContactPage:
        """The contacts that this principal may see, after that place. Raises QuestionRefused, DatabaseUnavailable,
        DatabaseTimeout."""
        directory = self.directory()
        with telemetry.stage("plan"):
            asked = contacts.statement(narrowed(question, principal.scope), directory, limit=limit, after=after)
        with telemetry.statement(asked.sql) as execution:
            rows = await self.pool.fetch(asked.sql, asked.arguments)
            execution.set({"db.response.returned_rows": len(rows)})
        with telemetry.stage("shape"):
            return contacts.page(rows, directory, limit=limit)  # type: ignore[arg-type]  # a record is a sequence in all but name
