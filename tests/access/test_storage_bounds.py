"""Limits on what one key can store: lists, audit entries, answers to repeated requests, tokens minted in a minute."""

from __future__ import annotations

import json
import secrets
from hashlib import sha256
from typing import Any, Final

import jwt
import pytest

from cadran.access.audit import DETAIL_BYTES_MAX, bound_entry
from cadran.access.embed_tokens import CREDENTIAL_BYTES_MAX
from cadran.access.idempotency import ANSWER_BYTES_MAX, Idempotency, IdempotencyConflict, StoredAnswer
from cadran.cli.worker import work
from cadran.domain.bounds import CODES_MAX, ORIGINS_MAX
from cadran.errors import QuestionRefused, RateLimited
from cadran.settings import Settings
from cadran.store.pool import Pool
from tests.access.two_sites import House, housed

MINT: Final = "/v1/embed-tokens"


def origins(count: int, characters: int = 60) -> list[str]:
    """Return random origins, so that compression does not make them shorter."""
    return [f"https://{secrets.token_hex((characters - 11) // 2)}.ex" for _ in range(count)]


async def stored(house: House) -> int:
    """Return the size in bytes of the audit log and of the stored answers to repeated requests."""
    tables = "pg_total_relation_size('audit') + pg_total_relation_size('idempotency')"
    async with house.service.pool.acquire() as connection:
        return int(await connection.fetchval(f"SELECT {tables}"))


async def test_thousands_of_origins_are_refused_and_store_nothing(shared: House):
    before = await stored(shared)
    for number in range(5):
        sent = {"metrics": ["contacts"], "origins": origins(4_900, 190)}
        response = await shared.post(MINT, "analyst", sent, **{"idempotency-key": f"many-{number}"})
        assert (response.status_code, response.json()["parameter"]) == (422, "origins"), response.text[:300]
        assert str(ORIGINS_MAX) in response.json()["detail"]
    assert await stored(shared) - before < 100_000


@pytest.mark.parametrize("name", ["partners", "sites", "segments", "channels", "teams", "metrics", "origins"])
@pytest.mark.parametrize(("path", "role"), [(MINT, "analyst"), ("/v1/keys", "administrator")])
async def test_every_list_of_a_key_and_a_token_has_a_bound(shared: House, path: str, role: str, name: str):
    sent = {"name": "x", "metrics": ["contacts"], name: ["x"] * (CODES_MAX + 1)}
    response = await shared.post(path, role, sent if path == MINT else {**sent, "role": "board"})
    assert (response.status_code, response.json()["parameter"]) == (422, name)


@pytest.mark.parametrize("name", ["metrics", "sites", "origins"])
async def test_the_terminal_has_the_same_bounds(shared: House, name: str):
    made: dict[str, Any] = {"role": "board", "metrics": ("contacts",), name: ("x",) * (CODES_MAX + 1)}
    with pytest.raises(QuestionRefused, match=f"at most {ORIGINS_MAX if name == 'origins' else CODES_MAX}"):
        await shared.key(**made)
    with pytest.raises(QuestionRefused, match="200 characters"):
        await shared.key(role="analyst", name="x" * 201)


async def test_a_token_that_no_header_could_carry_is_not_minted(shared: House):
    sent = {"metrics": ["contacts"], "origins": origins(ORIGINS_MAX, 190)}
    response = await shared.post(MINT, "analyst", sent)
    assert (response.status_code, response.json()["parameter"]) == (422, "origins")
    assert f"{CREDENTIAL_BYTES_MAX:,}" in response.json()["detail"]
    small = await shared.post(MINT, "analyst", {"metrics": ["contacts"], "origins": origins(ORIGINS_MAX, 40)})
    assert small.status_code == 201
    assert len(jwt.decode(small.json()["token"], options={"verify_signature": False})["origins"]) == ORIGINS_MAX


async def test_tokens_are_minted_so_many_a_minute(house_url: str):
    async with housed(house_url, embed_tokens_per_minute=2) as house:
        found = [await house.post(MINT, "analyst", {"metrics": ["contacts"]}) for _ in range(3)]
        assert [each.status_code for each in found] == [201, 201, 429]
        assert int(found[2].headers["retry-after"]) > 0
        # Other keys can still mint, and this key can still send other requests.
        assert (await house.post(MINT, "partner", {"metrics": ["contacts"]})).status_code == 201
        assert (await house.get("/v1/catalogue", "analyst")).status_code == 200


