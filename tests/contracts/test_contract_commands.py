"""The commands that make, amend, list and seal contracts."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from cadran.cli.main import main
from tests.contracts.contact_centre import contract


def test_the_terminal_shows_labels_as_they_were_sent(
    own_url: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
):
    monkeypatch.setenv("CADRAN_DATABASE_URL", own_url)
    sent = contract()
    (tmp_path / "new.json").write_text(
        json.dumps({**sent, "terms": [{**term, "label_en": "[/bold] [red]Calls"} for term in sent["terms"]]})
    )
    assert main(["contract", "add", str(tmp_path / "new.json")]) == 0
    assert main(["sla", "ARC-2015", "--period", "2015-10"]) == 0
    assert "[/bold] [red]Calls" in capsys.readouterr().out


def test_the_terminal_adds_amends_and_lists(
    own_url: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
):
    monkeypatch.setenv("CADRAN_DATABASE_URL", own_url)
    (tmp_path / "new.json").write_text(json.dumps(contract()))
    (tmp_path / "change.json").write_text(json.dumps({"cap": 9}))
    assert main(["contract", "list"]) == 0
    assert main(["contract", "add", str(tmp_path / "new.json")]) == 0
    assert main(["contract", "amend", "ARC-2015", str(tmp_path / "change.json"), "--from", "2015-11-01"]) == 0
    assert main(["contract", "list"]) == 0
    told = capsys.readouterr().out
    assert told.startswith("no contracts\n")
    assert "version 2" in told
    assert main(["contract", "add", str(tmp_path / "none.json")]) == 1
    assert main(["contract", "add", str(tmp_path / "change.json")]) == 1
    assert "contract: Field required" in capsys.readouterr().err
    (tmp_path / "change.json").write_text(json.dumps([{"cap": 9}]))
    assert main(["contract", "amend", "ARC-2015", str(tmp_path / "change.json"), "--from", "2015-12-01"]) == 1
    assert "a JSON object of the members to change" in capsys.readouterr().err


def test_the_terminal_keeps_contracts_in_french(
    own_url: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
):
    monkeypatch.setenv("CADRAN_DATABASE_URL", own_url)
    (tmp_path / "new.json").write_text(json.dumps(contract()))
    (tmp_path / "change.json").write_text(json.dumps({"cap": 9}))

    def told(*words: str) -> str:
        assert main(["contract", *words, "--lang", "fr"]) == 0
        return capsys.readouterr().out

    assert (told("list"), told("seal")) == ("aucun contrat\n", "rien à sceller\n")
    assert told("add", str(tmp_path / "new.json")) == "ARC-2015 est enregistré, version 1\n"
    amended = told("amend", "ARC-2015", str(tmp_path / "change.json"), "--from", "2015-11-01")
    assert amended == "ARC-2015 passe à la version 2, en vigueur à partir du 2015-11-01\n"
    assert re.fullmatch(r"ARC-2015  ARC  à partir du [\d-]+  version 2  périodes scellées : 0\n", told("list"))
    assert told("seal", "ARC-2015", "--period", "2015-10") == "ARC-2015 2015-10 : période scellée\n"
    sealed, *early = told("seal").splitlines()
    assert sealed == "ARC-2015 2015-09 : période scellée"
    assert all(line.startswith("pas encore : ") for line in early)
