"""A test whose tool is missing is left out and named at the end of the run. When all tests are required, it fails."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from tests.test_pages import ROOT
from tests.tools import CHROMIUM, COMPLETE, main


@pytest.fixture(autouse=True)
def without_chromium(monkeypatch: pytest.MonkeyPatch) -> None:
    """Set a path of Chromium that does not exist, as an ordinary user who may not install programs."""
    monkeypatch.setenv("CADRAN_TEST_CHROMIUM", "/nowhere/chromium")
    monkeypatch.delenv(COMPLETE, raising=False)
    monkeypatch.setattr(os, "geteuid", lambda: 1000)


def test_the_end_of_a_run_names_what_was_left_out():
    command = [sys.executable, "-m", "pytest", "-q", "-n", "0", "-p", "no:cacheprovider", "tests/browser"]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout + run.stderr
    [line] = [line for line in run.stdout.splitlines() if line.startswith("LEFT OUT")]
    assert line == f"LEFT OUT, 1 tests: chromium: {CHROMIUM.remedy}"


def test_where_no_test_may_be_left_out_it_fails(monkeypatch: pytest.MonkeyPatch):
    with pytest.raises(pytest.skip.Exception, match="left out: chromium"):
        CHROMIUM.path()
    monkeypatch.setenv(COMPLETE, "1")
    with pytest.raises(pytest.fail.Exception, match="chromium: install it"):
        CHROMIUM.path()


def test_the_step_before_the_tests_says_what_is_missing(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    assert main("chromium", required=False) == 0
    assert capsys.readouterr().err == f"chromium is missing: {CHROMIUM.remedy}\n"
    assert main("chromium", required=True) == 1
    monkeypatch.setenv(COMPLETE, "1")
    assert main("chromium", required=False) == 1
