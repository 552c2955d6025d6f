"""JSON files: their layouts, exact values, and what one defect costs."""

import json
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any

import pytest

from cadran.errors import LoadRefused
from cadran.facts.files.files import FileRows
from cadran.facts.files.json_records import JsonRecords
from cadran.facts.files.json_values import DECODER, format_value
from cadran.facts.files.mapped_file import COLUMNS_MAX
from cadran.facts.load.reasons import Reject
from cadran.facts.schema.schema import list_columns
from cadran.store.pool import Pool
from tests.facts.samples import contact, stored
from tests.facts.test_files import load_file, rejects_of, write

MAPPING = (
    "SELECT line, {contact} AS contact, 'PAU' AS site, 'phone' AS channel, '2015-12-01T10:00:00Z' AS offered_at,"
    " 'handled' AS outcome, {wait} AS wait, {agent} AS agent FROM file"
)
LAYOUTS: dict[str, Callable[[list[Any]], str]] = {
    "lines": lambda rows: "\n".join(map(json.dumps, rows)),
    "lines with blank ones": lambda rows: "\n\n" + "\r\n\n".join(map(json.dumps, rows)) + "\n",
    "concatenated": lambda rows: "".join(map(json.dumps, rows)),
    "pretty": lambda rows: "\n".join(json.dumps(row, indent=2) for row in rows),
    "array": json.dumps,
    "pretty array": lambda rows: json.dumps(rows, indent="\t"),
    "array of lines": lambda rows: "[\n" + ",\n".join(map(json.dumps, rows)) + "\n]\n",
    "pages": lambda rows: json.dumps(rows[:7]) + "\n" + json.dumps(rows[7:]) + "\n[]",
    "lines with commas": lambda rows: ",\n".join(map(json.dumps, rows)),
}


def read(path: Path) -> tuple[list[tuple[int, dict[str, object]]], list[Reject]]:
    """Return the objects of a file with their numbers, and its rejects."""
    bad: list[Reject] = []
    return list(JsonRecords(path, encoding="utf-8").objects(bad.append)), bad


def mapped(path: Path, **columns: str) -> list[tuple[object, ...]]:
    """Return line, contact, wait and agent of the mapped records of a file."""
    given = {"contact": "id", "wait": "NULL", "agent": "NULL"} | columns
    with FileRows("contacts", path, mapping_sql=MAPPING.format_map(given)) as rows:
        names = ("contact", "wait", "agent")
        places = [list_columns("contacts").index(name) + 1 for name in names]
        return [(record[0], *[record[place] for place in places]) for record in rows.records()]


