"""Light statements that are joined to one, and the rows that are split again."""

from __future__ import annotations

import re
from dataclasses import replace

from cadran.compiler.bundle import JOINED_ROWS_MAX, group_fragments, join_statements, split_row
from cadran.compiler.plan import make_plan
from cadran.compiler.select import Fragment, read_by_rows
from tests.domain.sample_directory import directory, question


def fragments(*metrics: str, period: str = "2015-12", by: tuple[str, ...] = ("site",)) -> tuple[Fragment, ...]:
    return make_plan(question(*metrics, period=period, grain="day", by=by), directory(), values_max=10**9).fragments


def test_light_fragments_of_one_row_are_one_statement():
    found = fragments("qos", "aht", "service_level(within=20)")
    assert [each.source for each in found] == ["rollup.contact_day_site", "pending_fact"]
    assert group_fragments(found) == [[0, 1]]
    joined = join_statements(found)
    assert joined.arguments == (*found[0].statement.arguments, *found[1].statement.arguments)
    assert joined.rows == sum(each.statement.rows for each in found)
    numbers = {int(each) for each in re.findall(r"\$(\d+)", joined.sql)}
    assert numbers == set(range(1, len(joined.arguments) + 1))


def test_fragments_of_several_rows_and_heavy_fragments_are_not_joined():
    found = fragments("service_level(within=20)", "backlog")
    groups = group_fragments(found)
    assert [found[number].one_row for number in groups[0]] == [True, True]
    assert all(len(group) == 1 and not found[group[0]].one_row for group in groups[1:])
    assert sorted(number for group in groups for number in group) == list(range(len(found)))
    heavy = [replace(each, statement=replace(each.statement, rows=JOINED_ROWS_MAX)) for each in found[:2]]
    assert group_fragments(heavy) == [[0], [1]]
    long = [replace(each, statement=replace(each.statement, sql=each.statement.sql * 20)) for each in found[:2]]
    assert group_fragments(long) == [[0], [1]]


def test_single_rows_are_not_joined():
    found = fragments("qos", "service_level(within=20)")
    assert group_fragments(found[:1]) == [[0]]
    assert group_fragments(list(map(read_by_rows, found))) == [[0], [1]]


def test_the_row_of_a_joined_statement_is_split_by_the_columns_of_each():
    found = fragments("qos", "service_level(within=20)")
    widths = [len(each.keys) + len(each.merges) for each in found]
    row = tuple(range(sum(widths)))
    assert split_row(found, row) == [[row[: widths[0]]], [row[widths[0] :]]]
