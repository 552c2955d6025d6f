"""Indicator queries in GraphQL: which question reaches the core, and what the response contains."""

import pytest

DECEMBER = 'period: {named: "2015-12"}'


async def test_rows_by_site_and_day(edge):
    data = await edge.data(
        f"""{{ indicators({DECEMBER}, grain: DAY, by: [SITE]) {{
            window {{ start end zone }} grain asOf generatedAt staleAfter dataVersion approximate stale
            warnings {{ code detail }}
            rows {{ window {{ start end }} site {{ code label }} team {{ code }} weekday qos {{ value n }} }}
            totals {{ qos {{ value numerator denominator interval {{ low high }} display previous change }} }}
        }} }}"""
    )
    found = data["indicators"]
    assert found["window"] == {
        "start": "2015-12-01T00:00:00+01:00",
        "end": "2016-01-01T00:00:00+01:00",
        "zone": "Europe/Paris",
    }
    assert found["grain"] == "DAY"
    assert found["asOf"].endswith("Z")
    assert found["stale"] is False
    assert len(found["rows"]) == 31 * 3
    first = found["rows"][0]
    assert list(first) == ["window", "site", "team", "weekday", "qos"]
    assert first["window"] == {"start": "2015-12-01T00:00:00+01:00", "end": "2015-12-02T00:00:00+01:00"}
    assert first["site"] == {"code": "=NAN", "label": "=NAN"}
    assert first["team"] is None
    assert first["weekday"] is None
    assert set(first["qos"]) == {"value", "n"}
    total = found["totals"]["qos"]
    assert total["interval"]["low"] < total["value"] < total["interval"]["high"]
    assert total["value"] == total["numerator"] / total["denominator"]
    assert total["previous"] is None
    assert total["change"] is None


async def test_only_what_is_selected_is_computed_in_one_question(edge):
    await edge.data(
        f"""
        query Board($wide: Boolean!, $threshold: Float) {{
          indicators({DECEMBER}) {{
            rows {{ ...Core aht @include(if: $wide) {{ value }} }}
            totals {{
              ... on Metrics {{ qos {{ value }} }}
              late: serviceLevel(within: $threshold) {{ value }}
              asa @skip(if: true) {{ n }}
            }}
            columns(metrics: ["wait(percentile=0.9)"])
          }}
        }}
        fragment Core on Metrics {{ qos {{ value }} serviceLevel(within: 20, formula: ANSWERED_ONLY) {{ value }} }}
        """,
        {"wide": False, "threshold": 30},
    )
    [question] = edge.answers.asked
    assert [call.name for call in question.metrics] == [
        "qos",
        "service_level(formula=answered_only,within=20)",
        "service_level(within=30)",
        "wait(percentile=0.9)",
    ]


async def test_the_question_is_what_the_arguments_say(edge):
    await edge.data(
        """{ indicators(
            period: {start: "2015-12-01", end: "2015-12-15"}, zone: "Europe/Paris", grain: WEEK, by: [SITE, WEEKDAY],
            where: {site: {in: ["pau", "LIL"]}, weekday: {notIn: [6, 7]}, segment: {in: ["none"]}},
            fill: true, order: "-aht", top: 3
        ) { rows { weekday qos { value previous change } aht { value } } } }"""
    )
    [question] = edge.answers.asked
    assert question.window.zone == "Europe/Paris"
    assert question.grain == "week"
    assert question.by == ("site", "weekday")
    assert [(each.dimension, each.values, each.negated) for each in question.where] == [
        ("segment", ("",), False),
        ("site", ("LIL", "PAU"), False),
        ("weekday", ("6", "7"), True),
    ]
    assert question.fill
    assert question.order is not None
    assert (question.order.name, question.ascending, question.top) == ("aht", False, 3)


async def test_times_of_day_are_split_and_filtered(edge):
    data = await edge.data(
        """{ indicators(period: {named: "2015"}, by: [TIME_OF_DAY], where: {timeOfDay: {in: ["12:15..12:45"]}}) {
            rows { timeOfDay contacts { value } } } }"""
    )
    [question] = edge.answers.asked
    assert question.where[0].values == ("49", "50")
    assert [row["timeOfDay"] for row in data["indicators"]["rows"]] == ["12:15", "12:30"]


