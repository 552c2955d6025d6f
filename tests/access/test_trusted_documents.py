"""Trusted documents: administrators register them, every key may request them by id, and some keys must."""

from __future__ import annotations

import json
from hashlib import sha256
from typing import Any, Final

import httpx
import pytest

from cadran.access.documents import compute_id
from cadran.cli.main import main
from tests.access.two_sites import House, housed
from tests.answer_schema import check_answer
from tests.polling import until

TEXT: Final = "query Q($n: String!) { indicators(period: {named: $n}, by: [SITE]) { rows { contacts { value } } } }"
ID: Final = f"sha256:{sha256(TEXT.encode()).hexdigest()}"
HASH: Final = ID.partition(":")[2]
VARIABLES: Final = {"n": "2015-11"}
APOLLO: Final = {"extensions": {"persistedQuery": {"version": 1, "sha256Hash": HASH}}}
ASKED: Final = {"documentId": ID, "variables": VARIABLES}


async def heard(house: House, before: int) -> None:
    """Wait until the process has received and loaded a directory newer than ``before``."""
    desk, versions = house.service.desk, house.service.versions
    await until(lambda: desk.directory().version >= versions.whole_version > before)


async def registered(house: House, text: str = TEXT) -> str:
    before = house.service.desk.directory().version
    response = await house.post("/v1/documents", "administrator", {"document": text})
    assert response.status_code == 201, response.text
    await heard(house, before)
    return str(response.json()["document_id"])


async def bound(house: House, **grant: Any) -> dict[str, str]:
    """Create a key that may send trusted documents only, and return its authorization header."""
    before = house.service.desk.directory().version
    text = await house.key(**{"role": "analyst", "documents_only": True, **grant})
    await heard(house, before)
    return {"authorization": f"Bearer {text}"}


def told(response: httpx.Response) -> tuple[int, str]:
    return response.status_code, response.json()["errors"][0]["extensions"]["code"]


async def test_every_key_may_ask_by_id(house: House):
    assert await registered(house) == ID == compute_id(TEXT)
    whole = await house.post("/graphql", "analyst", {"query": TEXT, "variables": VARIABLES})
    assert len(whole.json()["data"]["indicators"]["rows"]) == 2
    for body in (ASKED, APOLLO | {"variables": VARIABLES}, APOLLO | {"query": TEXT, "variables": VARIABLES}):
        assert (await house.post("/graphql", "analyst", body)).json() == whole.json()
    parameters = {"documentId": ID, "variables": json.dumps(VARIABLES)}
    by_get = await house.client.get("/graphql", params=parameters, headers=house.bearer("analyst"))
    assert by_get.json() == whole.json()
    # The document is the same, but the answer is limited to the caller's scope.
    assert len((await house.post("/graphql", "partner", ASKED)).json()["data"]["indicators"]["rows"]) == 1


async def test_a_bound_key_asks_by_id_only(house: House):
    await registered(house)
    headers = await bound(house)
    asked = await house.client.post("/graphql", json=ASKED, headers=headers)
    assert len(asked.json()["data"]["indicators"]["rows"]) == 2
    again = await house.client.post("/graphql", json=ASKED, headers=headers)
    assert "finished;desc=hit" in again.headers["server-timing"]
    assert again.content == asked.content
    # Cache the response to the text itself, for a key with the same scope that may send any text.
    plain: dict[str, Any] = {"query": TEXT, "variables": VARIABLES}
    for _ in range(2):
        assert (await house.post("/graphql", "analyst", plain)).status_code == 200
    other = "{ __typename }"
    wrong = {"persistedQuery": {"version": 1, "sha256Hash": sha256(other.encode()).hexdigest()}}
    refused = [plain, {"query": other}, {"query": "{ __schema { types { name } } }"}]
    refused.append({"query": other, "extensions": wrong})
    for body in refused:
        response = await house.client.post("/graphql", json=body, headers=headers)
        assert told(response) == (403, "document_required")
    got = await house.client.get("/graphql", params={"query": other}, headers=headers)
    assert told(got) == (403, "document_required")
    unknown = await house.client.post("/graphql", json={"extensions": wrong}, headers=headers)
    assert told(unknown) == (200, "persisted_query_not_supported")
    assert unknown.json()["errors"][0]["message"] == "PersistedQueryNotSupported"
    # A text that another key registered as a persisted query is unknown to this key.
    assert (await house.post("/graphql", "analyst", {"query": other, "extensions": wrong})).status_code == 200
    assert (await house.post("/graphql", "analyst", {"extensions": wrong})).json() == {"data": {"__typename": "Query"}}
    again = await house.client.post("/graphql", json={"extensions": wrong}, headers=headers)
    assert told(again) == (200, "persisted_query_not_supported")
    # REST has no documents, so the key can use it without restriction.
    assert (await house.client.get("/v1/scorecard?period=2015", headers=headers)).status_code == 200


async def test_tokens_of_a_bound_key_are_bound(house: House):
    await registered(house)
    headers = await bound(house)
    minted = await house.client.post("/v1/embed-tokens", json={"metrics": ["contacts"]}, headers=headers)
    token = {"authorization": f"Bearer {minted.json()['token']}"}
    assert (await house.client.post("/graphql", json=ASKED, headers=token)).status_code == 200
    refused = await house.client.post("/graphql", json={"query": "{ __typename }"}, headers=token)
    assert told(refused) == (403, "document_required")


