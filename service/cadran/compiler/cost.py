"""The cost of a question, estimated before it runs: the number of values that its answer may show.

A value is a number or a text in the response: a key of a row, or one member of a figure (value, numerator, display,
target, previous …). REST, CSV and GraphQL count values alike. A row counts as at least ten values, because each row
costs reading and keys. Percentiles and required agents count as nine values more: a percentile reads the counts of
some twenty bins, and required agents need a search.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from cadran.domain.ask import sites_in
from cadran.domain.dimension import DIMENSIONS
from cadran.domain.directory import Directory
from cadran.domain.question import Question
from cadran.domain.window import Grain
from cadran.errors import TooCostly

_SECONDS: Final = {
    Grain.QUARTER_HOUR: 900,
    Grain.HALF_HOUR: 1800,
    Grain.HOUR: 3600,
    Grain.DAY: 86400,
    Grain.WEEK: 604800,
    Grain.MONTH: 2592000,
    Grain.YEAR: 31536000,
}
#: The minimal number of values that a row counts as.
ROW_VALUES_MIN: Final = 10
#: The values that a figure of an expensive metric counts as in addition to those it shows, and the kinds of such
#: metrics.
_EXPENSIVE_VALUES: Final = 9
_EXPENSIVE: Final = ("percentile", "computed")
#: The values of a cell. The limits of API keys are in cells; a cell is a row of at most ten values.
CELL_VALUES: Final = ROW_VALUES_MIN


@dataclass(frozen=True, slots=True)
class Sheet:
    """A question, and the number of values in each row of its answer."""

    question: Question
    width: int


def make_sheet(question: Question, *, members: int = 1, beside: int = 0) -> Sheet:
    """Return the sheet of an answer whose rows show ``members`` members of each figure and ``beside`` other values."""
    return Sheet(question, count_keys(question) + sum_members(question, members) + beside)


def count_keys(question: Question) -> int:
    """Return the number of key values of a row."""
    return len(question.by) + (question.grain is not Grain.TOTAL)


def sum_members(question: Question, members: int) -> int:
    """Return the number of values that a row's figures count as, if each figure shows ``members`` members."""
    return len(question.metrics) * members + count_extra_values(question)


def count_extra_values(question: Question) -> int:
    """Return the values that the expensive figures of a row count as, in addition to the values that they show."""
    return sum(_EXPENSIVE_VALUES for call in question.metrics if call.metric.kind in _EXPENSIVE)


def count_values(sheet: Sheet, directory: Directory) -> int:
    """Return the number of values that the answer may show: buckets × groups × values a row."""
    return count_rows(sheet.question, directory) * max(sheet.width, ROW_VALUES_MIN)


def count_rows(question: Question, directory: Directory) -> int:
    """Return the number of rows that the answer may have: buckets × groups."""
    return _buckets(question, question.grain, directory) * _groups(question, directory)


class GrainNotation(NamedTuple):
    """The notation of a grain at an edge: a prefix, and the word for the grain."""

    before: str
    word: Callable[[Grain], str]

    def __call__(self, grain: Grain) -> str:
        """Return the grain as the caller writes it."""
        return f"{self.before}{self.word(grain)}"


IN_URL: Final = GrainNotation("grain=", lambda grain: grain.value)
IN_GRAPHQL: Final = GrainNotation("grain: ", lambda grain: grain.name)


def find_limit(values_max: int, cells_max: int | None) -> int:
    """Return the limit of a caller in values: the lower one of the service's limit and the API key's limit."""
    return values_max if cells_max is None else min(values_max, cells_max * CELL_VALUES)


def check_values(
    sheets: Sequence[Sheet],
    directory: Directory,
    values_max: int,
    *,
    others: int = 0,
    write: GrainNotation = IN_URL,
) -> int:
    """Return the number of values that these answers may show together, plus ``others``, the number of other values.

    Refuse more values than the limit with ``too_costly``. The error states the cost, the limit and a cheaper way.
    ``write`` writes a grain in the caller's notation."""
    costs = [count_values(each, directory) for each in sheets]
    cost = sum(costs) + others
    if cost <= values_max:
        return cost
    if not sheets:
        raise TooCostly(
            f"The response may show {cost:,} values; the limit is {values_max:,} values; ask for fewer at a time.",
            cost=cost,
            limit=values_max,
        )
    largest = sheets[costs.index(max(costs))]
    left = values_max - cost + max(costs)
    found = find_finest_grain(largest, directory, left) if left > 0 else Grain.TOTAL
    raise TooCostly(
        f"{_describe_cost(sheets, largest, cost, directory, write)}; the limit is {values_max:,} values;"
        f" {_suggest_cheaper(sheets, largest, left, found, directory, write)}.",
        cost=cost,
        limit=values_max,
        parameter="grain",
        suggestions=() if found is Grain.TOTAL else (write.word(found),),
    )


