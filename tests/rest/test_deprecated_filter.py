"""The deprecated spelling of a negated filter: read as the current one, and announced by the Deprecation header."""

import json

import pytest

MONTH = "/v1/indicators?metrics=contacts&period=2015-10"


async def test_the_deprecated_spelling_asks_the_same_question(rest):
    current = await rest.get(f"{MONTH}&channel.not=chat")
    deprecated = await rest.get(f"{MONTH}&channel!=chat")
    assert deprecated.json()["question"] == current.json()["question"]
    assert current.json()["question"]["channel.not"] == ["chat"]
    assert deprecated.json()["totals"] == current.json()["totals"]
    assert deprecated.headers["etag"] == current.headers["etag"]


@pytest.mark.parametrize("written", ["channel!=chat", "channel%21=chat"])
async def test_the_deprecated_spelling_is_announced(rest, written):
    # Twice: the second response comes from the response cache.
    for _ in range(2):
        response = await rest.get(f"{MONTH}&{written}")
        assert response.headers["deprecation"] == "@1796083200"
        assert response.headers["link"] == '</openapi.json>; rel="deprecation"; type="application/json"'
    unchanged = await rest.client.get(f"{MONTH}&{written}", headers={"if-none-match": response.headers["etag"]})
    assert (unchanged.status_code, unchanged.headers["deprecation"]) == (304, "@1796083200")


async def test_the_current_spelling_is_not_announced_as_deprecated(rest):
    response = await rest.get(f"{MONTH}&channel.not=chat")
    assert "deprecation" not in response.headers
    assert "link" not in response.headers


async def test_a_filter_in_both_spellings_leaves_out_the_values_of_both(rest):
    both = await rest.get(f"{MONTH}&channel.not=chat&channel!=phone")
    assert both.json()["question"]["channel.not"] == ["chat", "phone"]
    assert both.json()["totals"] == (await rest.get(f"{MONTH}&channel.not=chat,phone")).json()["totals"]


async def test_a_refusal_names_the_current_spelling(rest):
    response = await rest.client.get(f"{MONTH}&chanel!=chat")
    problem = response.json()
    assert (response.status_code, problem["code"]) == (422, "unknown_parameter")
    assert problem["parameter"] == "chanel!"
    assert "!" not in "".join(problem["suggestions"])


async def test_the_filters_of_a_key_result_are_read_in_both_spellings(changing):
    def objective(where):
        result = {"title": "Reachable", "metric": "qos", "where": where, "target": 0.99}
        return {"title": "Be reachable", "owner": {"kind": "company"}, "start": "2015-11-01", "end": "2015-12-01"} | {
            "key_results": [{**result, "baseline": 0.1}]
        }

    current = await changing.client.post("/v1/objectives", json=objective({"channel.not": ["chat", "email"]}))
    sent = json.dumps(objective({"channel!": ["email"], "channel.not": ["chat"]}))
    deprecated = await changing.client.post(
        "/v1/objectives", content=sent, headers={"content-type": "application/json"}
    )
    assert current.status_code == deprecated.status_code == 201, deprecated.text
    for made in (current, deprecated):
        assert set(made.json()["key_results"][0]["where"]["channel.not"]) == {"chat", "email"}
    assert "deprecation" not in current.headers
    assert deprecated.headers["deprecation"] == "@1796083200"
