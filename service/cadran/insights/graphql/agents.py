"""The field ``agents``: figures per agent, with rank, team and group."""

from __future__ import annotations

import asyncio

import strawberry

from cadran.domain.access.permit import check_right
from cadran.domain.ask import Ask
from cadran.graphql.answer_interface import Answer
from cadran.graphql.context import Context
from cadran.graphql.fields import describe_field
from cadran.graphql.localized import LocalizedAnswer
from cadran.graphql.rows import Member
from cadran.graphql.scalars import ColumnSet
from cadran.graphql.scorecard import Headline
from cadran.insights import agents as insight


@strawberry.type(description="A figure of one agent, compared with the team and the group.")
class AgentFigure(Headline):
    """The figure of one metric."""

    standing: strawberry.Private[insight.AgentColumns]

    @describe_field("The rank, 1 is the best; null if no direction is better or too few agents have a value.")
    def rank(self) -> int | None:
        """Return the rank; equal values share one."""
        return self.standing.rank[self.row]

    @describe_field("The number of agents ranked; null if there are no ranks.")
    def ranked(self) -> int | None:
        """Return the number of agents with a value."""
        return self.standing.ranked

    @describe_field("The figure of the agent's team; for counts, the mean per agent. Null for small teams.")
    def team(self) -> float | None:
        """Return the team's figure, in the metric's unit."""
        return self.standing.team[self.row]

    @describe_field(
        "The figure of all agents that the filters leave; for counts, the mean per agent. Null if they are too few."
    )
    def group(self) -> float | None:
        """Return the group's figure, in the metric's unit."""
        return self.standing.group


@strawberry.type(description="One agent in one team.")
class AgentRow:
    """The row ``index`` of the answer."""

    shown: strawberry.Private[LocalizedAnswer]
    index: strawberry.Private[int]
    found: strawberry.Private[insight.Agents]

    @describe_field("The agent, by code and label.")
    def agent(self) -> Member:
        """Return the agent's code and label."""
        return self._member(insight.AGENT)

    @describe_field("The team that the agent worked in.")
    def team(self) -> Member:
        """Return the team's code and label."""
        return self._member(insight.TEAM)

    @describe_field("The figures, in the order asked for.")
    def figures(self) -> list[AgentFigure]:
        """Return one figure for each metric."""
        return [
            AgentFigure(shown=self.shown, figures=self.shown.rows[each.call], row=self.index, standing=each)
            for each in self.found.standings
        ]

    def _member(self, name: str) -> Member:
        member = (self.shown.keys[name].members or ())[self.index]
        return Member(code=member.code, label=member.label(self.shown.language))


@strawberry.type(description="The figures of agents side by side.")
class Agents(Answer):
    """An ordinary answer by team and agent, with the standing of each agent."""

    found: strawberry.Private[insight.Agents]

    @describe_field("One row for each agent and team.")
    def rows(self, info: strawberry.Info[Context, None]) -> list[AgentRow]:
        """Return the rows by team and agent, or in the order that ``order`` gives."""
        info.context.spend(self.shown.answer.rows * len(self.found.standings) * len(insight.BESIDE))
        return [AgentRow(shown=self.shown, index=row, found=self.found) for row in range(self.shown.answer.rows)]

    @describe_field("The rows as one object of columns, with rank, team and group.")
    def columns(self, info: strawberry.Info[Context, None]) -> ColumnSet:
        """Return keys, values, and the columns next to them."""
        answer = self.shown.answer
        info.context.spend(answer.rows * len(self.found.standings) * (1 + len(insight.BESIDE)))
        named: dict[str, object] = {key.name: list(key.values) for key in answer.keys}
        figures = {each.call.name: list(each.values) for each in answer.figures}
        return ColumnSet(named | figures | self.found.make_rank_columns(lambda call: call.name))


async def agents(context: Context, ask: Ask) -> Agents:
    """Return the agents that the window and the filters select. Raises Forbidden for callers who see no people."""
    check_right(context.principal, "people")
    asked = insight.make_questions(ask, context.understand)
    answers = await asyncio.gather(*(context.answer(question, ask) for question in asked.all()))
    found = insight.compare_agents(asked, answers, context.desk.group_agents_min)
    return Agents(shown=context.localize(found.answer), found=found)