def random_value(random: Random, depth: int = 3) -> Any:
    """Return a JSON value with brackets, quotes and line ends in its texts."""
    kind = random.randrange(7 if depth else 5)
    if kind == 5:
        return [random_value(random, depth - 1) for _ in range(random.randrange(4))]
    if kind == 6:
        return {f"{number}{random_value(random, 0)}": random_value(random, depth - 1) for number in range(3)}
    text = "".join(random.choice('ab"\\{}[],:\n\t é😀') for _ in range(random.randrange(20)))
    return [text, random.getrandbits(80), random.random(), None, True][kind]


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("chunk", [1, 7, 65_536])
def test_every_layout_has_the_same_records(
    tmp_path: Path, layout: str, chunk: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cadran.facts.files.text_file._CHUNK_CHARACTERS", chunk)
    random = Random(layout)
    rows = [{f"m{n}": random_value(random) for n in range(random.randrange(5))} for _ in range(20)]
    found, bad = read(write(tmp_path / "a.json", LAYOUTS[layout](rows)))
    exact = [json.loads(json.dumps(row), parse_int=str, parse_float=str) for row in rows]
    assert ([value for _, value in found], bad) == (exact, [])
    numbers = [number for number, _ in found]
    assert numbers == sorted(set(numbers))


async def test_an_array_loads(pool: Pool, tmp_path: Path) -> None:
    rows = [contact(str(number)) for number in range(3)]
    assert (await load_file(pool, write(tmp_path / "a.json", json.dumps(rows, indent=1)))).line() == "3 loaded"
    assert len(await stored(pool)) == 3


async def test_a_reload_through_a_mapping_has_the_same_ids(pool: Pool, tmp_path: Path) -> None:
    ids: list[object] = ["7F3E1B2A-0000-4000-8000-00000000ABCD", "0012", "1.10", "2015-12-01", "true", "{x"]
    path = write(tmp_path / "a.jsonl", "\n".join(json.dumps(contact() | {"contact": each}) for each in ids))
    assert (await load_file(pool, path)).line() == "6 loaded"
    mapping = MAPPING.format(contact="contact", wait="wait", agent="NULL").replace(
        "'2015-12-01T10:00:00Z'", "offered_at"
    )
    assert (await load_file(pool, path, mapping=mapping.replace(", NULL AS agent", ", talk"))).line() == (
        "0 loaded · 6 unchanged"
    )
    assert {row["contact"] for row in await stored(pool)} == set(ids)


def test_values_reach_a_mapping_as_the_file_has_them(tmp_path: Path) -> None:
    ids = ["12345678901234567890123", "12345678901234567890124", "1.10", "1E3", "-0", "0.1000000000000000055"]
    path = write(tmp_path / "a.jsonl", "".join(f'{{"id":{each},"in":{{"id":{each}}}}}\n' for each in ids))
    assert [row[1:] for row in mapped(path, agent="\"in\" ->> 'id'")] == [(each, None, each) for each in ids]
    path = write(
        tmp_path / "b.jsonl", '{"id":1,"agent":7009}\n{"id":2,"agent":"ana"}\n{"id":3,"agent":{"name":"bo"}}\n'
    )
    assert [row[3] for row in mapped(path, agent="agent")] == ["7009", "ana", '{"name": "bo"}']
    assert [row[3] for row in mapped(path, agent="agent ->> 'name'")] == [None, None, "bo"]
    with pytest.raises(LoadRefused, match="Read members by ->>"):
        mapped(path, agent="agent -> 'name'")
    path = write(tmp_path / "c.jsonl", '{"id":1,"agent":{"name":{"first":"bo"}}}')
    assert [row[3] for row in mapped(path, agent="agent -> 'name' -> 'first'")] == ["bo"]
    assert [row[3] for row in mapped(path, agent="agent ->> '$.name.first'")] == ["bo"]


async def test_a_bad_value_costs_its_row_wherever_it_is(pool: Pool, tmp_path: Path) -> None:
    rows = [{"id": number, "wait": "N/A" if number == 22_001 else number % 60} for number in range(1, 22_003)]
    path = write(tmp_path / "a.jsonl", "\n".join(map(json.dumps, rows)))
    with FileRows(
        "contacts", path, mapping_sql=MAPPING.format(contact="id", wait="number(wait)", agent="NULL")
    ) as found:
        assert len(list(found.records())) == 22_001
        (reject,) = found.refused()
    assert (reject.line, reject.reason) == (22_001, "wait 'N/A' is not a number with a decimal point")


def test_members_that_only_later_records_have_are_columns(tmp_path: Path) -> None:
    path = write(tmp_path / "a.json", '[{"id":1},{"id":2,"Late":"x"},{"id":3,"late":"y"},{"id":" "}]')
    assert mapped(path, agent='coalesce("Late", late_1)') == [
        (1, "1", None, None),
        (2, "2", None, "x"),
        (3, "3", None, "y"),
        (4, None, None, None),
    ]
    many = json.dumps({f"2015-{number}": 1 for number in range(COLUMNS_MAX + 1)})
    with pytest.raises(LoadRefused, match="more than 1,000 different members") as refusal:
        mapped(write(tmp_path / "b.json", many))
    assert refusal.value.code == "too_many_columns"


def test_the_dot_of_structs_is_refused_with_the_operator_that_reads_members(tmp_path: Path) -> None:
    path = write(tmp_path / "a.jsonl", '{"id":1,"Queue":{"Name":"PAU"}}')
    with pytest.raises(LoadRefused, match=r"""Write "Queue" ->> 'Name'"""):
        mapped(path, agent='"Queue"."Name"')


DEFECTS = {
    "a line": ('{"id":1}\n{broken\n{"id":3}\n', [1, 3], [(2, "{broken", "line 2, column 2: expecting property name")]),
    "a cut line": ('{"id":1}\n{"id":2,"t":[1,\n{"id":3}', [1, 3], [(2, '{"id":2,"t":[1,', "line 3")]),
    "a cut text": ('{"id":1,"t":"x\n{"id":2}', [2], [(1, '{"id":1,"t":"x', "line 1, column 15: invalid control")]),
    "an end": (
        '{"id":1}\n{"id":2} x {\n{"id":3}',
        [1, 3],
        [(2, '{"id":2} x {', "line 2, column 10: expecting the end")],
    ),
    "a pretty record": (
        '[\n  {\n    "id": no,\n    "t": {}\n  },\n  {\n    "id": 6\n  }\n]',
        [6],
        [(2, '{\n    "id": no,\n    "t": {}\n  }', "line 3, column 11: expecting value")],
    ),
    "a missing bracket": (
        '[\n  {\n    "id": 2\n  ,\n  {\n    "id": 5\n  }\n]',
        [5],
        [(2, '{\n    "id": 2\n  ,', "line 5, column 3: expecting property name")],
    ),
    "within one line": (
        '[{"id":1},{"id":x},{"id":3}, 7, [8]]',
        [1, 3],
        [(2, '{"id":x}', "column 17"), (4, "7", ""), (5, "[8]", "")],
    ),
    "twice": ('{"id":1,"id":2}', [], [(1, '{"id":1,"id":2}', "an object has two members 'id'")]),
    "no number": ('{"id":NaN}', [], [(1, '{"id":NaN}', "NaN is a number that JSON does not have")]),
    "the last": ('{"id":1}\n{"id":2', [1], [(2, '{"id":2', "line 2, column 8: expecting ','")]),
}


@pytest.mark.parametrize("case", DEFECTS)
def test_a_defect_costs_its_record_only(tmp_path: Path, case: str) -> None:
    text, ids, rejects = DEFECTS[case]
    path = write(tmp_path / "a.json", text)
    found, bad = read(path)
    assert [value["id"] for _, value in found] == [str(each) for each in ids]
    assert [(each.line, each.content) for each in bad] == [each[:2] for each in rejects]
    assert all(words in reject.reason for reject, (_, _, words) in zip(bad, rejects, strict=True))
    lines = [each.line for each in bad]
    assert list(JsonRecords(path, encoding="utf-8").texts(lines)) == [each[:2] for each in rejects]


def test_a_long_file_on_one_line_is_read_in_pieces(tmp_path: Path) -> None:
    path = write(tmp_path / "a.json.gz", json.dumps([contact(str(number)) for number in range(20_000)]))
    with FileRows("contacts", path) as rows:
        assert [record[0] for record in rows.records()] == list(range(1, 20_001))


def test_nested_numbers_are_numbers_where_this_is_exact() -> None:
    assert format_value(DECODER.decode('[1, 1.5, 1.50, 1e3, "x", true, null, -7]')) == (
        '[1, 1.5, "1.50", "1e3", "x", true, null, -7]'
    )


async def test_a_nested_value_without_a_mapping_is_rejected_with_its_column(pool: Pool, tmp_path: Path) -> None:
    path = write(tmp_path / "a.json", json.dumps([contact("1") | {"agent": {"name": "bo"}}]))
    assert (await load_file(pool, path)).rejected == 1
    assert rejects_of(path)[0][:2] == (1, "unreadable_line")