@pytest.mark.parametrize("compare", ["PREVIOUS_PERIOD", "PREVIOUS_YEAR", "PREVIOUS_YEAR_WEEKDAYS"])
async def test_comparisons_give_previous_and_change(edge, compare):
    data = await edge.data(
        f"""{{ indicators({DECEMBER}, by: [SITE], compare: {compare}) {{
            rows {{ contacts {{ value previous change }} }} totals {{ contacts {{ value previous change }} }} }} }}"""
    )
    compared = [data["indicators"]["totals"]["contacts"], *(row["contacts"] for row in data["indicators"]["rows"])]
    for each in compared:
        assert each["change"] == (None if each["previous"] is None else each["value"] - each["previous"])
    if compare == "PREVIOUS_PERIOD":
        assert all(each["previous"] for each in compared)


async def test_columns_hold_keys_and_the_selected_metrics(edge):
    data = await edge.data(
        f"{{ indicators({DECEMBER}, grain: DAY, by: [CHANNEL]) {{ columns totals {{ qos {{ value }} }} }} }}"
    )
    columns = data["indicators"]["columns"]
    assert list(columns) == ["start", "end", "channel", "qos"]
    assert {len(column) for column in columns.values()} == {31 * 3}
    assert set(columns["channel"]) == {"phone", "chat", "email"}


async def test_fields_that_fail_leave_the_others(edge):
    found = await edge.ask(
        f"""{{ good: indicators({DECEMBER}) {{ totals {{ qos {{ value }} }} }}
               bad: indicators(period: {{named: "2015-13"}}) {{ totals {{ qos {{ value }} }} }} }}"""
    )
    assert found["data"]["bad"] is None
    assert found["data"]["good"]["totals"]["qos"]["value"] is not None
    [error] = found["errors"]
    assert error["path"] == ["bad"]
    assert error["extensions"]["code"] == "unknown_period"


async def test_words_come_in_the_readers_language(edge):
    query = f"""{{
        indicators({DECEMBER}, by: [OUTCOME]) {{ rows {{ outcome {{ code label }} contacts {{ display }} }} }}
        scorecard({DECEMBER}) {{ figures {{ label }} }} }}"""
    english = await edge.data(query)
    french = await edge.data(query, Accept_Language="fr-FR, en;q=0.5")
    labels = [
        {row["outcome"]["code"]: row["outcome"]["label"] for row in data["indicators"]["rows"]}
        for data in (english, french)
    ]
    assert [each["abandoned"] for each in labels] == ["Abandoned", "Abandonné"]
    assert english["scorecard"]["figures"][4]["label"] == "Quality of service"
    assert french["scorecard"]["figures"][4]["label"] == "Qualité de service"


async def test_the_scorecard_has_the_headline_figures(edge):
    data = await edge.data(
        f"""{{ scorecard({DECEMBER}, where: {{site: {{in: ["PAU"]}}}}, compare: PREVIOUS_PERIOD) {{
            dataVersion
            figures {{ metric label unit better value display previous change interval {{ low }} }} }} }}"""
    )
    figures = data["scorecard"]["figures"]
    assert [figure["metric"] for figure in figures] == [
        "contact_share_of_customers",
        "contacts",
        "share_by_phone",
        "fcr",
        "qos",
        "aht",
        "budget_consumed",
    ]
    qos = figures[4]
    assert (qos["unit"], qos["better"]) == ("RATIO", "HIGHER")
    assert qos["change"] == qos["value"] - qos["previous"]


async def test_the_catalogue_tells_what_can_be_asked(edge):
    data = await edge.data(
        """{ catalogue {
            metrics { slug field label definition family unit better also
                      parameters { name default choices low high } }
            dimensions { slug field label kind } } }"""
    )
    metrics = {metric["slug"]: metric for metric in data["catalogue"]["metrics"]}
    assert metrics["service_level"]["field"] == "serviceLevel"
    names = [each["name"] for each in metrics["service_level"]["parameters"]]
    assert names == ["within", "formula", "short", "bound", "unknown_waits", "wait_from", "version"]
    assert metrics["service_level"]["parameters"][1]["default"] == "offered"
    assert {each["slug"] for each in data["catalogue"]["dimensions"]} >= {"site", "time_of_day"}
