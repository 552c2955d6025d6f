"""The macros of mappings: tables of what each accepts and refuses, and round trips of random values."""

import json
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from random import Random
from zoneinfo import ZoneInfo

import duckdb
import pytest

from cadran import sqlfiles
from cadran.errors import LoadRefused
from cadran.facts.files.files import FileRows
from cadran.facts.files.mapping import split_refusals
from cadran.store.pool import Pool
from tests.facts.samples import stored
from tests.facts.test_files import load_file, write

ROUNDS = 300


@pytest.fixture(scope="module")
def macros() -> Iterator[duckdb.DuckDBPyConnection]:
    """Return a connection with the macros, as a mapping has it."""
    with duckdb.connect() as connection:
        connection.execute("SET TimeZone = 'UTC'")
        connection.execute(sqlfiles.read("facts/files/macros.sql"))
        yield connection


def evaluate(macros: duckdb.DuckDBPyConnection, expression: str, *arguments: object) -> str | None:
    """Return the value of an expression. A refusal becomes its words without the refused text."""
    found = macros.execute(f"SELECT {expression}", arguments).fetchone()
    assert found
    value = found[0]
    return " & ".join(split_refusals(value)) or value if value is not None else None


REFUSED = "refused"
SECONDS = [
    ("mm:ss", "03:45", "225"),
    ("mm:ss", "3:45", "225"),
    ("mm:ss", "75:30", "4530"),
    ("mm:ss", "0:00", "0"),
    ("mm:ss", "3:05,25", "185.25"),
    ("mm:ss", "\xa03:45 ", "225"),
    ("mm:ss", "1:03:45", REFUSED),
    ("mm:ss", ":45", REFUSED),
    ("mm:ss", "3:60", REFUSED),
    ("mm:ss", "-3:45", REFUSED),
    ("mm:ss", "225", REFUSED),
    ("mm:ss", "N/A", REFUSED),
    ("hh:mm:ss", "00:03:45", "225"),
    ("hh:mm:ss", "36:00:00.5", "129600.5"),
    ("hh:mm:ss", "03:45", REFUSED),
    ("hh:mm:ss", "00:75:00", REFUSED),
    ("hh:mm:ss", "12:02:23 AM", REFUSED),
    ("[hh:]mm:ss", "1:03:45", "3825"),
    ("[hh:]mm:ss", "63:45", "3825"),
    ("[hh:]mm:ss", ":45", "45"),
    ("hh:mm:ss AM/PM", "12:02:23 AM", "143"),
    ("hh:mm:ss AM/PM", "1:02:23 am", "3743"),
    ("hh:mm:ss AM/PM", "12:00:00 PM", "43200"),
    ("hh:mm:ss AM/PM", "13:00:00 PM", REFUSED),
    ("hh:mm:ss AM/PM", "00:02:23", REFUSED),
    ("day fraction", "0.001655093", "143"),
    ("day fraction", "0,001655093", "143"),
    ("day fraction", "1.15741E-05", "1"),
    ("day fraction", "1.5", "129600"),
    ("day fraction", "0", "0"),
    ("day fraction", "00:02:23", REFUSED),
    ("day fraction", "-0.5", REFUSED),
    ("ISO 8601", "PT3M45S", "225"),
    ("ISO 8601", "pt1h", "3600"),
    ("ISO 8601", "P1DT2H0.5S", "93600.5"),
    ("ISO 8601", "PT90M", "5400"),
    ("ISO 8601", "P1W", "604800"),
    ("ISO 8601", "P1M", REFUSED),
    ("ISO 8601", "PT", REFUSED),
    ("ISO 8601", "P1DT", REFUSED),
    ("ISO 8601", "-PT5S", REFUSED),
]
NUMBERS = [
    (".", "1234.50", "1234.50"),
    (".", "1,234,567.5", "1234567.5"),
    (".", "-5", "-5"),
    (".", "+5", "5"),
    (".", "−5", "-5"),
    (".", ".5", ".5"),
    (".", "1e3", "1e3"),
    (".", "1'234", "1234"),
    (".", "1,23", REFUSED),
    (".", "12 €", REFUSED),
    (".", "NaN", REFUSED),
    (".", "5.", REFUSED),
    (".", "1_000", REFUSED),
    (",", "1 234,50", "1234.50"),
    (",", "1\u202f234\xa0567,5", "1234567.5"),
    (",", "1.234,5", "1234.5"),
    (",", "12,5", "12.5"),
    (",", "12.5", REFUSED),
    (",", "-0,5", "-0.5"),
]
ANSWERS = [
    *[(each, "true") for each in ("Y", "yes", " Oui ", "O", "TRUE", "1", "vrai", "V", "t")],
    *[(each, "false") for each in ("N", "no", "Non", "FALSE", "0", "faux", "f")],
    *[(each, REFUSED) for each in ("maybe", "2", "oui!", "-")],
]
DATES = [
    (1900, "44197", "2021-01-01"),
    (1900, "44197.384", "2021-01-01 09:12:57.600"),
    (1900, "44197,5", "2021-01-01 12:00:00"),
    (1900, "44197.38399305556", "2021-01-01 09:12:57"),
    (1900, "44196.999999999", "2021-01-01"),
    (1900, "1", "1900-01-01"),
    (1900, "59", "1900-02-28"),
    (1900, "60", REFUSED),
    (1900, "61", "1900-03-01"),
    (1900, "2958465", "9999-12-31"),
    (1900, "2958466", REFUSED),
    (1900, "0.5", REFUSED),
    (1900, "-1", REFUSED),
    (1900, "2021-01-01", REFUSED),
    (1904, "0", "1904-01-01"),
    (1904, "42735", "2021-01-01"),
    (1904, "60", "1904-03-01"),
]
INSTANTS = [
    ("2021-01-01", "09:12:58", "Europe/Paris", "2021-01-01T08:12:58.000000Z"),
    ("2021/1/1", "9:12", "Europe/Paris", "2021-01-01T08:12:00.000000Z"),
    ("2021-01-01T09:12:58.25", None, "Europe/Paris", "2021-01-01T08:12:58.250000Z"),
    ("2021-01-01", "09:12:58 PM", "UTC", "2021-01-01T21:12:58.000000Z"),
    ("2021-01-01", "12:00 am", "UTC", "2021-01-01T00:00:00.000000Z"),
    ("2021-10-31", "02:30:00", "Europe/Paris", "2021-10-31T00:30:00.000000Z"),
    ("2021-04-04", "01:45", "Australia/Lord_Howe", "2021-04-03T14:45:00.000000Z"),
    (None, "", "Europe/Paris", None),
    ("2021-03-28", "02:30:00", "Europe/Paris", REFUSED),
    ("2021-10-03", "02:15", "Australia/Lord_Howe", REFUSED),
    ("2021-01-01", None, "Europe/Paris", REFUSED),
    (None, "09:12:58", "Europe/Paris", REFUSED),
    ("2021-02-29", "09:12:58", "Europe/Paris", REFUSED),
    ("2021-01-01", "24:00:00", "Europe/Paris", REFUSED),
    ("2021-01-01", "13:00 PM", "Europe/Paris", REFUSED),
    ("21-01-01", "09:12", "Europe/Paris", REFUSED),
    ("2021-01-01T09:12:58Z", None, "Europe/Paris", REFUSED),
    ("2021-01-01", "09:12", "Mars/Phobos", REFUSED),
    ("2021-01-01", "09:12", None, REFUSED),
]


