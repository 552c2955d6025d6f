"""A contract as it is sent, kept and told: a JSON document of this form, checked against the directory.

Takes the document; gives the contract's frozen form; refuses what is not of the form (``bad_parameter``), words that
the directory does not know, sites of another partner, and terms that cannot be settled (``bad_term``).
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from cadran.contracts.model.contract import Contract, ForceMajeure, Shift, Volumes
from cadran.contracts.model.term import Rule, Term, Unit, settled_call
from cadran.contracts.model.values import (
    EARLIEST,
    LATEST,
    RULES_MAX,
    SHIFTS_MAX,
    TERMS_MAX,
    TIMES_MAX,
    WINDOWS_MAX,
    Amount,
    Clock,
    Code,
    Codes,
    Day,
    Percent,
    Seconds,
    Text,
    Wall,
    Word,
)
from cadran.contracts.model.windows import unit_start
from cadran.domain.directory import Directory
from cadran.domain.metric import Label
from cadran.domain.window import zone_info
from cadran.errors import QuestionRefused, unknown


class _Sent(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class RuleForm(_Sent):
    """What is due, in euros: for each missed window, for each point below, once below a bound, or as a bonus."""

    rule: Literal["missed_window", "point", "step", "bonus"]
    amount: Amount
    worse_than: Seconds | None = Field(default=None, description="the bound of a step")
    at_least: Seconds | None = Field(
        default=None, description="the bound of a bonus; of what should be low, it is the most"
    )
    counted: Literal["started", "whole", "exact"] = Field(default="started", description="how points are counted")

    @model_validator(mode="after")
    def _bounded(self) -> Self:
        if (self.worse_than is not None) != (self.rule == "step"):
            raise ValueError("a step, and only a step, has worse_than")
        if (self.at_least is not None) != (self.rule == "bonus"):
            raise ValueError("a bonus, and only a bonus, has at_least")
        return self


class TermForm(_Sent):
    """A metric that has to reach a target, over which windows, and what follows."""

    term: Code
    metric: str = Field(max_length=200, description="as in a question, e.g. service_level(within=20)")
    target: Seconds = Field(description="in the metric's unit: a share from 0 to 1, seconds")
    window: Unit
    label_en: Text | None = None
    label_fr: Text | None = None
    channels: Codes | None = Field(default=None, description="only these of the contract's; empty: all of them")
    rules: list[RuleForm] = Field(default=[], max_length=RULES_MAX)
    cap: Amount | None = Field(default=None, description="penalties of the term in a period are at most this")


class ShiftForm(_Sent):
    """Hours of some weekdays on the contract's clock, in quarter-hours; they end by midnight (closes 00:00)."""

    weekdays: list[Annotated[int, Field(ge=1, le=7)]] = Field(min_length=1, max_length=7)
    opens: Clock
    closes: Clock


class ForceMajeureForm(_Sent):
    """A time on the contract's clock, in quarter-hours, that is not settled."""

    start: Wall
    end: Wall
    reason_en: Word
    reason_fr: Text | None = None


class VolumesForm(_Sent):
    """Contacts foreseen by window; what comes above frees that window from being settled."""

    window: Unit
    above_percent: Percent
    expected: dict[str, Annotated[int, Field(ge=0, le=100_000_000)]] = Field(
        max_length=WINDOWS_MAX,
        description="by the start of the window on the contract's clock: 2015-12-01, 2015-12-01T09:00",
    )


class ContractForm(_Sent):
    """A contract between the principal and a partner."""

    contract: Code
    partner: Word
    label_en: Text | None = None
    label_fr: Text | None = None
    sites: Codes
    channels: Codes | None = Field(default=None, description="empty: all")
    zone: Word = Field(description="an IANA zone: the clock of periods and windows")
    valid_from: Day
    valid_to: Day | None = Field(default=None, description="the first day it no longer holds; empty: open")
    settled_by: Literal["month", "quarter"] = "month"
    seal_after_days: Annotated[int, Field(ge=0, le=366)] = Field(
        default=10, description="days after a period's end on which it is sealed"
    )
    hours: Literal["always", "calendar"] | Annotated[list[ShiftForm], Field(max_length=SHIFTS_MAX)] = Field(
        default="always", description="when terms are settled: calendar is when each site is open"
    )
    force_majeure: list[ForceMajeureForm] = Field(default=[], max_length=TIMES_MAX)
    volumes: VolumesForm | None = None
    terms: list[TermForm] = Field(min_length=1, max_length=TERMS_MAX)
    cap: Amount | None = Field(default=None, description="penalties of all terms in a period are at most this")


def read(content: bytes | str) -> ContractForm:
    """The document of a contract, from JSON. Refused with ``bad_parameter``, naming the member."""
    try:
        return ContractForm.model_validate_json(content, strict=True)
    except ValidationError as error:
        raise refusal(error) from error


def refusal(error: ValidationError) -> QuestionRefused:
    """What is wrong first, and where; of what may be several things, the one that it is most like."""
    first = max(error.errors(include_url=False, include_input=False), key=lambda each: len(each["loc"]))
    name = ".".join(str(each) for each in first["loc"]) or "body"
    said = first["msg"].removeprefix("Value error, ")
    return QuestionRefused(f"{name[:200]}: {said}.", code="bad_parameter", parameter=name[:60])


