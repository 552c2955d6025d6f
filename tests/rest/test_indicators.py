"""Figures over REST: questions of every kind, in every presentation."""

import csv
import io

import pytest

from cadran.spreadsheet import unescape_formulas

WINDOW = "start=2015-10-01&end=2016-01-01"
QUESTION = f"/v1/indicators?metrics=qos,aht,contacts&by=site&grain=month&{WINDOW}"


def table(response) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(response.text)))


def number(text: str) -> float | None:
    return float(text) if text else None


async def test_rows_carry_keys_and_figures(rest):
    found = (await rest.get(QUESTION)).json()
    assert len(found["rows"]) == 9
    first = found["rows"][0]
    assert list(first) == ["start", "site", "qos", "aht", "contacts"]
    assert first["start"] == "2015-10-01T00:00:00+02:00"
    assert found["rows"][-1]["start"] == "2015-12-01T00:00:00+01:00"
    assert found["totals"]["contacts"] == sum(row["contacts"] for row in found["rows"])
    assert 0 < found["totals"]["qos"] < 1
    assert found["metrics"]["aht"] == {"label": "Average handle time", "unit": "seconds", "better": "lower"}
    assert set(found["labels"]["site"]) == {"PAU", "LIL", "=NAN"}


async def test_every_answer_tells_how_far_it_can_be_trusted(rest):
    response = await rest.get(QUESTION)
    found = response.json()
    assert found["as_of"].startswith("2016-01-")
    assert found["generated_at"] < found["stale_after"]
    assert response.headers["cadran-stale-after"] >= found["stale_after"].removesuffix("Z")
    assert (response.headers["cadran-as-of"], response.headers["cadran-stale"]) == (found["as_of"], "false")
    assert found["data_version"] not in ("", "0")
    assert found["stale"] is False
    assert found["zone"] == "Europe/Paris"
    assert (found["start"], found["end"]) == ("2015-10-01T00:00:00+02:00", "2016-01-01T00:00:00+01:00")


async def test_the_question_as_understood_can_be_asked_again(rest):
    asked = (
        f"{QUESTION}&channel.not=chat&weekday=1..5&time_of_day=09:00..12:15,22:00..01:00&segment=gold,none"
        "&compare=previous_period&order=-qos&top=2&fill=true"
    )
    first = (await rest.get(asked)).json()
    question = first["question"]
    assert question["time_of_day"] == ["00:00..01:00", "09:00..12:15", "22:00..24:00"]
    assert question["weekday"] == ["1", "2", "3", "4", "5"]
    assert question["segment"] == ["none", "gold"]
    words = {
        name: ",".join(value) if isinstance(value, list) else str(value).lower() for name, value in question.items()
    }
    response = await rest.client.get("/v1/indicators", params=words)
    assert response.json()["question"] == question
    assert response.json()["rows"] == first["rows"]


@pytest.mark.parametrize(
    "more", ["", "&compare=previous_period", "&parts=true", "&display=true", "&parts=true&display=true"]
)
async def test_columns_hold_what_rows_hold(rest, more):
    rows = (await rest.get(QUESTION + more)).json()
    columns = (await rest.get(f"{QUESTION}{more}&shape=columns")).json()
    assert "rows" not in columns
    named = columns["columns"]
    assert [dict(zip(named, row, strict=True)) for row in zip(*named.values(), strict=True)] == rows["rows"]
    assert columns["totals"] == rows["totals"]


@pytest.mark.parametrize("more", ["", "&compare=previous_period", "&channel=nothing", "&by=segment"])
async def test_csv_holds_what_rows_hold(rest, more):
    if more == "&channel=nothing":
        more = "&channel=chat&time_of_day=03:00..03:15&weekday=7"
    rows = (await rest.get(QUESTION + more)).json()["rows"]
    response = await rest.get(QUESTION + more, accept="text/csv")
    assert response.headers["content-type"] == "text/csv; charset=utf-8"
    lines = table(response)
    assert len(lines) == len(rows)
    for line, row in zip(lines, rows, strict=True):
        assert list(line) == list(row)
        for name, value in row.items():
            if name == "site":
                assert line[name] == value or line[name] == f"'{value}"
            elif name in ("start", "segment"):
                assert line[name] == (value or "")
            else:
                assert number(line[name]) == value


async def test_csv_with_parts_takes_objects_apart(rest):
    rows = (await rest.get(f"{QUESTION}&parts=true")).json()["rows"]
    lines = table(await rest.get(f"{QUESTION}&parts=true", accept="text/csv"))
    for line, row in zip(lines, rows, strict=True):
        qos = row["qos"]
        told = {name.removeprefix("qos."): number(text) for name, text in line.items() if name.startswith("qos")}
        interval = qos.pop("interval")
        assert told == {
            "qos": qos["value"],
            "numerator": qos["numerator"],
            "denominator": qos["denominator"],
            "n": qos["n"],
            "interval.low": interval["low"],
            "interval.high": interval["high"],
        }


