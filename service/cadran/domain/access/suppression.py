"""Small-cell suppression: figures about few people are hidden from roles that see no people.

Takes a whole answer. Returns the answer without figures about fewer than five customers, survey answers or employees,
without shares that count fewer, and without figures of a team of fewer than five agents. Volumes of contacts by place
and time are never hidden, so that intervals still add up.

A hidden figure is hidden completely: value, numerator, denominator, n, interval and bins. Three rules keep readers from
computing it from the rest of the answer:

- If the total would reveal a hidden row, the next smallest row is hidden too (``domain/access/cells``).
- Figures that count the same people hide the same rows (``domain/access/linked_metrics``), so that none reveals
another.
- Small teams are hidden together with another team of their site, the same one in every answer
(``domain/access/teams``).

A metric with ``group_min`` (employees' answers, tired agents) is hidden from every role.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from typing import Final, TypeAlias, TypeVar

from cadran.domain.access.cells import GROUP_MIN, close_hidden
from cadran.domain.access.linked_metrics import counts_people, find_facts, group_linked
from cadran.domain.access.suppressed_bins import hidden_bins
from cadran.domain.access.teams import group_teams, is_shown
from cadran.domain.answer import Answer, Figures, Notice
from cadran.domain.directory import Directory
from cadran.domain.metric import Label
from cadran.domain.question import Filter, MetricRef

Value = TypeVar("Value")
#: A metric's column and its total.
Column: TypeAlias = tuple[Figures, Figures]
#: Facts about the work of agents.
_AGENTS: Final = frozenset(
    {"leg", "shared", "answered", "answer_times", "time", "shift", "taken", "strain", "staff", "employee", "doing"}
    | {"case", "step", "stock", "oldest", "pace", "survey", "score", "surveyed_waits", "goodwill", "goodwill_month"}
    | {"sending", "sending_waits"}
)


def suppress(answer: Answer, directory: Directory, own: str | None = None, *, sees_people: bool = False) -> Answer:
    """Return the answer as a role may see it. ``own`` is the only team whose figures an agent sees."""
    if sees_people and not any(each.call.metric.group_min for each in answer.figures):
        return answer
    small, whole = (set[int](), set[int]()) if sees_people else _small_teams(answer, directory, own)
    in_rows = _hidden_rows(answer.figures, small, directory, sees_people=sees_people)
    in_totals = _hidden_rows(answer.totals, whole, directory, sees_people=sees_people)
    shown = [
        (_without(column, rows), _without(total, of_total))
        for column, total, rows, of_total in zip(answer.figures, answer.totals, in_rows, in_totals, strict=True)
    ]
    if not sees_people:
        shown = [_without_small_bins(*each) for each in zip(answer.figures, answer.totals, shown, strict=True)]
    figures = tuple(each for each, _ in shown)
    found = replace(answer, figures=figures, totals=tuple(total for _, total in shown))
    if names := dict.fromkeys(each.call.name for each in (*found.figures, *found.totals) if each.hidden):
        return replace(found, warnings=_warnings(found, tuple(names)))
    return found if any(each.bins for each in figures) else answer


def is_about_agents(slug: str) -> bool:
    """Return whether a metric is about the work of agents, as all figures by team are."""
    return bool(find_facts(slug) & _AGENTS)


def is_about_people(call: MetricRef, *, sees_people: bool) -> bool:
    """Return whether small groups of this metric are hidden from a role."""
    return call.metric.group_min > 0 or (counts_people(call.slug) and not sees_people)


def make_comparison_notice(names: Iterable[str]) -> Notice:
    """Return the notice that these metrics are not compared, as their windows may differ by a few days only."""
    text = ", ".join(names)
    return Notice(
        "suppressed",
        Label(
            f"Not compared, as both windows share days and may differ by fewer than {GROUP_MIN} people: {text}.",
            "Sans comparaison, car les deux périodes ont des jours en commun et leur différence peut concerner moins de"
            f" {GROUP_MIN} personnes : {text}.",
        ),
    )


def make_suppression_notice(names: Iterable[str]) -> Notice:
    """Return the notice that figures of these metrics are hidden."""
    text = ", ".join(names)
    return Notice(
        "suppressed",
        Label(
            f"Left out for groups of fewer than {GROUP_MIN} people: {text}.",
            f"Laissé de côté pour les groupes de moins de {GROUP_MIN} personnes : {text}.",
        ),
    )


def _warnings(answer: Answer, names: Sequence[str]) -> tuple[Notice, ...]:
    """Return the warnings, plus the warning of hidden figures, minus warnings that quote a hidden total."""
    hidden_totals = {each.call.slug for each in answer.totals if each.hidden}
    return (*(each for each in answer.warnings if hidden_totals.isdisjoint(each.about)), make_suppression_notice(names))


def _hidden_rows(
    figures: Sequence[Figures], small: set[int], directory: Directory, *, sees_people: bool
) -> list[set[int]]:
    """Return the rows to hide for each metric. ``small`` are the rows of small teams."""
    found = [{*small} if is_about_agents(each.call.slug) else set() for each in figures]
    columns = [_counts(each, sees_people=sees_people) for each in figures]
    counted = [place for place, counts in enumerate(columns) if counts]
    for group in group_linked([figures[place].call for place in counted], directory):
        places = [counted[each] for each in group]
        rows = close_hidden(
            (counts for place in places for counts in columns[place]), set().union(*(found[p] for p in places))
        )
        for place in places:
            found[place] = rows
    return found


def _counts(figures: Figures, *, sees_people: bool) -> list[Sequence[float | None]]:
    """Return the columns of counts that must not be small.

    They are the number of people or answers of each figure and, for a share, the number that the share counts, because
    a figure of that number alone would be hidden. The rest of a share may be small: otherwise nine satisfied of ten
    could not be shown.
    """
    metric = figures.call.metric
    n = figures.n if any(n is not None for n in figures.n) else figures.numerators
    if counts_people(figures.call.slug) and not sees_people:
        return [n, figures.numerators] if metric.kind == "share" else [n]
    return [n] if metric.group_min else []


def _without_small_bins(figures: Figures, total: Figures, shown: Column) -> Column:
    """Return a metric's shown column and total without bins of few people."""
    column, whole = shown
    if figures.bins is None or total.bins is None or not counts_people(figures.call.slug):
        return shown
    bins, in_all = hidden_bins(figures.bins, total.bins[0], column.hidden, hides_total=bool(whole.hidden))
    return replace(column, bins=bins), replace(whole, bins=[in_all])


