"""What the questions of an operation cost together, known before any of them is asked.

Takes an operation that is valid; runs the resolvers of its root as far as the core, where a ledger notes each question
instead of answering it. The questions noted are those that would reach the cache: narrowed to the asker's scope, a
comparison as the two that it is, the same question once however often it is repeated. Refuses with ``too_costly``, the
cost and the limit. What else may be wrong with a field is told when it is executed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Final, NoReturn

from graphql import DocumentNode, ExecutionResult, FieldNode, GraphQLObjectType, GraphQLSchema, OperationType, execute
from graphql import get_operation_ast as operation_of
from graphql.execution.collect_fields import FieldDetailsList
from graphql.pyutils import AwaitableOrValue, Path

from cadran.compiler.cost import cells, fitting
from cadran.domain.answer import Answer, Freshness
from cadran.domain.directory import Directory
from cadran.domain.principal import Principal
from cadran.domain.question import Question
from cadran.domain.window import Grain
from cadran.engine.compared import Compared
from cadran.engine.scoped import Scoped
from cadran.errors import TooCostly
from cadran.graphql.context import Context
from cadran.graphql.executor import CadranExecutor

#: Fields that ask one question; alone in a document, they are held to its limit as REST's resource is.
ONE_QUESTION: Final = frozenset({"indicators", "usualDay"})
#: Fields that only ask: of the desk, or for a page that they announce (``Context.page``). They may be run twice.
WEIGHED: Final = ONE_QUESTION | {
    *("scorecard", "change", "distribution", "gestureReturn", "agents", "report"),
    *("contacts", "recovery", "surveyEligibility", "customerEligibility", "surveyList"),
}
#: What each other field of the root counts as; a contract's month is made of some three thousand quarter-hours, an
#: objective of its key results' weeks.
OTHER_CELLS: Final = 100
CELLS_OF: Final = {"sla": 3_000, "objective": 1_000, "objectives": 10_000}
#: Fields that read nothing but the schema and the catalogue: the values of their answers are counted instead.
FREE: Final = frozenset({"__typename", "__schema", "__type", "catalogue"})


class Weighed(Exception):
    """The page was noted; the field need go no further."""


@dataclass(slots=True)
class Ledger:
    """The innermost answerer of an operation that is weighed."""

    now: datetime
    questions: dict[Question, None] = field(default_factory=dict)
    rows: int = 0

    async def answer(self, question: Question, principal: Principal) -> Answer:  # noqa: ARG002 - the scope is applied outside
        """An answer without anything in it: whoever asks several questions goes on to the next."""
        self.questions[question] = None
        return Answer(question, 0, (), (), (), "", "", None, Freshness(None, self.now, self.now, 0))

    def page(self, rows: int) -> NoReturn:
        """A page of rows, each of which counts as a cell."""
        self.rows += max(rows, 1)
        raise Weighed

    def cost(self, directory: Directory) -> int:
        """In cells."""
        return self.rows + sum(cells(each, directory) for each in self.questions)


class Weigher(CadranExecutor):
    """Runs the root fields that only ask, and counts the others."""

    def execute_field(
        self,
        parent_type: GraphQLObjectType,
        source: Any,
        field_details_list: FieldDetailsList,
        path: Path,
        position_context: Any,
    ) -> AwaitableOrValue[Any]:
        """A field of the root; what is below it asks nothing more. What fails for want of figures fails unseen."""
        if parent_type is not self.schema.query_type:
            return None
        name = field_details_list[0].node.name.value
        if name in WEIGHED:
            return super().execute_field(parent_type, source, field_details_list, path, position_context)
        if name not in FREE:
            self.context_value.ledger.rows += CELLS_OF.get(name, OTHER_CELLS)
        return None


async def weigh(
    schema: GraphQLSchema, document: DocumentNode, variables: Mapping[str, Any] | None, name: str | None, to: Context
) -> None:
    """Refuse an operation whose questions cost more together than its asker may spend."""
    operation = operation_of(document, name)
    if operation is None or operation.operation is not OperationType.QUERY:
        return
    root = operation.selection_set.selections
    if len(root) == 1 and isinstance(root[0], FieldNode) and root[0].name.value in ONE_QUESTION | FREE:
        return
    ledger = await noted(schema, document, variables, name, to)
    directory = to.desk.directory()
    limit = min(to.limits.cells_max, to.principal.cells_max or to.limits.cells_max)
    cost = ledger.cost(directory)
    if cost > limit:
        raise _refusal(ledger, cost, limit, directory)


async def noted(
    schema: GraphQLSchema, document: DocumentNode, variables: Mapping[str, Any] | None, name: str | None, to: Context
) -> Ledger:
    """What a query would ask. Nothing is asked, and nothing of the context is spent."""
    ledger = Ledger(to.desk.clock())
    # What one question may cost is judged with the others, not by itself.
    principal = replace(to.principal, cells_max=None)
    desk = replace(to.desk, answers=Compared(Scoped(ledger, to.desk.directory), to.desk.directory))
    result = execute(
        schema,
        document,
        context_value=Context(desk, principal, to.language, to.limits, ledger=ledger),
        variable_values=dict(variables or {}),
        operation_name=name,
        executor_class=Weigher,
    )
    if not isinstance(result, ExecutionResult):
        await result
    return ledger


def _refusal(ledger: Ledger, cost: int, limit: int, directory: Directory) -> TooCostly:
    """With what the dearest question would have to be for all of them to fit."""
    count = len(ledger.questions)
    detail = f"What this operation asks ({count} questions) is {cost:,} cells together; the limit is {limit:,} cells;"
    dearest = max(ledger.questions, key=lambda each: cells(each, directory), default=None)
    left = limit - cost + (cells(dearest, directory) if dearest else 0)
    if dearest is not None and left > 0:
        fits = fitting(dearest, directory, left)
        if fits is not Grain.TOTAL:
            told = f"{detail} grain: {fits.name} for the dearest ({dearest.grain.name}) fits."
            return TooCostly(told, cost=cost, limit=limit, parameter="grain", suggestions=(fits.name,))
    return TooCostly(f"{detail} ask for fewer of them at a time.", cost=cost, limit=limit)
