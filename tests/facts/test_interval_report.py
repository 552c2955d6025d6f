"""The report of docs/intervals.md, loaded and asked as the page shows."""

import re
import shlex
from pathlib import Path

import pytest

from cadran.cli.main import main
from tests.test_pages import PAGES

PAGE = PAGES["docs/intervals.md"]


def test_a_report_and_later_calls_give_one_month(
    database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    report, calls = re.findall(r"```csv\n(.*?)```", PAGE, re.DOTALL)
    [mapping] = re.findall(r"```sql\n(.*?)```", PAGE, re.DOTALL)
    for name, text in (("report.csv", report), ("calls.csv", calls), ("report.sql", mapping)):
        (tmp_path / name).write_text(text, "utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CADRAN_DATABASE_URL", database)
    [session] = re.findall(r"```text\n(.*?)```", PAGE, re.DOTALL)
    lines = session.splitlines()
    for line in lines:
        if line.startswith("$"):
            words = line.removeprefix("$ cadran ").replace("(", "\\(").replace(")", "\\)")
            assert main(shlex.split(words)) == 0
    output = capsys.readouterr()
    shown = [line.rstrip() for line in (output.out + output.err).splitlines()]
    for line in lines:
        if not line.startswith("$"):
            assert line in shown, (line, shown[-4:])
    assert sum(not line.startswith("$") for line in lines) == 12
