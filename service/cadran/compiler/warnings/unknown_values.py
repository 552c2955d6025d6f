"""The warnings about contacts whose wait, times or cost the source does not give, but a figure needs, and about
gestures of unknown limit.

``count_unknown`` takes the formulas of a question and says where the contacts are counted: in columns next to the
figure's own, or, where no statement reads their fact, in one more statement over the whole window. ``notices`` takes
the totals of these columns. Figures with the same contacts share a notice.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final

from cadran.compiler.fragment import Threshold
from cadran.compiler.recipe import Column
from cadran.compiler.select import Fragment, PartUse, QueryScope, select
from cadran.domain.answer import Notice
from cadran.domain.display import display, percent
from cadran.domain.metric import MISSED, UNKNOWN_WAITS, Label, Term, Unknown
from cadran.domain.parts.parts import PARTS
from cadran.domain.question import MetricRef

#: What the other contacts are, of which the coverage gives the share, and which value is not known.
_COVERED: Final = {
    "times": Label(
        "handled contacts; the times of the others are not known",
        "contacts traités ; les temps des autres ne sont pas connus",
    ),
    "leg_times": Label(
        "legs; the times of the others are not known",
        "interventions ; les temps des autres ne sont pas connus",
    ),
    "cost": Label(
        "contacts; the cost of the others is not known",
        "contacts ; le coût des autres n'est pas connu",
    ),
}
_FINISHED: Final = {
    "answered": Label("answered", "pris en charge"),
    "abandoned": Label("abandoned", "abandonnés"),
    "all": Label("answered or abandoned", "pris en charge ou abandonnés"),
}
#: The visits that left a queue, other than deflected ones.
_LEFT: Final = Label("that left the queue", "sortis de la file")
_ROWS: Final = {"wait": Label("contacts", "contacts"), "visit_wait": Label("queue visits", "passages en file")}
_GESTURES: Final = Label("gestures", "gestes")
#: The verbs by whether the contacts count as missed, and whether there is one figure.
_VERBS: Final = {
    (False, True): Label("leaves out", "laisse de côté"),
    (False, False): Label("leave out", "laissent de côté"),
    (True, True): Label("counts as missed", "compte comme hors délai"),
    (True, False): Label("count as missed", "comptent comme hors délai"),
}


@dataclass(frozen=True, slots=True)
class UnknownRows:
    """The rows of which a value that a figure needs may be unknown, within the scopes that limit the figure."""

    call: MetricRef
    unknown: Unknown
    limit: tuple[Threshold, ...] | None


@dataclass(frozen=True, slots=True)
class UnknownColumns:
    """The columns that count these rows, and all rows of which they are a part."""

    call: MetricRef
    unknown: Unknown
    count: tuple[Column, ...]
    whole: tuple[Column, ...]


def count_unknown(
    found: Iterable[UnknownRows],
    scoped: QueryScope,
    find_column: Callable[[int, PartUse], Column | None],
    first: int,
) -> tuple[tuple[UnknownColumns, ...], list[Fragment]]:
    """Return the columns that count these rows, and the further fragments that they need. ``find_column`` returns the
    column of a use in a fragment that makes rows; None if no such fragment has its fact. ``first`` is the number of
    the first further fragment, which make no rows of the answer."""
    elsewhere: dict[str, dict[PartUse, int]] = {}

    def place(term: Term, limit: tuple[Threshold, ...] | None) -> Column:
        use = PartUse(PARTS[term.part], limit=limit)
        column = find_column(term.sign, use)
        if column is not None:
            return column
        uses = elsewhere.setdefault(use.part.fact, {})
        return Column(term.sign, first + [*elsewhere].index(use.part.fact), uses.setdefault(use, len(uses)))

    columns = tuple(
        UnknownColumns(
            each.call,
            each.unknown,
            tuple(place(term, each.limit) for term in each.unknown.count),
            tuple(place(term, each.limit) for term in each.unknown.whole),
        )
        for each in found
    )
    fragments = [replace(select(scoped, tuple(uses), ()), kind="unknown") for uses in elsewhere.values()]
    return columns, fragments


def notices(found: Iterable[UnknownColumns], totals: Sequence[Sequence[Sequence[object]]]) -> list[Notice]:
    """Return the warnings about unknown values, from the totals of each fragment's columns."""

    def add_up(columns: tuple[Column, ...]) -> int:
        return sum(each.sign * int(totals[each.fragment][each.index][0] or 0) for each in columns)  # type: ignore[call-overload]  # counts

    alike: dict[tuple[Unknown, bool, int, int], list[MetricRef]] = {}
    for each in found:
        count, whole = add_up(each.count), add_up(each.whole)
        if count > 0:
            missed = each.call.values().get(UNKNOWN_WAITS) == MISSED
            alike.setdefault((each.unknown, missed, count, whole), []).append(each.call)
    return [_describe(calls, unknown, missed, count, whole) for (unknown, missed, count, whole), calls in alike.items()]


def _describe(calls: Sequence[MetricRef], unknown: Unknown, missed: bool, count: int, whole: int) -> Notice:
    slugs = tuple(dict.fromkeys(call.slug for call in calls))
    if unknown.value in ("wait", "visit_wait"):
        detail = describe_waits(_join(calls), unknown, count, whole, missed=missed, one=len(calls) == 1)
        return Notice("unknown_waits", detail, slugs)
    one, names = len(calls) == 1, _join(calls)
    if unknown.value == "limit":
        return Notice("unknown_limits", _describe_limits(names, count, whole, one=one), slugs)
    english, french = (percent((whole - count) / whole, language, decimals=1) for language in ("en", "fr"))
    others = _COVERED[unknown.value]
    detail = Label(
        f"{names.en} {'covers' if one else 'cover'} {english} of the {others.en}.",
        f"{names.fr} {'porte' if one else 'portent'} sur {french} des {others.fr}.",
    )
    return Notice("coverage", detail, slugs)


def describe_waits(names: Label, unknown: Unknown, count: int, whole: int, *, missed: bool, one: bool = True) -> Label:
    """Return the sentence about contacts of unknown wait: their number, and their share of those that finished."""
    finished = _FINISHED[unknown.of]
    rows = _ROWS[unknown.value]
    if unknown.value == "visit_wait" and unknown.of == "all":
        finished = _LEFT
    verb, shares = _VERBS[missed, one], _describe_share(count, whole, finished)
    return Label(
        f"{names.en} {verb.en} {rows.en} whose wait is not known: {shares.en}.",
        f"{names.fr} {verb.fr} les {rows.fr} dont l'attente n'est pas connue : {shares.fr}.",
    )


def _describe_limits(names: Label, count: int, whole: int, *, one: bool) -> Label:
    verb, shares = _VERBS[False, one], _describe_share(count, whole, _GESTURES)
    return Label(
        f"{names.en} {verb.en} gestures whose limit is not known: {shares.en}. The catalogue gives the limits"
        " (--as gestures).",
        f"{names.fr} {verb.fr} les gestes dont la limite n'est pas connue : {shares.fr}. Le catalogue donne les limites"
        " (--as gestures).",
    )


def _describe_share(count: int, whole: int, of: Label) -> Label:
    """Return a count, the whole that it is a part of, and the share."""
    return Label(
        *(
            f"{display(count, 'count', language)} {preposition} {display(whole, 'count', language)} {of[language]}"
            f" ({percent(count / whole, language, decimals=1)})"
            for language, preposition in (("en", "of"), ("fr", "sur"))
        )
    )


def _join(calls: Sequence[MetricRef]) -> Label:
    names = [call.name for call in calls]
    return Label(" and ".join(names), " et ".join(names))
