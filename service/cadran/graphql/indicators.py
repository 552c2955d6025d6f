"""The field ``indicators``: a question with the selected metrics, answered once the selection is known."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Annotated

import strawberry

from cadran.compiler.cost import count_extra_values, count_keys
from cadran.domain.answer import Answer as Answered
from cadran.domain.ask import Ask
from cadran.domain.bounds import METRICS_MAX, check_list
from cadran.domain.metric_ref import parse_columns
from cadran.graphql.answer_interface import Answer
from cadran.graphql.context import Context
from cadran.graphql.execution.selection import Selection
from cadran.graphql.fields import describe_field
from cadran.graphql.localized import LocalizedAnswer
from cadran.graphql.rows import Row, Rows, Totals
from cadran.graphql.scalars import ColumnSet


@strawberry.type(description="Figures over a window, by time bucket and dimensions.")
class Indicators(Answer):
    """An answer as rows, as totals, or as columns."""

    @describe_field("One row per bucket and group, ordered by time, then by the dimensions, or by `order`.")
    def rows(self) -> list[Row]:
        """Return the rows, still held in columns."""
        return Rows(self.shown)  # type: ignore[return-value]  # a Sequence of rows is what strawberry completes as a list

    @describe_field("The figures over all groups, including those beyond `top`.")
    def totals(self) -> Totals:
        """Return one figure per metric."""
        return Totals(shown=self.shown)

    @describe_field("The keys and values of all rows as one object of columns, for charts.")
    def columns(
        self,
        metrics: Annotated[
            list[str] | None,
            strawberry.argument(
                description=f'Metrics as in a URL: ["qos", "service_level(within=20)"], at most {METRICS_MAX} metrics,'
                " each the name of its column unless as gives another, as in service_level(within=20,as=sl20);"
                " default: the metrics selected under rows and totals."
            ),
        ] = None,
    ) -> ColumnSet:
        """Return the columns by name."""
        check_list("metrics", metrics or (), METRICS_MAX)
        return ColumnSet(list_columns(self.shown, metrics))


def list_columns(shown: LocalizedAnswer, metrics: Sequence[str] | None) -> dict[str, object]:
    """Return the key columns (codes of members) and the values of the metrics, by name."""
    found: dict[str, object] = {}
    for key in shown.answer.keys:
        found[key.name] = list(key.values)
        if key.ends is not None:
            found["end"] = list(key.ends)
            if key.partial is not None:
                found["partial"] = list(key.partial)
        if key.days is not None:
            found["days"] = list(map(len, key.days))
    names = {call: call.name for call in shown.rows} if metrics is None else parse_columns(metrics, found)
    return found | {name: list(shown.rows[call].values) for call, name in names.items()}


@dataclass(frozen=True, slots=True)
class PendingQuestion:
    """A question whose metrics are not known yet.

    The executor adds the metrics from the selection and asks the question. ``asked`` transforms the ask, ``shaped`` the
    answer. ``made`` builds the object that the field returns.
    """

    ask: Ask
    context: Context
    asked: Callable[[Ask], Ask] = lambda ask: ask
    shaped: Callable[[Answered], Answered] = lambda answer: answer
    made: Callable[[LocalizedAnswer], Answer] = lambda shown: Indicators(shown=shown)

    async def answered(self, selection: Selection) -> Answer:
        """Return the answer for the selection. Raises the errors of ``cadran.errors``."""
        ask = self.asked(replace(self.ask, metrics=selection.metrics))
        question = self.context.understand(ask)
        # Columns also hold the ends of the buckets.
        width = selection.values + selection.column_sets * (count_keys(question) + 1) + count_extra_values(question)
        answer = self.shaped(await self.context.answer(question, ask, width=width))
        return self.made(self.context.localize(answer))
