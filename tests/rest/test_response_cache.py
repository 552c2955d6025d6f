"""The response cache over real facts: a response is served again until its data change."""

import asyncio

import pytest

from cadran.facts.refresh.refresh import refresh
from tests.defaults import load
from tests.sample_service import opened

DECEMBER = "/v1/indicators?metrics=contacts&by=site&period=2015-12"
OCTOBER = "/v1/indicators?metrics=contacts&by=site&period=2015-10-05"
NEW = {
    "contact": "new",
    "site": "PAU",
    "channel": "phone",
    "offered_at": "2015-12-24T10:00:00+01:00",
    "outcome": "abandoned",
    "wait": "30",
}


def hit(response) -> bool:
    return "finished;desc=hit" in response.headers["server-timing"]


@pytest.mark.parametrize("accept", ["application/json", "text/csv"])
async def test_who_has_the_answer_is_told_so(rest, accept):
    first = await rest.get(DECEMBER, accept=accept)
    assert first.headers["cache-control"].startswith("private, max-age=")
    assert "stale-while-revalidate" in first.headers["cache-control"]
    assert first.headers["vary"] == "authorization, accept, accept-language, origin"
    again = await rest.client.get(DECEMBER, headers={"accept": accept, "if-none-match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert hit(again)


async def test_presentations_have_tags_of_their_own(rest):
    tags = [
        (await rest.get(DECEMBER + more, accept=accept)).headers["etag"]
        for more, accept in (
            ("", "application/json"),
            ("", "text/csv"),
            ("&parts=true", "application/json"),
            ("&shape=columns", "application/json"),
        )
    ]
    assert len(set(tags)) == 4


async def test_head_tells_what_get_would(rest):
    found = await rest.get(DECEMBER)
    told = await rest.client.head(DECEMBER)
    assert (told.status_code, told.content) == (200, b"")
    assert told.headers["etag"] == found.headers["etag"]
    assert told.headers["content-length"] == str(len(found.content))


async def test_the_stages_are_timed(rest):
    response = await rest.get("/v1/indicators?metrics=qos&period=2015-11&by=channel")
    for stage in ("parse", "plan", "execute", "shape", "encode", "total"):
        assert f"{stage};" in response.headers["server-timing"]


async def test_the_tag_is_the_same_in_another_process(rest, changing):
    # Two services over equal data, each with separate caches.
    mine, theirs = await rest.get(DECEMBER), await changing.get(DECEMBER)
    assert mine.json()["generated_at"] != "" != theirs.json()["generated_at"]
    assert mine.headers["etag"] == theirs.headers["etag"]


async def test_a_load_ends_what_it_touches_and_nothing_else(changing):
    december, october = await changing.get(DECEMBER), await changing.get(OCTOBER)
    heard = asyncio.Event()
    changing.service.versions.subscribe(lambda _: heard.set())
    pool = await opened(changing.url)
    summary = await load(pool, "contacts", [NEW], zone="Europe/Paris")
    assert summary.loaded == 1
    await refresh(pool)
    await pool.close()
    async with asyncio.timeout(5):
        await heard.wait()
    after = await changing.get(DECEMBER)
    assert not hit(after)
    assert after.headers["etag"] != december.headers["etag"]
    assert after.json()["totals"]["contacts"] == december.json()["totals"]["contacts"] + 1
    again = await changing.get(OCTOBER)
    assert hit(again)
    assert again.content == october.content
