"""Figures of agents side by side: each agent's figures with the rank, the team's figure and the group's figure.

The module takes ordinary questions (by team and agent, by team, over all) and their answers. A filter on agents selects
the rows to show and never the comparison: the group is every agent that the other filters select. For counts and sums,
the figure of a team or of the group is the mean per agent.

Rank 1 is the best, by the metric's better direction. Equal values share a rank; a metric without a direction has no
ranks. A team's figure is left out if fewer agents of the team than the limit have a value. The group's figure and all
ranks are left out if fewer agents of the group than the limit have a value. Otherwise an agent could subtract its own
figure and see a colleague's. If the teams left out have together fewer agents than the limit, the smallest team shown
is left out too, because the rest of the group would reveal them.

Metrics that cannot be grouped by agent are refused (``impossible_split``). Callers choose neither the group columns nor
a comparison.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from math import fsum
from typing import Any, Final

from cadran.domain.answer import Answer, Figures, Notice
from cadran.domain.ask import Ask, Condition
from cadran.domain.metric import Label, Metric
from cadran.domain.metric_ref import parse_metric_refs
from cadran.domain.question import MetricRef, Question

#: The default metrics. An agent who cuts contacts short has a low handle time, but the last two metrics show that the
#: customers come back.
METRICS: Final = parse_metric_refs(("handled", "aht", "transfer_rate", "fcr", "contacts_per_case"))
TEAM: Final = "team"
AGENT: Final = "agent"
#: The columns next to each value.
BESIDE: Final = ("n", "rank", "ranked", "team", "group")
Column = Sequence[Any]
Values = Sequence[float | None]


@dataclass(frozen=True, slots=True)
class AgentQuestions:
    """The questions: by team and agent, by team, and over all. ``shown`` also has the filters that select the rows."""

    by_agent: Question
    by_team: Question
    overall: Question
    shown: Question

    def all(self) -> tuple[Question, Question, Question]:
        """Return the questions to answer."""
        return self.by_agent, self.by_team, self.overall


@dataclass(frozen=True, slots=True)
class AgentColumns:
    """One metric's columns over the rows shown; ``ranked`` and ``group`` are the same in every row."""

    call: MetricRef
    n: Values
    rank: Sequence[int | None]
    ranked: int | None
    team: Values
    group: float | None


@dataclass(frozen=True, slots=True)
class Agents:
    """The answer with the rows shown, by team and agent, and the standings of its metrics."""

    answer: Answer
    standings: tuple[AgentColumns, ...]

    def make_rank_columns(self, name_of: Callable[[MetricRef], str]) -> dict[str, Column]:
        """Return the columns of n, rank, team and group, by name. ``name_of`` returns the name of a metric's column."""
        found: dict[str, Column] = {}
        for each in self.standings:
            columns: Mapping[str, Any] = {name: getattr(each, name) for name in BESIDE}
            for name, values in columns.items():
                alike = not isinstance(values, Sequence)
                found[f"{name_of(each.call)}.{name}"] = [values] * self.answer.rows if alike else values
        return found


def make_questions(ask: Ask, understand: Callable[[Ask], Question]) -> AgentQuestions:
    """Return the questions about the agents of ``ask``. An ask without metrics gets the default ``METRICS``."""
    ask = replace(ask, metrics=ask.metrics or METRICS)
    others: list[Condition] = [each for each in ask.where if each.dimension != AGENT]
    everyone = replace(ask, where=others, order=None)
    return AgentQuestions(
        by_agent=understand(replace(everyone, by=(TEAM, AGENT), order=ask.order)),
        by_team=understand(replace(everyone, by=(TEAM,))),
        overall=understand(everyone),
        shown=understand(replace(ask, by=(TEAM, AGENT))),
    )


def compare_agents(asked: AgentQuestions, answers: Sequence[Answer], agents_min: int) -> Agents:
    """Return the compared agents, from the answers to the questions in the order of ``AgentQuestions.all``.

    ``agents_min`` is the least number of agents with a value for which a figure of a team or group is shown.
    """
    by_agent, by_team, overall = answers
    members = _members(by_agent, AGENT)
    named = [row for row, member in enumerate(members) if member.member_id]
    rows = [row for row in named if _passes(asked.shown, members[row].code)]
    everyone = [_GroupFigures(by_agent, column, named, agents_min) for column in by_agent.figures]
    standings = [
        each.standing(rows, by_team, by_team.figures[number], overall.totals[number])
        for number, each in enumerate(everyone)
    ]
    warnings = by_agent.warnings
    if any(each.left_out for each in everyone):
        detail = Label(
            f"Ranks, teams and groups of fewer than {agents_min} agents with a value are left out.",
            f"Rangs, équipes et groupes de moins de {agents_min} agents ayant une valeur sont laissés de côté.",
        )
        warnings = (*warnings, Notice("suppressed", detail))
    answer = replace(
        by_agent,
        question=_narrowed(by_agent.question, asked.shown),
        rows=len(rows),
        keys=tuple(key.take(rows) for key in by_agent.keys),
        figures=tuple(_select_figure_rows(each, rows) for each in by_agent.figures),
        totals=tuple(
            total if each.enough else Figures(total.call, [None], [None], [None], [None])
            for each, total in zip(everyone, by_agent.totals, strict=True)
        ),
        warnings=warnings,
    )
    return Agents(answer, tuple(standings))


