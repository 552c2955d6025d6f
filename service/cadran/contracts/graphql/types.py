"""The types of contracts, and contracts as they are told: member by member as REST tells them."""

from __future__ import annotations

from typing import Any, Final

import strawberry

from cadran.contracts.documents import contract_document
from cadran.contracts.graphql.enums import MeasurementWindow, PointCount, RuleKind, SettledHours, SettlementPeriod
from cadran.contracts.reader import Contracts
from cadran.contracts.store import Kept
from cadran.graphql.context import Context
from cadran.graphql.fields import described
from cadran.graphql.identifiers import CONTRACT, identity
from cadran.graphql.scalars import Date, DateTime

#: Values that a contract of itself, and each entry of its lists, may show.
_SHOWN, _OF_ENTRY = 18, 8
_NESTED: Final = frozenset({"hours", "force_majeure", "volumes", "terms", "versions", "sealed"})


@strawberry.type(description="What is due by a term, in euros.")
class ContractRule:
    """See ``steer.term.Rule``."""

    rule: RuleKind = strawberry.field(description="When the amount is due.")
    amount: float = strawberry.field(description="For each missed window or point, or once.")
    worse_than: float | None = strawberry.field(default=None, description="The bound of a step.")
    at_least: float | None = strawberry.field(default=None, description="The bound of a bonus.")
    counted: PointCount = strawberry.field(description="How points are counted.")


@strawberry.type(description="A metric that has to reach a target, over which windows, and what follows.")
class ContractTerm:
    """See ``steer.term.Term``."""

    term: str = strawberry.field(description="Its code.")
    metric: str = strawberry.field(description="The metric, as written in a URL.")
    target: float = strawberry.field(description="In the metric's unit: a share from 0 to 1, seconds.")
    window: MeasurementWindow = strawberry.field(description="The width of a measurement window.")
    label_en: str | None = strawberry.field(default=None, description="Its name in English.")
    label_fr: str | None = strawberry.field(default=None, description="Its name in French.")
    channels: list[str] | None = strawberry.field(default=None, description="Null: those of the contract.")
    rules: list[ContractRule] = strawberry.field(description="What is due.")
    cap: float | None = strawberry.field(default=None, description="Penalties of a period are at most this.")


@strawberry.type(description="Hours of some weekdays in which terms are settled.")
class ContractShift:
    """See ``steer.contract.Shift``."""

    weekdays: list[int] = strawberry.field(description="1 is Monday.")
    opens: str = strawberry.field(description="On the contract's clock: 08:15.")
    closes: str = strawberry.field(description="00:00 is midnight.")


@strawberry.type(description="A time that is not settled.")
class ContractForceMajeure:
    """See ``steer.contract.ForceMajeure``."""

    start: str = strawberry.field(description="On the contract's clock: 2015-12-09T14:00.")
    end: str = strawberry.field(description="The first minute after it.")
    reason_en: str = strawberry.field(description="Why, in English.")
    reason_fr: str | None = strawberry.field(default=None, description="Why, in French.")


@strawberry.type(description="Contacts foreseen in a window.")
class ContractExpected:
    """One window."""

    start: str = strawberry.field(description="When it starts on the contract's clock: 2015-12-01T09:00.")
    contacts: int = strawberry.field(description="How many are foreseen.")


@strawberry.type(description="Contacts foreseen by window; what comes above frees that window from being settled.")
class ContractVolumes:
    """See ``steer.contract.Volumes``."""

    document: strawberry.Private[dict[str, int]]
    window: MeasurementWindow = strawberry.field(description="The width of a window.")
    above_percent: float = strawberry.field(description="How far above what is foreseen still counts.")

    @described("What is foreseen, the first window first.")
    def expected(self, info: strawberry.Info[Context, None]) -> list[ContractExpected]:
        """All of it."""
        info.context.spend(2 * len(self.document))
        return [ContractExpected(start=start, contacts=number) for start, number in sorted(self.document.items())]


