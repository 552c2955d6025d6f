"""Asks, and their translation into questions: every name is checked and every value made canonical. A refusal suggests
the known word that is most similar. REST, GraphQL and the terminal fill an ``Ask``; ``understand`` is the only way from
an ask to a question."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from math import ceil
from typing import TypeVar

from cadran.domain.bounds import METRICS_MAX, VALUES_MAX, check_list
from cadran.domain.dimension import ATTRIBUTES_MAX, DIMENSIONS, Dimension, find_unknown_code
from cadran.domain.directory import Directory
from cadran.domain.metric_ref import Order
from cadran.domain.question import USUAL, Compare, Filter, MetricRef, Question
from cadran.domain.window import WIDTHS, Grain, Window, load_zone, parse_moment, parse_period
from cadran.errors import SHOWN_MAX, QuestionRefused, unknown

Choice = TypeVar("Choice", Grain, Compare)

#: The value of a dimension that means "not given".
NONE = "none"

#: The period of live figures. They describe its end. It begins a day earlier: older data say nothing about now.
NOW = "now"
_NOW_WIDTH = timedelta(days=1)

_DIGITS_MAX = 4


@dataclass(frozen=True, slots=True)
class Condition:
    """A filter as written. ``values`` are codes, numbers, ranges ``1..5`` or ``12:15..12:30``."""

    dimension: str
    values: Sequence[str]
    negated: bool = False


@dataclass(frozen=True, slots=True)
class Ask:
    """A request in the caller's words, with the names of URL parameters. ``period`` excludes ``start`` and ``end``.
    ``binned`` asks the histograms of durations instead of their percentiles."""

    metrics: Sequence[MetricRef]
    period: str | None = None
    start: str | None = None
    end: str | None = None
    zone: str | None = None
    grain: str = "total"
    by: Sequence[str] = ()
    where: Sequence[Condition] = ()
    compare: str | None = None
    fill: bool = False
    order: Order | None = None
    top: int | None = None
    step: str | None = None
    bands: bool = False
    binned: bool = False


def understand(ask: Ask, directory: Directory, *, now: datetime, home_zone: str) -> Question:
    """Return the canonical question. Raises QuestionRefused. ``home_zone`` decides which day is today if the sites'
    zones differ. Asks for "now" with equal ``now`` are one question: see ``find_end_of_step``."""
    if not ask.metrics:
        raise QuestionRefused("Name the metrics, e.g. metrics=qos,aht.", code="no_metrics", parameter="metrics")
    if len(ask.metrics) > METRICS_MAX:
        raise QuestionRefused(
            f"{len(ask.metrics)} metrics are too many for one question; ask at most {METRICS_MAX} at a time.",
            code="too_costly",
            parameter="metrics",
        )
    calls = tuple(dict.fromkeys(ask.metrics))
    where = _conditions(ask.where, directory)
    check_list("by", ask.by, len(DIMENSIONS) + ATTRIBUTES_MAX)
    by = tuple(dict.fromkeys(_dimension(name, directory, "by").slug for name in ask.by))
    _check_bands(ask, by)
    order, ascending = _order(ask.order, ask.top, calls)
    if ask.top is not None and not (by and 1 <= ask.top <= 10_000):
        raise QuestionRefused("top needs a split (by=…) and a number from 1 to 10000.", code="bad_top", parameter="top")
    if ask.period == NOW:
        _check_instant(calls)
    window = _window(ask, directory, where, now, home_zone)
    return Question(
        metrics=calls,
        window=window,
        grain=_choice(Grain, ask.grain, "grain"),
        by=by,
        where=where,
        compare=_choice(Compare, ask.compare, "compare").of_period(ask.period) if ask.compare else None,
        fill=ask.fill,
        order=order,
        ascending=ascending,
        top=ask.top,
        step=_step(ask.step, by),
        bands=ask.bands,
        binned=ask.binned,
    )


def _step(word: str | None, by: tuple[str, ...]) -> Grain:
    """Return the width of rows by time of day."""
    if word is None:
        return Grain.QUARTER_HOUR
    if word not in [*WIDTHS]:
        raise unknown("step", word[:SHOWN_MAX], [each.value for each in WIDTHS], parameter="step")
    if "time_of_day" not in by:
        raise QuestionRefused(
            "step is the width of rows by time of day: add by=time_of_day, or leave step out.",
            code="impossible_step",
            parameter="step",
        )
    return Grain(word)


def _check_bands(ask: Ask, by: tuple[str, ...]) -> None:
    if ask.bands and (USUAL.isdisjoint(by) or ask.grain != Grain.TOTAL):
        raise QuestionRefused(
            "bands are about the days behind a time of day or a weekday: ask by=time_of_day or by=weekday, without a"
            " grain.",
            code="impossible_bands",
            parameter="bands",
        )


def _choice(kind: type[Choice], word: str, parameter: str) -> Choice:
    try:
        return kind(word)
    except ValueError:
        raise unknown(parameter, word, [each.value for each in kind], parameter=parameter) from None


def _dimension(name: str, directory: Directory, parameter: str) -> Dimension:
    if (dimension := directory.find_dimension(name)) is None:
        raise unknown("dimension", name, directory.list_dimensions(), parameter=parameter)
    return dimension


def _order(order: Order | None, top: int | None, calls: tuple[MetricRef, ...]) -> tuple[MetricRef | None, bool]:
    """Return the metric that orders the groups, and whether it ascends. Without an order, a top ranks by the first
    metric, descending."""
    if order is None:
        return (calls[0] if top is not None else None), False
    if order.metric not in calls:
        raise QuestionRefused(
            f"order names '{order.metric.name}', which is not among the metrics of the question: add it to metrics.",
            code="bad_order",
            parameter="order",
        )
    return order.metric, order.ascending


def _conditions(conditions: Sequence[Condition], directory: Directory) -> tuple[Filter, ...]:
    found = set()
    for condition in conditions:
        dimension = _dimension(condition.dimension, directory, condition.dimension)
        check_list(dimension.slug, condition.values, VALUES_MAX)
        read = _member_values if dimension.kind == "member" else _calendar_values
        values = read(dimension, condition.values, directory)
        if not values:
            raise QuestionRefused(
                f"{dimension.slug} names no value: name one, or leave it out.",
                code="bad_filter",
                parameter=dimension.slug,
            )
        found.add(Filter(dimension.slug, values, condition.negated))
    return tuple(sorted(found, key=lambda each: (each.dimension, each.negated, each.values)))


def _member_values(dimension: Dimension, values: Sequence[str], directory: Directory) -> tuple[str, ...]:
    codes = directory.codes.get(dimension.slug, {})
    found = set()
    for value in values:
        number = codes.get(value.lower())
        if number is None and value.lower() == NONE:
            found.add("")
            continue
        if number is None:
            code = find_unknown_code(dimension.slug)
            raise unknown(dimension.slug, value, directory.known(dimension.slug), parameter=dimension.slug, code=code)
        found.add(directory.member(dimension.slug, number).code or "")
    return tuple(sorted(found))


def _calendar_values(dimension: Dimension, values: Sequence[str], directory: Directory) -> tuple[str, ...]:
    numbers: set[int] = set()
    for value in values:
        first, _, last = value.partition("..")
        if dimension.slug == "time_of_day":
            low, high = _quarter(first), (_quarter(last) if last else _quarter(first) + 1)
            numbers.update(range(low, high) if low < high else [*range(low, 96), *range(high)])
            continue
        low, high = _number(dimension, first), _number(dimension, last or first)
        if low > high:
            raise QuestionRefused(
                f"'{value}' runs backwards: write {high}..{low}, or list the numbers.",
                code="bad_filter",
                parameter=dimension.slug,
            )
        numbers.update(range(low, high + 1))
    return tuple(str(number) for number in sorted(numbers))


def _number(dimension: Dimension, text: str) -> int:
    if text.isdecimal() and len(text) <= _DIGITS_MAX and dimension.low <= int(text) <= dimension.high:
        return int(text)
    raise QuestionRefused(
        f"'{text[:SHOWN_MAX]}' is not a {dimension.slug}: use numbers from {dimension.low} to {dimension.high},"
        " or a range such as"
        f" {dimension.low}..{min(dimension.low + 4, dimension.high)}.",
        code="bad_filter",
        parameter=dimension.slug,
    )


def _quarter(text: str) -> int:
    hours, _, minutes = text.partition(":")
    if (
        hours.isdecimal()
        and len(hours) <= _DIGITS_MAX
        and minutes in ("00", "15", "30", "45")
        and int(hours) * 60 + int(minutes) <= 24 * 60
    ):
        return int(hours) * 4 + int(minutes) // 15
    raise QuestionRefused(
        f"'{text[:SHOWN_MAX]}' is not a quarter-hour: write time_of_day=12:15..12:30 (the end is excluded).",
        code="bad_filter",
        parameter="time_of_day",
    )


def _window(ask: Ask, directory: Directory, where: tuple[Filter, ...], now: datetime, home_zone: str) -> Window:
    zone = None
    if ask.zone is not None and ask.zone != "site":
        zone = load_zone(ask.zone).key
    if ask.period is not None and (ask.start or ask.end):
        raise QuestionRefused("Give either period or start and end, not both.", code="bad_window", parameter="period")
    if ask.period == NOW:
        return Window(now - _NOW_WIDTH, now, zone)
    if ask.period is not None:
        today_zone = zone or directory.zone_of(sites_in(where, directory)) or home_zone
        start, end = parse_period(ask.period, _today(now, today_zone))
    elif ask.start and ask.end:
        start, end = parse_moment(ask.start, "start"), parse_moment(ask.end, "end")
    else:
        raise QuestionRefused(
            "Name the window: period=2015-12, or start and end (the end is excluded).",
            code="no_window",
            parameter="period",
        )
    if (start.tzinfo is None) != (end.tzinfo is None):
        raise QuestionRefused(
            "Give start and end both with an offset, or both without.", code="bad_window", parameter="end"
        )
    if start >= end:
        raise QuestionRefused(
            "The window's end must come after its start; the end itself is excluded.",
            code="bad_window",
            parameter="end",
        )
    return Window(start, end, zone).as_days(zone or directory.zone_of(sites_in(where, directory)))


def _check_instant(calls: tuple[MetricRef, ...]) -> None:
    for call in calls:
        if call.metric.basis not in ("instant", "end"):
            raise QuestionRefused(
                f"{call.slug} describes a window, not an instant: ask for a period such as today.",
                code="bad_window",
                parameter="period",
                suggestions=("today",),
            )


def find_end_of_step(now: datetime, live_seconds: float) -> datetime:
    """Return the end of the current step of ``live_seconds``, so that all asks within it are the same question."""
    return datetime.fromtimestamp(ceil(now.timestamp() / live_seconds) * live_seconds, UTC)


def _today(now: datetime, zone: str) -> date:
    return now.astimezone(load_zone(zone)).date()


def sites_in(where: tuple[Filter, ...], directory: Directory) -> tuple[int, ...] | None:
    """Return the ids of the sites that pass the filters on site and partner; None without such filters."""
    sites: set[int] | None = None
    for each in where:
        if each.dimension not in ("site", "partner"):
            continue
        codes = directory.codes.get(each.dimension, {})
        named_ids = {
            codes[value.lower()] if value else 0 for value in each.values if not value or value.lower() in codes
        }
        matching = named_ids if each.dimension == "site" else set(directory.sites_of(named_ids))
        if each.negated:
            matching = set(directory.zones) - matching
        sites = matching if sites is None else sites & matching
    return None if sites is None else tuple(sorted(sites))
