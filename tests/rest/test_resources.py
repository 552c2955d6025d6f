"""The other resources: scorecard, catalogue, index and health."""

from cadran.domain.catalogue import METRICS, SCORECARD
from cadran.domain.dimension import DIMENSIONS
from tests.answer_schema import check_answer
from tests.rest.test_indicators import number, table

#: The arguments that metrics need.
NEEDED = {
    "expected_service_level": "(agents=3)",
    "expected_asa": "(agents=3)",
    "expected_occupancy": "(agents=3)",
    "expected_abandonment": "(agents=3,patience=60)",
}


async def test_the_scorecard_tells_the_headline_figures_in_their_order(rest):
    found = (await rest.get("/v1/scorecard?period=2015-12&site=PAU&compare=previous_period")).json()
    check_answer("Scorecard", found)
    assert found["period"] == {
        "start": "2015-12-01T00:00:00+01:00",
        "end": "2016-01-01T00:00:00+01:00",
        "zone": "Europe/Paris",
    }
    assert [figure["metric"] for figure in found["figures"]] == list(SCORECARD)
    figures = {figure["metric"]: figure for figure in found["figures"]}
    qos = figures["qos"]
    assert qos["label"] == "Quality of service"
    assert qos["display"] == f"{round(qos['value'] * 100)}%"
    assert qos["value"] == qos["numerator"] / qos["denominator"]
    assert qos["change"] == qos["value"] - qos["previous"]
    assert figures["aht"]["display"].count(":") == 1


async def test_the_scorecard_agrees_with_the_indicators(rest):
    figures = (await rest.get("/v1/scorecard?period=2015&moment=complaint")).json()["figures"]
    names = ",".join(SCORECARD)
    totals = (await rest.get(f"/v1/indicators?metrics={names}&period=2015&moment=complaint")).json()["totals"]
    assert {figure["metric"]: figure["value"] for figure in figures} == totals


async def test_the_scorecard_tells_the_figures_that_are_named(rest):
    found = (await rest.get("/v1/scorecard?period=2015&metrics=asa,service_level(within=20),qos")).json()
    assert [figure["metric"] for figure in found["figures"]] == ["asa", "service_level(within=20)", "qos"]
    assert "too_many_headlines" not in [each["code"] for each in found["warnings"]]
    query = '{ scorecard(period: {named: "2015"}, metrics: ["asa", "qos"]) { figures { metric value } } }'
    mine = (await rest.client.post("/graphql", json={"query": query})).json()["data"]["scorecard"]["figures"]
    assert mine == [{name: figure[name] for name in ("metric", "value")} for figure in found["figures"][::2]]


async def test_the_scorecard_under_a_team_leaves_out_what_no_team_has(rest):
    found = (await rest.get("/v1/scorecard?period=2015&team=none")).json()
    assert [figure["metric"] for figure in found["figures"]] == ["fcr", "aht"]


async def test_the_scorecard_as_csv_has_a_row_a_figure(rest):
    figures = (await rest.get("/v1/scorecard?period=2015")).json()["figures"]
    lines = table(await rest.get("/v1/scorecard?period=2015", accept="text/csv"))
    for line, figure in zip(lines, figures, strict=True):
        assert (line["metric"], line["label"], line["display"]) == (
            figure["metric"],
            figure["label"],
            figure["display"],
        )
        assert number(line["value"]) == figure["value"]
        assert number(line["interval.low"]) == (figure["interval"] and figure["interval"]["low"])


async def test_the_catalogue_tells_every_metric_and_dimension(rest):
    found = (await rest.get("/v1/catalogue")).json()
    assert [metric["metric"] for metric in found["metrics"]] == list(METRICS)
    assert [dimension["dimension"] for dimension in found["dimensions"]] == list(DIMENSIONS)
    for metric in found["metrics"]:
        assert metric["definition"]
        assert set(metric["dimensions"]) <= set(DIMENSIONS)
    dimensions = {dimension["dimension"]: dimension for dimension in found["dimensions"]}
    pau = next(site for site in dimensions["site"]["members"] if site["code"] == "PAU")
    assert pau["zone"] == "Europe/Paris"
    assert "members" not in dimensions["agent"]
    assert "phone" in [channel["code"] for channel in dimensions["channel"]["members"]]


async def test_the_catalogue_speaks_french(rest):
    found = (await rest.get("/v1/catalogue", accept_language="fr")).json()
    labels = {metric["metric"]: metric["label"] for metric in found["metrics"]}
    assert labels["qos"] == "Qualité de service"
    assert next(each["label"] for each in found["dimensions"] if each["dimension"] == "team") == "Équipe"


async def test_every_possible_split_of_the_catalogue_is_answered(rest):
    found = (await rest.get("/v1/catalogue")).json()
    for metric in found["metrics"]:
        for dimension in metric["dimensions"]:
            # Figures of staffing are computed only by hour, or by time of day.
            hourly = metric["kind"] == "computed" and dimension != "time_of_day"
            name = metric["metric"] + NEEDED.get(metric["metric"], "")
            asked = f"metrics={name}&by={dimension}&period=2015-12" + ("-01&grain=hour" if hourly else "")
            response = await rest.client.get(f"/v1/indicators?{asked}")
            assert response.status_code == 200, (metric["metric"], dimension, response.text)


async def test_the_index_links_to_what_exists(rest):
    found = (await rest.get("/")).json()
    for link in found["links"]:
        response = await rest.client.get(link["href"])
        assert response.status_code != 404, link
    page = await rest.get("/", accept="text/html,application/xhtml+xml,*/*;q=0.8")
    assert page.headers["content-type"].startswith("text/html")
    assert "http" not in page.text.replace("http-equiv", "")


async def test_the_service_lives_and_is_ready(rest):
    assert (await rest.get("/live")).json() == {"status": "live"}
    ready = await rest.get("/ready")
    assert ready.json()["status"] == "ready"
    assert ready.headers["cache-control"] == "no-store"
    rest.service.versions.lost()
    try:
        response = await rest.client.get("/ready")
        assert response.status_code == 503
        assert response.json()["checks"]["database"] == "ok"
        assert "listening" in response.json()["checks"]["listener"]
    finally:
        rest.service.versions.connected = True
