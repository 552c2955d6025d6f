"""The reader of the contacts behind a question, page by page.

Nothing is cached, because a caller who counts by hand needs the facts of this moment.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from cadran import telemetry
from cadran.compiler.columns import Rows
from cadran.compiler.read_size import facts_read
from cadran.domain.access.permit import permit
from cadran.domain.access.principal import Principal
from cadran.domain.directory import Directory
from cadran.domain.question import Question
from cadran.engine.reading import read_rows
from cadran.engine.secured_reader import SecuredReader
from cadran.lists.statements import contacts
from cadran.lists.statements.contacts import ContactPage


@dataclass(frozen=True, slots=True)
class Contacts:
    """The reader of pages of contacts from PostgreSQL."""

    reads: SecuredReader
    directory: Callable[[], Directory]

    async def page(self, question: Question, principal: Principal, *, limit: int, after: str | None) -> ContactPage:
        """Read a page of the contacts that the principal may see, after the cursor ``after``.

        Raises QuestionRefused, DatabaseUnavailable and DatabaseTimeout.
        """
        directory = self.directory()
        asked = permit(question, principal)
        rows: Rows = ()
        for until in contacts.list_stretches(asked, after):
            page = contacts.compose_statement(asked, directory, limit=limit, after=after, until=until)
            if until is None:
                # The first days have too few contacts, so the statement reads the whole window.
                page = replace(page, rows=facts_read(asked, directory))
            rows = await read_rows(self.reads, page, principal)
            if len(rows) > limit:
                break
        with telemetry.stage("shape"):
            return contacts.make_page(rows, directory, limit=limit)
