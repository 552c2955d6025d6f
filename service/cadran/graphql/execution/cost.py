"""The cost of an operation: what all its fields show together, computed before any field is answered.

Takes a valid operation. The resolvers of the root fields run until they reach the desk. There a ledger records each
question, with the number of values selected from its rows, instead of answering it. A field that is repeated under
several aliases counts several times. Refuses with ``too_costly``, the cost and the limit, by the same rule as REST
(``compiler/cost``). Other errors of a field are reported when the field is executed.

The number of questions is limited too (``QUESTIONS_MAX``), because each question takes time however little it shows.
The fields are weighed one after the other, each in its turn at the event loop. Other requests run in between.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from inspect import isawaitable
from typing import Any, Final, NoReturn

from graphql import DocumentNode, ExecutionResult, FieldNode, GraphQLObjectType, GraphQLSchema, OperationType, execute
from graphql import get_operation_ast as operation_of
from graphql.execution.collect_fields import FieldDetailsList
from graphql.pyutils import AwaitableOrValue, Path

from cadran.compiler.cost import ROW_VALUES_MIN, Sheet
from cadran.domain.access.principal import Principal
from cadran.domain.answer import Answer, Freshness
from cadran.domain.question import Question
from cadran.engine.comparison.ring import ComparisonRing
from cadran.engine.scoped import ScopeRing
from cadran.errors import TooCostly
from cadran.graphql.context import Context
from cadran.graphql.declaration.field_cost import FREE, read_cost
from cadran.graphql.execution.executor import CadranExecutor

#: The limit of the questions of one operation. It is more than twice the sections of all reports together, and three
#: times the limit of root fields.
QUESTIONS_MAX: Final = 60


class PageRecorded(Exception):
    """A signal that the page is recorded and the field can stop."""


@dataclass(slots=True)
class Ledger:
    """A record of the questions of an operation. It replaces the answering engine while the cost is computed."""

    now: datetime
    questions: dict[Question, None] = field(default_factory=dict)
    sheets: list[Sheet] = field(default_factory=list)
    others: int = 0

    async def answer(self, question: Question, principal: Principal) -> Answer:  # noqa: ARG002 - the scope is applied outside
        """Record the question and return an empty answer, so that fields with several questions go on."""
        self.questions[question] = None
        return Answer(question, 0, (), (), (), "", "", None, Freshness(None, self.now, self.now, 0))

    @property
    def is_full(self) -> bool:
        """Return whether the operation asks more questions than the limit."""
        return len(self.sheets) > QUESTIONS_MAX

    def note(self, sheet: Sheet) -> None:
        """Record what a question would show."""
        self.sheets.append(sheet)

    def page(self, rows: int) -> NoReturn:
        """Record a page of rows, each at the least cost of a row. Raises PageRecorded to stop the field."""
        self.others += max(rows, 1) * ROW_VALUES_MIN
        raise PageRecorded


class Weigher(CadranExecutor):
    """An executor that runs the root fields that ask with the ledger, and counts the others at their fixed cost."""

    def execute_field(
        self,
        parent_type: GraphQLObjectType,
        source: Any,
        field_details_list: FieldDetailsList,
        path: Path,
        position_context: Any,
    ) -> AwaitableOrValue[Any]:
        """Run a root field with the ledger, or count its fixed cost.

        Fields below the root ask no further questions, so they are skipped. Errors that the empty answers cause are
        ignored.
        """
        if parent_type is not self.schema.query_type:
            return None
        cost = read_cost(parent_type.fields.get(field_details_list[0].node.name.value))
        if cost.asks:
            return self._weighed_in_turn(parent_type, source, field_details_list, path, position_context)
        self.context_value.ledger.others += cost.values
        return None

    async def _weighed_in_turn(
        self,
        parent_type: GraphQLObjectType,
        source: Any,
        field_details_list: FieldDetailsList,
        path: Path,
        position_context: Any,
    ) -> Any:
        """Run a root field in its turn. The field keeps its turn to the end, because nothing is read for it.

        Do nothing if the operation is refused anyway.
        """
        context = self.context_value
        async with context.turns.taken():
            if context.ledger.is_full:
                return None
            done = super().execute_field(parent_type, source, field_details_list, path, position_context)
            return await done if isawaitable(done) else done


async def weigh(
    schema: GraphQLSchema, document: DocumentNode, variables: Mapping[str, Any] | None, name: str | None, to: Context
) -> None:
    """Refuse an operation whose fields show too much together, and reserve the memory of its response.

    An operation of one question checks its cost when it asks. Raises TooCostly and Overloaded.
    """
    operation = operation_of(document, name)
    if operation is None or operation.operation is not OperationType.QUERY:
        return
    root = operation.selection_set.selections
    if len(root) == 1 and isinstance(root[0], FieldNode) and _checks_itself(schema, root[0]):
        return
    ledger = await note_costs(schema, document, variables, name, to)
    if ledger.is_full:
        raise TooCostly(
            f"The operation asks at least {len(ledger.sheets)} questions; the limit is {QUESTIONS_MAX} questions. Each"
            " field that shows figures is a question, and so is each section of a report. Send the fields in several"
            " operations, or name the sections that you need.",
            cost=len(ledger.sheets),
            limit=QUESTIONS_MAX,
        )
    await to.hold(ledger.sheets, others=ledger.others)


def _checks_itself(schema: GraphQLSchema, field: FieldNode) -> bool:
    """Return whether a field that is alone in its operation needs no check, because it asks one question or none."""
    assert schema.query_type is not None
    cost = read_cost(schema.query_type.fields.get(field.name.value))
    return cost.is_single or cost == FREE


async def note_costs(
    schema: GraphQLSchema, document: DocumentNode, variables: Mapping[str, Any] | None, name: str | None, to: Context
) -> Ledger:
    """Return a ledger of what a query would ask. Nothing is asked, and the context stays unchanged."""
    ledger = Ledger(to.desk.clock())
    # The limit of the key applies to all questions together, so it is not checked for each of them.
    principal = replace(to.principal, cells_max=None)
    scoped = ScopeRing(ledger, to.desk.directory)
    desk = replace(to.desk, answers=ComparisonRing(scoped, to.desk.directory, to.desk.clock))
    result = execute(
        schema,
        document,
        context_value=Context(desk, principal, to.language, ledger=ledger, turns=to.turns),
        variable_values=dict(variables or {}),
        operation_name=name,
        executor_class=Weigher,
    )
    if not isinstance(result, ExecutionResult):
        await result
    return ledger
