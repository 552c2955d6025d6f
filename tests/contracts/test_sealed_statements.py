"""Sealed periods: a period is sealed once, by the first request, for good. Corrections are shown next to the sealed
statement, and signatures prove it.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import asyncpg
import httpx
import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ed25519
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from cadran.app import Service, open_service
from cadran.cli.main import main
from cadran.contracts.model.contract import find_period
from cadran.contracts.model.form import read_form
from cadran.contracts.reader import ContractReader
from cadran.contracts.statement.canonical_json import encode_canonical
from cadran.contracts.store import StoredContract
from cadran.errors import QuestionRefused
from cadran.facts.refresh.refresh import refresh
from cadran.settings import Settings
from tests.answer_schema import check_answer
from tests.contracts.contact_centre import Contact, contract
from tests.defaults import load
from tests.keys import client_of
from tests.sample_service import opened

PATH = "/v1/sla/ARC-2015"


@pytest.fixture
def keys(tmp_path: Path) -> str:
    """Create a signing key and return the path of its PEM file."""
    content = ed25519.Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    (tmp_path / "key.pem").write_bytes(content)
    return str(tmp_path / "key.pem")


@asynccontextmanager
async def serving(url: str, **settings: Any) -> AsyncIterator[tuple[Service, httpx.AsyncClient]]:
    """Open a service with these settings, and a client with the administrator's key."""
    asked = Settings(database_url=url, pool_min=1, pool_max=4, **settings)
    async with open_service(asked) as service, client_of(service.app) as client:
        yield service, client


def on(service: Service, day: datetime) -> ContractReader:
    """Return the service's contract reader with its clock set to an instant."""
    return replace(service.contracts, desk=replace(service.desk, clock=lambda: day))


async def kept(service: Service, **changes: Any) -> StoredContract:
    return await service.contracts.create(read_form(json.dumps(contract(**changes))), who="tests")


async def correct(url: str, contacts: list[Contact]) -> None:
    """Load late corrections: ten calls of October had waited too long."""
    pool = await opened(url)
    rows: list[dict[str, str]] = []
    for contact in contacts:
        row = contact.row()
        if contact.outcome == "handled" and contact.offered.month == 10 and contact.wait < 20 and len(rows) < 10:
            rows.append({**row, "wait": "55"})
    await load(pool, "contacts", rows, zone="Europe/Paris")
    await refresh(pool)
    await pool.close()


async def test_a_sealed_period_stays_and_corrections_stand_beside_it(
    own_url: str, all_contacts: list[Contact], keys: str
):
    async with serving(own_url, statement_keys=keys) as (service, client):
        one = await kept(service)
        october = find_period(one.latest.contract, "2015-10", now=service.desk.clock())
        await service.contracts.seal(one, october, who="tests")
        before = (await client.get(f"{PATH}?period=2015-10")).json()
        assert (before["sealed"], before["restatements"]) == (True, [])
        await correct(own_url, all_contacts)
        told = before
        for _ in range(300):
            told = (await client.get(f"{PATH}?period=2015-10")).json()
            if told["restatements"]:
                break
            await asyncio.sleep(0.02)
        assert {name: told[name] for name in ("terms", "amount", "signature", "sealed_at", "as_of")} == {
            name: before[name] for name in ("terms", "amount", "signature", "sealed_at", "as_of")
        }
        check_answer("Sla", told)
        [restated] = told["restatements"]
        assert (restated["term"], restated["change"]["numerator"], restated["change"]["denominator"]) == (
            "answer",
            -10,
            0,
        )
        assert restated["sealed"]["numerator"] - 10 == restated["now"]["numerator"]
        assert restated["now"]["amount"] == restated["sealed"]["amount"] + restated["change"]["amount"]
        query = '{ sla(contract: "ARC-2015", period: "2015-10") { sealed signature restatements { term sealed now } } }'
        found = (await client.post("/graphql", json={"query": query})).json()["data"]["sla"]
        assert found["signature"] == told["signature"]
        assert found["restatements"][0]["now"] == restated["now"]["attained"]


