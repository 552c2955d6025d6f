"""Reads the customers still to be called, page by page. Nothing is cached: whoever was reached is off the list."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from cadran import telemetry
from cadran.compiler import recontact
from cadran.compiler.reading import facts_read
from cadran.compiler.recontact import RecontactPage
from cadran.domain.directory import Directory
from cadran.domain.permit import permitted
from cadran.domain.principal import Principal
from cadran.domain.question import Question
from cadran.engine.reading import rows_of
from cadran.engine.walled import Walled


@dataclass(frozen=True, slots=True)
class Recontacts:
    """Pages from PostgreSQL."""

    reads: Walled
    directory: Callable[[], Directory]

    async def page(
        self, question: Question, principal: Principal, *, order: str, limit: int, after: str | None
    ) -> RecontactPage:
        """The customers that this principal may be told of, after that place; who they are only where the principal
        sees people. Raises QuestionRefused, DatabaseUnavailable, DatabaseTimeout."""
        directory = self.directory()
        with telemetry.stage("plan"):
            asked = recontact.statement(
                permitted(question, principal),
                directory,
                order=order,
                limit=limit,
                after=after,
                sees_people=principal.sees_people,
            )
            asked = replace(asked, rows=facts_read(question, directory))
        rows = await rows_of(self.reads, asked, principal)
        with telemetry.stage("shape"):
            return recontact.page(rows, directory, order=order, limit=limit)
