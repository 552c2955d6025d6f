"""The oracles: every metric of the catalogue in plain Python, over the rows of one group of a question.

An oracle takes a ``Group`` (the rows of each fact) and the metric's arguments. It returns value, numerator, denominator
and n.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from math import ceil, log
from typing import Any, Protocol

from tests.oracle.truth import LOST, PENDING, inbound
from tests.oracle.world import Row, World

EDGES = (5, 10, 15, 20, 30, 45, 60, 90, 120, 180, 240, 300, 600, 900, 1800, 3600,
         7200, 14400, 28800, 86400, 172800, 259200)  # fmt: skip

Number = float | int | Decimal | None


class Group(Protocol):
    """The rows of a group. Dimensions in ``ignoring`` neither split nor filter."""

    @property
    def world(self) -> World: ...
    @property
    def people(self) -> str: ...
    @property
    def names_direction(self) -> bool: ...
    def rows(self, fact: str, ignoring: tuple[str, ...] = ()) -> list[Row]: ...
    def base(self) -> list[str]: ...
    def days(self) -> tuple[date, date]: ...
    def every(self, fact: str) -> list[Row]: ...
    def holds(self, row: Row) -> bool: ...
    def staff(self) -> list[Row]: ...
    def budget_year(self) -> Number: ...
    def budget_window(self) -> Number: ...
    def in_base(self, rows: list[Row]) -> set[str]: ...


@dataclass(frozen=True)
class Figure:
    value: Number
    numerator: Number
    denominator: Number
    n: Number
    bounds: tuple[float, float] | None = None


Oracle = Callable[[Group, dict[str, Any]], Figure]
ORACLES: dict[str, Oracle] = {}


def oracle(*slugs: str) -> Callable[[Callable[..., Figure]], Callable[..., Figure]]:
    """Register a function as the oracle of metrics. A function for several metrics gets the slug as an argument."""

    def enter(function: Callable[..., Figure]) -> Callable[..., Figure]:
        for slug in slugs:
            ORACLES[slug] = function if len(slugs) == 1 else _told(function, slug)
        return function

    return enter


def _told(function: Callable[..., Figure], slug: str) -> Oracle:
    return lambda group, arguments: function(group, arguments, slug)


def counted(number: Number) -> Figure:
    return Figure(number, number, None, number)


def divided(numerator: Number, denominator: Number, n: Number = None) -> Figure:
    value = None if numerator is None or not denominator else float(numerator) / float(denominator)
    return Figure(value, numerator, denominator, denominator if n is None else n)


def of(rows: Iterable[Row], *outcomes: str) -> list[Row]:
    return [row for row in rows if row["outcome"] in outcomes]


def total(rows: Iterable[Row], *names: str) -> Decimal:
    return sum((row[name] for row in rows for name in names if row[name] is not None), Decimal(0))


def contacts(group: Group, *, any_direction: bool = False, ignoring: tuple[str, ...] = ()) -> list[Row]:
    """Return the contacts that count, without those outside opening hours; inbound ones unless ``any_direction``."""
    rows = group.rows("contact", ignoring)
    return [row for row in rows if row["outcome"] != "closed" and (any_direction or inbound(row))]


def offered(group: Group) -> list[Row]:
    """Return the contacts of denominators, which leave out pending ones."""
    return [row for row in contacts(group) if row["outcome"] not in PENDING]


def within(world: World, rows: Iterable[Row], seconds: float) -> Decimal:
    return sum((in_time(world, row["wait"], seconds) for row in rows), Decimal(0))


def in_time(world: World, wait: Number, seconds: float) -> Decimal:
    """Return 1 if a wait is known and at most this long, else 0. Decimals are compared: 4.999 is within 4.999.

    A threshold that nobody named lies between two edges: a wait between them counts as a half."""
    if wait is None:
        return Decimal(0)
    if seconds in EDGES or seconds in list_named(world):
        return Decimal(wait <= Decimal(str(seconds)))
    place = bisect_left(EDGES, seconds)
    if place and wait <= EDGES[place - 1]:
        return Decimal(1)
    return Decimal("0.5") if place == len(EDGES) or wait <= EDGES[place] else Decimal(0)


def list_named(world: World) -> set[float]:
    """Return the thresholds that are exact apart from the edges."""
    norms = {float(norm[name]) for norm in world.answer_norms for name in ("good_seconds", "bad_seconds")}
    return norms | {float(seconds) for seconds in world.thresholds}


@oracle("contacts", "abandoned", "deflected", "expired", "callbacks")
def _counts(group: Group, arguments: dict[str, Any], slug: str) -> Figure:
    outcome = {"callbacks": "callback"}.get(slug, slug)
    return counted(len([row for row in contacts(group) if slug == "contacts" or row["outcome"] == outcome]))


@oracle("closed")
def _closed(group: Group, arguments: dict[str, Any]) -> Figure:
    return counted(len([row for row in of(group.rows("contact"), "closed") if inbound(row)]))


@oracle("outbound")
def _outbound(group: Group, arguments: dict[str, Any]) -> Figure:
    return counted(len([row for row in contacts(group, any_direction=True) if not inbound(row)]))


@oracle("complaints")
def _complaints(group: Group, arguments: dict[str, Any]) -> Figure:
    return counted(len([row for row in contacts(group) if row["complaint"]]))


@oracle("short_abandons")
def _short(group: Group, arguments: dict[str, Any]) -> Figure:
    return counted(within(group.world, of(contacts(group), "abandoned"), arguments.get("short", 5)))


@oracle("qos")
def _qos(group: Group, arguments: dict[str, Any]) -> Figure:
    return divided(len(of(contacts(group), "handled")), len(offered(group)))


def wait_of(row: Row, arguments: dict[str, Any]) -> Number:
    """Return the wait of a contact: from its offer, or from the entry into the queue."""
    found: Number = row["queue_wait" if arguments.get("wait_from") == "queue" else "wait"]
    return found


def is_left_out(row: Row, arguments: dict[str, Any]) -> bool:
    """Return whether an answered or abandoned contact does not count, because its wait is not known."""
    known = wait_of(row, arguments) is not None or row["outcome"] not in ("handled", "abandoned")
    return not known and arguments.get("unknown_waits") != "missed"


def without_unknown_abandons(rows: list[Row], arguments: dict[str, Any]) -> list[Row]:
    """Return the contacts without abandoned ones that are left out."""
    return [row for row in rows if row["outcome"] != "abandoned" or not is_left_out(row, arguments)]


@oracle("unknown_waits")
def _unknown_waits(group: Group, arguments: dict[str, Any]) -> Figure:
    kinds = {"answered": ("handled",), "abandoned": ("abandoned",)}
    rows = of(contacts(group), *kinds.get(arguments.get("of", "all"), ("handled", "abandoned")))
    unknown = len([row for row in rows if wait_of(row, arguments) is None])
    return Figure(unknown, unknown, None, len(rows))


@oracle("qos_net")
def _qos_net(group: Group, arguments: dict[str, Any]) -> Figure:
    rows = without_unknown_abandons(offered(group), arguments)
    short = within(group.world, of(rows, "abandoned"), arguments.get("short", 5))
    return divided(len(of(rows, "handled")), len(rows) - len(of(rows, "deflected")) - short)


def norm_of(world: World, row: Row, bound: str) -> float | None:
    """Return the good bound or the end of the answer norm for the row's channel and day, in seconds; None without a
    norm.

    A norm for the row's moment takes precedence over the channel's general norm.
    """
    day = row["day"]
    fitting = [
        norm
        for norm in world.answer_norms
        if norm["channel"] == row["channel"]
        and norm["moment"] in (None, row["moment"])
        and (norm["valid_from"] is None or norm["valid_from"] <= day)
    ]
    if not fitting:
        return None
    best = max(fitting, key=lambda norm: (norm["moment"] is not None, norm["valid_from"] or date.min))
    return float(best["good_seconds" if bound == "good" else "bad_seconds"])


@oracle("service_level")
def _service_level(group: Group, arguments: dict[str, Any]) -> Figure:
    given = arguments.get("within")
    judged = []
    for row in contacts(group):
        if is_left_out(row, arguments):
            continue
        seconds = given if given is not None else norm_of(group.world, row, arguments.get("bound", "end"))
        if seconds is not None:
            judged.append((row, seconds))

    def count(*outcomes: str, by: float | None = None, timely: bool = False) -> Decimal:
        rows = [(row, limit if by is None else by) for row, limit in judged if row["outcome"] in outcomes]
        return sum(
            (in_time(group.world, wait_of(row, arguments), limit) if timely else Decimal(1) for row, limit in rows),
            Decimal(0),
        )

    begun = "queued_at" if arguments.get("wait_from") == "queue" else "offered_at"
    assert group.world.horizon is not None
    late = len([
        row for row, limit in judged
        if row["outcome"] == "in_progress" and (group.world.horizon - row[begun]).total_seconds() > limit
    ])  # fmt: skip
    ans, ans_in, ab = count("handled"), count("handled", timely=True), count("abandoned")
    ab_in, short = count("abandoned", timely=True), count("abandoned", by=arguments.get("short", 5), timely=True)
    judged_all = ans + ab + count("expired") + late
    everything = count("handled", "self_served", *LOST) + late
    numerator, denominator = {
        "offered": (ans_in, judged_all),
        "answered_only": (ans_in, ans),
        "offered_ex_short": (ans_in, judged_all - short),
        "abandon_neutral": (ans_in, judged_all - ab_in),
        "short_as_met": (ans_in + short, judged_all),
        "removed_within": (ans_in + ab_in, judged_all),
        "all_incoming": (ans_in, everything),
    }[arguments.get("formula", "offered")]
    return divided(numerator, denominator)


@oracle("abandonment_rate")
def _abandonment(group: Group, arguments: dict[str, Any]) -> Figure:
    rows = [row for row in offered(group) if not row["asynchronous"]]
    return divided(len(of(rows, "abandoned")), len(rows))


@oracle("abandonment_rate_net")
def _abandonment_net(group: Group, arguments: dict[str, Any]) -> Figure:
    rows = [row for row in offered(group) if not row["asynchronous"]]
    rows = without_unknown_abandons(rows, arguments)
    given_up = of(rows, "abandoned")
    short = within(group.world, given_up, arguments.get("short", 5))
    return divided(len(given_up) - short, len(rows) - short)


@oracle("inefficiency")
def _inefficiency(group: Group, arguments: dict[str, Any]) -> Figure:
    rows = offered(group)
    return divided(len([row for row in of(rows, *LOST) if not row["recalled"]]), len(rows))


@oracle("deflection_rate", "containment_rate")
def _share_of_outcome(group: Group, arguments: dict[str, Any], slug: str) -> Figure:
    rows = offered(group)
    return divided(len(of(rows, "deflected" if slug == "deflection_rate" else "self_served")), len(rows))


@oracle("overflow_rate")
def _overflow(group: Group, arguments: dict[str, Any]) -> Figure:
    rows = of(contacts(group), "handled")
    return divided(len([row for row in rows if row["overflowed"]]), len(rows))


@oracle("asa", "time_to_abandon")
def _mean_wait(group: Group, arguments: dict[str, Any], slug: str) -> Figure:
    rows = of(contacts(group), "handled" if slug == "asa" else "abandoned")
    rows = [row for row in rows if row["wait"] is not None]
    return divided(total(rows, "wait"), len(rows))


@oracle("wait_mean", "wait_mean_delayed")
def _mean_of_all(group: Group, arguments: dict[str, Any], slug: str) -> Figure:
    rows = [row for row in of(contacts(group), "handled", "abandoned") if row["wait"] is not None]
    return divided(total(rows, "wait"), len([row for row in rows if slug == "wait_mean" or row["wait"] > 0]))


@oracle("wait_max")
def _longest(group: Group, arguments: dict[str, Any]) -> Figure:
    waits = [row["wait"] for row in of(contacts(group), "handled", "abandoned") if row["wait"] is not None]
    return Figure(max(waits, default=None), max(waits, default=None), None, None)


@oracle("wait")
def _percentile(group: Group, arguments: dict[str, Any]) -> Figure:
    waits = [float(row["wait"]) for row in of(contacts(group), "handled") if row["wait"] is not None]
    return ranked(waits, arguments.get("percentile", 0.5))


def ranked(durations: list[float], share: float) -> Figure:
    """Return a percentile by nearest rank, read from the bin of that duration. Bins grow by 1 % from a tenth of a
    millisecond.

    The whole second closest to the bin's middle stands for it, else its middle; the first and the last rank are exact.
    """
    if not durations:
        return Figure(None, None, None, 0)
    ordered, n = sorted(durations), len(durations)
    rank = -(-Fraction(str(share)) * n // 1)
    exact = ordered[rank - 1]
    if rank in (1, n):
        return Figure(exact, None, None, n, (exact, exact))
    number = ceil(log(exact / 0.0001) / log(1.01)) if exact > 0.0001 else 0
    high = 0.0001 * 1.01**number if number else 0.0
    low = high / 1.01
    middle = (low + high) / 2
    value = round(middle) if low < round(middle) <= high else middle
    value = min(max(value, ordered[0]), ordered[-1])
    assert abs(value - exact) <= 0.01 * exact
    bounds = (round(max(low, ordered[0]), 4), round(min(high, ordered[-1]), 4))
    return Figure(round(value, 4), None, None, n, bounds)
