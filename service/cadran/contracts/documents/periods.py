"""The documents of the settlements that may be asked for: the contracts with their terms and periods."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal, TypeAlias, TypedDict
from urllib.parse import quote

from cadran.contracts.model.contract import (
    PERIODS_MAX,
    Contract,
    Period,
    SettlementPeriod,
    find_seal_day,
    list_begun_periods,
)
from cadran.contracts.store import StoredContract
from cadran.web.documents import DayText, InstantText

PeriodState: TypeAlias = Literal["open", "sealed"]


class ContractPeriodDocument(TypedDict):
    """A settlement period of a contract that has begun."""

    period: Annotated[str, "The name of the period, such as 2015-12 or 2015-Q4."]
    start: Annotated[DayText, "The first day of the period that the contract covers."]
    end: Annotated[DayText, "The day after the last day of the period that the contract covers."]
    state: Annotated[PeriodState, "Whether the period is sealed."]
    seal_day: Annotated[DayText, "The first day on which the period may be sealed."]
    sealed_at: Annotated[InstantText | None, "When the period was sealed; null if it is open."]
    settlement: Annotated[str, "The address of the settlement of the period."]
    statement: Annotated[str | None, "The address of the sealed statement; null if the period is open."]


class SlaListedTermDocument(TypedDict):
    """A term of a contract in its latest version."""

    term: Annotated[str, "The code of the term."]
    label: Annotated[str, "The name of the term, in the language of Accept-Language."]
    metric: Annotated[str, "The metric with its arguments."]
    target: Annotated[float, "The target in the metric's unit: a share from 0 to 1, or seconds."]


class SlaContractDocument(TypedDict):
    """A contract whose periods can be settled."""

    contract: Annotated[str, "The code of the contract."]
    label: Annotated[str, "The name of the contract, in the language of Accept-Language."]
    partner: Annotated[str, "The code of the partner."]
    zone: Annotated[str, "The time zone of the contract's days."]
    settled_by: Annotated[SettlementPeriod, "The length of a settlement period."]
    valid_from: Annotated[DayText, "The first day of the contract."]
    valid_to: Annotated[DayText | None, "The first day after the contract; null: no end."]
    terms: Annotated[list[SlaListedTermDocument], "The terms of the latest version."]
    periods: Annotated[
        list[ContractPeriodDocument], f"The periods that have begun, newest first; the latest {PERIODS_MAX} at most."
    ]


class SlaContractsDocument(TypedDict):
    """The contracts that the caller may see, with the periods whose settlement can be asked for."""

    contracts: Annotated[list[SlaContractDocument], "The contracts, by code."]


def encode_sla_contract(stored: StoredContract, now: datetime, language: str) -> SlaContractDocument:
    """Return the document of a contract, with the periods that have begun by ``now``."""
    contract = stored.latest.contract
    return {
        "contract": contract.code,
        "label": contract.label[language],
        "partner": contract.partner,
        "zone": contract.zone,
        "settled_by": contract.settled_by,
        "valid_from": contract.valid_from.isoformat(),
        "valid_to": None if contract.valid_to is None else contract.valid_to.isoformat(),
        "terms": [
            {
                "term": each.code,
                "label": each.label[language],
                "metric": each.call.name,
                "target": float(each.target),
            }
            for each in contract.terms
        ],
        "periods": encode_periods(stored, now),
    }


def encode_periods(stored: StoredContract, now: datetime) -> list[ContractPeriodDocument]:
    """Return the periods of a contract that have begun by ``now``, newest first."""
    contract = stored.latest.contract
    return [_encode_period(stored, contract, each) for each in list_begun_periods(contract, now)]


def _encode_period(stored: StoredContract, contract: Contract, period: Period) -> ContractPeriodDocument:
    seal = stored.sealed(period)
    settling = stored.on(period.start).contract
    path = f"/v1/sla/{quote(contract.code, safe='')}"
    return {
        "period": period.name,
        "start": period.start.isoformat(),
        "end": period.end.isoformat(),
        "state": "open" if seal is None else "sealed",
        "seal_day": find_seal_day(settling, period).isoformat(),
        "sealed_at": None if seal is None else seal.sealed_at.isoformat(),
        "settlement": f"{path}?period={period.name}",
        "statement": None if seal is None else f"{path}/statement?period={period.name}",
    }
