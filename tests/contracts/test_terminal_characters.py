"""Text from others on the operator's terminal: no character of it moves the cursor, hides or reorders text, or begins a
line.
"""

from __future__ import annotations

import asyncio
import logging
import os
import subprocess
import sys
import unicodedata
from collections.abc import Iterator
from pathlib import Path

import asyncpg
import pytest

from cadran.app import open_service
from cadran.cli.main import main
from cadran.process import PlainFormatter
from cadran.settings import Settings
from tests.contracts.contact_centre import contract
from tests.databases import Server
from tests.keys import client_of

#: Escape sequences of both kinds, control characters, bidirectional and invisible characters, and line ends.
STEERING = "\x1b[2J\x1b]0;title\x07\x9b31m\x7f\x08\r\v\f\x85"
CONTROLS = STEERING + "\u202e\u2066\u200e\u061c\u200b\u200d\ufeff\u2060\u2028\u2029"
#: A text that looks like a line of cadran's own output.
FORGED = "cadran: all is well"
HOSTILE = f"A{CONTROLS}B\n{FORGED}\n"
NUMBER = 1


@pytest.fixture(scope="module")
def hostile(server: Server, centre_template: str) -> Iterator[str]:
    """Yield the URL of a database in which every name and free text contains hostile characters."""
    with server.clone(centre_template) as url:
        asyncio.run(_spoil(url))
        yield url


COMMANDS = [
    ["okr", "list", "--as-of", "2015-11-10"],
    ["okr", "show", str(NUMBER), "--as-of", "2015-11-10"],
    ["okr", "show", str(NUMBER), "--as-of", "2015-11-10", "--lang", "fr"],
    ["key", "list"],
    ["document", "list"],
    ["contract", "list"],
    ["sla", "ARC-2015", "--period", "2015-10"],
    ["ask", "contacts", "--by", "channel", "--period", "2015-10"],
    ["ask", "contacts", "--by", "channel", "--period", "2015-10", "--explain"],
    ["load", f"no{CONTROLS}file.csv"],
    ["load", f"bad{CONTROLS}.csv"],
    ["load", "bad.csv", "--mapping", HOSTILE],
    ["load", "bad.csv", "--zone", HOSTILE],
    ["ask", HOSTILE, "--period", "2015-10"],
    ["ask", "contacts", "--period", HOSTILE],
    ["ask", "contacts", "--period", "2015-10", "--where", HOSTILE],
    ["ask", "contacts", "--by", HOSTILE, "--period", "2015-10"],
    ["sla", HOSTILE, "--period", "2015-10"],
    ["sla", "ARC-2015", "--period", HOSTILE],
    ["contract", "add", HOSTILE],
    ["contract", "seal", "ARC-2015", "--period", HOSTILE],
    ["document", "add", HOSTILE],
    ["document", "remove", HOSTILE],
    ["key", "revoke", HOSTILE],
    ["key", "create", "n", "--role", HOSTILE],
    ["key", "create", "n", "--role", "analyst", "--expires", HOSTILE],
    ["okr", "list", "--owner", HOSTILE],
    ["okr", "check-in", str(NUMBER), str(NUMBER), "--value", "1", "--on", HOSTILE],
    ["check"],
    ["migrate"],
]


#: Commands that show text from others.
SHOWING = [
    ["okr", "list"],
    ["okr", "show"],
    ["key", "list"],
    ["document", "list"],
    ["ask", "contacts"],
    ["sla", "ARC-2015"],
]