@strawberry.type(description="That a contract was changed.")
class ContractVersion:
    """See ``steer.contract_register.Version``."""

    version: int = strawberry.field(description="Its number.")
    effective_from: Date = strawberry.field(description="The day from which it holds.")
    created_at: DateTime = strawberry.field(description="When it was made.")


@strawberry.type(description="That a period is sealed.")
class ContractSeal:
    """See ``steer.contract_register.Sealed``."""

    period: str = strawberry.field(description="The period's name.")
    version: int = strawberry.field(description="Which version sealed it.")
    sealed_at: DateTime = strawberry.field(description="When.")


@strawberry.type(description="A contract with a partner, as it is now.")
class Contract:
    """As ``/v1/contracts/{contract}`` tells it; hours are a word or shifts."""

    contract: str = strawberry.field(description="Its code.")
    partner: str = strawberry.field(description="The partner's code.")

    @described("The id, unique across types.")
    def id(self) -> strawberry.ID:
        """Of the contract's code."""
        return strawberry.ID(identity(CONTRACT, self.contract))

    label_en: str | None = strawberry.field(default=None, description="Its name in English.")
    label_fr: str | None = strawberry.field(default=None, description="Its name in French.")
    sites: list[str] = strawberry.field(description="The codes of its sites.")
    channels: list[str] | None = strawberry.field(default=None, description="Null: all.")
    zone: str = strawberry.field(description="An IANA zone: the clock of periods and windows.")
    valid_from: Date = strawberry.field(description="The first day.")
    valid_to: Date | None = strawberry.field(default=None, description="The first day it no longer holds; null: open.")
    settled_by: SettlementPeriod = strawberry.field(description="The period that it is settled by.")
    seal_after_days: int = strawberry.field(description="Days after a period's end on which it is sealed.")
    hours: SettledHours | None = strawberry.field(description="When terms are settled; null: in its shifts.")
    shifts: list[ContractShift] = strawberry.field(description="The hours, where no word says them.")
    force_majeure: list[ContractForceMajeure] = strawberry.field(description="Times that are not settled.")
    volumes: ContractVolumes | None = strawberry.field(description="Contacts foreseen by window.")
    terms: list[ContractTerm] = strawberry.field(description="What has to be reached.")
    cap: float | None = strawberry.field(default=None, description="Penalties of a period are at most this.")
    version: int = strawberry.field(description="Its last version: what a change has to name.")
    effective_from: Date = strawberry.field(description="The day from which that one holds.")
    versions: list[ContractVersion] = strawberry.field(description="All of them, the first one first.")
    sealed: list[ContractSeal] = strawberry.field(description="The periods that are sealed.")


def reader_of(context: Context) -> Contracts:
    """Return the reader of contracts. Nothing that shows contracts is cached, as over REST."""
    context.uncached = True
    return context.service(Contracts)


def contract_told(context: Context, kept: Kept) -> Contract:
    """A contract, its values counted."""
    document = contract_document(kept)
    lists = [value for value in document.values() if isinstance(value, list)]
    context.spend(_SHOWN + _OF_ENTRY * sum(map(len, lists)))
    return _contract(document)


def _contract(document: dict[str, Any]) -> Contract:
    hours, volumes = document["hours"], document.get("volumes")
    return Contract(
        **{name: value for name, value in document.items() if name not in _NESTED},
        hours=SettledHours(hours) if isinstance(hours, str) else None,
        shifts=[] if isinstance(hours, str) else [ContractShift(**each) for each in hours],
        force_majeure=[ContractForceMajeure(**each) for each in document["force_majeure"]],
        volumes=None if volumes is None else _volumes(**volumes),
        terms=[_term(**each) for each in document["terms"]],
        versions=[ContractVersion(**each) for each in document["versions"]],
        sealed=[ContractSeal(**each) for each in document["sealed"]],
    )


def _term(rules: list[dict[str, Any]], **term: Any) -> ContractTerm:
    return ContractTerm(**term, rules=[ContractRule(**each) for each in rules])


def _volumes(window: str, above_percent: float, expected: dict[str, int]) -> ContractVolumes:
    return ContractVolumes(document=expected, window=MeasurementWindow(window), above_percent=above_percent)