def check(macros: duckdb.DuckDBPyConnection, expression: str, expected: str | None, *arguments: object) -> None:
    """Check a value, or that a text is refused with the text and a reason."""
    found = evaluate(macros, expression, *arguments)
    if expected == REFUSED:
        assert found
        assert found.startswith("'")
        assert any(word in found for word in ("' is ", "' has ", "' does "))
    else:
        assert found == expected


@pytest.mark.parametrize(("form", "text", "expected"), SECONDS)
def test_seconds(macros: duckdb.DuckDBPyConnection, form: str, text: str, expected: str) -> None:
    check(macros, f"seconds(?, '{form}')", expected, text)
    assert evaluate(macros, f"seconds(' ', '{form}')") is None
    assert evaluate(macros, f"seconds(NULL, '{form}')") is None


@pytest.mark.parametrize(("decimal", "text", "expected"), NUMBERS)
def test_number(macros: duckdb.DuckDBPyConnection, decimal: str, text: str, expected: str) -> None:
    check(macros, f"number(?, decimal => '{decimal}')", expected, text)
    assert evaluate(macros, f"number('', decimal => '{decimal}')") is None


@pytest.mark.parametrize(("text", "expected"), ANSWERS)
def test_yes_no(macros: duckdb.DuckDBPyConnection, text: str, expected: str) -> None:
    check(macros, "yes_no(?)", expected, text)
    assert evaluate(macros, "yes_no('')") is None


@pytest.mark.parametrize(("system", "text", "expected"), DATES)
def test_spreadsheet_date(macros: duckdb.DuckDBPyConnection, system: int, text: str, expected: str) -> None:
    check(macros, f"spreadsheet_date(?, system => {system})", expected, text)
    assert evaluate(macros, "spreadsheet_date('')") is None


@pytest.mark.parametrize(("day", "clock", "zone", "expected"), INSTANTS)
def test_instant(
    macros: duckdb.DuckDBPyConnection, day: str | None, clock: str | None, zone: str | None, expected: str | None
) -> None:
    check(macros, "instant(?, ?, ?)", expected, day, clock, zone)


