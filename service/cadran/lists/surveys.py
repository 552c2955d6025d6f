"""The reader of survey lists and of the customers who may be surveyed. Nothing is cached, because a caller who is about
to survey or call a customer needs the facts of this moment."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from cadran import telemetry
from cadran.compiler.read_size import facts_read
from cadran.domain.access.permit import permitted
from cadran.domain.access.principal import Principal
from cadran.domain.access.wall import wall_of
from cadran.domain.directory import Directory
from cadran.domain.question import Question
from cadran.engine.reading import rows_of
from cadran.engine.secured_reader import Walled
from cadran.errors import QuestionRefused
from cadran.lists.statements import eligibility, survey_lists
from cadran.lists.statements.eligibility import Eligibility, Reason, Rules, Verdict
from cadran.lists.statements.listing import Listing, listing
from cadran.lists.statements.survey_lists import Listed

_CODE_LENGTH_MAX = 200


@dataclass(frozen=True, slots=True)
class Hygiene:
    """The survey rules of a request. None means the default rule."""

    at: str | None = None
    rest_days: int | None = None
    contacts: int | None = None
    within_days: int | None = None


@dataclass(frozen=True, slots=True)
class Surveys:
    """The reader of surveys in PostgreSQL. ``rest_days`` is the default number of days between two surveys of the same
    customer."""

    reads: Walled
    directory: Callable[[], Directory]
    rest_days: int

    def rules(self, asked: Hygiene, *, now: datetime, zone: str) -> Rules:
        """Return the rules of a request, completed with the defaults of the deployment."""
        return eligibility.rules(
            at=asked.at,
            now=now,
            zone=zone,
            rest_days=self.rest_days if asked.rest_days is None else asked.rest_days,
            contacts=asked.contacts,
            within_days=asked.within_days,
        )

    async def listed(
        self, question: Question, principal: Principal, wanted: Listed, *, now: datetime, limit: int, after: str | None
    ) -> Listing:
        """Read a page of a list. Raises QuestionRefused, DatabaseUnavailable, DatabaseTimeout."""
        directory = self.directory()
        narrow = permitted(question, principal)
        with telemetry.stage("plan"):
            asked = survey_lists.statement(
                narrow, directory, wanted, now=now, limit=limit, after=after, people=principal.sees_people
            )
            asked = replace(asked, rows=facts_read(narrow, directory))
        rows = await rows_of(self.reads, asked, principal)
        with telemetry.stage("shape"):
            return listing(rows, survey_lists.COLUMNS, directory, limit=limit)

    async def eligible(
        self, question: Question, principal: Principal, rules: Rules, *, limit: int, after: str | None
    ) -> Eligibility:
        """Read the counts of customers by reason, and a page of the customers who may be surveyed. Raises the errors of
        ``listed``."""
        directory = self.directory()
        narrow = permitted(question, principal)
        with telemetry.stage("plan"):
            counts = eligibility.counts_statement(narrow, directory, rules)
            page = eligibility.page_statement(
                narrow, directory, rules, limit=limit, after=after, people=principal.sees_people
            )
            rows_read = facts_read(narrow, directory)
            counts, page = replace(counts, rows=rows_read), replace(page, rows=rows_read)
        counted, rows = await asyncio.gather(
            rows_of(self.reads, counts, principal), rows_of(self.reads, page, principal)
        )
        with telemetry.stage("shape"):
            found = listing(rows, eligibility.COLUMNS, directory, limit=limit)
            return eligibility.eligibility(rules, counted, found)

    async def verdict(self, customer: str, within: Question, principal: Principal, rules: Rules) -> Verdict:
        """Return whether a customer may be surveyed. If the principal's scope has filters, only customers in contact
        within these filters are known. Raises QuestionRefused."""
        narrow = permitted(within, principal)
        # Half of a surrogate pair cannot be encoded; it counts like a character.
        size = len(customer.encode(errors="replace"))
        if not 0 < size <= _CODE_LENGTH_MAX or "\0" in customer or not customer.isprintable():
            raise QuestionRefused(
                f"customer has to be a customer's code: a line of 1 to {_CODE_LENGTH_MAX} bytes.",
                code="bad_parameter",
                parameter="customer",
            )
        directory = self.directory()
        unbound = wall_of(principal, directory) is None
        asked = eligibility.customer_statement(customer, rules, narrow, directory, everywhere=unbound)
        ((known, reason),) = await rows_of(self.reads, asked, principal)
        return Verdict(rules, customer, bool(known), Reason(str(reason)) if reason is not None else None)
