"""`cadran load` at the terminal: its summary, its exit codes, and figures that follow."""

import asyncio
from collections.abc import Mapping
from getpass import getuser
from pathlib import Path
from typing import Any

import pytest

from cadran.access.register import Register
from cadran.app import clock
from cadran.cli.main import main
from tests.facts.test_files import CALLS, GOOD, HEADER
from tests.rest.conftest import opened


@pytest.fixture
def folder(tmp_path: Path, database: str, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working folder, with the test's database set."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CADRAN_DATABASE_URL", database)
    (tmp_path / "good.csv").write_text(HEADER + GOOD)
    (tmp_path / "bad.csv").write_text(HEADER + GOOD + GOOD.replace("handled", "lost"))
    return tmp_path


def test_exit_codes_and_summaries(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["load", "good.csv", "--zone", "Europe/Paris"]) == 0
    assert capsys.readouterr().out == "good.csv: 1 loaded\n"
    assert main(["load", "good.csv", "bad.csv"]) == 2
    assert (
        capsys.readouterr().out
        == "good.csv: 0 loaded · 1 unchanged\nbad.csv: 0 loaded · 1 unchanged · 1 rejected → bad.rejects.csv\n"
    )
    assert (folder / "bad.rejects.csv").read_text(encoding="utf-8").splitlines()[1].startswith("3,unknown_outcome,")
    assert main(["load", "none.csv"]) == 1
    assert "There is no file none.csv" in capsys.readouterr().err
    assert main(["load", "good.csv", "--mapping", "none.sql"]) == 1
    assert "none.sql" in capsys.readouterr().err


def test_the_audit_log_tells_who_loaded_what(folder: Path, database: str) -> None:
    assert main(["load", "bad.csv", "--source", "acd", "--zone", "Europe/Paris"]) == 2
    (folder / "cut.csv").write_text("contact\n1\n")
    assert main(["load", "cut.csv"]) != 0

    async def entries() -> list[tuple[str, str, Mapping[str, Any]]]:
        pool = await opened(database)
        found = await Register(pool, clock).audit(before=None, limit=10)
        await pool.close()
        assert {each.who for each in found} == {f"terminal:{getuser()}"}
        return [(each.action, each.subject, each.detail) for each in reversed(found)]

    begun, ended, *cut = asyncio.run(entries())
    assert begun == ("load.begin", "bad.csv", {"kind": "contacts", "source": "acd"})
    counts = {"loaded": 1, "replaced": 0, "deleted": 0, "unchanged": 0, "rejected": 1}
    assert ended == ("load.end", "bad.csv", {"kind": "contacts", **counts})
    assert all(each[:2] == ("load.begin", "cut.csv") for each in cut)


def test_the_figures_follow(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "calls.csv").write_text(CALLS)
    mapping = str(Path(__file__).with_name("call_centre.sql"))
    assert main(["load", "calls.csv", "--mapping", mapping, "--zone", "Europe/Paris"]) == 2
    assert main(["ask", "contacts", "abandoned", "asa", "--period", "2021"]) == 0
    assert capsys.readouterr().out.split()[-3:] == ["3", "1", "1:04"]
