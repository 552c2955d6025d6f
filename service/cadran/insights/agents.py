"""Agents beside each other: each one's figures with its rank, the team's figure and the group's.

Takes what is asked as questions like any other (by team and agent, by team, over all) and their answers. A filter on
agents chooses whose rows are told, never with whom they are compared: the group is everyone else that the question
leaves. Of counts and sums the figure of a team or of the group is the mean per agent.

Rank 1 is the best, by the metric's better direction; equals share a rank; a metric without a direction has none. The
figure of a team, and the group's with all ranks, are left out where fewer agents than the limit have a value, so that
nobody reads off a colleague's by taking away their own. Where the teams left out have together fewer than that, the
smallest team shown is left out too, as the rest of the group would give them away.

Refuses metrics that have no agent (``impossible_split``), and splits and comparisons are not asked for.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from math import fsum
from typing import Any, Final

from cadran.domain.answer import Answer, Figures, KeyColumn, Notice
from cadran.domain.ask import Ask, Condition
from cadran.domain.metric import Label, Metric
from cadran.domain.question import MetricCall, Question

#: An agent who cuts contacts short has a low handle time and customers who come back: the last two tell.
METRICS: Final = ("handled", "aht", "transfer_rate", "fcr", "contacts_per_case")
TEAM: Final = "team"
AGENT: Final = "agent"
#: What stands beside each value.
BESIDE: Final = ("n", "rank", "ranked", "team", "group")
Column = Sequence[Any]
Values = Sequence[float | None]


@dataclass(frozen=True, slots=True)
class Asked:
    """The questions: by team and agent, by team, over all; and whose rows are told."""

    by_agent: Question
    by_team: Question
    overall: Question
    shown: Question

    def all(self) -> tuple[Question, Question, Question]:
        """Those to be answered."""
        return self.by_agent, self.by_team, self.overall


@dataclass(frozen=True, slots=True)
class Standing:
    """One metric's columns over the rows shown; ``ranked`` and ``group`` are the same in every row."""

    call: MetricCall
    n: Values
    rank: Sequence[int | None]
    ranked: int | None
    team: Values
    group: float | None


@dataclass(frozen=True, slots=True)
class Agents:
    """``answer`` holds the rows shown, by team and agent."""

    answer: Answer
    standings: tuple[Standing, ...]

    def beside(self) -> dict[str, Column]:
        """What stands beside the figures, by column."""
        found: dict[str, Column] = {}
        for each in self.standings:
            told: Mapping[str, Any] = {name: getattr(each, name) for name in BESIDE}
            for name, values in told.items():
                alike = not isinstance(values, Sequence)
                found[f"{each.call.name}.{name}"] = [values] * self.answer.rows if alike else values
        return found


def questions(ask: Ask, understand: Callable[[Ask], Question]) -> Asked:
    """What to ask for the agents of ``ask``; its metrics are the usual ones where it names none."""
    ask = replace(ask, metrics=ask.metrics or METRICS)
    others: list[Condition] = [each for each in ask.where if each.dimension != AGENT]
    everyone = replace(ask, where=others, order=None)
    return Asked(
        by_agent=understand(replace(everyone, by=(TEAM, AGENT), order=ask.order)),
        by_team=understand(replace(everyone, by=(TEAM,))),
        overall=understand(everyone),
        shown=understand(replace(ask, by=(TEAM, AGENT))),
    )


def agents(asked: Asked, answers: Sequence[Answer], agents_min: int) -> Agents:
    """The agents, from the answers to the three questions in their order."""
    by_agent, by_team, overall = answers
    members = _members(by_agent, AGENT)
    named = [row for row, member in enumerate(members) if member.member_id]
    rows = [row for row in named if _passes(asked.shown, members[row].code)]
    everyone = [_Everyone(by_agent, column, named, agents_min) for column in by_agent.figures]
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
        keys=tuple(_key_taken(key, rows) for key in by_agent.keys),
        figures=tuple(_figures_taken(each, rows) for each in by_agent.figures),
        totals=tuple(
            total if each.enough else Figures(total.call, [None], [None], [None], [None])
            for each, total in zip(everyone, by_agent.totals, strict=True)
        ),
        warnings=warnings,
    )
    return Agents(answer, tuple(standings))