async def test_csv_has_its_columns_even_without_rows(rest):
    empty = "/v1/indicators?metrics=qos&by=site&grain=day&period=1999&parts=true"
    assert (await rest.get(empty)).json()["rows"] == []
    text = (await rest.get(empty, accept="text/csv")).text
    assert text == "start,site,qos,qos.numerator,qos.denominator,qos.n,qos.interval.low,qos.interval.high\r\n"


async def test_csv_codes_are_no_formulas(rest):
    lines = table(await rest.get(QUESTION, accept="text/csv"))
    assert {line["site"] for line in lines} == {"PAU", "LIL", "'=NAN"}
    rows = (await rest.get(QUESTION)).json()["rows"]
    assert [unescape_formulas(line["site"]) for line in lines] == [row["site"] for row in rows]


async def test_csv_tells_in_its_headers_what_it_has_no_place_for(rest):
    response = await rest.get(QUESTION, accept="text/csv")
    assert response.headers["cadran-as-of"].startswith("2016-01-")
    assert response.headers["cadran-data-version"] == (await rest.get(QUESTION)).json()["data_version"]


async def test_parts_add_up_to_values(rest):
    for row in (await rest.get(f"{QUESTION}&parts=true")).json()["rows"]:
        qos = row["qos"]
        assert qos["value"] == pytest.approx(qos["numerator"] / qos["denominator"])
        assert qos["interval"]["low"] <= qos["value"] <= qos["interval"]["high"]
        assert row["aht"]["interval"] is None


async def test_comparison_gives_previous_and_change(rest):
    question = "/v1/indicators?metrics=contacts&start=2015-12-01&end=2016-01-01&compare=previous_period"
    [row] = (await rest.get(question)).json()["rows"]
    [before] = (await rest.get("/v1/indicators?metrics=contacts&period=2015-11")).json()["rows"]
    assert row["contacts.previous"] == before["contacts"]
    assert row["contacts.change"] == row["contacts"] - before["contacts"]


@pytest.mark.parametrize(
    ("period", "compare", "early"),
    [
        ("2015-11", "previous_period", False),
        ("2015-10", "previous_period", True),
        ("2016-01", "previous_year", True),
        ("2015-11-15", "previous_period", False),
    ],
)
async def test_who_compares_with_what_was_before_the_data_is_told(rest, period, compare, early):
    asked = f"/v1/indicators?metrics=contacts&period={period}&compare={compare}"
    for language, words in (("en", "which begin on 2015-10-01"), ("fr", "qui commencent le 2015-10-01")):
        warnings = (await rest.get(asked, accept_language=language)).json()["warnings"]
        told = [each["detail"] for each in warnings if each["code"] == "begins_before_data"]
        assert len(told) == early
        assert all(words in each for each in told)


async def test_filters_combine_and_negate(rest):
    async def count(filters: str) -> float:
        return (await rest.get(f"/v1/indicators?metrics=contacts&{WINDOW}&{filters}")).json()["totals"]["contacts"]

    everything = await count("")
    assert await count("channel=phone") + await count("channel.not=phone") == everything
    assert await count("channel=phone,chat") == await count("channel=phone&channel=chat")
    assert await count("channel=phone&site=PAU") < await count("channel=phone") < everything
    assert await count("segment=none") + await count("segment.not=none") == everything


async def test_arguments_of_a_metric_are_part_of_its_name(rest):
    asked = f"/v1/indicators?metrics=service_level(within=20),service_level(within=20,formula=answered_only)&{WINDOW}"
    totals = (await rest.get(asked)).json()["totals"]
    assert list(totals) == ["service_level(within=20)", "service_level(within=20,formula=answered_only)"]
    assert totals["service_level(within=20)"] < totals["service_level(within=20,formula=answered_only)"]


async def test_explain_tells_what_was_read(rest):
    plain = (await rest.get(QUESTION)).json()
    assert "sources" not in plain
    sources = (await rest.get(f"{QUESTION}&explain=true")).json()["sources"]
    assert sources
    assert all(source["name"] and source["why"] and "SELECT" in source["sql"] for source in sources)


async def test_words_for_screens_and_labels_follow_the_language(rest):
    asked = f"/v1/indicators?metrics=qos,contacts&by=outcome&{WINDOW}&display=true".replace("qos,", "")
    english, french = await rest.get(asked), await rest.get(asked, accept_language="fr-FR, en;q=0.5")
    assert english.headers["content-language"] == "en"
    assert french.headers["content-language"] == "fr"
    assert english.json()["labels"]["outcome"]["handled"] == "Handled"
    assert french.json()["labels"]["outcome"]["handled"] == "Traité"
    assert french.json()["metrics"]["contacts"]["label"] == "Contacts"
    assert (
        english.json()["totals"]["contacts.display"].replace(",", "\u202f")
        == french.json()["totals"]["contacts.display"]
    )
    assert english.headers["etag"] != french.headers["etag"]
