"""The statement of a settlement: the document that is shown, sealed and signed, with its texts in both languages.

The statement is built from a settlement, as JSON values. Times are RFC 3339 on the contract's clock. Amounts are
numbers of at most two decimals in the service's currency. Counts are whole numbers. ``localize`` selects the texts of
one language.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, Final, cast

from cadran.contracts.model.windows import Exclusion
from cadran.contracts.settlement.attainment import Attainment, MeasuredWindow
from cadran.contracts.settlement.penalty import Line
from cadran.contracts.settlement.settlement import SettledTerm, Settlement
from cadran.contracts.statement.documents import (
    SlaFiguresDocument,
    SlaMarginDocument,
    SlaRestatementDocument,
    SlaWindowDocument,
)
from cadran.domain.metric import Label
from cadran.domain.window import load_zone

_LANGUAGES: Final = {"en", "fr"}
#: The value of ``met`` by a window's state; None for other states.
_MET: Final = {"met": True, "missed": False}


def build_statement(found: Settlement, *, currency: str, sealed_at: datetime | None) -> dict[str, Any]:
    """Build the document of a settlement. ``sealed_at`` is None for a statement that is not sealed."""
    contract, period = found.contract, found.period
    start, end = period.bounds
    return {
        "contract": contract.code,
        "label": _texts(contract.label),
        "partner": contract.partner,
        "version": contract.version,
        "period": {
            "name": period.name,
            "start": _at(start, contract.zone),
            "end": _at(end, contract.zone),
            "zone": contract.zone,
        },
        "over": found.over,
        "sealed": sealed_at is not None,
        "sealed_at": None if sealed_at is None else _utc(sealed_at),
        "as_of": None if found.as_of is None else _utc(found.as_of),
        "data_version": str(found.version),
        "currency": currency,
        "terms": [_term(each, contract.zone) for each in found.terms],
        "excluded": [_excluded(each, contract.zone) for each in found.excluded],
        "amount": to_json_number(found.due),
        "lines": _lines(found.lines),
    }


def localize(value: Any, language: str) -> Any:
    """Return a document with its texts in one language."""
    if isinstance(value, dict):
        if set(value) == _LANGUAGES:
            return value[language]
        return {name: localize(each, language) for name, each in value.items()}
    return [localize(each, language) for each in value] if isinstance(value, list) else value


def to_json_number(number: Decimal) -> int | float:
    """Return a decimal as a JSON number. With so few digits, it reads back as the same decimal."""
    return int(number) if number == number.to_integral_value() else float(number)


def find_restatements(sealed: Mapping[str, Any], now: Mapping[str, Any]) -> list[SlaRestatementDocument]:
    """Return the restatements: for each term whose figures have changed since the sealing, the sealed figures, the
    current figures, and the change. Terms that ``now`` lacks are not restated."""
    present = {term["term"]: term for term in now["terms"]}
    found: list[SlaRestatementDocument] = []
    for term in sealed["terms"]:
        if term["term"] not in present:
            continue
        before, after = _figures(term), _figures(present[term["term"]])
        if before != after:
            change = {name: _change(before[name], after[name]) for name in _FIGURES}
            found.append(
                {"term": term["term"], "sealed": before, "now": after, "change": cast("SlaFiguresDocument", change)}
            )
    return found


_FIGURES: Final = ("attained", "numerator", "denominator", "n", "windows", "windows_met", "amount")


def _figures(term: Mapping[str, Any]) -> SlaFiguresDocument:
    return {
        "attained": term["attained"],
        "numerator": term["numerator"],
        "denominator": term["denominator"],
        "n": term["n"],
        "windows": term["windows"],
        "windows_met": term["windows_met"],
        "amount": term["penalty"]["amount"],
    }


def _change(before: float | None, after: float | None) -> int | float | None:
    """Return the difference of two figures, exact if both are decimals of few digits; None if one is undefined."""
    if before is None or after is None:
        return None
    return to_json_number(Decimal(repr(after)) - Decimal(repr(before)))


def _count_unknown(found: Attainment) -> dict[str, Any]:
    """Return the contacts of unknown wait that a term concerns, and their share."""
    unknown = found.unknown
    if unknown is None:
        return {"unknown_waits": None, "unknown_waits_share": None}
    share = float(unknown.numerator / unknown.n) if unknown.n else None
    return {"unknown_waits": to_json_number(unknown.numerator), "unknown_waits_share": share}


def _term(each: SettledTerm, zone: str) -> dict[str, Any]:
    term, attainment = each.term, each.attainment
    sums = attainment.sums
    return {
        "term": term.code,
        "label": _texts(term.label),
        "metric": term.call.name,
        "metric_version": term.call.version,
        "better": term.call.metric.better,
        "unit": term.call.metric.unit,
        "target": to_json_number(term.target),
        "attained": sums.value,
        "met": attainment.met,
        "numerator": to_json_number(sums.numerator),
        "denominator": to_json_number(sums.denominator),
        "n": to_json_number(sums.n),
        **_count_unknown(attainment),
        "window": term.unit.value,
        "windows": attainment.counted("met", "missed"),
        "windows_met": attainment.counted("met"),
        "windows_empty": attainment.counted("empty"),
        "windows_excluded": attainment.counted("excluded"),
        "windows_pending": attainment.counted("pending"),
        "margin": _margin(each),
        "forecast": {
            "method": each.outlook.method,
            "value": each.outlook.value,
            "low": each.outlook.low,
            "high": each.outlook.high,
        },
        "penalty": {"amount": to_json_number(each.due), "lines": _lines(each.lines)},
        "by_window": [_window(window, zone) for window in attainment.windows],
    }


def _margin(each: SettledTerm) -> SlaMarginDocument:
    left = each.margin
    return {
        "misses_left": left.misses_left,
        "late_calls_left": left.late_calls_left,
        "hits_needed": left.hits_needed,
        "seconds_left": None if left.seconds_left is None else to_json_number(left.seconds_left),
    }


def _window(window: MeasuredWindow, zone: str) -> SlaWindowDocument:
    sums = window.sums
    return {
        "start": _at(window.start, zone),
        "end": _at(window.end, zone),
        "attained": sums.value,
        "numerator": to_json_number(sums.numerator),
        "denominator": to_json_number(sums.denominator),
        "n": to_json_number(sums.n),
        "met": _MET.get(window.state),
        "state": window.state,
    }


def _excluded(each: Exclusion, zone: str) -> dict[str, Any]:
    return {
        "start": _at(each.start, zone),
        "end": _at(each.end, zone),
        "kind": each.kind,
        "reason": _texts(each.reason),
        "contacts": each.contacts,
        "expected": each.expected,
    }


def _lines(lines: Iterable[Line]) -> list[dict[str, Any]]:
    return [
        {
            "code": line.code,
            "label": _texts(line.label),
            "quantity": to_json_number(line.quantity),
            "rate": to_json_number(line.rate),
            "amount": to_json_number(line.amount),
        }
        for line in lines
    ]


def _texts(label: Label) -> dict[str, str]:
    return {"en": label.en, "fr": label.fr}


def _at(instant: datetime, zone: str) -> str:
    return instant.astimezone(load_zone(zone)).isoformat()


def _utc(instant: datetime) -> str:
    return instant.astimezone(UTC).replace(microsecond=0, tzinfo=None).isoformat() + "Z"
