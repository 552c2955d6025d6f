"""What a reader can work out from one answer: its numbers are linear equations over the true cells.

A cell is an additive part under a metric's arguments in one row. Each number that an answer releases about a row is a
signed sum of cells: a numerator, a denominator, n, or a number derived from an interval. A total is the sum over all
rows. A hidden count is disclosed if it follows from these equations.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import chain, product
from typing import Any

from cadran.domain.answer import Answer, Figures
from cadran.domain.metric import Term
from cadran.domain.parts.parts import PARTS
from cadran.insights.additive import explain_not_additive
from cadran.rest.table import View, make_figure_columns

Cell = tuple[Any, ...]
Sum = dict[Cell, Fraction]
#: Facts that count the same people as another fact.
SAME = {"score": "survey", "reach": "customer"}
#: Facts whose rows are customers, their answers, or employees' answers.
PEOPLE = frozenset({"customer", "reach", "tried", "open", "churn", "helped", "survey", "score", "employee"})
WHOLE = "whole"


class Equations:
    """Linear equations, reduced as they are added. They show whether a sum of cells is determined."""

    def __init__(self) -> None:
        self._pivots: dict[Cell, Sum] = {}

    def add(self, known: Mapping[Cell, Fraction]) -> None:
        """Add a sum of cells that the answer releases."""
        left = self._reduced(known)
        if left:
            pivot = next(iter(left))
            self._pivots[pivot] = {cell: factor / left[pivot] for cell, factor in left.items()}

    def determine(self, wanted: Mapping[Cell, Fraction]) -> bool:
        """Return whether a sum of cells follows from the sums added so far."""
        return not self._reduced(wanted)

    def _reduced(self, given: Mapping[Cell, Fraction]) -> Sum:
        left = dict(given)
        while pivots := [cell for cell in left if cell in self._pivots]:
            factor = left[pivots[0]]
            for cell, weight in self._pivots[pivots[0]].items():
                left[cell] = left.get(cell, Fraction(0)) - factor * weight
                if not left[cell]:
                    del left[cell]
        return left


@dataclass(frozen=True)
class Forms:
    """The signed sums of parts that the numbers of a metric's column consist of."""

    numerator: tuple[Term, ...]
    denominator: tuple[Term, ...]
    n: tuple[Term, ...]
    #: For a net score: those counted positively plus those counted negatively. This sum follows from the interval.
    either: tuple[Term, ...]
    #: The arguments that select the surveys. Forms with different values count different surveys.
    under: tuple[Any, ...]

    @property
    def facts(self) -> set[str]:
        return {PARTS[_part(term)].fact for term in (*self.numerator, *self.denominator, *self.n)}


def forms(column: Figures, answer: Answer) -> Forms:
    """Return the sums of parts that a metric's column consists of in this question."""
    metric, given = column.call.metric, column.call.values()
    people = answer.question.names("team") or answer.question.names("agent")
    formula = metric.formula(given, by_people=people)
    n = formula.n or formula.denominator or formula.numerator
    either = tuple(Term(term.part) for term in formula.numerator) if metric.kind == "net" else ()
    under: tuple[Any, ...] = ()
    if metric.instruments is not None:
        under = (given.get("kind"), given.get("instrument", metric.instruments))
    return Forms(formula.numerator, formula.denominator, n, either, under)


def disclosed(released: Answer, true: Answer) -> list[str]:
    """Return a description of each hidden count that the released numbers determine. The list is empty if none is
    disclosed."""
    names = _Names(true)
    equations = Equations()
    for known in sorted(_released(released, names), key=len):
        equations.add(known)
    found = []
    for number, (told, column) in enumerate(zip(released.figures, true.figures, strict=True)):
        for row, kind, terms in _hidden_counts(told, column, forms(column, true)):
            if equations.determine(names.sum_of(terms, number, row)):
                found.append(f"{column.call.name}: {kind} of row {row}")
    return found