@pytest.mark.parametrize("words", COMMANDS, ids=[f"{number} {words[0]}" for number, words in enumerate(COMMANDS)])
def test_no_command_writes_what_steers_a_terminal(
    hostile: str,
    words: list[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfdbinary: pytest.CaptureFixture[bytes],
):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CADRAN_DATABASE_URL", hostile)
    for name in ("bad.csv", f"bad{CONTROLS}.csv"):
        Path(name).write_text(f"contact,site,channel,offered_at,outcome\n1,PAU,phone,{CONTROLS},abandoned\n")
    main(words)
    seen = capfdbinary.readouterr()
    assert seen.out + seen.err
    if words[:2] in SHOWING and HOSTILE not in words:
        # The text is shown without its control characters.
        assert b"[2J" in seen.out
    _assert_plain(seen.out)
    _assert_plain(seen.err)


def test_neither_usage_nor_settings_nor_the_log_do(hostile: str, tmp_path: Path):
    kept = {name: value for name, value in os.environ.items() if not name.startswith("CADRAN_")}
    shell = {**kept, "CADRAN_DATABASE_URL": hostile, "CADRAN_PORT": "0"}
    for words, given in (
        (["ask", CONTROLS + FORGED, f"--{CONTROLS}"], {}),
        ([f"{CONTROLS}{FORGED}"], {}),
        (["key", "list"], {"CADRAN_ZONE": CONTROLS, f"CADRAN_{CONTROLS}": "1", "CADRAN_LOG_LEVEL": CONTROLS}),
        (["serve"], {"CADRAN_STATEMENT_KEYS": f"{CONTROLS}\n{FORGED}"}),
    ):
        command = [sys.executable, "-m", "cadran", *words]
        done = subprocess.run(command, cwd=tmp_path, env={**shell, **given}, capture_output=True, check=False)
        assert done.returncode in (2, 3), done.stderr
        assert done.stderr
        _assert_plain(done.stdout)
        _assert_plain(done.stderr)


def test_a_record_of_the_log_is_one_line():
    formatter = PlainFormatter("%(levelname)s %(message)s")
    record = logging.LogRecord("n", logging.WARNING, __file__, 1, "path=%s", (f"/a{CONTROLS}\n{FORGED}",), None)
    line = formatter.format(record)
    assert len(line.splitlines()) == 1
    _assert_plain(line.encode())
    # No character is lost: the operator sees an escaped form of what was sent.
    assert r"\x1b[2J" in line
    assert r"\n" + FORGED in line
    try:
        raise ValueError(f"bad{CONTROLS}\n{FORGED}")
    except ValueError:
        record.exc_info = sys.exc_info()
    lines = formatter.format(record).splitlines()
    _assert_plain("\n".join(lines).encode())
    assert lines[1] == "    Traceback (most recent call last):"
    assert not [each for each in lines[1:] if not each.startswith("    ")]


def _assert_plain(written: bytes) -> None:
    text = written.decode("utf-8")
    steering = {each for each in text if unicodedata.category(each) in ("Cc", "Cf", "Zl", "Zp")} - {"\n", "\t"}
    assert not steering, (steering, text)
    forged = [line for line in text.splitlines() if line.startswith(FORGED)]
    assert not forged, text


async def _spoil(url: str) -> None:
    async with open_service(Settings(database_url=url)) as service, client_of(service.app) as client:
        sent = {
            "title": "t", "owner": {"kind": "company"}, "state": "active", "start": "2015-11-01", "end": "2015-12-01",
            "key_results": [{"title": "k", "unit": "teams", "baseline": 0, "target": 10}],
        }  # fmt: skip
        made = await client.post("/v1/objectives", json=sent)
        assert made.status_code == 201, made.text
        assert made.json()["objective"] == NUMBER
        result = made.json()["key_results"][0]["key_result"]
        said = {"value": 3, "confidence": 0.5, "comment": "c", "on": "2015-11-05"}
        told = await client.post(f"/v1/objectives/{NUMBER}/key-results/{result}/check-ins", json=said)
        assert told.status_code == 201, told.text
        told = await client.post("/v1/contracts", json=contract())
        assert told.status_code == 201, told.text
        told = await client.post("/v1/documents", json={"document": "{ __typename }"})
        assert told.status_code == 201, told.text
    # Write straight into the tables, because a database may contain text that an older version accepted.
    connection = await asyncpg.connect(url)
    try:
        for statement in (
            "UPDATE objective SET title = $1, description = $1",
            "UPDATE key_result SET title = $1, unit = $1",
            "UPDATE check_in SET comment = $1, author = $1",
            "UPDATE api_key SET name = $1",
            "UPDATE graphql_document SET text = $1",
            "UPDATE channel SET code = $1 WHERE code = 'chat'",
            "UPDATE contract_version SET document = jsonb_set(document, '{terms,0,label_en}', to_jsonb($1::text))",
        ):
            await connection.execute(f"ALTER TABLE {statement.split()[1]} DISABLE TRIGGER USER")
            # Contracts are parsed strictly, so that no C0 control character in them reaches the terminal.
            text = "".join(each for each in HOSTILE if each >= " ") if "contract" in statement else HOSTILE
            await connection.execute(statement, text)
    finally:
        await connection.close()