@pytest.mark.parametrize(
    ("form", "text", "expected"),
    [
        ("dd/mm/yyyy", "31/01/2021", "2021-01-31T10:00:00.000000Z"),
        ("dd/mm/yyyy", "1.2.2021", "2021-02-01T10:00:00.000000Z"),
        ("mm/dd/yyyy", "01/31/2021", "2021-01-31T10:00:00.000000Z"),
        ("mm/dd/yyyy", "31/01/2021", REFUSED),
        ("dd/mm/yyyy", "2021-01-31", REFUSED),
        ("yyyy-mm-dd", "31/01/2021", REFUSED),
    ],
)
def test_the_form_of_a_date(macros: duckdb.DuckDBPyConnection, form: str, text: str, expected: str) -> None:
    check(macros, f"instant(?, '10:00', 'UTC', date_form => '{form}')", expected, text)


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("minus(seconds('3:45', 'mm:ss'), seconds('0:45', 'mm:ss'))", "180"),
        ("plus(number('1,5', decimal => ','), '0.25')", "1.75"),
        ("minus('1', NULL)", None),
        ("plus('x', 1)", "'x' is not a number"),
        (
            "minus(seconds('x', 'mm:ss'), number('y'))",
            "'x' is not a duration of the form mm:ss & 'y' is not a number with a decimal point",
        ),
        ("instant(spreadsheet_date('60'), 'x', 'UTC')", "'60' is not the number of a day of a spreadsheet"),
        ("seconds(seconds('x', 'mm:ss'), 'mm:ss')", "'x' is not a duration of the form mm:ss"),
    ],
)
def test_macros_pass_refusals_on(macros: duckdb.DuckDBPyConnection, expression: str, expected: str | None) -> None:
    assert evaluate(macros, expression) == expected


def columns_of(
    macros: duckdb.DuckDBPyConnection, expressions: str, values: Sequence[tuple[object, ...]]
) -> list[tuple[str, ...]]:
    """Return the values of expressions over the columns a, b and c of many rows."""
    names = ", ".join(f"unnest(?::VARCHAR[]) AS {name}" for name in "abc"[: len(values[0])])
    lists = [list(map(str, column)) for column in zip(*values, strict=True)]
    return macros.execute(f"SELECT {expressions} FROM (SELECT {names})", lists).fetchall()


def test_durations_return_from_every_form(macros: duckdb.DuckDBPyConnection) -> None:
    random = Random("durations")
    seconds = [random.choice([random.randrange(100), random.randrange(90_000)]) for _ in range(ROUNDS)]
    rows = [
        (f"{each // 60}:{each % 60:02}", f"{each // 3600}:{each // 60 % 60:02}:{each % 60:02}", repr(each / 86_400))
        for each in seconds
    ]
    forms = "seconds(a, 'mm:ss'), seconds(b, 'hh:mm:ss'), seconds(c, 'day fraction'), seconds(b, '[hh:]mm:ss')"
    assert columns_of(macros, forms, rows) == [(str(each),) * 4 for each in seconds]
    iso = [(f"P{each // 86_400}DT{each // 3600 % 24}H{each // 60 % 60}M{each % 60}S",) for each in seconds]
    assert columns_of(macros, "seconds(a, 'ISO 8601')", iso) == [(str(each),) for each in seconds]


def test_numbers_return_from_both_notations(macros: duckdb.DuckDBPyConnection) -> None:
    random = Random("numbers")
    numbers = [Decimal(random.randrange(-(10**12), 10**12)).scaleb(-random.randrange(6)) for _ in range(ROUNDS)]
    english = [f"{each:,f}" for each in numbers]
    french = [each.translate(str.maketrans(",.", "\u202f,")) for each in english]
    found = columns_of(macros, "number(a), number(b, decimal => ',')", list(zip(english, french, strict=True)))
    assert found == [(f"{each:f}",) * 2 for each in numbers]


def test_days_return_from_both_systems(macros: duckdb.DuckDBPyConnection) -> None:
    random = Random("days")
    days = [date(1904, 1, 1) + timedelta(random.randrange(100_000)) for _ in range(ROUNDS)]
    rows = [((each - date(1899, 12, 30)).days, (each - date(1904, 1, 1)).days) for each in days]
    found = columns_of(macros, "spreadsheet_date(a), spreadsheet_date(b, system => 1904)", rows)
    assert found == [(each.isoformat(),) * 2 for each in days]


