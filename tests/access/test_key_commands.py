"""The commands `cadran key create`, `list`, `rotate` and `revoke`, and the key of the demonstration."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from cadran.access import keys
from cadran.access.key_store import KeyStore
from cadran.cli.demo import make_demonstration_key
from cadran.cli.key import parse_duration
from cadran.errors import QuestionRefused
from cadran.process import clock
from tests.access.two_sites import House, until
from tests.sample_service import opened


def terminal(url: str, *words: str) -> str:
    environment = {**os.environ, "CADRAN_DATABASE_URL": url}
    command = [sys.executable, "-m", "cadran", "key", *words]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=60)
    return done.stdout + done.stderr


async def test_at_the_terminal(house_url: str, house: House):
    told = await asyncio.to_thread(
        terminal,
        house_url,
        *["create", "wall", "--role", "board", "--site", "PAU", "--metrics", "qos,contacts", "--expires", "90d"],
    )
    text = told.split()[0]
    await until(house, text, 200)
    listed = await asyncio.to_thread(terminal, house_url, "list")
    number = keys.parse_key_id(text) or ""
    line = next(line for line in listed.splitlines() if number in line)
    assert "sites=PAU metrics=contacts,qos" in line or "sites=PAU metrics=qos,contacts" in line
    assert text not in listed
    other = (await asyncio.to_thread(terminal, house_url, "rotate", number, "--overlap", "0m")).split()[0]
    await until(house, other, 200)
    await until(house, text, 401)
    assert f"{number} is revoked" in await asyncio.to_thread(terminal, house_url, "revoke", number)
    await until(house, other, 401)
    assert "no key 'nonesuch'" in await asyncio.to_thread(terminal, house_url, "revoke", "nonesuch")


def test_durations():
    assert (parse_duration("30m"), parse_duration("12h"), parse_duration("90d")) == (
        timedelta(minutes=30),
        timedelta(hours=12),
        timedelta(days=90),
    )
    with pytest.raises(QuestionRefused, match="not a duration"):
        parse_duration("soon")


async def test_the_demonstration_keeps_its_key(house_url: str, tmp_path: Path):
    pool = await opened(house_url)
    try:
        register, path = KeyStore(pool, clock), tmp_path / "data" / "demo.key"
        text = await make_demonstration_key(register, path)
        assert path.read_text().strip() == text
        assert path.stat().st_mode & 0o777 == 0o600
        assert await make_demonstration_key(register, path) == text
        await register.revoke(keys.parse_key_id(text) or "", who="tests")
        assert await make_demonstration_key(register, path) != text
    finally:
        await pool.close()