def disclosed_bins(
    released: Sequence[Sequence[float | None]], n: Sequence[float | None], true: Sequence[Sequence[float | None]]
) -> list[tuple[int, int]]:
    """Return the bins with counts of one to four that the released numbers show or determine, as row and place.

    The last row is the total of the others. ``n`` has the sum of each row.
    """
    last = len(true) - 1
    places = range(len(true[last]))

    def cells(row: int, place: int) -> Sum:
        rows = range(last) if row == last else (row,)
        return {(each, place): Fraction(1) for each in rows}

    equations = Equations()
    for row, (counts, sum_) in enumerate(zip(released, n, strict=True)):
        for place in places:
            if counts[place] is not None:
                equations.add(cells(row, place))
        if sum_ is not None:
            equations.add({cell: factor for place in places for cell, factor in cells(row, place).items()})
    return [
        (row, place)
        for row, counts in enumerate(true)
        for place in places
        if 0 < (counts[place] or 0) < 5 and equations.determine(cells(row, place))
    ]


def untold(released: Answer, true: Answer) -> Iterator[tuple[str, int, float]]:
    """Yield the counts of fewer than five people that an answer shows, as metric, row (−1: the total) and count."""
    columns = [(0, *pair) for pair in zip(released.figures, true.figures, strict=True)]
    columns += [(1, *pair) for pair in zip(released.totals, true.totals, strict=True)]
    for whole, told, column in columns:
        if not forms(column, true).facts & PEOPLE:
            continue
        for row in range(len(column.values)):
            for count in _counts(column, row):
                if count and count < 5 and _shows(told, row):
                    yield column.call.name, -1 if whole else row, count


def _shows(column: Figures, row: int) -> bool:
    shown = [column.values[row], column.numerators[row], column.denominators[row], column.n[row], column.interval(row)]
    previous = column.previous[row] if column.previous is not None else None
    return any(each is not None for each in (*shown, previous)) or any(column.bins[row] if column.bins else ())


def _counts(column: Figures, row: int) -> list[float]:
    """Return the number of people behind a figure and, for a share, the number of those that it counts."""
    n = column.n[row] if any(each is not None for each in column.n) else column.numerators[row]
    return [n or 0, *([column.numerators[row] or 0] if column.call.metric.kind == "share" else [])]


def _hidden_counts(told: Figures, column: Figures, of: Forms) -> Iterator[tuple[int, str, tuple[Term, ...]]]:
    named = [("n", of.n, column.n)]
    if column.call.metric.kind == "share":
        named.append(("numerator", of.numerator, column.numerators))
    for row, (value, true) in enumerate(zip(told.values, column.values, strict=True)):
        if value is not None or true is None:
            continue
        for kind, terms, counts in named:
            if counts[row] and not any(PARTS[_part(term)].ignores for term in terms):
                yield row, kind, terms


class _Names:
    """Names of cells. Parts about the same people whose counts agree in every row share their cells, because a reader
    who sees equal totals assumes that they count the same people."""

    def __init__(self, true: Answer) -> None:
        self.true = true
        self._same: dict[Cell, Cell] = {}
        seen: dict[tuple[Any, ...], Cell] = {}
        for column in true.figures:
            of = forms(column, true)
            for terms, counts in (
                (of.numerator, column.numerators),
                (of.denominator, column.denominators),
                (of.n, column.n),
            ):
                if len(terms) == 1 and any(counts):
                    fact = PARTS[_part(terms[0])].fact
                    name = (_part(terms[0]), terms[0].within, of.under)
                    same = seen.setdefault((SAME.get(fact, fact), of.under, tuple(counts)), name)
                    self._same.setdefault(name, same)

    def sum_of(self, terms: Iterable[Term], number: int, row: int, *, then: bool = False) -> Sum:
        """Return the sum of the cells of a form in a row. ``then`` means the earlier window."""
        under = forms(self.true.figures[number], self.true).under
        found: Sum = {}
        for term in terms:
            name: Cell = (_part(term), term.within, under)
            cell = (*self._same.get(name, name), then, row)
            found[cell] = found.get(cell, Fraction(0)) + term.sign
        return {cell: factor for cell, factor in found.items() if factor}

    def whole_of(self, terms: Sequence[Term], number: int, *, then: bool = False) -> Sum:
        """Return the sum of the cells of a form over all rows. ``then`` means the earlier window."""
        found: Sum = {}
        for row in range(self.true.rows):
            for cell, factor in self.sum_of(terms, number, row, then=then).items():
                found[cell] = found.get(cell, Fraction(0)) + factor
        return found


