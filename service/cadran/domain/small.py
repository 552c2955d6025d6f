"""Small groups of people, for those who may not see people: their figures are left out.

Takes a whole answer; gives it without the figures about fewer than five customers or survey answers, or that count
fewer, or about the agents of a team of fewer than five. Volumes of contacts are never left out: intervals must still
add up. Where one hidden group could be worked out from the totals, the next smallest is hidden with it. Of teams,
``domain/teams`` tells which go together, whatever is asked.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from functools import cache
from typing import Final

from cadran.domain.answer import Answer, Figures, Notice
from cadran.domain.catalogue import METRICS
from cadran.domain.directory import Directory
from cadran.domain.metric import Label
from cadran.domain.parts import PARTS
from cadran.domain.question import Filter
from cadran.domain.teams import is_told, together

#: People of a group that may be told of. No setting: it is promised with the catalogue (docs/access.md), and whoever
#: could lower it would tell of persons; how many ranks beside an agent need is one (CADRAN_GROUP_AGENTS_MIN).
GROUP_MIN: Final = 5
#: Facts whose n counts customers or their answers; and those whose figures are of the agents at work.
_PEOPLE: Final = frozenset(
    {"customer", "reach", "tried", "open", "base", "churn", "helped", "survey", "score", "employee"}
)
_AGENTS: Final = frozenset(
    {"leg", "time", "shift", "taken", "strain", "staff", "employee", "doing"}
    | {"case", "step", "stock", "oldest", "pace", "survey", "score", "gesture"}
)


def hidden(answer: Answer, directory: Directory, own: str | None = None) -> Answer:
    """The answer as it may be told to someone who does not see people; or, of ``own`` team, nothing of other teams."""
    small, whole = _small_teams(answer, directory, own)
    figures = [_hidden(each, small) for each in answer.figures]
    totals = [_hidden(each, whole) for each in answer.totals]
    taken = [
        each.call.name
        for each, before in zip((*figures, *totals), (*answer.figures, *answer.totals), strict=True)
        if each is not before
    ]
    if not taken:
        return answer
    names = ", ".join(dict.fromkeys(taken))
    detail = Label(
        f"Left out for groups of fewer than {GROUP_MIN} people: {names}.",
        f"Laissé de côté pour les groupes de moins de {GROUP_MIN} personnes : {names}.",
    )
    notice = Notice("suppressed", detail)
    return replace(answer, figures=tuple(figures), totals=tuple(totals), warnings=(*answer.warnings, notice))


def of_agents(slug: str) -> bool:
    """Whether a metric tells what agents did: everything that a team has figures of."""
    return bool(_facts(slug) & _AGENTS)


def _hidden(figures: Figures, small: Collection[int]) -> Figures:
    rows: set[int] = set()
    if _facts(figures.call.slug) & _PEOPLE:
        for counts in _people(figures):
            rows = _few(counts, rows)
    if of_agents(figures.call.slug):
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
        # How many a count is of is the count itself.
        n=of(figures.n) if figures.call.metric.kind == "count" else figures.n,
        previous=None if figures.previous is None else of(figures.previous),
        bounds=figures.bounds and [None if row in rows else each for row, each in enumerate(figures.bounds)],
        # Counts that are left out are told as none; the notice says that something is.
        bins=figures.bins and [(0.0,) * len(each) if row in rows else each for row, each in enumerate(figures.bins)],
    )


def _people(figures: Figures) -> list[Sequence[float | None]]:
    """How many people or answers stand behind each figure; of a share, how many of them it counts as well, as a figure
    of their number alone would. Not how many it leaves over: no figure counts those, and nine satisfied of ten could
    not be told."""
    n = figures.n if any(n is not None for n in figures.n) else figures.numerators
    return [n, figures.numerators] if figures.call.metric.kind == "share" else [n]


def _few(counts: Sequence[float | None], rows: set[int]) -> set[int]:
    """These rows and those with too few; with them the next smallest, until what is left out could be more than one
    group of few."""
    known = sorted((count, row) for row, count in enumerate(counts) if count)
    found = rows | {row for count, row in known if count < GROUP_MIN}
    taken = sum(count for count, row in known if row in found)
    for count, row in known:
        if not taken or (taken >= GROUP_MIN and len(found) > 1):
            break
        if row not in found:
            found.add(row)
            taken += count
    return found


def _small_teams(answer: Answer, directory: Directory, own: str | None) -> tuple[set[int], set[int]]:
    """The rows about the agents of too few, and the only row of the totals if those are."""
    if not (answer.question.names("team") and any(of_agents(each.call.slug) for each in answer.figures)):
        return set(), set()
    days = answer.question.window.days(directory.zones.values())
    groups = together(directory, days, least=GROUP_MIN, own=own)
    apart = _apart(answer.question.where)
    whole = {0} if apart is not None and not is_told(apart, groups) else set()
    for column in answer.keys:
        if column.name == "team":
            teams = {team for team in column.values if isinstance(team, str)}
            told = {team for team in teams if is_told({team}, groups)}
            rows = {row for row, team in enumerate(column.values) if team not in told}
            return rows, whole or ({0} if len(rows) >= max(answer.rows, 1) else set())
    return (set(range(max(answer.rows, 1))) if whole else set()), whole


def _apart(where: Iterable[Filter]) -> set[str] | None:
    """The teams that the filters on them set apart from all others: those they leave or, where they only leave out,
    those, as the total tells the difference. None where there are none."""
    teams = [each for each in where if each.dimension == "team"]
    out = {code for each in teams if each.negated for code in each.values}
    left = [{*each.values} for each in teams if not each.negated]
    return (set.intersection(*left) - out if left else out) if teams else None


@cache
def _facts(slug: str) -> frozenset[str]:
    """The facts that a metric reads, in any of its readings."""
    metric = METRICS[slug]
    readings = [*metric.formulas.values(), *([metric.legs] if metric.legs else [])]
    terms = [term for each in readings for term in (*each.numerator, *each.denominator, *each.n)]
    return frozenset(PARTS[term.part.replace("_who", "_contact")].fact for term in terms)
