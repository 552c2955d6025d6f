"""The reader of survey lists and of the customers who may be surveyed.

Nothing is cached, because a caller who is about to survey or call a customer needs the facts of this moment.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from cadran import telemetry
from cadran.compiler.read_size import facts_read
from cadran.domain.access.permit import permit
from cadran.domain.access.principal import Principal
from cadran.domain.access.wall import make_wall
from cadran.domain.directory import Directory
from cadran.domain.question import Question
from cadran.engine.reading import read_rows
from cadran.engine.secured_reader import SecuredReader
from cadran.errors import QuestionRefused
from cadran.lists.statements import eligibility, survey_lists
from cadran.lists.statements.eligibility import Eligibility, EligibilityVerdict, Reason, Rules
from cadran.lists.statements.listing import Listing, make_listing
from cadran.lists.statements.survey_lists import ListRequest

_CODE_LENGTH_MAX = 200


@dataclass(frozen=True, slots=True)
class SurveyRulesRequest:
    """The survey rules of a request. None means the default rule."""

    at: str | None = None
    rest_days: int | None = None
    contacts: int | None = None
    within_days: int | None = None


@dataclass(frozen=True, slots=True)
class Surveys:
    """The reader of surveys in PostgreSQL.

    ``rest_days`` is the default time between two surveys of the same customer.
    """

    reads: SecuredReader
    directory: Callable[[], Directory]
    rest_days: int

    def rules(self, asked: SurveyRulesRequest, *, now: datetime, zone: str) -> Rules:
        """Return the rules of a request, completed with the defaults of the deployment."""
        return eligibility.parse_rules(
            at=asked.at,
            now=now,
            zone=zone,
            rest_days=self.rest_days if asked.rest_days is None else asked.rest_days,
            contacts=asked.contacts,
            within_days=asked.within_days,
        )

    async def listed(
        self,
        question: Question,
        principal: Principal,
        wanted: ListRequest,
        *,
        now: datetime,
        limit: int,
        after: str | None,
    ) -> Listing:
        """Read a page of a list. Raises QuestionRefused, DatabaseUnavailable, DatabaseTimeout."""
        directory = self.directory()
        narrow = permit(question, principal)
        with telemetry.stage("plan"):
            asked = survey_lists.compose_statement(
                narrow, directory, wanted, now=now, limit=limit, after=after, people=principal.sees_people
            )
            asked = replace(asked, rows=facts_read(narrow, directory))
        rows = await read_rows(self.reads, asked, principal)
        with telemetry.stage("shape"):
            return make_listing(rows, survey_lists.COLUMNS, directory, limit=limit)

    async def eligible(
        self, question: Question, principal: Principal, rules: Rules, *, limit: int, after: str | None
    ) -> Eligibility:
        """Read the counts of customers by reason, and a page of the customers who may be surveyed.

        Raises the errors of ``listed``.
        """
        directory = self.directory()
        narrow = permit(question, principal)
        with telemetry.stage("plan"):
            counts = eligibility.compose_counts(narrow, directory, rules)
            page = eligibility.compose_page(
                narrow, directory, rules, limit=limit, after=after, people=principal.sees_people
            )
            rows_read = facts_read(narrow, directory)
            counts, page = replace(counts, rows=rows_read), replace(page, rows=rows_read)
        counted, rows = await asyncio.gather(
            read_rows(self.reads, counts, principal), read_rows(self.reads, page, principal)
        )
        with telemetry.stage("shape"):
            found = make_listing(rows, eligibility.COLUMNS, directory, limit=limit)
            return eligibility.make_eligibility(rules, counted, found)

    async def verdict(self, customer: str, within: Question, principal: Principal, rules: Rules) -> EligibilityVerdict:
        """Return whether a customer may be surveyed. Raises QuestionRefused.

        If the principal's scope has filters, only customers in contact within these filters are known.
        """
        narrow = permit(within, principal)
        # A lone surrogate cannot be encoded; it counts as one byte.
        size = len(customer.encode(errors="replace"))
        if not 0 < size <= _CODE_LENGTH_MAX or "\0" in customer or not customer.isprintable():
            raise QuestionRefused(
                f"customer has to be a customer's code: a line of 1 to {_CODE_LENGTH_MAX} bytes.",
                code="bad_parameter",
                parameter="customer",
            )
        directory = self.directory()
        unbound = make_wall(principal, directory) is None
        asked = eligibility.compose_customer(customer, rules, narrow, directory, everywhere=unbound)
        ((known, reason),) = await read_rows(self.reads, asked, principal)
        return EligibilityVerdict(rules, customer, bool(known), Reason(str(reason)) if reason is not None else None)