def _describe_cost(
    sheets: Sequence[Sheet], largest: Sheet, cost: int, directory: Directory, write: GrainNotation
) -> str:
    question, width = largest.question, max(largest.width, ROW_VALUES_MIN)
    buckets, groups = _buckets(question, question.grain, directory), _groups(question, directory)
    product = (
        f"{write(question.grain)} over its window is {buckets:,} buckets × {groups:,} groups × {width} values a row"
    )
    if len(sheets) == 1:
        return f"The response may show {cost:,} values: {product}"
    return f"The response may show {cost:,} values for {len(sheets)} questions; of the largest, {product}"


def _suggest_cheaper(
    sheets: Sequence[Sheet],
    largest: Sheet,
    left: int,
    found: Grain,
    directory: Directory,
    write: GrainNotation,
) -> str:
    ways = []
    plain = make_sheet(largest.question)
    if plain.width < largest.width and count_values(plain, directory) <= left:
        ways.append("the plain values alone fit")
    if found is not Grain.TOTAL:
        ways.append(f"{write(found)} fits" if len(sheets) == 1 else f"{write(found)} for the largest fits")
    if not ways:
        ways.append("ask for fewer splits or metrics" if len(sheets) == 1 else "ask for fewer of them at a time")
    return ", and ".join(ways)


def find_finest_grain(sheet: Sheet, directory: Directory, values_max: int) -> Grain:
    """Return the finest grain whose answer fits the limit; ``Grain.TOTAL`` (the whole window) if no grain fits."""
    each = _groups(sheet.question, directory) * max(sheet.width, ROW_VALUES_MIN)
    grains = (grain for grain in _SECONDS if _buckets(sheet.question, grain, directory) * each <= values_max)
    return next(grains, Grain.TOTAL)


def check_page(rows_max: int, width: int, values_max: int) -> None:
    """Refuse a page whose rows show more values than the limit. The error says how many rows fit."""
    each = max(width, ROW_VALUES_MIN)
    cost = rows_max * each
    if cost > values_max:
        raise TooCostly(
            f"limit={rows_max} is {rows_max:,} rows × {each} values; the limit is {values_max:,} values;"
            f" limit={max(1, values_max // each)} fits.",
            cost=cost,
            limit=values_max,
            parameter="limit",
            suggestions=(str(max(1, values_max // each)),),
        )


def _groups(question: Question, directory: Directory) -> int:
    groups = 1
    for dimension in question.by:
        if dimension == "team" and "agent" in question.by:
            # An agent belongs to one team at a time.
            continue
        if dimension in directory.members:
            groups *= count_members_left(dimension, question, directory)
        else:
            declared = DIMENSIONS[dimension]
            groups *= min(declared.high - declared.low + 1, 100)
    return groups


def count_members_left(dimension: str, question: Question, directory: Directory) -> int:
    """Return how many groups of a dimension the filters leave, plus one for "not given".

    The caller's scope is one of the filters, so a cost does not reveal how many members are outside the scope."""
    left = _members_or_all(dimension, question, directory)
    return len(directory.members[dimension] if left is None else left) + 1


def _members_or_all(dimension: str, question: Question, directory: Directory) -> set[int] | None:
    """Return the members that the filters leave: filters on the dimension itself, and on the teams, sites or partners
    above it. None: all members."""
    sites = _sites_left(question, directory)
    above: Collection[int] | None = None
    if dimension == "agent":
        above = _members_or_all("team", question, directory)
    elif dimension in ("site", "team"):
        above = sites
    elif dimension == "partner" and sites is not None:
        above = {directory.member("site", site).parent for site in sites}
    codes = directory.codes.get(dimension, {})
    own = [each.values for each in question.where if each.dimension == dimension and not each.negated]
    named = {codes[code.lower()] for code in own[0] if code.lower() in codes} if own else None
    if above is None:
        return named
    belongs = {"team": "parent", "agent": "parent"}.get(dimension, "member_id")
    members = directory.members.get(dimension, {})
    below = {number for number, each in members.items() if getattr(each, belongs) in above}
    return below if named is None else below & named


def _sites_left(question: Question, directory: Directory) -> set[int] | None:
    """Return the sites that the filters on site, partner and team leave; None: all sites."""
    found = sites_in(question.where, directory)
    sites = None if found is None else {*found}
    codes = directory.codes.get("team", {})
    for each in question.where:
        if each.dimension == "team" and not each.negated:
            homes = {directory.member("team", codes.get(code.lower())).parent for code in each.values}
            # A team that belongs to no site may work at any site.
            if 0 not in homes:
                sites = homes if sites is None else sites & homes
    return sites


def _buckets(question: Question, grain: Grain, directory: Directory) -> int:
    zone = question.window.zone
    first, end = question.window.days(directory.zones.values() if zone is None else [zone])
    return 1 if grain is Grain.TOTAL else -(-(end - first).days * 86400 // _SECONDS[grain])
