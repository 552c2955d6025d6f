"""`cadran export`: committed files equal its output; outdated tables are found, and pages without a table refused."""

import re
import shutil
from pathlib import Path

import pytest

from cadran.cli.export import list_files
from cadran.cli.main import main

ROOT = Path(__file__).resolve().parents[2]
PAGES = ("docs/access.md", "docs/loading.md", "docs/metrics.md", "docs/settings.md")


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """Return a folder with the exported files."""
    shutil.copytree(ROOT / "docs", tmp_path / "docs")
    assert main(["export", "--directory", str(tmp_path)]) == 0
    return tmp_path


def test_what_is_committed_is_what_the_code_says():
    assert [name for name, text in list_files(ROOT).items() if (ROOT / name).read_text("utf-8") != text] == []


@pytest.mark.parametrize("page", PAGES)
def test_a_table_that_differs_is_found_and_mended(page: str, checkout: Path, capsys: pytest.CaptureFixture[str]):
    path = checkout / page
    committed = path.read_text("utf-8")
    path.write_text(re.sub(r"(?=<!-- /)", "by hand\n", committed), "utf-8")
    capsys.readouterr()
    assert main(["export", "--check", "--directory", str(checkout)]) == 1
    assert capsys.readouterr().err == f"cadran: run `cadran export`; out of date: {page}\n"
    assert main(["export", "--directory", str(checkout)]) == 0
    assert path.read_text("utf-8") == committed


@pytest.mark.parametrize("page", PAGES)
def test_a_page_without_its_table_is_refused(page: str, checkout: Path, capsys: pytest.CaptureFixture[str]):
    path = checkout / page
    path.write_text(path.read_text("utf-8").replace("<!-- /", "<!-- "), "utf-8")
    assert main(["export", "--check", "--directory", str(checkout)]) == 1
    assert f"{page} has no part between" in capsys.readouterr().err