def _released(answer: Answer, names: _Names) -> Iterator[Sum]:
    """Yield every sum of cells that the numbers in the response release."""
    view = View("en", "EUR", parts=True, display=True)
    rows, totals = make_figure_columns(answer.figures, view), make_figure_columns(answer.totals, view)
    for number, column in enumerate(answer.figures):
        of = forms(column, names.true)
        for row, pieces in enumerate(rows[column.call.name]):
            yield from (names.sum_of(terms, number, row) for terms in _known(column, of, pieces))
            if pieces.get("previous") is not None and column.call.metric.kind == "count":
                yield names.sum_of(of.numerator, number, row, then=True)
        [pieces] = totals[column.call.name]
        if explain_not_additive(column.call, answer.question.by) is None or "customer" in str(of.facts):
            yield from (names.whole_of(terms, number) for terms in _known(column, of, pieces))


def _known(column: Figures, of: Forms, pieces: Mapping[str, Any]) -> Iterator[Sequence[Term]]:
    """Yield the forms whose sums follow from one object of the answer, directly or by inverting a formula."""
    kind, has_interval = column.call.metric.kind, pieces["interval"] is not None
    # A share and its Wilson interval determine n; n times the share is the numerator.
    inverted = kind == "share" and pieces["value"] is not None and has_interval
    multiplied = pieces["value"] is not None and pieces["denominator"] is not None
    if pieces["numerator"] is not None or inverted or multiplied or (kind == "count" and pieces["value"] is not None):
        yield of.numerator
    if of.denominator and (pieces["denominator"] is not None or inverted):
        yield of.denominator
    if pieces["n"] is not None:
        yield of.n
    if of.either and has_interval:
        yield of.either


def _part(term: Term) -> str:
    return term.part


def small_teams(answer: Answer, agents: Iterable[str], least: int = 5) -> set[int]:
    """Return the rows of teams with fewer than ``least`` agents. ``agents`` lists the team of every agent."""
    teams = [*agents]
    columns = [key.values for key in answer.keys if key.name == "team"]
    return {row for row, team in chain(*(enumerate(each) for each in columns)) if teams.count(str(team)) < least}


@dataclass(frozen=True)
class Spans:
    """Windows that may overlap, cut into spans that do not.

    ``windows`` lists the spans of each window. ``counts`` has the number of people by kind of count, span and group.
    """

    windows: Mapping[str, Sequence[int]]
    counts: Mapping[tuple[str, int, Any], float]

    def disclosed(self, shown: Iterable[tuple[str, str, Any]]) -> list[tuple[str, tuple[int, ...], Any]]:
        """Return the counts of one to four that follow from sums over whole windows.

        Each item of ``shown`` is a kind of count, a window, and a group or WHOLE.
        """
        equations = Equations()
        for kind, window, group in shown:
            equations.add(self._cells(kind, self.windows[window], group))
        kinds, groups = ({cell[place] for cell in self.counts} for place in (0, 2))
        for cell in product(kinds, self._empty(), groups):
            equations.add({cell: Fraction(1)})
        spans = {*((span,) for _, span, _ in self.counts), *(tuple(each) for each in self.windows.values())}
        found = []
        for wanted in product(sorted(kinds), sorted(spans), [*groups, WHOLE]):
            cells = self._cells(*wanted)
            if 0 < sum(self.counts.get((kind, span, group), 0) for kind, span, group in cells) < 5:
                found += [wanted] if equations.determine(cells) else []
        return found

    def _empty(self) -> set[int]:
        """Return the spans in which nobody is counted, such as those before the data begin. Volumes reveal these
        spans."""
        return {*chain(*self.windows.values())} - {span for (_, span, _), count in self.counts.items() if count}

    def _cells(self, kind: str, spans: Iterable[int], group: Any) -> Sum:
        groups = {each for _, _, each in self.counts} if group == WHOLE else {group}
        return {(kind, span, each): Fraction(1) for span in spans for each in groups}