async def test_the_statement_is_proven_by_its_signature_and_any_change_breaks_it(own_url: str, keys: str):
    async with serving(own_url, statement_keys=keys) as (service, client):
        one = await kept(service)
        early = await client.get(f"{PATH}/statement?period=2015-10")
        assert (early.status_code, early.json()["code"]) == (409, "not_sealed")
        assert "2015-11-11" in early.json()["detail"]
        await service.contracts.seal(
            one, find_period(one.latest.contract, "2015-10", now=service.desk.clock()), who="t"
        )
        statement = await client.get(f"{PATH}/statement?period=2015-10")
        signature = statement.headers["cadran-signature"]
        async with httpx.AsyncClient(transport=httpx.ASGITransport(service.app), base_url="http://cadran") as stranger:
            published = (await stranger.get("/.well-known/jwks.json")).json()
            assert (await stranger.get(f"{PATH}/statement?period=2015-10")).status_code == 401
    assert statement.content == encode_canonical(statement.json())
    assert (await _json(own_url, keys))["signature"] == signature
    head, _, signed = signature.split(".")

    def verified(content: bytes) -> bytes:
        body = jwt.utils.base64url_encode(content).decode()
        key = jwt.PyJWK(published["keys"][0]).key
        return bytes(jwt.PyJWS().decode(f"{head}.{body}.{signed}", key, algorithms=["EdDSA"]))

    assert verified(statement.content) == statement.content
    told = statement.json()
    assert told["terms"][0]["label"].keys() == {"en", "fr"}
    for changed in (
        {**told, "amount": told["amount"] + 1},
        {**told, "terms": [{**told["terms"][0], "attained": 0.99}, *told["terms"][1:]]},
        {**told, "sealed_at": None},
    ):
        with pytest.raises(jwt.InvalidSignatureError):
            verified(encode_canonical(changed))


async def _json(url: str, keys: str) -> dict[str, Any]:
    async with serving(url, statement_keys=keys) as (_, client):
        found: dict[str, Any] = (await client.get(f"{PATH}?period=2015-10")).json()
        return found


async def test_without_a_key_nothing_is_signed_and_that_is_said(own_url: str):
    async with serving(own_url) as (service, client):
        one = await kept(service)
        await service.contracts.seal(
            one, find_period(one.latest.contract, "2015-10", now=service.desk.clock()), who="t"
        )
        response = await client.get(f"{PATH}/statement?period=2015-10")
        assert (response.status_code, response.json()["code"]) == (409, "no_signing_key")
        assert "CADRAN_STATEMENT_KEYS" in response.json()["detail"]
        assert (await client.get(f"{PATH}?period=2015-10")).json()["signature"] is None
        assert (await client.get("/.well-known/jwks.json")).json() == {"keys": []}


async def test_a_seal_is_never_altered_by_anybody(own_url: str):
    async with serving(own_url) as (service, _):
        one = await kept(service)
        await service.contracts.seal(
            one, find_period(one.latest.contract, "2015-10", now=service.desk.clock()), who="t"
        )
    owner = await asyncpg.connect(own_url)
    try:
        statements = (
            "UPDATE contract_seal SET statement = '{}'",
            "DELETE FROM contract_seal",
            "TRUNCATE contract_seal",
        )
        before = await owner.fetch("SELECT * FROM contract_seal")
        assert len(before) == 1
        for replica in ("origin", "replica"):
            # The owner may do everything else. `replica` is the role of a session that applies another server's
            # changes.
            await owner.execute(f"SET session_replication_role = {replica}")
            for statement in statements:
                with pytest.raises(asyncpg.InsufficientPrivilegeError, match="append-only"):
                    await owner.execute(statement)
        await owner.execute("SET session_replication_role = origin")
        await owner.execute("CREATE ROLE sealing_service; GRANT ALL ON contract_seal TO sealing_service")
        await owner.execute("SET ROLE sealing_service")
        for statement in statements:
            with pytest.raises(asyncpg.InsufficientPrivilegeError, match="append-only"):
                await owner.execute(statement)
        await owner.execute("RESET ROLE; DROP OWNED BY sealing_service; DROP ROLE sealing_service")
        assert await owner.fetch("SELECT * FROM contract_seal") == before
    finally:
        await owner.close()


