"""The examples of README and of the pages in docs/, run: each request against the demonstration data, each answer
compared with the one shown.

A fence `console` holds one command, the fence after it the answer: `json` is shown in part (members and trailing items
may be left out), `text` is shown whole. Fences `sh` hold commands that change something: they are only parsed.
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

from cadran.cli.main import make_parser
from tests.keys import KEY

ROOT = Path(__file__).resolve().parents[1]
PAGES = {path.name: path.read_text("utf-8") for path in (ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md")))}
HOST = "http://127.0.0.1:8000"
EXAMPLES = [
    pytest.param(command.replace("\\\n", ""), kind, shown, id=f"{name}: {command[:60]}")
    for name, page in PAGES.items()
    for command, kind, shown in re.findall(r"```console\n\$ (.*?)\n```\n```(json|text)\n(.*?)```", page, re.DOTALL)
]
COMMANDS = [
    pytest.param(line, id=f"{name}: {line[:60]}")
    for name, page in PAGES.items()
    for fence in re.findall(r"```sh\n(.*?)```", page, re.DOTALL)
    for line in fence.splitlines()
    if line.startswith("cadran ")
]


def request_of(words: list[str]) -> tuple[str, str, dict[str, str], str | None]:
    """Parse a `curl` command. Return method, URL, headers and body."""
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
    return ("POST" if body else "GET"), url.removeprefix(HOST), headers, body


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
    commands = [str(example.values[0]) for example in EXAMPLES]
    assert all("$KEY" in command for command in commands if command.startswith("curl"))


def test_every_command_is_an_example():
    commands = sum(page.count("```console\n") for page in PAGES.values())
    assert len(EXAMPLES) == commands
    assert "```console\n" in PAGES["README.md"]


@pytest.mark.parametrize("line", COMMANDS)
def test_command_is_one(line: str):
    assert make_parser().parse_args(shlex.split(line, comments=True)[1:]).run


@pytest.mark.parametrize(("command", "kind", "shown"), EXAMPLES)
async def test_example(demo_client: httpx.AsyncClient, demo_database: str, command: str, kind: str, shown: str):
    words = shlex.split(command)
    if words[0] == "curl":
        method, url, headers, body = request_of(words)
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