class _GroupFigures:
    """One metric over the whole group: the agents with a value, and their teams."""

    def __init__(self, answer: Answer, column: Figures, named: Sequence[int], agents_min: int) -> None:
        teams = [member.member_id for member in _members(answer, TEAM)]
        self.column = column
        self.metric: Metric = column.call.metric
        self.values = {row: value for row in named if (value := column.values[row]) is not None}
        self.team_of = {row: teams[row] for row in named}
        self.sizes = Counter(self.team_of[row] for row in self.values)
        self._min = agents_min
        self.enough = len({_members(answer, AGENT)[row].member_id for row in self.values}) >= agents_min
        self._shown_teams = self._find_shown_teams()

    @property
    def left_out(self) -> bool:
        """Return whether any figure is left out."""
        return bool(self.values) and not (self.enough and len(self._shown_teams) == len(self.sizes))

    def _find_shown_teams(self) -> set[int]:
        by_size = sorted((size, team) for team, size in self.sizes.items())
        shown = [(size, team) for size, team in by_size if size >= self._min]
        hidden = sum(size for size, _ in by_size) - sum(size for size, _ in shown)
        if shown and 0 < hidden < self._min:
            shown = shown[1:]
        return {team for _, team in shown}

    def standing(self, rows: Sequence[int], by_team: Answer, teams: Figures, total: Figures) -> AgentColumns:
        """Return the columns next to these rows."""
        ranks = self.ranks() if self.enough else {}
        team = self.teams(by_team, teams)
        return AgentColumns(
            self.column.call,
            n=[self.column.n[row] for row in rows],
            rank=[ranks.get(row) for row in rows],
            ranked=len(ranks) or None,
            team=[team.get(self.team_of[row]) for row in rows],
            group=self.group(total),
        )

    def ranks(self) -> dict[int, int]:
        """Return the ranks by row; empty where neither direction is better."""
        if not self.metric.better:
            return {}
        sign = -1 if self.metric.better == "higher" else 1
        ordered = sorted(sign * value for value in self.values.values())
        first: dict[float, int] = {}
        for place, value in enumerate(ordered, start=1):
            first.setdefault(value, place)
        return {row: first[sign * value] for row, value in self.values.items()}

    def teams(self, answer: Answer, column: Figures) -> dict[int, float | None]:
        """Return the figure of each team that may be shown."""
        if self.metric.is_counted:
            return {
                team: self._mean([row for row in self.values if self.team_of[row] == team])
                for team in self._shown_teams
            }
        members = _members(answer, TEAM)
        return {
            member.member_id: value
            for member, value in zip(members, column.values, strict=True)
            if member.member_id in self._shown_teams
        }

    def group(self, total: Figures) -> float | None:
        """Return the figure of the group; None where it may not be shown."""
        if not self.enough:
            return None
        return self._mean(list(self.values)) if self.metric.is_counted else total.values[0]

    def _mean(self, rows: Sequence[int]) -> float | None:
        return fsum(self.values[row] for row in rows) / len(rows) if rows else None


def _narrowed(question: Question, shown: Question) -> Question:
    """Return the answered question, narrowed by the filters on agents."""
    where = {*question.where, *(each for each in shown.where if each.dimension == AGENT)}
    ordered = sorted(where, key=lambda each: (each.dimension, each.negated, each.values))
    return replace(question, where=tuple(ordered))


def _passes(question: Question, code: str | None) -> bool:
    """Return whether every filter on agents accepts this agent."""
    filters = [each for each in question.where if each.dimension == AGENT]
    return all(((code or "") in each.values) != each.negated for each in filters)


def _members(answer: Answer, name: str) -> Sequence[Any]:
    return next(key for key in answer.keys if key.name == name).members or ()


def _select_figure_rows(each: Figures, rows: Sequence[int]) -> Figures:
    def of(values: Values) -> list[float | None]:
        return [values[row] for row in rows]

    bounds = None if each.bounds is None else [each.bounds[row] for row in rows]
    return Figures(each.call, of(each.values), of(each.numerators), of(each.denominators), of(each.n), None, bounds)