class _Everyone:
    """One metric over the whole group: who has a value, in which team."""

    def __init__(self, answer: Answer, column: Figures, named: Sequence[int], agents_min: int) -> None:
        teams = [member.member_id for member in _members(answer, TEAM)]
        self.column = column
        self.metric: Metric = column.call.metric
        self.values = {row: value for row in named if (value := column.values[row]) is not None}
        self.team_of = {row: teams[row] for row in named}
        self.sizes = Counter(self.team_of[row] for row in self.values)
        self._min = agents_min
        self.enough = len({_members(answer, AGENT)[row].member_id for row in self.values}) >= agents_min
        self._told = self._teams_told()

    @property
    def left_out(self) -> bool:
        """Whether anything is."""
        return bool(self.values) and not (self.enough and len(self._told) == len(self.sizes))

    def _teams_told(self) -> set[int]:
        by_size = sorted((size, team) for team, size in self.sizes.items())
        told = [(size, team) for size, team in by_size if size >= self._min]
        hidden = sum(size for size, _ in by_size) - sum(size for size, _ in told)
        if told and 0 < hidden < self._min:
            told = told[1:]
        return {team for _, team in told}

    def standing(self, rows: Sequence[int], by_team: Answer, teams: Figures, total: Figures) -> Standing:
        """What is told beside these rows."""
        ranks = self.ranks() if self.enough else {}
        team = self.teams(by_team, teams)
        return Standing(
            self.column.call,
            n=[self.column.n[row] for row in rows],
            rank=[ranks.get(row) for row in rows],
            ranked=len(ranks) or None,
            team=[team.get(self.team_of[row]) for row in rows],
            group=self.group(total),
        )

    def ranks(self) -> dict[int, int]:
        """By row; empty where neither direction is better."""
        if not self.metric.better:
            return {}
        sign = -1 if self.metric.better == "higher" else 1
        ordered = sorted(sign * value for value in self.values.values())
        first: dict[float, int] = {}
        for place, value in enumerate(ordered, start=1):
            first.setdefault(value, place)
        return {row: first[sign * value] for row, value in self.values.items()}

    def teams(self, answer: Answer, column: Figures) -> dict[int, float | None]:
        """The figure of each team that may be told."""
        if self.metric.kind in ("count", "sum"):
            return {team: self._mean([row for row in self.values if self.team_of[row] == team]) for team in self._told}
        members = _members(answer, TEAM)
        return {
            member.member_id: value
            for member, value in zip(members, column.values, strict=True)
            if member.member_id in self._told
        }

    def group(self, total: Figures) -> float | None:
        """The figure of everyone, if it may be told."""
        if not self.enough:
            return None
        return self._mean(list(self.values)) if self.metric.kind in ("count", "sum") else total.values[0]

    def _mean(self, rows: Sequence[int]) -> float | None:
        return fsum(self.values[row] for row in rows) / len(rows) if rows else None


def _narrowed(question: Question, shown: Question) -> Question:
    """The question as it was answered, under the filters on agents too."""
    where = {*question.where, *(each for each in shown.where if each.dimension == AGENT)}
    ordered = sorted(where, key=lambda each: (each.dimension, each.negated, each.values))
    return replace(question, where=tuple(ordered))


def _passes(question: Question, code: str | None) -> bool:
    """Whether every filter on agents lets this one through."""
    filters = [each for each in question.where if each.dimension == AGENT]
    return all(((code or "") in each.values) != each.negated for each in filters)


def _members(answer: Answer, name: str) -> Sequence[Any]:
    return next(key for key in answer.keys if key.name == name).members or ()


def _key_taken(key: KeyColumn, rows: Sequence[int]) -> KeyColumn:
    members = None if key.members is None else [key.members[row] for row in rows]
    return KeyColumn(key.name, [key.values[row] for row in rows], members)


def _figures_taken(each: Figures, rows: Sequence[int]) -> Figures:
    def of(values: Values) -> list[float | None]:
        return [values[row] for row in rows]

    bounds = None if each.bounds is None else [each.bounds[row] for row in rows]
    return Figures(each.call, of(each.values), of(each.numerators), of(each.denominators), of(each.n), None, bounds)
