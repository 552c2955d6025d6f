"""The GraphQL types of contracts, and the conversion of a stored contract. The members are those of REST."""

from __future__ import annotations

from typing import Any, Final

import strawberry

from cadran.contracts.documents import encode_contract
from cadran.contracts.graphql.enums import MeasurementWindow, PointCount, RuleKind, SettledHours, SettlementPeriod
from cadran.contracts.reader import ContractReader
from cadran.contracts.store import StoredContract
from cadran.graphql.context import Context
from cadran.graphql.fields import describe_field
from cadran.graphql.identifiers import CONTRACT, encode_id
from cadran.graphql.scalars import Date, DateTime

#: The cost of a contract, in values: those outside its lists, and those of each entry of its lists.
_VALUES, _VALUES_OF_ENTRY = 18, 8
_NESTED: Final = frozenset({"hours", "force_majeure", "volumes", "terms", "versions", "sealed"})


@strawberry.type(description="A rule for the amount that is due when a term misses or reaches a figure.")
class ContractRule:
    """The GraphQL type of a ``RuleForm``."""

    rule: RuleKind = strawberry.field(description="The condition under which the amount is due.")
    amount: float = strawberry.field(
        description="The amount for each window or point, or once, in the service's currency."
    )
    worse_than: float | None = strawberry.field(
        default=None, description="The bound of a step, in the metric's unit; null for other rules."
    )
    at_least: float | None = strawberry.field(
        default=None,
        description="The bound of a bonus, in the metric's unit: a minimum, or a maximum of a metric whose lower values"
        " are better; null for other rules.",
    )
    counted: PointCount = strawberry.field(description="How the points of a missed target are counted.")


@strawberry.type(description="A term: a metric, its target, its measurement windows, and the amounts that are due.")
class ContractTerm:
    """The GraphQL type of a ``TermForm``."""

    term: str = strawberry.field(description="The code of the term, unique within the contract.")
    metric: str = strawberry.field(description="The metric with its arguments, such as service_level(within=20).")
    target: float = strawberry.field(description="The target in the metric's unit: a share from 0 to 1, or seconds.")
    window: MeasurementWindow = strawberry.field(description="The width of a measurement window.")
    label_en: str | None = strawberry.field(
        default=None, description="The English name of the term; null: the metric's name."
    )
    label_fr: str | None = strawberry.field(
        default=None, description="The French name of the term; null: the English name."
    )
    channels: list[str] | None = strawberry.field(
        default=None, description="The channels of the contract that count; null: all of them."
    )
    rules: list[ContractRule] = strawberry.field(description="The rules for the amounts due.")
    cap: float | None = strawberry.field(
        default=None, description="The maximum total of the term's penalties of a period; null: no limit."
    )


@strawberry.type(description="A shift: hours of some weekdays that are settled. A shift ends by midnight.")
class ContractShift:
    """The GraphQL type of a ``ShiftForm``."""

    weekdays: list[int] = strawberry.field(description="The ISO weekdays of the shift; 1 is Monday.")
    opens: str = strawberry.field(description="The start on the contract's clock, such as 08:15.")
    closes: str = strawberry.field(description="The end on the contract's clock; 00:00 is midnight.")


@strawberry.type(description="A time of force majeure, which is not settled.")
class ContractForceMajeure:
    """The GraphQL type of a ``ForceMajeureForm``."""

    start: str = strawberry.field(description="The start on the contract's clock, such as 2015-12-09T14:00.")
    end: str = strawberry.field(description="The end on the contract's clock; excluded.")
    reason_en: str = strawberry.field(description="The reason in English.")
    reason_fr: str | None = strawberry.field(default=None, description="The reason in French; null: the English text.")


@strawberry.type(description="The forecast contacts of a window.")
class ContractExpectedVolume:
    """One entry of ``VolumesForm.expected``."""

    start: str = strawberry.field(description="The start of the window on the contract's clock: 2015-12-01T09:00.")
    contacts: int = strawberry.field(description="The number of forecast contacts.")