async def test_however_many_seal_at_once_one_statement_stands(own_url: str):
    async with serving(own_url) as (service, client):
        one = await kept(service)
        october = find_period(one.latest.contract, "2015-10", now=service.desk.clock())
        desks = [on(service, datetime(2016, 1, day, tzinfo=UTC)) for day in range(1, 9)]
        told = await asyncio.gather(*(desk.seal(one, october, who=f"t{number}") for number, desk in enumerate(desks)))
        assert len(set(told)) == 1
        audit = (await client.get("/v1/audit")).json()["entries"]
        assert [each["action"] for each in audit].count("contract.seal") == 1
        await service.contracts.seal(one, october, who="again")
        assert (await client.get(f"{PATH}?period=2015-10")).json()["sealed_at"] in told[0]


async def test_a_change_and_a_sealing_at_once_never_contradict_each_other(own_url: str):
    async with serving(own_url) as (service, client):
        one = await kept(service)
        october = find_period(one.latest.contract, "2015-10", now=service.desk.clock())
        change = {"effective_from": "2015-10-01", "cap": 3}
        sealing, changing = await asyncio.gather(
            service.contracts.seal(one, october, who="t"),
            client.patch("/v1/contracts/ARC-2015", json=change, headers={"if-match": '"1"'}),
        )
        told = json.loads(sealing)
        if changing.status_code == 200:
            assert told["version"] == 2
        else:
            assert (changing.status_code, changing.json()["code"], told["version"]) == (409, "sealed_period", 1)
        late = {"effective_from": "2015-10-01", "cap": 4}
        response = await client.patch("/v1/contracts/ARC-2015", json=late, headers={"if-match": "*"})
        assert (response.status_code, response.json()["code"]) == (409, "sealed_period")
        early_end = {"effective_from": "2015-11-01", "valid_to": "2015-10-15"}
        response = await client.patch("/v1/contracts/ARC-2015", json=early_end, headers={"if-match": "*"})
        assert response.json()["code"] == "sealed_period"


async def test_nothing_is_sealed_before_its_day_or_without_its_data(own_url: str, as_of: datetime):
    async with serving(own_url) as (service, _):
        one = await kept(service)
        october = find_period(one.latest.contract, "2015-10", now=service.desk.clock())
        november = find_period(one.latest.contract, "2015-11", now=service.desk.clock())
        # Ten days after the end of October, at midnight in Paris, which is the zone of the contract.
        day = datetime(2015, 11, 10, 23, tzinfo=UTC)
        with pytest.raises(QuestionRefused) as refused:
            await on(service, day - timedelta(seconds=1)).seal(one, october, who="t")
        assert refused.value.code == "not_due"
        due = [(each.latest.contract.code, period.name) for each, period in await on(service, day).due()]
        assert due == [("ARC-2015", "2015-09"), ("ARC-2015", "2015-10")]
        assert await on(service, day).seal(one, october, who="t")
        with pytest.raises(QuestionRefused, match="the data reach to 2015-11-18"):
            await service.contracts.seal(one, november, who="t")
        assert [period.name for _, period in await on(service, day).due("ARC-2015")] == ["2015-09"]


def test_terminal_and_worker_seal_what_is_due(
    own_url: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
):
    monkeypatch.setenv("CADRAN_DATABASE_URL", own_url)
    (tmp_path / "new.json").write_text(json.dumps(contract(valid_to="2015-12-01")))
    assert main(["contract", "add", str(tmp_path / "new.json")]) == 0
    assert main(["contract", "seal", "ARC-2015", "--period", "2015-09"]) == 0
    assert main(["contract", "seal", "ARC-2015", "--period", "2015-09"]) == 0
    assert main(["worker", "--once"]) == 0
    assert main(["contract", "seal"]) == 0
    told = capsys.readouterr().out
    assert told.count("ARC-2015 2015-09 is sealed") == 2
    assert "2015-10 is sealed" not in told
    assert "not yet: 2015-11 of ARC-2015" in told
    assert main(["contract", "list"]) == 0
    assert "periods sealed: 2" in capsys.readouterr().out
