"""The reader of contracts: every edge (REST, GraphQL, terminal, worker) uses it for contracts, statements and sealing.

A principal may see a contract if its role has the right ``contracts``, it may see the metrics of all terms, and its
scope includes the whole contract: the partner, all sites and all channels. A scope with further filters includes no
contract. An embed token sees only the contracts that it names. A contract that the principal may not see gives the same
response as a contract that does not exist.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Final

from cadran.contracts.model.contract import Contract, Period, find_period, find_seal_day, find_seal_time
from cadran.contracts.model.form import ContractForm, build_contract, check_contract
from cadran.contracts.model.values import CODE_PATTERN
from cadran.contracts.settlement.definitions import find_changed_definitions, pin_definitions
from cadran.contracts.settlement.figures import AnswerListener, ContractFigures
from cadran.contracts.settlement.settlement import settle
from cadran.contracts.statement.canonical_json import encode_canonical
from cadran.contracts.statement.documents import SlaRestatementDocument
from cadran.contracts.statement.jws import StatementKeys
from cadran.contracts.statement.statement import build_statement, find_restatements
from cadran.contracts.store import LISTED, ContractRegister, StoredContract, VersionConflict, find_due_periods
from cadran.domain.access.permit import check_right
from cadran.domain.access.principal import Principal
from cadran.domain.answer import Answer
from cadran.domain.ask import Ask
from cadran.domain.metric import Label
from cadran.engine.desk import Desk
from cadran.errors import QuestionRefused, absent
from cadran.store.pool import Pool

#: The number of attempts to seal a period while the contract is being changed.
_TRIES = 3
#: The warnings about aggregated intervals of which a term counts nothing: nobody pays for figures that are incomplete.
UNSETTLED: Final = ("needs_contacts", "intervals_too_long")


@dataclass(frozen=True, slots=True)
class Report:
    """The report of a contract's period: the sealed statement or a statement of the current data, the restatements
    since the sealing, the detached signature, and warnings. ``signature`` is None if the period is not sealed or no key
    signs. ``answers`` are the questions behind the report with their answers."""

    statement: dict[str, Any]
    restatements: list[SlaRestatementDocument]
    signature: str | None
    warnings: dict[str, Label]
    generated_at: datetime
    answers: list[tuple[Ask, Answer]]


@dataclass(frozen=True, slots=True)
class ContractReader:
    """The service that reads, changes and seals contracts (see the module)."""

    desk: Desk
    register: ContractRegister
    figures: ContractFigures
    keys: StatementKeys = field(default_factory=StatementKeys)

    async def known(self, principal: Principal) -> list[StoredContract]:
        """Return the contracts that a principal may see. Raises Forbidden."""
        check_right(principal, "contracts")
        return [stored for stored in await self.register.all() if self._may_see(stored.latest.contract, principal)]

    async def codes(self, principal: Principal) -> list[str]:
        """Return the codes of the contracts that a principal may see. Raises Forbidden."""
        return [stored.latest.contract.code for stored in await self.known(principal)]

    async def one(self, code: str, principal: Principal) -> StoredContract:
        """Return a contract. Raises Forbidden, NotFound."""
        check_right(principal, "contracts")
        stored = await self.register.one(code) if re.fullmatch(CODE_PATTERN, code) else None
        if stored is None or not self._may_see(stored.latest.contract, principal):
            known = [each.latest.contract.code for each in await self.known(principal)]
            raise absent("contract", code, known, listed=LISTED)
        return stored

    async def create(self, form: ContractForm, *, who: str) -> StoredContract:
        """Create a contract. Raises QuestionRefused."""
        check_contract(build_contract(form, 1), self.desk.directory())
        return await self.register.create(form, who=who)

    async def amend(self, code: str, form: ContractForm, *, version: int, effective: date, who: str) -> StoredContract:
        """Add a version to a contract, in effect from a day on. Raises QuestionRefused."""
        check_contract(build_contract(form, version + 1), self.desk.directory())
        return await self.register.amend(code, form, version=version, effective=effective, who=who)

    async def report(self, code: str, period: str, principal: Principal) -> Report:
        """Return the report of a contract's period. Raises Forbidden, NotFound, QuestionRefused."""
        stored = await self.one(code, principal)
        asked = find_period(stored.latest.contract, period, now=self.desk.clock())
        answers: list[tuple[Ask, Answer]] = []
        seal = stored.sealed(asked)
        sealed_text = await self.register.statement(stored.contract_id, asked.start) if seal is not None else None
        generated = self.desk.clock()
        sealed = None if sealed_text is None else json.loads(sealed_text)
        contract = self._settling_version(stored, asked)

        def listen(ask: Ask, answer: Answer) -> None:
            answers.append((ask, answer))

        if sealed is None or sealed_text is None:
            now, warnings = await self._settle(contract, asked, on_answer=listen)
            return Report(now, [], None, warnings | find_changed_definitions(contract, asked), generated, answers)
        contract, warnings = pin_definitions(contract, sealed)
        try:
            now, found = await self._settle(contract, asked, on_answer=listen)
        except QuestionRefused as error:
            # A sealed statement is shown even if its sites or metrics can no longer be asked for.
            now, found = sealed, {"not_restated": Label(error.detail, error.detail)}
        signature = self.keys.signature(sealed_text.encode()) if self.keys.signs() else None
        return Report(sealed, find_restatements(sealed, now), signature, found | warnings, generated, answers)

    async def sealed_statement(self, code: str, period: str, principal: Principal) -> tuple[bytes, str]:
        """Return the bytes of the sealed statement and their detached signature. Raises QuestionRefused for a period
        that is not sealed (``not_sealed``), and in a service without a signing key (``no_signing_key``). Raises
        Forbidden, NotFound."""
        stored = await self.one(code, principal)
        asked = find_period(stored.latest.contract, period, now=self.desk.clock())
        text = await self.register.statement(stored.contract_id, asked.start)
        if text is None:
            day = find_seal_day(stored.latest.contract, asked)
            raise QuestionRefused(
                f"The period {asked.name} of {stored.latest.contract.code} is not sealed; its sealing is due on {day}.",
                code="not_sealed",
                parameter="period",
            )
        content = text.encode()
        return content, self.keys.signature(content)

    async def seal(self, stored: StoredContract, period: Period, *, who: str) -> str:
        """Seal a period and return its statement. The statement of a sealed period does not change. Raises
        QuestionRefused (``not_due``) before the period's seal day, while the data do not reach past the period's end,
        and where aggregated intervals do not give what a term counts."""
        now = self.desk.clock()
        for _ in range(_TRIES):
            contract = self._settling_version(stored, period)
            existing = await self.register.statement(stored.contract_id, period.start)
            if existing is not None:
                return existing
            if now < find_seal_time(contract, period):
                raise _not_due(contract, period, f"its day is {find_seal_day(contract, period)}")
            document, warnings = await self._settle(contract, period, sealed_at=now)
            if not document["over"]:
                raise _not_due(contract, period, f"the data reach to {document['as_of']} only")
            if lacking := [warnings[code].en for code in UNSETTLED if code in warnings]:
                raise _not_due(contract, period, lacking[0].removesuffix("."))
            text = encode_canonical(document).decode()
            try:
                return await self.register.seal(stored, period, contract.version, text, at=now, who=who)
            except VersionConflict:
                stored = await self.register.one(contract.code) or stored
        raise _not_due(self._settling_version(stored, period), period, "the contract is being changed")

    async def due(self, code: str | None = None) -> list[tuple[StoredContract, Period]]:
        """Return the periods whose sealing is due, of one contract or of all."""
        return await find_due_periods(self.register, self.desk.clock(), code)

    async def seal_due(self, *, who: str, code: str | None = None) -> tuple[list[str], list[QuestionRefused]]:
        """Seal the periods that are due, of one contract or of all. Return the names of the sealed periods, and the
        refusals of the periods that could not be sealed."""
        done: list[str] = []
        refused: list[QuestionRefused] = []
        for stored, period in await self.due(code):
            try:
                await self.seal(stored, period, who=who)
            except QuestionRefused as error:
                refused.append(error)
            else:
                done.append(f"{stored.latest.contract.code} {period.name}")
        return done, refused

    def _settling_version(self, stored: StoredContract, period: Period) -> Contract:
        """Return the version that settles a period: the version that sealed it, or the version in effect."""
        seal = stored.sealed(period)
        if seal is not None:
            return next(each.contract for each in stored.versions if each.contract.version == seal.version)
        return stored.on(period.start).contract

    async def _settle(
        self,
        contract: Contract,
        period: Period,
        *,
        sealed_at: datetime | None = None,
        on_answer: AnswerListener = lambda _ask, _answer: None,
    ) -> tuple[dict[str, Any], dict[str, Label]]:
        found = await settle(self.figures, contract, period, on_answer=on_answer)
        return build_statement(found, currency=self.desk.directory().currency, sealed_at=sealed_at), dict(
            found.warnings
        )

    def _may_see(self, contract: Contract, principal: Principal) -> bool:
        """Return whether the principal's scope includes everything that the contract counts."""
        if principal.contracts is not None and contract.code not in principal.contracts:
            return False
        slugs = {term.call.slug for term in contract.terms}
        if principal.metrics is not None and not slugs <= principal.metrics:
            return False
        included = {
            "partner": {contract.partner},
            "site": set(contract.sites),
            "channel": None if contract.channels is None else set(contract.channels),
        }
        for each in principal.scope:
            codes = included.get(each.dimension)
            if each.negated or codes is None or not codes <= set(each.values):
                return False
        members = self.desk.directory_of(principal).codes
        return set(map(str.lower, contract.sites)) <= set(members.get("site", {}))


def make_reader(desk: Desk, pool: Pool, clock: Callable[[], datetime], keys: StatementKeys) -> ContractReader:
    """Build the reader of contracts over a database."""
    return ContractReader(desk, ContractRegister(pool, clock), ContractFigures(desk, pool), keys)


def _not_due(contract: Contract, period: Period, why: str) -> QuestionRefused:
    return QuestionRefused(
        f"{period.name} of {contract.code} cannot be sealed yet: {why}.", code="not_due", parameter="period"
    )
