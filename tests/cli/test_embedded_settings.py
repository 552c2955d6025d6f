"""A setting that the database stores: only `cadran migrate` changes it, whatever the settings of other commands are."""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from cadran.cli.main import main

STATES = """agent,state,started_at,ended_at
Ann,available,2015-12-01T09:00:00+01:00,
Bob,available,2015-12-01T09:00:00+01:00,2015-12-01T15:00:00+01:00
"""
AGENTS = "agent,team\nAnn,Blue\nBob,Blue\n"
TEAMS = "team,site\nBlue,PAU\n"
SITES = "site,zone\nPAU,Europe/Paris\n"


@pytest.fixture
def folder() -> Iterator[Path]:
    """Yield an empty folder that the embedded server's user may enter."""
    path = Path(tempfile.mkdtemp(prefix="cadran-settings-"))
    path.chmod(0o755)
    yield path
    shutil.rmtree(path)


@pytest.mark.slow
def test_only_migrate_stores_the_longest_time_of_open_states(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("CADRAN_DATABASE_URL", raising=False)
    monkeypatch.setenv("CADRAN_DATA_DIR", str(folder / "data"))
    for kind, text in (("sites", SITES), ("teams", TEAMS), ("agents", AGENTS), ("states", STATES)):
        path = folder / f"{kind}.csv"
        path.write_text(text)
        assert main(["load", str(path), "--as", kind]) == 0

    def logged_in(hours: str) -> str:
        """Return how many agents are available at 14:00, as a command with this setting shows it."""
        monkeypatch.setenv("CADRAN_OPEN_STATE_HOURS_MAX", hours)
        capsys.readouterr()
        assert main(["ask", "agents_available", "--start", "2015-12-01", "--end", "2015-12-01T14:00"]) == 0
        return capsys.readouterr().out.split()[-1]

    assert [logged_in("24"), logged_in("2"), logged_in("24")] == ["2", "2", "2"]
    monkeypatch.setenv("CADRAN_OPEN_STATE_HOURS_MAX", "2")
    assert main(["migrate"]) == 0
    assert capsys.readouterr().out == "agent states without an end last up to 2 hours\n"
    assert [logged_in("24"), logged_in("2")] == ["1", "1"]
    assert main(["migrate"]) == 0
    assert capsys.readouterr().out == "already up to date\n"
