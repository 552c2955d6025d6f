"""The field ``indicators``: a question whose metrics are those selected, answered once the selection is known."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Annotated

import strawberry

from cadran.compiler.cost import dear_values, keys_of
from cadran.domain.answer import Answer as Answered
from cadran.domain.ask import Ask
from cadran.domain.bounds import METRICS_MAX, check_list
from cadran.domain.metric_ref import parse_call
from cadran.graphql.answer_interface import Answer
from cadran.graphql.context import Context
from cadran.graphql.execution.selection import Selection
from cadran.graphql.fields import described
from cadran.graphql.localized import Shown
from cadran.graphql.rows import Row, Rows, Totals
from cadran.graphql.scalars import ColumnSet


@strawberry.type(description="Figures over a window, by bucket of time and dimensions.")
class Indicators(Answer):
    """An answer as rows, as totals, or as columns."""

    @described("One row per group, ordered by time, then by the dimensions split by, or as `order` says.")
    def rows(self) -> list[Row]:
        """The rows, held as columns."""
        return Rows(self.shown)  # type: ignore[return-value]  # a Sequence of rows is what strawberry completes as a list

    @described("The figures over all rows.")
    def totals(self) -> Totals:
        """One figure per metric."""
        return Totals(shown=self.shown)

    @described("The rows' keys and values as one object of columns, for charts.")
    def columns(
        self,
        metrics: Annotated[
            list[str] | None,
            strawberry.argument(
                description=f'Metrics as in a URL: ["qos", "service_level(within=20)"], at most {METRICS_MAX} metrics;'
                " by default those selected under rows and totals."
            ),
        ] = None,
    ) -> ColumnSet:
        """Columns by name."""
        check_list("metrics", metrics or (), METRICS_MAX)
        return ColumnSet(columns(self.shown, metrics))


def columns(shown: Shown, metrics: Sequence[str] | None) -> dict[str, object]:
    """Key columns (codes of members), then the metrics' values, by name."""
    found: dict[str, object] = {}
    for key in shown.answer.keys:
        found[key.name] = list(key.values)
        if key.ends is not None:
            found["end"] = list(key.ends)
    calls = shown.rows if metrics is None else [parse_call(metric) for metric in metrics]
    return found | {call.name: list(shown.rows[call].values) for call in calls}


@dataclass(frozen=True, slots=True)
class Pending:
    """A question still without its metrics: the executor fills them in from the selection and asks.

    ``asked`` has the last word on the question, ``shaped`` on the answer; ``made`` is what is answered with.
    """

    ask: Ask
    context: Context
    asked: Callable[[Ask], Ask] = lambda ask: ask
    shaped: Callable[[Answered], Answered] = lambda answer: answer
    made: Callable[[Shown], Answer] = lambda shown: Indicators(shown=shown)

    async def answered(self, selection: Selection) -> Answer:
        """The answer for what is selected; raises the errors of ``cadran.errors``."""
        ask = self.asked(replace(self.ask, metrics=selection.metrics))
        question = self.context.understand(ask)
        # Columns have the ends of buckets too.
        width = selection.values + selection.column_sets * (keys_of(question) + 1) + dear_values(question)
        answer = self.shaped(await self.context.answer(question, ask, width=width))
        return self.made(Shown(answer, self.context.language, self.context.directory.currency))
