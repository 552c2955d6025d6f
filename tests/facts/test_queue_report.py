"""The mappings of docs/queues.md: a queue report, loaded and asked as the page shows."""

import re
from pathlib import Path

import pytest

from cadran.cli.main import main
from tests.test_pages import PAGES

PAGE = PAGES["docs/queues.md"]


def test_a_queue_report_gives_contacts_and_visits(
    database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    [report] = re.findall(r"```csv\n(.*?)```", PAGE, re.DOTALL)
    calls, visits = re.findall(r"```sql\n(.*?)```", PAGE, re.DOTALL)
    for name, text in (("queues.csv", report), ("calls.sql", calls), ("visits.sql", visits)):
        (tmp_path / name).write_text(text, "utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CADRAN_DATABASE_URL", database)
    [session] = re.findall(r"```text\n(.*?)```", PAGE, re.DOTALL)
    lines = session.splitlines()
    assert [line for line in lines if line.startswith("$")] == [
        "$ cadran load queues.csv --mapping calls.sql --zone Europe/Paris",
        "$ cadran load queues.csv --mapping visits.sql --as visits",
        "$ cadran ask queue_offered queue_answered flow_out_rate queue_asa --by queue --period 2025-11-03",
        "$ cadran ask contacts qos asa --by first_queue --period 2025-11-03",
    ]
    for line in lines:
        if line.startswith("$"):
            assert main(line.removeprefix("$ cadran ").split()) == 0
    shown = [line.rstrip() for line in capsys.readouterr().out.splitlines()]
    for line in lines:
        if not line.startswith("$"):
            assert line in shown, (line, shown)