@strawberry.type(description="Forecast contacts by window. A window with many more contacts is not settled.")
class ContractVolumes:
    """The GraphQL type of a ``VolumesForm``."""

    document: strawberry.Private[dict[str, int]]
    window: MeasurementWindow = strawberry.field(description="The width of a window.")
    above_percent: float = strawberry.field(
        description="The percentage by which contacts may exceed the forecast; a window beyond that is not settled."
    )

    @describe_field("The forecast of each window, oldest first.")
    def expected(self, info: strawberry.Info[Context, None]) -> list[ContractExpectedVolume]:
        """Return the forecast of each window."""
        info.context.spend(2 * len(self.document))
        return [ContractExpectedVolume(start=start, contacts=number) for start, number in sorted(self.document.items())]


@strawberry.type(description="A version of a contract.")
class ContractVersion:
    """The GraphQL type of a ``Version``."""

    version: int = strawberry.field(description="The number of the version.")
    effective_from: Date = strawberry.field(description="The first day on which the version holds.")
    created_at: DateTime = strawberry.field(description="When the version was created.")


@strawberry.type(description="The seal of a contract's period.")
class ContractSeal:
    """The GraphQL type of a ``Seal``."""

    period: str = strawberry.field(description="The name of the period, such as 2015-12.")
    version: int = strawberry.field(description="The version of the contract that sealed the period.")
    sealed_at: DateTime = strawberry.field(description="When the period was sealed.")


@strawberry.type(description="An SLA contract with a partner, in its latest version.")
class Contract:
    """The document of ``/v1/contracts/{contract}``, with hours split into a word and shifts."""

    contract: str = strawberry.field(description="The code of the contract.")
    partner: str = strawberry.field(description="The code of the partner.")

    @describe_field("The id of the contract, unique across types. Arguments take the code of the contract instead.")
    def id(self) -> strawberry.ID:
        """Return the global id of the contract's code."""
        return strawberry.ID(encode_id(CONTRACT, self.contract))

    label_en: str | None = strawberry.field(
        default=None, description="The English name of the contract; null: its code."
    )
    label_fr: str | None = strawberry.field(
        default=None, description="The French name of the contract; null: the English name."
    )
    sites: list[str] = strawberry.field(description="The codes of the partner's sites that the contract covers.")
    channels: list[str] | None = strawberry.field(
        default=None, description="The codes of the channels that count; null: all channels."
    )
    zone: str = strawberry.field(
        description="The IANA time zone of the contract's clock, on which periods and windows begin and end."
    )
    valid_from: Date = strawberry.field(description="The first day on which the contract holds.")
    valid_to: Date | None = strawberry.field(
        default=None, description="The first day on which the contract no longer holds; null: open-ended."
    )
    settled_by: SettlementPeriod = strawberry.field(description="The length of a settlement period.")
    seal_after_days: int = strawberry.field(
        description="The days after a period's end from which the period is sealed."
    )
    hours: SettledHours | None = strawberry.field(description="The hours that are settled; null: the shifts.")
    shifts: list[ContractShift] = strawberry.field(description="The shifts that are settled; empty: the hours.")
    force_majeure: list[ContractForceMajeure] = strawberry.field(
        description="The times of force majeure, which are not settled."
    )
    volumes: ContractVolumes | None = strawberry.field(
        description="The forecast contacts; null: volumes do not matter."
    )
    terms: list[ContractTerm] = strawberry.field(description="The terms of the contract.")
    cap: float | None = strawberry.field(
        default=None, description="The maximum total of the penalties of all terms of a period; null: no limit."
    )
    version: int = strawberry.field(description="The number of the latest version; a change has to name it.")
    effective_from: Date = strawberry.field(description="The first day on which the latest version holds.")
    versions: list[ContractVersion] = strawberry.field(description="All versions, oldest first.")
    sealed: list[ContractSeal] = strawberry.field(description="The seals of the sealed periods.")


def find_reader(context: Context) -> ContractReader:
    """Return the reader of contracts, and mark the response as not cacheable, as over REST."""
    context.uncached = True
    return context.service(ContractReader)


def make_contract(context: Context, stored: StoredContract) -> Contract:
    """Convert a stored contract, and charge its values to the cost limit of the request."""
    document = encode_contract(stored)
    lists = [value for value in document.values() if isinstance(value, list)]
    context.spend(_VALUES + _VALUES_OF_ENTRY * sum(map(len, lists)))
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
