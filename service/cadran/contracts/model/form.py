"""The JSON document of a contract, which requests send, the database stores and responses show.

The functions convert the document to the frozen ``Contract``, and back. They raise QuestionRefused for documents of
another form (``bad_parameter``), codes that the directory does not know (``unknown_…``), sites of another partner, and
terms that cannot be settled (``bad_term``).
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any

from pydantic import Field, ValidationError

from cadran.contracts.model.contract import Contract, ForceMajeure, SettledHours, SettlementPeriod, Shift, Volumes
from cadran.contracts.model.form_parts import ForceMajeureForm, Form, ShiftForm, TermForm, VolumesForm
from cadran.contracts.model.term import Rule, Term, parse_settled_metric
from cadran.contracts.model.values import (
    EARLIEST,
    LATEST,
    SHIFTS_MAX,
    TERMS_MAX,
    TIMES_MAX,
    Amount,
    Code,
    Codes,
    Day,
    Text,
    Word,
)
from cadran.contracts.model.windows import find_unit_start
from cadran.domain.bounds import CODES_MAX, WORD_MAX
from cadran.domain.directory import Directory
from cadran.domain.metric import Label
from cadran.domain.window import load_zone
from cadran.errors import QuestionRefused, unknown


class ContractForm(Form):
    """An SLA contract with a partner."""

    contract: Code = Field(description="The code of the contract.")
    partner: Word = Field(description="The code of the partner.")
    label_en: Text | None = Field(
        default=None, description=f"The English name of the contract, 0 to {WORD_MAX} characters; null: its code."
    )
    label_fr: Text | None = Field(
        default=None,
        description=f"The French name of the contract, 0 to {WORD_MAX} characters; null: the English name.",
    )
    sites: Codes = Field(
        description=f"The codes of the partner's sites that the contract covers, at most {CODES_MAX} codes."
    )
    channels: Codes | None = Field(
        default=None,
        description=f"The codes of the channels that count, at most {CODES_MAX} codes; null: all channels.",
    )
    zone: Word = Field(
        description="The IANA time zone of the contract's clock, on which periods and windows begin and end."
    )
    valid_from: Day = Field(description="The first day on which the contract holds, such as 2015-01-01.")
    valid_to: Day | None = Field(
        default=None, description="The first day on which the contract no longer holds; null: open-ended."
    )
    settled_by: SettlementPeriod = Field(default="month", description="The length of a settlement period.")
    seal_after_days: Annotated[int, Field(ge=0, le=366)] = Field(
        default=10, description="The days after a period's end from which the period is sealed."
    )
    hours: SettledHours | Annotated[list[ShiftForm], Field(max_length=SHIFTS_MAX)] = Field(
        default="always",
        description="The hours that are settled: all hours (always), the opening hours of each site (calendar),"
        " or shifts.",
    )
    force_majeure: list[ForceMajeureForm] = Field(
        default=[],
        max_length=TIMES_MAX,
        description=f"The times of force majeure, which are not settled; at most {TIMES_MAX:,} times.",
    )
    volumes: VolumesForm | None = Field(default=None, description="The forecast contacts; null: volumes do not matter.")
    terms: list[TermForm] = Field(
        min_length=1, max_length=TERMS_MAX, description=f"The terms of the contract, at most {TERMS_MAX} terms."
    )
    cap: Amount | None = Field(
        default=None, description="The maximum total of the penalties of all terms of a period; null: no limit."
    )


def read_form(content: bytes | str) -> ContractForm:
    """Read the document of a contract from JSON. Raises QuestionRefused (``bad_parameter``), which names the wrong
    member."""
    try:
        return ContractForm.model_validate_json(content, strict=True)
    except ValidationError as error:
        raise make_refusal(error) from error


def make_refusal(error: ValidationError) -> QuestionRefused:
    """Return the refusal for the most deeply nested error. If a member may have several forms, this error comes from
    the form that the member resembles most."""
    first = max(error.errors(include_url=False, include_input=False), key=lambda each: len(each["loc"]))
    name = ".".join(str(each) for each in first["loc"]) or "body"
    message = first["msg"].removeprefix("Value error, ")
    return QuestionRefused(f"{name[:200]}: {message}.", code="bad_parameter", parameter=name[:60])


def build_contract(form: ContractForm, version: int) -> Contract:
    """Build the frozen contract. Raises QuestionRefused (``bad_parameter``, ``bad_term``) for contradictory members."""
    load_zone(form.zone)
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


def check_contract(contract: Contract, directory: Directory) -> Contract:
    """Check a contract against the directory, and return the contract. Raises QuestionRefused for an unknown partner,
    site, channel or queue (``unknown_…``), sites of another partner, and calendar hours of a site without a calendar
    (``bad_parameter``)."""
    for dimension, codes in (
        ("partner", (contract.partner,)),
        ("site", contract.sites),
        ("channel", _channels(contract)),
        ("queue", (code for term in contract.terms for code in term.queues or ())),
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
        if contract.hours == "calendar" and site.member_id not in directory.calendars:
            raise _bad("hours", f"the opening hours of {code} are not known (load them with --as openings)")
    return contract


def encode_form(form: ContractForm) -> dict[str, Any]:
    """Return the form as JSON values: amounts and targets are numbers, members that are null are left out."""
    return {name: _plain(value) for name, value in form.model_dump(exclude_none=True).items()}


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        # JSON writes the shortest digits that identify a float. They are the decimal's digits, because it has so few.
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
    call = parse_settled_metric(form.metric, form.window, form.unknown_waits)
    if form.channels is not None and channels is not None and not set(form.channels) <= set(channels):
        raise _bad("terms", f"{form.term} names channels that the contract does not name")
    share = call.metric.kind == "share"
    rules = tuple(
        Rule(each.rule, each.amount, each.worse_than if each.rule == "step" else each.at_least, each.counted)
        for each in form.rules
    )
    if share and any(bound > 1 for bound in (form.target, *(rule.bound for rule in rules if rule.bound is not None))):
        raise _bad("terms", f"{form.term}: the targets and bounds of a share are from 0 to 1, e.g. 0.8")
    label = _label(form.label_en, form.label_fr, "") if form.label_en or form.label_fr else call.metric.label
    chosen = None if form.channels is None else tuple(sorted(set(form.channels)))
    queues = None if form.queues is None else tuple(sorted(set(form.queues)))
    return Term(form.term, label, call, form.target, form.window, rules, form.cap, chosen, queues)


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
        raise _bad("force_majeure", f"{text} does not exist in the calendar") from None
    if not EARLIEST <= found.date() <= LATEST:
        raise _bad("force_majeure", f"{text} is not between {EARLIEST} and {LATEST}")
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
            aligned = aligned and start == find_unit_start(start, form.window)
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