def contract_of(form: ContractForm, version: int) -> Contract:
    """The frozen form. Refused with ``bad_parameter`` or ``bad_term`` where the members contradict each other."""
    zone_info(form.zone)
    if form.valid_to is not None and form.valid_to <= form.valid_from:
        raise _bad("valid_to", "is not after valid_from")
    if len({each.term for each in form.terms}) < len(form.terms):
        raise _bad("terms", "two terms have the same code")
    return Contract(
        code=form.contract,
        version=version,
        partner=form.partner,
        label=_label(form.label_en, form.label_fr, form.contract),
        sites=tuple(sorted(set(form.sites))),
        channels=None if form.channels is None else tuple(sorted(set(form.channels))),
        zone=form.zone,
        valid_from=form.valid_from,
        valid_to=form.valid_to,
        settled_by=form.settled_by,
        seal_after_days=form.seal_after_days,
        hours=form.hours if isinstance(form.hours, str) else _shifts(form.hours),
        force_majeure=tuple(_force_majeure(each) for each in form.force_majeure),
        volumes=None if form.volumes is None else _volumes(form.volumes),
        terms=tuple(_term(each, form.channels) for each in form.terms),
        cap=form.cap,
    )


def checked(contract: Contract, directory: Directory) -> Contract:
    """The contract, if the directory knows its partner, sites and channels; refused with ``unknown_…`` otherwise."""
    for dimension, codes in (
        ("partner", (contract.partner,)),
        ("site", contract.sites),
        ("channel", _channels(contract)),
    ):
        known = directory.codes.get(dimension, {})
        for code in codes:
            if code.lower() not in known or directory.member(dimension, known[code.lower()]).code != code:
                raise unknown(dimension, code, directory.known(dimension), parameter=dimension)
    partner = directory.codes["partner"][contract.partner.lower()]
    for code in contract.sites:
        site = directory.member("site", directory.codes["site"][code.lower()])
        if site.parent != partner:
            raise _bad("sites", f"{code} does not belong to {contract.partner}")
        if contract.hours == "calendar" and site.member_id not in directory.scheduled:
            raise _bad("hours", f"the opening hours of {code} are not known (load them with --as openings)")
    return contract


def document(form: ContractForm) -> dict[str, Any]:
    """The form as JSON tells it: amounts and targets as numbers. What was left out stays left out."""
    return {name: _plain(value) for name, value in form.model_dump(exclude_none=True).items()}


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        # A decimal of so few digits is the shortest text of its float, which is what JSON writes.
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, dict):
        return {name: _plain(each) for name, each in value.items() if each is not None}
    if isinstance(value, list):
        return [_plain(each) for each in value]
    return value.isoformat() if isinstance(value, date) else value


def _channels(contract: Contract) -> Iterable[str]:
    yield from contract.channels or ()
    for term in contract.terms:
        yield from term.channels or ()


def _term(form: TermForm, channels: list[str] | None) -> Term:
    call = settled_call(form.metric, form.window)
    if form.channels is not None and channels is not None and not set(form.channels) <= set(channels):
        raise _bad("terms", f"{form.term} names channels that the contract does not")
    share = call.metric.kind == "share"
    rules = tuple(
        Rule(each.rule, each.amount, each.worse_than if each.rule == "step" else each.at_least, each.counted)
        for each in form.rules
    )
    if share and any(bound > 1 for bound in (form.target, *(rule.bound for rule in rules if rule.bound is not None))):
        raise _bad("terms", f"{form.term}: a share is from 0 to 1, e.g. 0.8")
    label = _label(form.label_en, form.label_fr, "") if form.label_en or form.label_fr else call.metric.label
    chosen = None if form.channels is None else tuple(sorted(set(form.channels)))
    return Term(form.term, label, call, form.target, form.window, rules, form.cap, chosen)


def _shifts(forms: list[ShiftForm]) -> tuple[Shift, ...]:
    shifts = tuple(
        Shift(frozenset(each.weekdays), _minutes(each.opens), _minutes(each.closes) or 1440) for each in forms
    )
    if not shifts or any(shift.opens >= shift.closes for shift in shifts):
        raise _bad("hours", "each shift ends after it begins, by midnight (write a night as two shifts)")
    return shifts


def _minutes(at: str) -> int:
    return int(at[:2]) * 60 + int(at[3:])


def _force_majeure(form: ForceMajeureForm) -> ForceMajeure:
    start, end = _wall(form.start), _wall(form.end)
    if end <= start:
        raise _bad("force_majeure", "end is not after start")
    return ForceMajeure(start, end, _label(form.reason_en, form.reason_fr, ""))


def _wall(text: str) -> datetime:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise _bad("force_majeure", f"there is no {text}") from None
    if not EARLIEST <= found.date() <= LATEST:
        raise _bad("force_majeure", f"{text} is out of bounds")
    return found


def _volumes(form: VolumesForm) -> Volumes:
    expected = {}
    for text, number in form.expected.items():
        try:
            start = datetime.fromisoformat(text)
        except ValueError:
            raise _bad("volumes", f"'{text[:60]}' is not a time such as 2015-12-01 or 2015-12-01T09:00") from None
        minutes = form.window.minutes
        aligned = start.tzinfo is None and not (start.second or start.microsecond)
        if minutes is None:
            aligned = aligned and start == unit_start(start, form.window)
        else:
            aligned = aligned and start.minute % minutes == 0
        if not aligned or not EARLIEST <= start.date() <= LATEST:
            raise _bad("volumes", f"no {form.window} starts at {text[:60]} on the contract's clock")
        expected[start] = number
    return Volumes(form.window, form.above_percent, expected)


def _label(english: str | None, french: str | None, otherwise: str) -> Label:
    en = english or french or otherwise
    return Label(en, french or en)


def _bad(name: str, detail: str) -> QuestionRefused:
    return QuestionRefused(f"{name}: {detail}.", code="bad_parameter", parameter=name)
