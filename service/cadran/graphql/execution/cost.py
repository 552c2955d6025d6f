"""What the fields of an operation show together, known before any of them asks anything.

Takes an operation that is valid; runs the resolvers of its root as far as the core, where a ledger notes each question,
with the values that are selected of its rows, instead of answering it. A field that is repeated under other names is
shown as often. Refuses with ``too_costly``, the cost and the limit, by the rule that holds for REST too
(``compiler/cost``). What else may be wrong with a field is told when it is executed.
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

from cadran.compiler.cost import ROW_VALUES_MIN, Sheet
from cadran.domain.access.principal import Principal
from cadran.domain.answer import Answer, Freshness
from cadran.domain.question import Question
from cadran.engine.compared import Compared
from cadran.engine.scoped import Scoped
from cadran.graphql.context import Context
from cadran.graphql.execution.executor import CadranExecutor

#: Fields that ask one question; alone in a document, they are held to its limit as REST's resource is.
ONE_QUESTION: Final = frozenset({"indicators", "usualDay"})
#: Fields that only ask: of the desk, or for a page that they announce (``Context.page``). They may be run twice.
WEIGHED: Final = ONE_QUESTION | {
    *("scorecard", "change", "distribution", "goodwillReturn", "agents", "report"),
    *("contacts", "recovery", "surveyEligibility", "customerEligibility", "surveyList"),
}
#: What each other field of the root counts as, in values; a contract's month is made of some three thousand
#: quarter-hours, an objective of its key results' weeks.
OTHER_VALUES: Final = 1_000
VALUES_OF: Final = {"sla": 30_000, "objective": 10_000, "objectives": 100_000}
#: Fields that read nothing but the schema and the catalogue: the values of their answers are counted instead.
FREE: Final = frozenset({"__typename", "__schema", "__type", "catalogue"})


class Weighed(Exception):
    """The page was noted; the field need go no further."""


@dataclass(slots=True)
class Ledger:
    """The innermost answerer of an operation that is weighed."""

    now: datetime
    questions: dict[Question, None] = field(default_factory=dict)
    sheets: list[Sheet] = field(default_factory=list)
    others: int = 0

    async def answer(self, question: Question, principal: Principal) -> Answer:  # noqa: ARG002 - the scope is applied outside
        """An answer without anything in it: whoever asks several questions goes on to the next."""
        self.questions[question] = None
        return Answer(question, 0, (), (), (), "", "", None, Freshness(None, self.now, self.now, 0))

    def note(self, sheet: Sheet) -> None:
        """What a question would show."""
        self.sheets.append(sheet)

    def page(self, rows: int) -> NoReturn:
        """A page of rows, each of which counts as the least that a row does."""
        self.others += max(rows, 1) * ROW_VALUES_MIN
        raise Weighed


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
            self.context_value.ledger.others += VALUES_OF.get(name, OTHER_VALUES)
        return None


async def weigh(
    schema: GraphQLSchema, document: DocumentNode, variables: Mapping[str, Any] | None, name: str | None, to: Context
) -> None:
    """Refuse an operation whose fields show more together than its asker may be shown, and hold the room of what it
    shows. An operation of one question is weighed when it asks."""
    operation = operation_of(document, name)
    if operation is None or operation.operation is not OperationType.QUERY:
        return
    root = operation.selection_set.selections
    if len(root) == 1 and isinstance(root[0], FieldNode) and root[0].name.value in ONE_QUESTION | FREE:
        return
    ledger = await noted(schema, document, variables, name, to)
    await to.hold(ledger.sheets, others=ledger.others)


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
