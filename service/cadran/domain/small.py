"""Small groups of people, for those who may not see people: their figures are left out.

Takes a whole answer; gives it without the figures about fewer than five customers or survey answers, or about the
agents of a team of fewer than five. Volumes of contacts are never left out: intervals must still add up. Where one
hidden group could be worked out from the totals, the next smallest is hidden with it.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from functools import cache
from typing import Final

from cadran.domain.answer import Answer, Figures, Notice
from cadran.domain.catalogue import METRICS
from cadran.domain.directory import Directory
from cadran.domain.parts import PARTS

GROUP_MIN: Final = 5
#: Facts whose n counts customers or their answers; and those whose figures are of the agents at work.
_PEOPLE: Final = frozenset(
    {"customer", "reach", "tried", "open", "base", "churn", "helped", "survey", "score", "employee"}
)
_AGENTS: Final = frozenset({"leg", "time", "shift", "taken", "strain", "staff", "employee", "doing"})


def hidden(answer: Answer, directory: Directory) -> Answer:
    """The answer as it may be told to someone who does not see people."""
    small = _small_teams(answer, directory)
    figures = [_hidden(each, small) for each in answer.figures]
    totals = [_hidden(each, _whole(small, answer.rows)) for each in answer.totals]
    taken = [
        each.call.name
        for each, before in zip((*figures, *totals), (*answer.figures, *answer.totals), strict=True)
        if each is not before
    ]
    if not taken:
        return answer
    detail = f"Left out for groups of fewer than {GROUP_MIN} people: {', '.join(dict.fromkeys(taken))}."
    notice = Notice("suppressed", detail)
    return replace(answer, figures=tuple(figures), totals=tuple(totals), warnings=(*answer.warnings, notice))


def _hidden(figures: Figures, small: Collection[int]) -> Figures:
    facts = _facts(figures.call.slug)
    rows: set[int] = set()
    if facts & _PEOPLE:
        rows = _few(_people(figures))
    if facts & _AGENTS:
        rows |= set(small)
    if not rows:
        return figures

    def of(values: Sequence[float | None]) -> list[float | None]:
        return [None if row in rows else value for row, value in enumerate(values)]

    return replace(
        figures,
        values=of(figures.values),
        numerators=of(figures.numerators),
        denominators=of(figures.denominators),
        previous=None if figures.previous is None else of(figures.previous),
        bounds=figures.bounds and [None if row in rows else each for row, each in enumerate(figures.bounds)],
        # Counts that are left out are told as none; the notice says that something is.
        bins=figures.bins and [(0.0,) * len(each) if row in rows else each for row, each in enumerate(figures.bins)],
    )


def _people(figures: Figures) -> Sequence[float | None]:
    """How many people or answers stand behind each figure."""
    return figures.n if any(n is not None for n in figures.n) else figures.numerators


def _few(counts: Sequence[float | None]) -> set[int]:
    """The rows with too few; with them the next smallest, until what is hidden could be more than one group of few."""
    known = sorted((count, row) for row, count in enumerate(counts) if count)
    rows = {row for count, row in known if count < GROUP_MIN}
    if rows and len(known) > 1:
        together = sum(count for count, row in known if row in rows)
        for count, row in known:
            if together >= GROUP_MIN and len(rows) > 1:
                break
            if row not in rows:
                rows.add(row)
                together += count
    return rows


def _small_teams(answer: Answer, directory: Directory) -> set[int]:
    """The rows about teams of too few; where teams are only filtered on, every row, if they are too few together."""
    sizes: dict[str, int] = {}
    for agent in directory.members.get("agent", {}).values():
        team = directory.member("team", agent.parent).code
        if team is not None:
            sizes[team] = sizes.get(team, 0) + 1
    for column in answer.keys:
        if column.name == "team":
            return {row for row, team in enumerate(column.values) if sizes.get(str(team), 0) < GROUP_MIN}
    for each in answer.question.where:
        if each.dimension == "team" and not each.negated:
            few = sum(sizes.get(team, 0) for team in each.values) < GROUP_MIN
            return set(range(max(answer.rows, 1))) if few else set()
    return set()


def _whole(small: Collection[int], rows: int) -> Collection[int]:
    """Totals are about too few where every row is."""
    return {0} if small and len(small) >= max(rows, 1) else set()


@cache
def _facts(slug: str) -> frozenset[str]:
    """The facts that a metric reads, in any of its readings."""
    metric = METRICS[slug]
    readings = [*metric.formulas.values(), *([metric.legs] if metric.legs else [])]
    terms = [term for each in readings for term in (*each.numerator, *each.denominator, *each.n)]
    return frozenset(PARTS[term.part.replace("_who", "_contact")].fact for term in terms)
