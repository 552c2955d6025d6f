"""The command `cadran load`: its summary, its exit codes, and the figures after it."""

import asyncio
import json
from hashlib import sha256
from pathlib import Path

import pytest

from cadran.cli.main import main
from cadran.facts.load.session import lock_sites
from cadran.store.pool import Pool
from tests.facts.test_files import CALLS, GOOD, HEADER


@pytest.fixture
def folder(tmp_path: Path, database: str, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Change to a temporary folder with a good and a bad file, and set the URL of the test's database."""
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


def test_the_figures_follow(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "calls.csv").write_text(CALLS)
    mapping = str(Path(__file__).with_name("call_centre.sql"))
    assert main(["load", "calls.csv", "--mapping", mapping, "--zone", "Europe/Paris"]) == 2
    assert main(["ask", "contacts", "abandoned", "asa", "--period", "2021"]) == 0
    assert capsys.readouterr().out.split()[-3:] == ["3", "1", "1:04"]


async def test_a_load_does_not_wait_for_ever_for_another(
    folder: Path, pool: Pool, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("CADRAN_LOCK_TIMEOUT_SECONDS", "0.1")
    (folder / "sites.csv").write_text("site,zone\nPAU,Europe/Paris\n")
    async with pool.acquire() as connection, connection.transaction():
        await lock_sites(connection)
        assert await asyncio.to_thread(main, ["load", "sites.csv", "--as", "sites"]) == 1
        told = capsys.readouterr().err
        assert f"process {connection.get_server_pid()} of the server" in told
        assert "Try again when it has ended" in told


async def test_the_audit_log_tells_who_brought_in_which_file_and_what_came_of_it(
    folder: Path, database: str, pool: Pool
) -> None:
    # The command starts its own event loop, so it must run in another thread.
    code = await asyncio.to_thread(
        main, ["load", "bad.csv", "missing.csv", "--zone", "Europe/Paris", "--source", "acd"]
    )
    assert code == 1
    lines = await pool.fetch("SELECT who, action, subject, detail FROM audit ORDER BY audit_id")
    assert [(line["action"], line["subject"]) for line in lines] == [
        ("import.begin", "contacts"),
        ("import.end", "contacts"),
    ]
    assert all(line["who"].startswith("terminal:") for line in lines)
    began, ended = (json.loads(line["detail"]) for line in lines)
    digest = sha256((folder / "bad.csv").read_bytes()).hexdigest()
    assert began == {"file": "bad.csv", "sha256": digest, "source": "acd"}
    assert began.items() <= ended.items()
    assert (ended["loaded"], ended["rejected"]) == (1, 1)


async def test_a_load_that_failed_has_no_end_in_the_audit_log(folder: Path, pool: Pool) -> None:
    assert await asyncio.to_thread(main, ["load", "good.csv", "--zone", "Mars/Phobos"]) == 1
    assert [line["action"] for line in await pool.fetch("SELECT action FROM audit")] == ["import.begin"]
