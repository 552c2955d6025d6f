"""README's examples, run: each request against the demonstration data, each answer compared with the one shown.

A fence `console` holds one command, the fence after it the answer: `json` is shown in part (members and leading items
may be left
out), `text` is shown whole.
"""

import asyncio
import json
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.keys import KEY

README = Path(__file__).parent.parent / "README.md"
EXAMPLES = re.findall(r"```console\n\$ (.*?)\n```\n```(json|text)\n(.*?)```", README.read_text("utf-8"), re.DOTALL)


def _request(words: list[str]) -> tuple[str, str, dict[str, str], str | None]:
    """Method, URL, headers and body of a `curl` command."""
    headers, body, url = {}, None, ""
    rest = iter(words[1:])
    for word in rest:
        if word == "-H":
            name, _, value = next(rest).partition(": ")
            headers[name] = value.replace("$KEY", KEY)
        elif word == "-d":
            body = next(rest)
        else:
            url = word
    return ("POST" if body else "GET"), url.removeprefix("http://127.0.0.1:8000"), headers, body


def _differences(shown: Any, found: Any, place: str = "$") -> list[str]:
    if isinstance(shown, dict):
        missing = [f"{place}.{name} is missing" for name in shown if name not in found]
        return missing + [
            each
            for name in shown
            if name in found
            for each in _differences(shown[name], found[name], f"{place}.{name}")
        ]
    if isinstance(shown, list):
        if len(shown) > len(found):
            return [f"{place} has {len(found)} items"]
        return [
            each
            for number, item in enumerate(shown)
            for each in _differences(item, found[number], f"{place}[{number}]")
        ]
    return [] if shown == found else [f"{place} is {found!r}, not {shown!r}"]


def test_every_request_brings_the_key():
    assert all("$KEY" in command for command, _, _ in EXAMPLES if command.startswith("curl"))


def test_there_are_examples():
    assert len(EXAMPLES) >= 6


@pytest.mark.parametrize(("command", "kind", "shown"), EXAMPLES, ids=[command[:60] for command, _, _ in EXAMPLES])
async def test_example(demo_client: httpx.AsyncClient, demo_database: str, command: str, kind: str, shown: str):
    words = shlex.split(command)
    if words[0] == "curl":
        method, url, headers, body = _request(words)
        answer = await demo_client.request(method, url, headers=headers, content=body)
        assert _differences(json.loads(shown), answer.json()) == []
        return
    environment = {**os.environ, "CADRAN_DATABASE_URL": demo_database}
    run = await asyncio.to_thread(
        subprocess.run,
        [sys.executable, "-m", "cadran", *words[1:]],
        env=environment,
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    assert [line.rstrip() for line in run.stdout.splitlines()] == shown.splitlines()
