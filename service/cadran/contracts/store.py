"""The contracts in a database: made and amended in versions, sealed period by period; nothing of it is ever altered.

Each change is one transaction with its line in the audit log, holds the contract against changes beside it, and tells
every process that what it kept is old. A change never reaches back into a sealed period.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from cadran import sqlfiles
from cadran.access.audit import note
from cadran.contracts.model.contract import Contract, Period, periods_until, whole_period
from cadran.contracts.model.form import ContractForm, contract_of, document, read
from cadran.errors import QuestionRefused, absent
from cadran.store.pool import Connection, Pool

#: Where contracts are listed, for whoever names one that there is not.
LISTED: Final = "/v1/contracts, or `cadran contract list`,"
#: What makes a contract another one.
LASTING: Final = ("contract", "partner", "zone", "valid_from", "settled_by")


@dataclass(frozen=True, slots=True)
class Version:
    """What a contract says from a day on."""

    form: ContractForm
    contract: Contract
    effective_from: date
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Sealed:
    """That a period is sealed, and by which version."""

    first_day: date
    end_day: date
    version: int
    sealed_at: datetime


@dataclass(frozen=True, slots=True)
class Kept:
    """A contract with its versions, the first one first, and its sealed periods."""

    contract_id: int
    versions: tuple[Version, ...]
    seals: tuple[Sealed, ...] = ()

    @property
    def latest(self) -> Version:
        """The version made last."""
        return self.versions[-1]

    def on(self, day: date) -> Version:
        """What it says of a period that begins on this day: of those in effect, the version of the latest effect."""
        held = [each for each in self.versions if each.effective_from <= day] or [self.versions[0]]
        return max(held, key=lambda each: (each.effective_from, each.contract.version))

    def sealed(self, period: Period) -> Sealed | None:
        """The seal of a period, if it has one."""
        return next((each for each in self.seals if each.first_day == period.start), None)


class ContractRegister:
    """The contracts in a database."""

    def __init__(self, pool: Pool, clock: Callable[[], datetime]) -> None:
        self._pool = pool
        self._clock = clock

    async def all(self) -> list[Kept]:
        """Every contract, by code."""
        return await self._kept(None)

    async def one(self, code: str) -> Kept | None:
        """The contract of that code; None where there is none."""
        found = await self._kept(code)
        return found[0] if found else None

    async def create(self, form: ContractForm, *, who: str) -> Kept:
        """A new contract; it has been checked. Refused with ``contract_exists``."""
        async with self._pool.acquire() as connection, connection.transaction():
            found = await _value(connection, "contract_create", form.contract, self._clock())
            if found is None:
                raise QuestionRefused(
                    f"There is a contract {form.contract} already: change it with PATCH, or take another code.",
                    code="contract_exists",
                    parameter="contract",
                )
            await self._add(connection, found, form, 1, form.valid_from, who=who, action="contract.create")
        return await self._present(form.contract)

    async def amend(self, code: str, form: ContractForm, *, version: int, effective: date, who: str) -> Kept:
        """Another version of a contract, if ``version`` is still the last one; it has been checked. Refused with
        ``precondition_failed``, ``sealed_period``, ``bad_parameter``."""
        async with self._pool.acquire() as connection, connection.transaction():
            number = await _value(connection, "contract_lock", code)
            held = _gathered(
                await _rows(connection, "contract_versions", code), await _rows(connection, "contract_seals", code)
            )
            if not held:
                raise absent("contract", code, listed=LISTED)
            _may_amend(held[0], form, version=version, effective=effective)
            await self._add(connection, number, form, version + 1, effective, who=who, action="contract.amend")
        return await self._present(code)

    async def statement(self, contract_id: int, first_day: date) -> str | None:
        """The sealed statement of a period, as canonical JSON; None where it is not sealed."""
        rows = await self._pool.fetch(_sql("contract_sealed"), [contract_id, first_day])
        return str(rows[0]["statement"]) if rows else None

    async def seal(self, kept: Kept, period: Period, version: int, statement: str, *, at: datetime, who: str) -> str:
        """Seal a period, unless it is sealed by now; gives the statement that stands. None of it is altered later.
        Raises ``VersionMoved`` where another version rules the period by now."""
        code = kept.latest.contract.code
        async with self._pool.acquire() as connection, connection.transaction():
            await _value(connection, "contract_lock", code)
            held = _gathered(await _rows(connection, "contract_versions", code), ())[0]
            if held.on(period.start).contract.version != version:
                raise VersionMoved(code)
            values = (kept.contract_id, period.start, period.end, version, statement, at, who)
            if await _value(connection, "contract_seal", *values):
                told = {"period": period.name, "version": version}
                await note(connection, who, "contract.seal", code, told)
                await _announce(connection)
        standing = await self.statement(kept.contract_id, period.start)
        assert standing is not None
        return standing

    async def _present(self, code: str) -> Kept:
        found = await self.one(code)
        assert found is not None
        return found

    async def _kept(self, code: str | None) -> list[Kept]:
        versions = await self._pool.fetch(_sql("contract_versions"), [code])
        return _gathered(versions, await self._pool.fetch(_sql("contract_seals"), [code]))

    async def _add(
        self, connection: Connection, number: int, form: ContractForm, version: int, effective: date, *, who: str,
        action: str,
    ) -> None:  # fmt: skip
        content = form.model_dump_json(exclude_none=True)
        await _value(connection, "contract_amend", number, version, effective, content, self._clock(), who)
        told: Mapping[str, Any] = {"version": version, "effective_from": effective.isoformat()}
        await note(connection, who, action, form.contract, {**told, "document": document(form)})
        await _announce(connection)


async def due(register: ContractRegister, now: datetime, code: str | None = None) -> list[tuple[Kept, Period]]:
    """The periods to be sealed by now that are not, of one contract or of all."""
    kept = await register.all() if code is None else [await register.one(code)]
    return [
        (each, period)
        for each in kept
        if each is not None
        for period in periods_until(each.latest.contract, now)
        if each.sealed(period) is None
    ]


class VersionMoved(Exception):
    """While a statement was made, another version of its contract came in: make it anew."""


def _may_amend(kept: Kept, form: ContractForm, *, version: int, effective: date) -> None:
    latest = kept.latest.contract
    if latest.version != version:
        raise QuestionRefused(
            f"{latest.code} is at version {latest.version} by now: read it again, then send your change.",
            code="precondition_failed",
        )
    before = kept.on(effective).form
    for name in LASTING:
        if getattr(before, name) != getattr(form, name):
            raise QuestionRefused(
                f"{name} makes a contract another one: create that.", code="bad_parameter", parameter=name
            )
    if effective not in (whole_period(latest, effective)[0], latest.valid_from) or effective < latest.valid_from:
        raise QuestionRefused(
            f"effective_from is the first day of a {latest.settled_by} of the contract.",
            code="bad_parameter",
            parameter="effective_from",
        )
    sealed_to = max((each.end_day for each in kept.seals), default=date.min)
    if effective < sealed_to or (form.valid_to is not None and form.valid_to < sealed_to):
        raise QuestionRefused(
            f"{latest.code} is sealed up to {sealed_to}: what is sealed stays; choose {sealed_to} or later.",
            code="sealed_period",
            parameter="effective_from",
        )


def _gathered(versions: Sequence[Any], seals: Sequence[Any]) -> list[Kept]:
    found: dict[str, Kept] = {}
    for row in versions:
        form = read(row["document"])
        version = Version(form, contract_of(form, row["version"]), row["effective_from"], row["created_at"])
        before = found[row["code"]].versions if row["code"] in found else ()
        of_code = tuple(
            Sealed(each["first_day"], each["end_day"], each["version"], each["sealed_at"])
            for each in seals
            if each["code"] == row["code"]
        )
        found[row["code"]] = Kept(row["contract_id"], (*before, version), of_code)
    return list(found.values())


def _sql(name: str) -> str:
    return sqlfiles.read(f"steer/{name}.sql")


async def _value(connection: Connection, name: str, *values: Any) -> Any:
    return await connection.fetchval(_sql(name), *values)


async def _rows(connection: Connection, name: str, *values: Any) -> Sequence[Any]:
    return await connection.fetch(_sql(name), *values)


async def _announce(connection: Connection) -> None:
    # What was kept of contracts is kept with the directory, so its version serves both.
    await connection.execute(sqlfiles.read("facts/directory_changed.sql"))
