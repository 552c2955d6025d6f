"""The response cache: a response is served again while it is valid, and never after."""

import pytest

from cadran.engine.versions import Reach
from tests.web.sample_app import DECEMBER, Small


@pytest.fixture
def small() -> Small:
    found = Small()
    found.versions.connected = True
    return found


def changed(site: int, *days: str) -> str:
    listed = ", ".join(f'"{day}"' for day in days)
    return f'{{"version": 5, "site": {site}, "days": [{listed}]}}'


async def test_the_same_request_is_answered_by_the_same_bytes(small):
    small.kept()
    async with small.client() as client:
        first, second = await client.get("/figures?a=1"), await client.get("/figures?a=1")
    assert small.made == 1
    assert second.content == first.content
    assert second.headers["etag"] == first.headers["etag"]
    assert second.headers["content-type"] == first.headers["content-type"]
    assert "finished;desc=hit" in second.headers["server-timing"]
    assert second.headers["x-request-id"] != first.headers["x-request-id"]


async def test_what_is_not_noted_is_neither_kept_nor_tagged(small):
    async with small.client() as client:
        await client.get("/figures")
        response = await client.get("/figures")
    assert small.made == 2
    assert "etag" not in response.headers


@pytest.mark.parametrize("name", ["accept", "accept-language"])
async def test_callers_who_ask_differently_share_nothing(small, name):
    small.kept()
    async with small.client() as client:
        await client.get("/figures", headers={name: "one"})
        await client.get("/figures", headers={name: "two"})
    assert small.made == 2


async def test_a_header_given_twice_goes_past_the_kept_bytes(small):
    small.kept()
    async with small.client() as client:
        for _ in range(2):
            await client.get("/figures", headers=[("accept", "text/csv"), ("accept", "application/json")])
    assert small.made == 2


async def test_a_change_of_what_was_read_ends_it(small):
    small.kept()
    async with small.client() as client:
        await client.get("/figures")
        small.versions.apply(changed(1, "2015-12-24"))
        await client.get("/figures")
    assert small.made == 2


@pytest.mark.parametrize("payload", [changed(2, "2015-12-24"), changed(1, "2016-01-01"), changed(1, "2015-11-30")])
async def test_a_change_of_anything_else_does_not(small, payload):
    small.kept()
    async with small.client() as client:
        await client.get("/figures")
        for _ in range(3):
            small.versions.apply(payload)
            await client.get("/figures")
    assert small.made == 1


@pytest.mark.parametrize("payload", ['{"directory": 3}', "not to be read"])
async def test_a_change_of_the_directory_or_of_who_knows_what_ends_everything(small, payload):
    small.kept(reach=Reach((), DECEMBER.first_day, DECEMBER.first_day))
    async with small.client() as client:
        await client.get("/figures")
        small.versions.apply(payload)
        await client.get("/figures")
    assert small.made == 2


async def test_a_change_during_the_computation_ends_it_too(small):
    small.kept()
    before = small.note()
    small.note = lambda: before
    small.versions.apply(changed(1, "2015-12-24"))
    async with small.client() as client:
        await client.get("/figures")
        await client.get("/figures")
    assert small.made == 2


async def test_it_ends_when_its_time_is_over(small):
    small.kept(seconds=60.0)
    async with small.client() as client:
        await client.get("/figures")
        small.now += 59.0
        assert (await client.get("/figures")).headers["cache-control"].startswith("private, max-age=1,")
        small.now += 1.0
        await client.get("/figures")
    assert small.made == 2


async def test_while_nobody_listens_for_changes_it_lives_shortly(small):
    small.kept()
    small.versions.lost()
    async with small.client() as client:
        await client.get("/figures")
        small.now += 9.0
        await client.get("/figures")
        assert small.made == 1
        small.now += 1.0
        await client.get("/figures")
    assert small.made == 2


async def test_the_least_used_make_room(small):
    small.kept()
    small.bytes_max = 6_000
    async with small.client() as client:
        for number in (1, 2, 3, 1):
            await client.get(f"/figures?a={number}")
        assert small.made == 3
        await client.get("/figures?a=4")
        await client.get("/figures?a=1")
        assert small.made == 4
        await client.get("/figures?a=2")
    assert small.made == 5


async def test_who_has_it_already_is_told_so(small):
    small.kept()
    async with small.client() as client:
        etag = (await client.get("/figures")).headers["etag"]
        assert etag.startswith('"')
        for condition in (etag, f'"other", {etag}', f"W/{etag}", "*"):
            response = await client.get("/figures", headers={"if-none-match": condition})
            assert (response.status_code, response.content) == (304, b"")
            assert response.headers["etag"] == etag
            assert response.headers["vary"] == "authorization, accept, accept-language, origin"
            assert response.headers["cache-control"] == "private, max-age=10, stale-while-revalidate=10"
            assert "content-length" not in response.headers
        assert (await client.get("/figures", headers={"if-none-match": '"other"'})).status_code == 200


async def test_conditions_are_met_by_what_was_just_made_as_well(small):
    small.kept()
    async with small.client() as client:
        etag = (await client.get("/figures")).headers["etag"]
        small.versions.flush()
        small.made -= 1
        response = await client.get("/figures", headers={"if-none-match": etag})
    assert small.made == 1
    assert response.status_code == 304


async def test_head_tells_what_get_would(small):
    small.kept()
    async with small.client() as client:
        made = await client.head("/figures")
        found = await client.get("/figures")
        again = await client.head("/figures")
    assert small.made == 1
    assert made.content == again.content == b""
    assert made.headers["etag"] == found.headers["etag"] == again.headers["etag"]
    assert made.headers["content-length"] == again.headers["content-length"] == str(len(found.content))


async def test_questions_by_post_are_told_apart_by_their_bodies(small):
    small.kept()
    async with small.client() as client:
        for body in ("one", "two", "one"):
            response = await client.post("/graphql", content=body, headers={"if-none-match": "*"})
            assert response.status_code == 200
            assert response.text.endswith(body)
    assert small.made == 2


async def test_other_posts_are_never_kept(small):
    small.kept()
    async with small.client() as client:
        await client.post("/write", content="one")
        await client.post("/write", content="one")
    assert small.made == 2


async def test_what_comes_in_pieces_is_passed_on_and_not_kept(small):
    async with small.client() as client:
        responses = [await client.get("/streamed") for _ in range(2)]
    assert [response.text for response in responses] == ["one two", "one two"]
    assert small.made == 2
