"""The store of contracts: versions and sealed periods in the database. Neither is ever altered.

Each change is one transaction with its entry in the audit log. The transaction locks the contract against concurrent
changes, and notifies every process that its cached contracts are out of date. A change never affects a sealed period.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from cadran import sqlfiles
from cadran.access.audit import record_entry
from cadran.contracts.model.contract import Contract, Period, find_whole_period, list_periods
from cadran.contracts.model.form import ContractForm, build_contract, encode_form, read_form
from cadran.errors import QuestionRefused, absent
from cadran.store.pool import Connection, Pool

#: Where contracts are listed, for the message about an unknown contract.
LISTED: Final = "/v1/contracts, or `cadran contract list`,"
#: The members of a contract that no amendment may change.
LASTING: Final = ("contract", "partner", "zone", "valid_from", "settled_by")


@dataclass(frozen=True, slots=True)
class Version:
    """A version of a contract, which holds from ``effective_from`` on."""

    form: ContractForm
    contract: Contract
    effective_from: date
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Seal:
    """The seal of a period: its days (``end_day`` excluded), the version that sealed it, and when."""

    first_day: date
    end_day: date
    version: int
    sealed_at: datetime


@dataclass(frozen=True, slots=True)
class StoredContract:
    """A stored contract: its versions, oldest first, and its sealed periods."""

    contract_id: int
    versions: tuple[Version, ...]
    seals: tuple[Seal, ...] = ()

    @property
    def latest(self) -> Version:
        """Return the version that was created last."""
        return self.versions[-1]

    def on(self, day: date) -> Version:
        """Return the version that settles a period that begins on this day: of the versions in effect, the one that
        took effect last."""
        in_effect = [each for each in self.versions if each.effective_from <= day] or [self.versions[0]]
        return max(in_effect, key=lambda each: (each.effective_from, each.contract.version))

    def sealed(self, period: Period) -> Seal | None:
        """Return the seal of a period; None if it is not sealed."""
        return next((each for each in self.seals if each.first_day == period.start), None)


class ContractRegister:
    """The store of contracts in a database."""

    def __init__(self, pool: Pool, clock: Callable[[], datetime]) -> None:
        self._pool = pool
        self._clock = clock

    async def all(self) -> list[StoredContract]:
        """Read every contract, by code."""
        return await self._read(None)

    async def one(self, code: str) -> StoredContract | None:
        """Read the contract of a code; None if there is none."""
        found = await self._read(code)
        return found[0] if found else None

    async def create(self, form: ContractForm, *, who: str) -> StoredContract:
        """Create a contract that has been checked. Raises QuestionRefused (``contract_exists``) if the code is in
        use."""
        async with self._pool.acquire() as connection, connection.transaction():
            found = await _value(connection, "contracts/contracts.sql:create_contract", form.contract, self._clock())
            if found is None:
                raise QuestionRefused(
                    f"The contract {form.contract} exists already: change it with PATCH, or use another code.",
                    code="contract_exists",
                    parameter="contract",
                )
            await self._add(connection, found, form, 1, form.valid_from, who=who, action="contract.create")
        return await self._reread(form.contract)

    async def amend(self, code: str, form: ContractForm, *, version: int, effective: date, who: str) -> StoredContract:
        """Add a version that has been checked to a contract, if ``version`` is still its latest version. Raises
        QuestionRefused for other changes (``precondition_failed``, ``sealed_period``, ``bad_parameter``), and
        NotFound."""
        async with self._pool.acquire() as connection, connection.transaction():
            number = await _value(connection, "contracts/contracts.sql:lock_contract", code)
            stored = _build_contracts(
                await _rows(connection, "contracts/contracts.sql:versions", code),
                await _rows(connection, "contracts/contracts.sql:seals", code),
            )
            if not stored:
                raise absent("contract", code, listed=LISTED)
            _check_amendment(stored[0], form, version=version, effective=effective)
            await self._add(connection, number, form, version + 1, effective, who=who, action="contract.amend")
        return await self._reread(code)

    async def statement(self, contract_id: int, first_day: date) -> str | None:
        """Read the sealed statement of a period, as canonical JSON; None if it is not sealed."""
        rows = await self._pool.fetch(
            sqlfiles.read("contracts/contracts.sql:sealed_statement"), [contract_id, first_day]
        )
        return str(rows[0]["statement"]) if rows else None

    async def seal(
        self, stored: StoredContract, period: Period, version: int, statement: str, *, at: datetime, who: str
    ) -> str:
        """Seal a period, unless it is sealed already, and return its sealed statement. A sealed statement is never
        altered. Raises ``VersionConflict`` if another version has come into effect for the period."""
        code = stored.latest.contract.code
        async with self._pool.acquire() as connection, connection.transaction():
            await _value(connection, "contracts/contracts.sql:lock_contract", code)
            current = _build_contracts(await _rows(connection, "contracts/contracts.sql:versions", code), ())[0]
            if current.on(period.start).contract.version != version:
                raise VersionConflict(code)
            values = (stored.contract_id, period.start, period.end, version, statement, at, who)
            if await _value(connection, "contracts/contracts.sql:seal_period", *values):
                await record_entry(connection, who, "contract.seal", code, {"period": period.name, "version": version})
                await _announce(connection)
        sealed = await self.statement(stored.contract_id, period.start)
        assert sealed is not None
        return sealed

    async def _reread(self, code: str) -> StoredContract:
        found = await self.one(code)
        assert found is not None
        return found

    async def _read(self, code: str | None) -> list[StoredContract]:
        versions = await self._pool.fetch(sqlfiles.read("contracts/contracts.sql:versions"), [code])
        return _build_contracts(
            versions, await self._pool.fetch(sqlfiles.read("contracts/contracts.sql:seals"), [code])
        )

    async def _add(
        self, connection: Connection, number: int, form: ContractForm, version: int, effective: date, *, who: str,
        action: str,
    ) -> None:  # fmt: skip
        content = form.model_dump_json(exclude_none=True)
        await _value(
            connection, "contracts/contracts.sql:add_version", number, version, effective, content, self._clock(), who
        )
        detail: Mapping[str, Any] = {"version": version, "effective_from": effective.isoformat()}
        await record_entry(connection, who, action, form.contract, {**detail, "document": encode_form(form)})
        await _announce(connection)


async def find_due_periods(
    register: ContractRegister, now: datetime, code: str | None = None
) -> list[tuple[StoredContract, Period]]:
    """Return the periods whose sealing is due and that are not sealed, of one contract or of all."""
    stored = await register.all() if code is None else [await register.one(code)]
    return [
        (each, period)
        for each in stored
        if each is not None
        for period in list_periods(each.latest.contract, now)
        if each.sealed(period) is None
    ]


class VersionConflict(Exception):
    """The error for a newer version that was stored while the statement was computed. Compute the statement again."""


def _check_amendment(stored: StoredContract, form: ContractForm, *, version: int, effective: date) -> None:
    latest = stored.latest.contract
    if latest.version != version:
        raise QuestionRefused(
            f"{latest.code} has changed and is now at version {latest.version}: read it again, then send your change.",
            code="precondition_failed",
        )
    before = stored.on(effective).form
    for name in LASTING:
        if getattr(before, name) != getattr(form, name):
            raise QuestionRefused(
                f"{name} of a contract cannot change: create another contract.", code="bad_parameter", parameter=name
            )
    if effective not in (find_whole_period(latest, effective)[0], latest.valid_from) or effective < latest.valid_from:
        raise QuestionRefused(
            f"effective_from has to be the first day of a {latest.settled_by} within the contract.",
            code="bad_parameter",
            parameter="effective_from",
        )
    sealed_to = max((each.end_day for each in stored.seals), default=date.min)
    if effective < sealed_to or (form.valid_to is not None and form.valid_to < sealed_to):
        raise QuestionRefused(
            f"{latest.code} is sealed up to {sealed_to}, which cannot change: choose {sealed_to} or later.",
            code="sealed_period",
            parameter="effective_from",
        )


def _build_contracts(versions: Sequence[Any], seals: Sequence[Any]) -> list[StoredContract]:
    found: dict[str, StoredContract] = {}
    for row in versions:
        form = read_form(row["document"])
        version = Version(form, build_contract(form, row["version"]), row["effective_from"], row["created_at"])
        before = found[row["code"]].versions if row["code"] in found else ()
        of_code = tuple(
            Seal(each["first_day"], each["end_day"], each["version"], each["sealed_at"])
            for each in seals
            if each["code"] == row["code"]
        )
        found[row["code"]] = StoredContract(row["contract_id"], (*before, version), of_code)
    return list(found.values())


async def _value(connection: Connection, name: str, *values: Any) -> Any:
    return await connection.fetchval(sqlfiles.read(name), *values)


async def _rows(connection: Connection, name: str, *values: Any) -> Sequence[Any]:
    return await connection.fetch(sqlfiles.read(name), *values)


async def _announce(connection: Connection) -> None:
    # Processes cache contracts together with the directory, so the directory's version serves both.
    await connection.execute(sqlfiles.read("store/directory.sql:directory_changed"), ["administration"])
