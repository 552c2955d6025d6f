"""Formulas in text cells of CSV: none can run, and the text can be restored exactly."""

import csv
from collections.abc import Sequence

import pytest
from hypothesis import example, given
from hypothesis import strategies as some

from cadran.rest.encode import encode_csv
from cadran.spreadsheet import escape_formulas, unescape_formulas

cells = some.text(alphabet="=+-@＝'\";,\t\r\n 5a", max_size=12)


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("=1+1", "'=1+1"),
        ("+1+cmd|' /C calc'!A0", "'+1+cmd|' /C calc'!A0"),
        ("-2+3", "'-2+3"),
        ("@SUM(1)", "'@SUM(1)"),
        ("＝1＋1", "'＝1＋1"),
        ("\t=1", "\t'=1"),
        ("\r=1", "\r'=1"),
        (" =1", " '=1"),
        ('"=1"', '"\'=1"'),
        ("'=1", "''=1"),
        # A spreadsheet that splits lines at semicolons would see a cell that begins here.
        ("PAU;=1;2", "PAU;'=1;2"),
        ("a\n=1", "a\n'=1"),
        ("-5,PAU", "'-5,PAU"),
        # These texts are plain data and stay as they are.
        ("-5", "-5"),
        ("-5.25", "-5.25"),
        ("+33123456789", "+33123456789"),
        ("a;-5;b", "a;-5;b"),
        ("PAU", "PAU"),
        ("a@b.example", "a@b.example"),
        ("2015-12-01T10:00:00+01:00", "2015-12-01T10:00:00+01:00"),
        ("it's", "it's"),
        ("", ""),
    ],
)
def test_what_is_written(text: str, written: str) -> None:
    assert escape_formulas(text) == written
    assert unescape_formulas(written) == text


@given(cells)
@example("'''=")
@example("\t\t=")
def test_it_is_undone_exactly(text: str) -> None:
    assert unescape_formulas(escape_formulas(text)) == text


@given(cells, some.sampled_from("=+-@＝＋－＠"), some.sampled_from(["", " ", '"', "a;", "a\t", "a\r\n", 'a;"']))
def test_no_cell_begins_with_a_formula(text: str, sign: str, before: str) -> None:
    written = escape_formulas(f"{before}{sign}x{text}")
    for cell in written.replace("\r", "\n").replace("\t", "\n").replace(";", "\n").split("\n"):
        bare = cell.lstrip(' "')
        is_number = bare[1:].rstrip('"').replace(",", ".").replace(".", "", 1).isdecimal()
        assert is_number or not bare.startswith(tuple("=+-@＝＋－＠"))


def test_csv_answers_change_texts_alone_and_undone_are_what_json_has() -> None:
    columns: dict[str, Sequence[object]] = {
        "customer": ["=1", "+33123456789", "a;=1", None],
        "change": [-5, 1.5, -0.25, None],
    }
    header, *rows = csv.reader(encode_csv(columns).body.decode().splitlines())
    assert (header, [row[1] for row in rows]) == (["customer", "change"], ["-5", "1.5", "-0.25", ""])
    assert [row[0] for row in rows] == ["'=1", "+33123456789", "a;'=1", ""]
    assert [unescape_formulas(row[0]) or None for row in rows] == columns["customer"]
