"""Reads the contacts behind a question, page by page. Nothing is cached: whoever counts by hand wants the facts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from cadran import telemetry
from cadran.compiler.columns import Rows
from cadran.compiler.read_size import facts_read
from cadran.domain.access.permit import permitted
from cadran.domain.access.principal import Principal
from cadran.domain.directory import Directory
from cadran.domain.question import Question
from cadran.engine.reading import rows_of
from cadran.engine.secured_reader import Walled
from cadran.lists.statements import contacts
from cadran.lists.statements.contacts import ContactPage


@dataclass(frozen=True, slots=True)
class Contacts:
    """Pages from PostgreSQL."""

    reads: Walled
    directory: Callable[[], Directory]

    async def page(self, question: Question, principal: Principal, *, limit: int, after: str | None) -> ContactPage:
        """The contacts that this principal may see, after that place. Raises QuestionRefused, DatabaseUnavailable,
        DatabaseTimeout."""
        directory = self.directory()
        asked = permitted(question, principal)
        rows: Rows = ()
        for until in contacts.stretches(asked, after):
            page = contacts.statement(asked, directory, limit=limit, after=after, until=until)
            if until is None:
                # The whole window is looked through, where the first days held too few.
                page = replace(page, rows=facts_read(asked, directory))
            rows = await rows_of(self.reads, page, principal)
            if len(rows) > limit:
                break
        with telemetry.stage("shape"):
            return contacts.page(rows, directory, limit=limit)