@pytest.mark.parametrize("zone", ["Europe/Paris", "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata", "UTC"])
def test_times_of_a_clock_are_those_of_python(macros: duckdb.DuckDBPyConnection, zone: str) -> None:
    random = Random(zone)
    start = datetime(2015, 1, 1)  # noqa: DTZ001 - the time of a clock
    changes = [start + timedelta(days=each) for each in range(3_000) if is_change(start + timedelta(days=each), zone)]
    walls = [start + timedelta(seconds=random.randrange(250_000_000)) for _ in range(ROUNDS)]
    walls += [each + timedelta(minutes=random.randrange(2_880)) for each in changes for _ in range(30)]
    found = columns_of(macros, f"instant(a, b, '{zone}')", [(each.date(), each.time()) for each in walls])
    for wall, (text,) in zip(walls, found, strict=True):
        first = wall.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)
        exists = first.astimezone(ZoneInfo(zone)).replace(tzinfo=None) == wall
        assert text == first.strftime("%Y-%m-%dT%H:%M:%S.%fZ") if exists else "does not exist" in text


def is_change(day: datetime, zone: str) -> bool:
    """Return whether the clock changes within a day."""
    there = ZoneInfo(zone)
    return day.replace(tzinfo=there).utcoffset() != (day + timedelta(days=1)).replace(tzinfo=there).utcoffset()


MAPPING = """
SELECT
  line, "N°" AS contact, 'PAU' AS site, 'phone' AS channel,
  instant("Date", "Heure", 'Europe/Paris', date_form => 'dd/mm/yyyy') AS offered_at,
  CASE yes_no("Décroché")
    WHEN 'true' THEN 'handled' WHEN 'false' THEN 'abandoned' ELSE yes_no("Décroché")
  END AS outcome,
  number("Attente (s)", decimal => ',') AS wait,
  seconds("Conversation", 'mm:ss') AS talk,
  number("Coût", decimal => ',') AS cost
FROM file
"""
EXPORT = """N°;Date;Heure;Décroché;Attente (s);Conversation;Coût
1;31/01/2015;09:12:58;Oui;12,5;03:45;1 234,50
2;31/01/2015;09:13;Non;4;;
3;2015-01-31;25:00;peut-être;12.5;3 min;-
4;29/03/2015;02:30:00;Oui;1;1:00;
"""


async def test_an_export_with_french_decimals(pool: Pool, tmp_path: Path) -> None:
    path = write(tmp_path / "acd.csv", EXPORT, encoding="cp1252")
    summary = await load_file(pool, path, mapping=MAPPING, encoding="cp1252")
    assert (summary.loaded, summary.rejected) == (2, 2)
    first, second = await stored(pool)
    assert (first["wait"], first["talk"], first["cost"], first["offered_at"]) == (
        12.5,
        225,
        1234.5,
        datetime(2015, 1, 31, 8, 12, 58, tzinfo=UTC),
    )
    assert (second["outcome"], second["talk"], second["wait"]) == ("abandoned", None, 4)
    with FileRows("contacts", path, mapping_sql=MAPPING, encoding="cp1252") as rows:
        list(rows.records())
        third, fourth = rows.refused()
    assert (third.line, third.code) == (4, "unreadable_value")
    assert third.reason == (
        "offered_at '2015-01-31 25:00' is not a date and a time of the form dd/mm/yyyy hh:mm:ss;"
        " outcome 'peut-être' is neither yes nor no"
        " (known: yes, y, true, t, 1, oui, o, vrai, v; no, n, false, f, 0, non, faux);"
        " wait '12.5' is not a number with a decimal comma; talk '3 min' is not a duration of the form mm:ss;"
        " cost '-' is not a number with a decimal comma"
    )
    assert "does not exist in Europe/Paris: clocks were set forward past it" in fourth.reason
    assert json.loads(fourth.content) == {
        "contact": "4",
        "site": "PAU",
        "channel": "phone",
        "outcome": "handled",
        "wait": "1",
        "talk": "60",
    }


@pytest.mark.parametrize(
    ("expression", "words"),
    [
        ("seconds(wait, 'm:s')", "seconds() has no form 'm:s'"),
        ("number(wait, decimal => ';')", "number() has no decimal ';'"),
        ("spreadsheet_date(wait, system => 1905)", "system => 1900 or system => 1904"),
        ("instant('2021-01-01', '10:00', 'UTC', date_form => 'y-m-d')", "instant() has no date_form 'y-m-d'"),
    ],
)
def test_an_unknown_form_refuses_the_mapping(tmp_path: Path, expression: str, words: str) -> None:
    path = write(tmp_path / "a.csv", "id,wait\n1,2\n")
    mapping = (
        f"SELECT line, id AS contact, 'PAU' AS site, 'phone' AS channel, '2015' AS offered_at, 'lost' AS outcome,"
        f" {expression} AS wait FROM file"
    )
    with pytest.raises(LoadRefused) as refusal:
        FileRows("contacts", path, mapping_sql=mapping)
    assert words in refusal.value.detail
    assert refusal.value.code == "mapping_failed"
