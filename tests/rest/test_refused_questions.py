"""Questions that cannot be answered: the problem says why, and which questions can."""

import pytest

ASK = "/v1/indicators?metrics=qos&period=2015"


@pytest.mark.parametrize(
    ("path", "code", "parameter", "suggestion"),
    [
        ("/v1/indicators?metrics=qso&period=2015", "unknown_metric", "metrics", "qos"),
        ("/v1/indicators?metric=qos&period=2015", "unknown_parameter", "metric", "metrics"),
        (f"{ASK}&chanel=phone", "unknown_parameter", "chanel", "channel"),
        (f"{ASK}&channel=phoen", "unknown_channel", "channel", "phone"),
        (f"{ASK}&by=sites", "unknown_dimension", "by", "site"),
        (f"{ASK}&grain=days", "unknown_grain", "grain", "day"),
        (f"{ASK}&compare=previous_yaer", "unknown_compare", "compare", "previous_year"),
        (f"{ASK}&shape=column", "unknown_shape", "shape", "columns"),
        ("/v1/indicators?metrics=qos&period=last_7_day", "unknown_period", "period", "last_7_days"),
        (f"{ASK}&zone=Europe/Pau", "unknown_zone", "zone", None),
        (f"{ASK}&top=two&by=site", "bad_parameter", "top", None),
        (f"{ASK}&fill=perhaps", "bad_parameter", "fill", None),
        (f"{ASK}&period=2014", "bad_parameter", "period", None),
        (f"{ASK}&weekday=0", "bad_filter", "weekday", None),
        (f"{ASK}&channel=", "bad_filter", "channel", None),
        (f"{ASK}&by=agent", "impossible_split", "by", None),
        (f"{ASK.replace('qos', 'contact_share_of_customers')}&grain=hour", "impossible_grain", "grain", None),
        ("/v1/indicators?metrics=qos", "no_window", "period", None),
        ("/v1/indicators?period=2015", "no_metrics", "metrics", None),
        ("/v1/scorecard?period=2015&by=site", "unknown_parameter", "by", None),
        ("/v1/scorecard?period=2015&team=none&metrics=qos", "impossible_filter", "team", None),
        ("/v1/catalogue?lang=fr", "unknown_parameter", "lang", None),
    ],
)
async def test_the_problem_names_the_parameter_and_the_nearest_possible_thing(rest, path, code, parameter, suggestion):
    response = await rest.client.get(path)
    assert response.status_code == 422
    assert response.headers["content-type"] == "application/problem+json"
    told = response.json()
    assert (told["code"], told["parameter"]) == (code, parameter)
    assert told["detail"]
    assert told["request_id"] == response.headers["x-request-id"]
    if suggestion:
        assert told["suggestions"][0] == suggestion
    kind = await rest.client.get(told["type"])
    assert kind.json()["title"] == told["title"]


async def test_what_costs_too_much_names_its_cost_the_limit_and_what_fits(rest):
    response = await rest.client.get(
        "/v1/indicators?metrics=contacts&by=site,channel,segment,moment&grain=quarter_hour&start=2000-01-01&end=2030-01-01"
    )
    told = response.json()
    assert (response.status_code, told["code"]) == (422, "too_costly")
    assert "500,000" in told["detail"]
    assert told["cost"] > told["limit"] == 500_000


@pytest.mark.parametrize(
    ("metrics", "width"),
    [
        ([f"service_level(within={each})" for each in range(21, 111)], 91),
        ([f"wait(percentile=0.{each})" for each in range(10, 20)], 101),
        (["wait(percentile=0.1)", "qos"], 12),
        (["wait(percentile=0.1)"], 11),
        (["required_agents", "required_agents(within=30)"], 21),
        ([f"service_level(within={each})" for each in range(21, 31)], 11),
        (["qos"], 10),
    ],
)
async def test_many_figures_are_many_values(rest, metrics, width):
    """Check that each figure counts as a value for each bucket and group, and that a percentile counts as twenty
    values.
    """
    ask = f"/v1/indicators?metrics={','.join(metrics)}&grain=hour"
    response = await rest.client.get(f"{ask}&start=2015-01-01&end=2021-01-01")
    told = response.json()
    assert (response.status_code, told["code"]) == (422, "too_costly")
    assert told["cost"] == 2192 * 24 * width
    assert f"× 1 groups × {width} values" in told["detail"]


@pytest.mark.parametrize(
    "query", ["metrics=%ff", "metrics=qos&" + "&".join(f"site=s{n}" for n in range(300)), "metrics=" + "," * 60_000]
)
async def test_what_cannot_be_read_is_a_bad_request(rest, query):
    response = await rest.client.get(f"/v1/indicators?{query}")
    assert (response.status_code, response.json()["code"]) == (400, "bad_request")


async def test_media_types_that_are_not_offered_are_refused(rest):
    response = await rest.client.get(ASK, headers={"accept": "image/png"})
    assert (response.status_code, response.json()["code"]) == (406, "not_acceptable")
    assert "text/csv" in response.json()["detail"]
    catalogue = await rest.client.get("/v1/catalogue", headers={"accept": "text/csv"})
    assert catalogue.status_code == 406


@pytest.mark.parametrize(
    "path", ["/v1/indicators", "/v1/scorecard", "/v1/catalogue", "/openapi.json", "/", "/live", "/ready"]
)
async def test_only_get_and_head_are_known(rest, path):
    for method in ("POST", "PUT", "DELETE", "OPTIONS"):
        response = await rest.client.request(method, path)
        assert response.status_code == 405
        assert response.headers["allow"] == "GET, HEAD"


@pytest.mark.parametrize(
    ("path", "allowed"),
    [
        ("/v1/keys", "GET, HEAD, POST"),
        ("/v1/documents", "GET, HEAD, POST"),
        ("/v1/contracts", "GET, HEAD, POST"),
        ("/v1/contracts/ALTO", "GET, HEAD, PATCH"),
        ("/v1/objectives", "GET, HEAD, POST"),
        ("/v1/objectives/1", "DELETE, GET, HEAD, PATCH"),
    ],
)
async def test_who_tries_another_method_is_told_all_that_are_known(rest, path, allowed):
    assert (await rest.client.request("PUT", path)).headers["allow"] == allowed


async def test_other_addresses_are_not_found(rest):
    for path in ("/v1", "/v1/indicators/", "/v2/indicators", "/problems/nonsense"):
        assert (await rest.client.get(path)).json()["code"] == "not_found"
