"""What every response contains, whatever the request was, and how errors are reported."""

import logging

import pytest

from cadran.access import keys
from tests.keys import KEY
from tests.web.sample_app import Small

PARENT = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"


async def test_every_response_has_an_id_and_its_timing():
    async with Small().client() as client:
        for path in ("/figures", "/nowhere", "/failing/badly"):
            response = await client.get(path)
            assert response.headers["x-request-id"]
            assert "total;dur=" in response.headers["server-timing"]


async def test_a_sane_id_of_the_caller_is_kept_and_others_are_not():
    async with Small().client() as client:
        sane = await client.get("/figures", headers={"x-request-id": "wall-7:2026.11"})
        assert sane.headers["x-request-id"] == "wall-7:2026.11"
        for strange in ("a b", "x" * 65, "é"):
            response = await client.get("/figures", headers={b"x-request-id": strange.encode()})
            assert response.headers["x-request-id"] != strange


async def test_a_caller_who_traces_learns_where_it_went():
    small = Small()
    small.versions.connected = True
    small.kept()
    async with small.client() as client:
        for _ in range(2):
            response = await client.get("/figures", headers={"traceparent": PARENT})
            assert response.headers["traceresponse"].startswith("00-0af7651916cd43dd8448eb211c80319c-")
        assert "traceresponse" not in (await client.get("/figures")).headers


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("/nowhere", 404, "not_found"),
        ("/failing/away", 503, "database_unavailable"),
        ("/failing/slow", 504, "database_timeout"),
        ("/failing/badly", 500, "internal"),
    ],
)
async def test_what_goes_wrong_is_a_problem(path, status, code):
    async with Small().client() as client:
        response = await client.get(path, headers={"x-request-id": "seven"})
    assert response.status_code == status
    assert response.headers["content-type"] == "application/problem+json"
    assert response.headers["cache-control"] == "no-store"
    told = response.json()
    assert (told["status"], told["code"], told["instance"], told["request_id"]) == (status, code, path, "seven")
    assert told["type"] == f"/problems/{code.replace('_', '-')}"
    assert told["title"]
    assert told["detail"]


async def test_who_cannot_be_answered_now_learns_when_to_try_again():
    async with Small().client() as client:
        assert int((await client.get("/failing/away")).headers["retry-after"]) > 0


async def test_nothing_of_the_inside_is_told_but_it_is_logged(caplog):
    async with Small().client() as client:
        badly, away = [
            await client.get(path, headers={"x-request-id": path[9:]}) for path in ("/failing/badly", "/failing/away")
        ]
    assert "secret" not in badly.text
    assert "hunter2" not in away.text
    assert "secret of the house" in caplog.text
    assert "hunter2" in caplog.text
    # The request id that the caller received finds the log line.
    assert all(f"request_id={response.json()['request_id']}" in caplog.text for response in (badly, away))
    assert badly.json()["request_id"] == "badly"


async def test_a_wrong_method_learns_the_right_ones():
    async with Small().client() as client:
        response = await client.delete("/figures")
    assert response.status_code == 405
    assert response.headers["allow"] == "GET, HEAD"
    assert response.json()["code"] == "method_not_allowed"


async def test_a_body_above_the_limit_is_refused_whether_measured_or_not():
    async def pieces():
        for _ in range(20):
            yield b"0123456789"

    async with Small().client() as client:
        assert (await client.post("/write", content=b"x" * 100)).status_code == 200
        for path in ("/write", "/graphql"):
            for body in (b"x" * 101, pieces()):
                response = await client.post(path, content=body)
                assert (response.status_code, response.json()["code"]) == (413, "body_too_large")


async def test_the_access_record_tells_the_path_and_never_the_query(caplog):
    caplog.set_level(logging.DEBUG, "cadran.access")
    small = Small()
    small.versions.connected = True
    small.kept()
    async with small.client() as client:
        for _ in range(2):
            await client.get("/figures?agent=Anne")
    records = [record for record in caplog.records if record.name == "cadran.access"]
    assert [(record.levelname, record.access["finished"]) for record in records] == [("INFO", "miss"), ("DEBUG", "hit")]
    for record in records:
        told = record.access
        assert (told["method"], told["path"], told["status"], told["bytes"]) == ("GET", "/figures", 200, 2)
        assert f"method=GET path=/figures status=200 milliseconds={told['milliseconds']} " in record.getMessage()
        assert told["caller"] == keys.parse_key_id(KEY)
        assert record.getMessage().endswith(f" caller={told['caller']}")
        assert "Anne" not in f"{record.getMessage()} {told}"
        assert KEY not in f"{record.getMessage()} {told}"