@pytest.mark.parametrize(
    "body",
    [
        {"documentId": 3},
        {"documentId": "sha256:abc"},
        {"documentId": HASH},
        {"documentId": ID, "query": "{ __typename }"},
        APOLLO | {"query": "{ __typename }"},
        {"extensions": {"persistedQuery": {"version": 2, "sha256Hash": HASH}}},
        {"extensions": {"persistedQuery": 7}},
        {"extensions": {"persistedQuery": {"version": 1, "sha256Hash": None}}},
    ],
)
async def test_ids_that_are_none_are_refused(shared: House, body: dict[str, Any]):
    assert told(await shared.post("/graphql", "analyst", body)) == (400, "bad_request")


async def test_an_unknown_id_is_told_as_apollo_expects_it(shared: House):
    response = await shared.post("/graphql", "analyst", APOLLO)
    assert told(response) == (200, "persisted_query_not_found")
    assert response.json()["errors"][0]["message"] == "PersistedQueryNotFound"
    accept = {"accept": "application/graphql-response+json"}
    strict = await shared.client.post("/graphql", json=APOLLO, headers=shared.bearer("analyst") | accept)
    assert told(strict) == (404, "persisted_query_not_found")
    by_id = await shared.post("/graphql", "analyst", {"documentId": ID})
    assert told(by_id) == (404, "unknown_document")
    assert by_id.json()["errors"][0]["message"].startswith("There is no trusted document")
    assert response.headers["cache-control"] == "no-store"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("{", "Syntax Error"),
        ("{ qso }", "Cannot query field 'qso'"),
        ("{" * 60 + "}" * 60, "Syntax Error"),
        ("{ __typename } #\0", "NUL"),
    ],
)
async def test_only_documents_of_the_schema_are_trusted(shared: House, text: str, says: str):
    response = await shared.post("/v1/documents", "administrator", {"document": text})
    found = response.json()
    assert (response.status_code, found["code"]) == (422, "bad_document")
    assert says in found["detail"]


async def test_what_is_removed_is_answered_no_more_and_the_log_tells(house: House):
    await registered(house)
    assert (await house.post("/graphql", "analyst", ASKED)).status_code == 200
    assert (await house.post("/v1/documents", "administrator", {"document": TEXT})).status_code == 201
    answer = (await house.get("/v1/documents", "administrator")).json()
    check_answer("Documents", answer)
    listed = answer["documents"]
    assert [(each["document_id"], each["document"]) for each in listed] == [(ID, TEXT)]
    before = house.service.desk.directory().version
    headers = house.bearer("administrator")
    assert (await house.client.delete(f"/v1/documents/{ID}", headers=headers)).status_code == 204
    await heard(house, before)
    await until_refused(house)
    assert (await house.client.delete(f"/v1/documents/{ID}", headers=headers)).status_code == 404
    entries = (await house.get("/v1/audit", "administrator")).json()["entries"]
    actions = [each["action"] for each in entries if each["subject"] == ID]
    assert actions == ["document.remove", "document.add"]


async def test_what_is_no_id_is_no_document(shared: House):
    for wrong in ("%00", "x" * 5_000, "sha256:", f"SHA256:{HASH}"):
        response = await shared.client.delete(f"/v1/documents/{wrong}", headers=shared.bearer("administrator"))
        assert (response.status_code, response.json()["code"]) == (404, "not_found"), wrong


async def until_refused(house: House) -> None:
    """Wait until the document is refused. The directory is updated shortly before the caches are cleared."""
    for _ in range(100):
        response = await house.post("/graphql", "analyst", ASKED)
        if response.status_code == 404:
            return
    raise AssertionError("still answered")


async def test_no_more_than_so_many(house_url: str):
    async with housed(house_url, graphql_documents_max=1) as house:
        await registered(house)
        more = await house.post("/v1/documents", "administrator", {"document": "{ __typename }"})
        assert (more.status_code, more.json()["code"]) == (422, "too_many_documents")
        assert (await house.post("/v1/documents", "administrator", {"document": TEXT})).status_code == 201


def test_the_terminal_trusts_and_binds(house_url: str, tmp_path: Any, monkeypatch: Any, capsys: Any):
    monkeypatch.setenv("CADRAN_DATABASE_URL", house_url)
    file = tmp_path / "desk.graphql"
    file.write_text(TEXT)
    assert main(["document", "add", str(file)]) == 0
    assert capsys.readouterr().out == f"{ID}  {file}\n"
    assert main(["document", "list"]) == 0
    assert capsys.readouterr().out.startswith(ID)
    wrong = tmp_path / "wrong.graphql"
    wrong.write_text("{ qso }")
    assert main(["document", "add", str(wrong), str(tmp_path / "none.graphql")]) == 1
    assert main(["document", "add", str(wrong)]) == 1
    assert "Cannot query field 'qso'" in capsys.readouterr().err
    assert main(["key", "create", "app", "--role", "analyst", "--documents-only"]) == 0
    assert main(["key", "list"]) == 0
    assert "documents only" in capsys.readouterr().out
    assert main(["document", "remove", ID]) == 0
    assert main(["document", "remove", ID]) == 1