@pytest.mark.parametrize(
    "detail",
    [
        {"name": "x" * 100_000},
        {"origins": origins(4_900)},
        {"document": {"terms": ["x" * 100] * 1_000}, "version": 3},
        {f"m{number}": "y" * 90 for number in range(500)},
        {"text": "é" * 5_000},
    ],
    ids=["text", "list", "document", "members", "accents"],
)
def test_an_entry_that_is_too_long_is_cut_and_says_of_what(detail: dict[str, Any]):
    found = json.loads(bound_entry(detail))
    whole = json.dumps(detail)
    assert len(bound_entry(detail).encode()) <= DETAIL_BYTES_MAX
    assert found["cut"] == {"bytes": len(whole), "sha256": sha256(whole.encode()).hexdigest()}
    assert found.get("version") == detail.get("version")


def test_an_entry_of_usual_length_is_whole():
    detail = {"name": "wall", "origins": origins(10), "expires_at": None}
    assert json.loads(bound_entry(detail)) == detail


async def test_an_amended_contract_leaves_a_bounded_entry(house: House):
    """Check that the audit entry of a contract with many expected volumes is cut. The contract itself has them all."""
    expected = {f"2015-{1 + day // 28:02d}-{1 + day % 28:02d}": 1 for day in range(336)}
    sent = {
        "contract": "C-LONG", "partner": "SOUTH", "sites": ["PAU"], "zone": "Europe/Paris", "valid_from": "2015-01-01",
        "terms": [{"term": "a", "metric": "qos", "target": 0.8, "window": "day"}],
        "volumes": {"window": "day", "above_percent": 10, "expected": expected},
        "force_majeure": [
            {"start": "2015-12-09T14:00", "end": "2015-12-09T15:00", "reason_en": "x" * 200} for _ in range(100)
        ],
    }  # fmt: skip
    assert (await house.post("/v1/contracts", "administrator", sent)).status_code == 201
    [entry] = (await house.get("/v1/audit?subject=C-LONG", "administrator")).json()["entries"]
    assert len(json.dumps(entry["detail"])) <= DETAIL_BYTES_MAX
    assert entry["detail"]["version"] == 1
    assert entry["detail"]["cut"]["bytes"] > 20_000


class IdempotentRequests:
    """A series of requests of one caller, each with another Idempotency-Key."""

    def __init__(self, pool: Pool, **bounds: int) -> None:
        self.idempotency = Idempotency(pool, **bounds)
        self.works = 0

    async def once(self, key: str, body: bytes = b"{}", *, caller: str = "caller") -> StoredAnswer:
        async def answer() -> StoredAnswer:
            self.works += 1
            return StoredAnswer(201, body)

        return await self.idempotency.once(caller_id=caller, credential=b"secret", key=key, asked=b"{}", work=answer)


async def test_a_caller_stores_so_many_answers_a_day(pool: Pool):
    asking = IdempotentRequests(pool, records_max=3)
    for key in ("a", "b", "c"):
        await asking.once(key)
    with pytest.raises(RateLimited) as limited:
        await asking.once("d")
    assert 86_000 < limited.value.retry_after_seconds <= 86_400
    assert asking.works == 3
    # Stored answers are still repeated and other callers are not limited. The refused key can be used again later.
    assert (await asking.once("a")).status == 201
    assert (await asking.once("d", caller="other")).status == 201
    async with pool.acquire() as connection:
        assert await connection.fetchval("SELECT count(*) FROM idempotency WHERE key = 'd' AND caller = 'caller'") == 0
        await connection.execute("UPDATE idempotency SET created_at = created_at - interval '25 hours'")
    assert (await asking.once("d")).status == 201


async def test_the_answers_of_a_caller_have_so_many_bytes(pool: Pool):
    asking = IdempotentRequests(pool, stored_bytes_max=20_000)
    for key in ("a", "b"):
        await asking.once(key, secrets.token_bytes(10_000))
    with pytest.raises(RateLimited):
        await asking.once("c")


async def test_a_long_answer_is_given_and_not_stored(pool: Pool):
    asking = IdempotentRequests(pool)
    long = secrets.token_bytes(ANSWER_BYTES_MAX)
    assert (await asking.once("a", long)).body == long
    with pytest.raises(IdempotencyConflict) as conflict:
        await asking.once("a", long)
    assert conflict.value.code == "idempotency_unanswered"
    assert asking.works == 1


async def test_the_worker_deletes_answers_of_more_than_a_day(database: str, pool: Pool):
    asking = IdempotentRequests(pool)
    await asking.once("old")
    async with pool.acquire() as connection:
        await connection.execute("UPDATE idempotency SET created_at = created_at - interval '25 hours'")
    assert await records(pool) == 1
    await work(Settings(database_url=database), once=True)
    assert await records(pool) == 0


async def records(pool: Pool) -> int:
    """Return how many answers are stored."""
    return int((await pool.fetch("SELECT count(*) FROM idempotency"))[0][0])
