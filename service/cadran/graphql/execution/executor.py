"""Execution of operations by graphql-core, with three changes.

A question is asked only when its selection is known. Rows are built from columns. The root fields of a query take turns
at the event loop.

The overridden methods are not public. graphql-core is pinned, and a test compares the rows with rows built by
graphql-core.
"""

from __future__ import annotations

from collections.abc import Sized
from functools import partial
from inspect import isawaitable
from typing import Any, Final

from graphql import (
    GraphQLList,
    GraphQLObjectType,
    GraphQLOutputType,
    GraphQLResolveInfo,
    get_named_type,
    is_introspection_type,
)
from graphql.execution.collect_fields import FieldDetailsList
from graphql.pyutils import AwaitableOrValue, Path
from graphql.type import GraphQLFloat, GraphQLLeafType
from strawberry.schema.schema import StrawberryGraphQLCoreExecutionContext

from cadran.engine.offload import FIGURES_ON_LOOP_MAX, run_aside
from cadran.graphql.execution.columnar import RowBuilder
from cadran.graphql.execution.selection import Selection, find_selected_metrics
from cadran.graphql.indicators import PendingQuestion
from cadran.graphql.rows import Rows

#: A value that graphql-core completes takes about as long as this many values built from columns.
PLAIN_VALUE: Final = 30


class CadranExecutor(StrawberryGraphQLCoreExecutionContext):
    """The executor of cadran. With ``columnar`` False, graphql-core builds the rows."""

    columnar = True

    def execute_field(
        self,
        parent_type: GraphQLObjectType,
        source: Any,
        field_details_list: FieldDetailsList,
        path: Path,
        position_context: Any,
    ) -> AwaitableOrValue[Any]:
        """Execute a field. A root field of a query of several questions begins when it has its turn."""
        if parent_type is self.schema.query_type and self.context_value.is_weighed:
            return self._begun_in_turn(parent_type, source, field_details_list, path, position_context)
        return super().execute_field(parent_type, source, field_details_list, path, position_context)

    async def _begun_in_turn(
        self,
        parent_type: GraphQLObjectType,
        source: Any,
        field_details_list: FieldDetailsList,
        path: Path,
        position_context: Any,
    ) -> Any:
        async with self.context_value.turns.taken():
            done = super().execute_field(parent_type, source, field_details_list, path, position_context)
        return await done if isawaitable(done) else done

    def complete_object_value(
        self,
        return_type: GraphQLObjectType,
        field_details_list: FieldDetailsList,
        info: GraphQLResolveInfo[Any],
        path: Path,
        result: Any,
        position_context: Any,
    ) -> AwaitableOrValue[dict[str, Any]]:
        """Answer a pending question with exactly the metrics selected below its field."""
        if not isinstance(result, PendingQuestion):
            return super().complete_object_value(return_type, field_details_list, info, path, result, position_context)
        selection = find_selected_metrics(self, return_type, field_details_list)
        return self._answered(result, selection, return_type, field_details_list, path, position_context)

    async def _answered(
        self,
        pending: PendingQuestion,
        selection: Selection,
        return_type: GraphQLObjectType,
        field_details_list: FieldDetailsList,
        path: Path,
        position_context: Any,
    ) -> dict[str, Any]:
        indicators = await pending.answered(selection)
        fields = self.collect_and_execute_subfields(return_type, field_details_list, path, indicators, position_context)
        done: dict[str, Any] = await fields if isawaitable(fields) else fields
        return done

    def complete_list_value(
        self,
        return_type: GraphQLList[GraphQLOutputType],
        field_details_list: FieldDetailsList,
        info: GraphQLResolveInfo[Any],
        path: Path,
        result: Any,
        position_context: Any,
    ) -> AwaitableOrValue[list[Any]]:
        """Build rows from their columns, and complete other lists as usual."""
        if self.columnar and isinstance(result, Rows):
            row = get_named_type(return_type)
            assert isinstance(row, GraphQLObjectType)
            builder = RowBuilder(self, result.shown)
            figures = len(result) * len(result.shown.rows)
            if figures <= FIGURES_ON_LOOP_MAX:
                return builder.rows(row, field_details_list)
            return run_aside(figures, partial(builder.rows, row, field_details_list))
        if isinstance(result, Sized):
            self._spend(return_type, field_details_list, len(result))
        return super().complete_list_value(return_type, field_details_list, info, path, result, position_context)

    def _spend(
        self, return_type: GraphQLList[GraphQLOutputType], field_details_list: FieldDetailsList, size: int
    ) -> None:
        """Count the values of a list that graphql-core completes, weighted by their time.

        Introspection is not counted: ``graphql/execution/limits.py`` has bounded it before.
        """
        inner = get_named_type(return_type)
        if is_introspection_type(inner):
            return
        fields = 1
        if isinstance(inner, GraphQLObjectType):
            fields = len(self.collect_subfields(inner, field_details_list).grouped_field_set)
        self.context_value.spend(size * fields * PLAIN_VALUE)

    @staticmethod
    def complete_leaf_value(return_type: GraphQLLeafType, result: Any) -> Any:
        """Return numbers unchanged, as in columns: a count of type Float stays 12, not 12.0."""
        if return_type is GraphQLFloat and type(result) in (int, float):
            return result
        return StrawberryGraphQLCoreExecutionContext.complete_leaf_value(return_type, result)
