"""The contracts' desk: where every edge (REST, GraphQL, terminal, worker) asks for contracts, statements and sealing.

A principal knows of a contract when its role has the right and its scope leaves the contract whole: all sites and the
partner within, and nothing else narrower. An embed token knows only those that it names. Of any other a principal is
told what it is told of none.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from cadran.contracts.model.contract import Contract, Period, period_of, seal_day, seal_due
from cadran.contracts.model.form import ContractForm, checked, contract_of
from cadran.contracts.model.values import CODE_PATTERN
from cadran.contracts.settlement.figures import ContractFigures, Told
from cadran.contracts.settlement.settlement import settle
from cadran.contracts.statement.canonical_json import canonical
from cadran.contracts.statement.jws import StatementKeys
from cadran.contracts.statement.statement import differences, statement
from cadran.contracts.store import LISTED, ContractRegister, Kept, VersionMoved, due
from cadran.domain.access.principal import Principal
from cadran.domain.access.role import bearers
from cadran.domain.answer import Answer
from cadran.domain.ask import Ask
from cadran.domain.metric import Label
from cadran.engine.desk import Desk
from cadran.errors import Forbidden, QuestionRefused, absent
from cadran.store.pool import Pool

#: A sealing is begun anew so often while the contract is being changed.
_TRIES = 3


@dataclass(frozen=True, slots=True)
class Report:
    """A contract's period: the statement (the sealed one where it is sealed), how it has come out otherwise since, its
    detached signature where it is sealed and there is a key, and what to be careful about."""

    statement: dict[str, Any]
    restatements: list[dict[str, Any]]
    signature: str | None
    warnings: dict[str, Label]
    generated_at: datetime
    answers: list[tuple[Ask, Answer]]


@dataclass(frozen=True, slots=True)
class Contracts:
    """See the module."""

    desk: Desk
    register: ContractRegister
    figures: ContractFigures
    keys: StatementKeys = field(default_factory=StatementKeys)

    async def known(self, principal: Principal) -> list[Kept]:
        """The contracts that a principal knows of. Raises Forbidden."""
        _allowed(principal)
        return [kept for kept in await self.register.all() if self._sees(kept.latest.contract, principal)]

    async def codes(self, principal: Principal) -> list[str]:
        """Return the codes of the contracts that a principal sees. Raises Forbidden."""
        return [kept.latest.contract.code for kept in await self.known(principal)]

    async def one(self, code: str, principal: Principal) -> Kept:
        """A contract. Raises Forbidden, NotFound."""
        _allowed(principal)
        kept = await self.register.one(code) if re.fullmatch(CODE_PATTERN, code) else None
        if kept is None or not self._sees(kept.latest.contract, principal):
            known = [each.latest.contract.code for each in await self.known(principal)]
            raise absent("contract", code, known, listed=LISTED)
        return kept

    async def create(self, form: ContractForm, *, who: str) -> Kept:
        """A new contract. Raises QuestionRefused."""
        checked(contract_of(form, 1), self.desk.directory())
        return await self.register.create(form, who=who)

    async def amend(self, code: str, form: ContractForm, *, version: int, effective: date, who: str) -> Kept:
        """Another version, in effect from a day on. Raises QuestionRefused."""
        checked(contract_of(form, version + 1), self.desk.directory())
        return await self.register.amend(code, form, version=version, effective=effective, who=who)

    async def report(self, code: str, period: str, principal: Principal) -> Report:
        """A contract's period, as it stands. Raises Forbidden, NotFound, QuestionRefused."""
        kept = await self.one(code, principal)
        asked = period_of(kept.latest.contract, period, now=self.desk.clock())
        answers: list[tuple[Ask, Answer]] = []
        seal = kept.sealed(asked)
        sealed_text = await self.register.statement(kept.contract_id, asked.start) if seal is not None else None
        generated = self.desk.clock()
        sealed = None if sealed_text is None else json.loads(sealed_text)
        try:
            now, warnings = await self._stated(
                self._ruling(kept, asked), asked, told=lambda ask, answer: answers.append((ask, answer))
            )
        except QuestionRefused as error:
            if sealed is None:
                raise
            # What is sealed is told, whatever has become of the sites and metrics that it speaks of.
            now, warnings = sealed, {"not_restated": Label(error.detail, error.detail)}
        if sealed is None or sealed_text is None:
            return Report(now, [], None, warnings, generated, answers)
        signature = self.keys.signature(sealed_text.encode()) if self.keys.signs() else None
        return Report(sealed, differences(sealed, now), signature, warnings, generated, answers)

    async def sealed_statement(self, code: str, period: str, principal: Principal) -> tuple[bytes, str]:
        """The sealed statement's bytes and their detached signature. Refused with ``not_sealed``, ``no_signing_key``;
        raises Forbidden, NotFound."""
        kept = await self.one(code, principal)
        asked = period_of(kept.latest.contract, period, now=self.desk.clock())
        text = await self.register.statement(kept.contract_id, asked.start)
        if text is None:
            day = seal_day(kept.latest.contract, asked)
            raise QuestionRefused(
                f"{asked.name} of {kept.latest.contract.code} is not sealed; it is due on {day}.",
                code="not_sealed",
                parameter="period",
            )
        content = text.encode()
        return content, self.keys.signature(content)

    async def seal(self, kept: Kept, period: Period, *, who: str) -> str:
        """Seal a period; gives the statement that stands, also where it was sealed before. Refused with ``not_due``
        before its day, and while the data do not reach past its end."""
        now = self.desk.clock()
        for _ in range(_TRIES):
            contract = self._ruling(kept, period)
            standing = await self.register.statement(kept.contract_id, period.start)
            if standing is not None:
                return standing
            if now < seal_due(contract, period):
                raise _not_due(contract, period, f"its day is {seal_day(contract, period)}")
            told, _ = await self._stated(contract, period, sealed_at=now)
            if not told["over"]:
                raise _not_due(contract, period, f"the data reach to {told['as_of']} only")
            text = canonical(told).decode()
            try:
                return await self.register.seal(kept, period, contract.version, text, at=now, who=who)
            except VersionMoved:
                kept = await self.register.one(contract.code) or kept
        raise _not_due(self._ruling(kept, period), period, "the contract is being changed")

    async def due(self, code: str | None = None) -> list[tuple[Kept, Period]]:
        """What is to be sealed by now, of one contract or of all."""
        return await due(self.register, self.desk.clock(), code)

    def _ruling(self, kept: Kept, period: Period) -> Contract:
        """The version that a period is settled by: the one that sealed it, or the one in effect."""
        seal = kept.sealed(period)
        if seal is not None:
            return next(each.contract for each in kept.versions if each.contract.version == seal.version)
        return kept.on(period.start).contract

    async def _stated(
        self,
        contract: Contract,
        period: Period,
        *,
        sealed_at: datetime | None = None,
        told: Told = lambda _ask, _answer: None,
    ) -> tuple[dict[str, Any], dict[str, Label]]:
        found = await settle(self.figures, contract, period, told=told)
        return statement(found, currency=self.desk.directory().currency, sealed_at=sealed_at), dict(found.warnings)

    def _sees(self, contract: Contract, principal: Principal) -> bool:
        """Whether nothing of what the contract counts is out of the principal's scope."""
        if principal.contracts is not None and contract.code not in principal.contracts:
            return False
        slugs = {term.call.slug for term in contract.terms}
        if principal.metrics is not None and not slugs <= principal.metrics:
            return False
        held = {
            "partner": {contract.partner},
            "site": set(contract.sites),
            "channel": None if contract.channels is None else set(contract.channels),
        }
        for each in principal.scope:
            codes = held.get(each.dimension)
            if each.negated or codes is None or not codes <= set(each.values):
                return False
        members = self.desk.directory_of(principal).codes
        return set(map(str.lower, contract.sites)) <= set(members.get("site", {}))


def contracts(desk: Desk, pool: Pool, clock: Callable[[], datetime], keys: StatementKeys) -> Contracts:
    """The desk over a database."""
    return Contracts(desk, ContractRegister(pool, clock), ContractFigures(desk, pool), keys)


def _allowed(principal: Principal) -> None:
    if not principal.may("contracts"):
        raise Forbidden(f"The role {principal.role} does not see contracts; {bearers('contracts')} do.")


def _not_due(contract: Contract, period: Period, why: str) -> QuestionRefused:
    return QuestionRefused(
        f"{period.name} of {contract.code} cannot be sealed yet: {why}.", code="not_due", parameter="period"
    )
