"""Rows built as dictionaries from columns. The selection is read once, not once per row and field.

The result equals the completion of the rows one by one; tests/graphql/test_columnar_rows.py compares both.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from graphql import GraphQLObjectType, get_named_type
from graphql.execution.collect_fields import FieldDetailsList
from strawberry.schema.schema import StrawberryGraphQLCoreExecutionContext

from cadran.domain.answer import Figures, KeyColumn
from cadran.graphql.execution.selection import read_arguments
from cadran.graphql.localized import PIECES, VERDICT, LocalizedAnswer
from cadran.graphql.metrics import BY_FIELD as METRIC_FIELDS
from cadran.graphql.metrics import read_metric_ref
from cadran.graphql.names import to_constant_case
from cadran.graphql.rows import BY_FIELD as DIMENSION_FIELDS
from cadran.graphql.rows import find_attribute_column
from cadran.web.answer_documents import make_records

Column = Sequence[object]
Record = dict[str, object]


class RowBuilder:
    """A builder of the rows of one list field."""

    __slots__ = ("executor", "shown", "size")

    def __init__(self, executor: StrawberryGraphQLCoreExecutionContext, shown: LocalizedAnswer) -> None:
        self.executor = executor
        self.shown = shown
        self.size = shown.answer.rows

    def rows(self, row: GraphQLObjectType, details: FieldDetailsList) -> list[Record]:
        """Return one dictionary per row with the selected fields. Raises KeyError for an unknown field."""
        columns: dict[str, Column] = {}
        for name, field in self._fields(row, details):
            columns[name] = self._row_column(row, field)
        return _make_records(columns, self.size)

    def _fields(self, parent: GraphQLObjectType, details: FieldDetailsList) -> Iterable[tuple[str, FieldDetailsList]]:
        return self.executor.collect_subfields(parent, details).grouped_field_set.items()

    def _row_column(self, row: GraphQLObjectType, field: FieldDetailsList) -> Column:
        name = field[0].node.name.value
        if name == "__typename":
            return [row.name] * self.size
        inner = get_named_type(row.fields[name].type)
        if name in METRIC_FIELDS:
            assert isinstance(inner, GraphQLObjectType)
            call = read_metric_ref(METRIC_FIELDS[name], read_arguments(self.executor, row, field))
            return self._figures(inner, field, self.shown.rows[call])
        if name == "window":
            assert isinstance(inner, GraphQLObjectType)
            return self._window(inner, field)
        if name == "days":
            return self.shown.days()
        if name == "attribute":
            key = find_attribute_column(self.shown, read_arguments(self.executor, row, field)["name"])
        else:
            key = self.shown.keys.get(DIMENSION_FIELDS[name])
        if key is None:
            return [None] * self.size
        if isinstance(inner, GraphQLObjectType):
            return self._members(inner, field, key)
        return key.values

    def _figures(self, figure: GraphQLObjectType, details: FieldDetailsList, figures: Figures) -> Column:
        columns: dict[str, Column] = {}
        for key, field in self._fields(figure, details):
            name = field[0].node.name.value
            if name == "__typename":
                columns[key] = [figure.name] * self.size
            elif name == "interval":
                inner = get_named_type(figure.fields[name].type)
                assert isinstance(inner, GraphQLObjectType)
                columns[key] = self._intervals(inner, field, figures)
            elif name in VERDICT:
                columns[key] = self._verdicts(figures, name)
            elif name == "method":
                columns[key] = [_enum_name(figures.call.method)] * self.size
            elif name == "display":
                columns[key] = self.shown.words(figures)
            else:
                columns[key] = PIECES[name](figures)
        return _make_records(columns, self.size)

    def _verdicts(self, figures: Figures, name: str) -> Column:
        column = [None if each is None else getattr(each, name) for each in self.shown.verdicts(figures)]
        return [_enum_name(each) for each in column] if name == "status" else column

    def _intervals(self, interval: GraphQLObjectType, details: FieldDetailsList, figures: Figures) -> Column:
        wanted = [(key, field[0].node.name.value) for key, field in self._fields(interval, details)]
        found: list[Record | None] = []
        for bounds in figures.intervals:
            if bounds is None:
                found.append(None)
                continue
            values = {"low": bounds[0], "high": bounds[1], "__typename": interval.name}
            found.append({key: values[name] for key, name in wanted})
        return found

    def _window(self, bucket: GraphQLObjectType, details: FieldDetailsList) -> Column:
        """Return one dictionary per bucket. The rows share these dictionaries and do not change them."""
        wanted = [(key, field[0].node.name.value) for key, field in self._fields(bucket, details)]
        built: dict[tuple[object, ...], Record] = {}
        buckets = list(zip(*self.shown.buckets(), strict=True))
        for start, end, partial in dict.fromkeys(buckets):
            values = {"start": start, "end": end, "partial": partial, "__typename": bucket.name}
            built[start, end, partial] = {key: values[field] for key, field in wanted}
        return [built[each] for each in buckets]

    def _members(self, member: GraphQLObjectType, details: FieldDetailsList, key: KeyColumn) -> Column:
        """Return one dictionary per member. The rows share these dictionaries and do not change them."""
        assert key.members is not None
        wanted = [(name, field[0].node.name.value) for name, field in self._fields(member, details)]
        language = self.shown.language
        built: dict[int, Record] = {}
        for each in key.members:
            if each.member_id not in built:
                values = {"code": each.code, "label": each.label(language), "__typename": member.name}
                built[each.member_id] = {name: values[field] for name, field in wanted}
        return [built[each.member_id] for each in key.members]


def _enum_name(word: object) -> str | None:
    """Return the name that an enum gives to a word of a closed list."""
    return None if word is None else to_constant_case(str(word))


def _make_records(columns: dict[str, Column], size: int) -> list[Record]:
    """Return dictionaries, one for each row. A selection may have no columns: its rows are empty."""
    return make_records(columns) if columns else [{} for _ in range(size)]