def _without(figures: Figures, rows: Collection[int]) -> Figures:
    """Return the column with every member of these rows set to None."""
    if not rows:
        return figures

    def of(values: Sequence[Value | None]) -> list[Value | None]:
        return [None if row in rows else value for row, value in enumerate(values)]

    return replace(
        figures,
        values=of(figures.values),
        numerators=of(figures.numerators),
        denominators=of(figures.denominators),
        n=of(figures.n),
        previous=None if figures.previous is None else of(figures.previous),
        bands=None if figures.bands is None else of(figures.bands),
        bounds=None if figures.bounds is None else of(figures.bounds),
        bins=figures.bins and [(None,) * len(each) if row in rows else each for row, each in enumerate(figures.bins)],
        hidden=frozenset(rows),
    )


def _small_teams(answer: Answer, directory: Directory, own: str | None) -> tuple[set[int], set[int]]:
    """Return the rows of teams with too few agents, and the row of the totals (0) if it is about such teams."""
    if not (answer.question.names("team") and any(is_about_agents(each.call.slug) for each in answer.figures)):
        return set(), set()
    days = answer.question.window.days(directory.zones.values())
    groups = group_teams(directory, days, least=GROUP_MIN, own=own)
    apart = _apart(answer.question.where)
    whole = {0} if apart is not None and not is_shown(apart, groups) else set()
    for column in answer.keys:
        if column.name == "team":
            teams = {team for team in column.values if isinstance(team, str)}
            shown = {team for team in teams if is_shown({team}, groups)}
            rows = {row for row, team in enumerate(column.values) if team not in shown}
            return rows, whole or ({0} if len(rows) >= max(answer.rows, 1) else set())
    return (set(range(max(answer.rows, 1))) if whole else set()), whole


def _apart(where: Iterable[Filter]) -> set[str] | None:
    """Return the teams that the filters separate from all others; None without filters on teams.

    They are the teams that pass the filters. If the filters only exclude teams, they are the excluded teams, because a
    total without them reveals the difference.
    """
    teams = [each for each in where if each.dimension == "team"]
    out = {code for each in teams if each.negated for code in each.values}
    left = [{*each.values} for each in teams if not each.negated]
    return (set.intersection(*left) - out if left else out) if teams else None
