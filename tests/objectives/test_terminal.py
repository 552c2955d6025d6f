"""Objectives on the terminal: what an operator sees."""

import asyncio
import re

import pytest

from cadran.cli.main import main
from tests.objectives.conftest import ObjectiveRequests, manual, measured


async def test_the_terminal_shows_titles_as_they_were_sent(
    shared_steering: ObjectiveRequests,
    shared_url: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
):
    made = await shared_steering.make(manual(title="[/red] doors [shut]"), title="Answer [/bold] [red]all")
    monkeypatch.setenv("CADRAN_DATABASE_URL", shared_url)
    assert await asyncio.to_thread(main, ["okr", "list", "--as-of", "2015-11-10"]) == 0
    assert "Answer [/bold] [red]all" in capsys.readouterr().out
    assert await asyncio.to_thread(main, ["okr", "show", str(made["objective"]), "--as-of", "2015-11-10"]) == 0
    assert "[/red] doors [shut]" in capsys.readouterr().out


async def test_the_terminal_shows_what_was_said_and_learned(
    steering: ObjectiveRequests, house_url: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    monkeypatch.setenv("CADRAN_DATABASE_URL", house_url)
    made = await steering.make(measured(), manual(), description="Nobody waits in vain.")
    number, result = str(made["objective"]), str(made["key_results"][1]["key_result"])
    words = ["--value", "4", "--confidence", "0.45", "--comment", "the hall is let " * 20, "--on", "2015-11-10"]
    assert await asyncio.to_thread(main, ["okr", "check-in", number, result, *words]) == 0
    assert await asyncio.to_thread(main, ["okr", "show", number, "--as-of", "2015-11-20"]) == 0
    shown = capsys.readouterr().out
    assert "Nobody waits in vain." in shown
    # Shares have as many decimals as `cadran ask` shows.
    assert "50.0%" in shown
    assert "100.0%" in shown
    said = next(line for line in shown.splitlines() if line.startswith("2015-11-10"))
    assert said.split()[:5] == ["2015-11-10", result, "4", "teams", "45.0%"]
    # Comments are shown completely, on as many lines as needed.
    assert " the hall is let the hall" in said
    assert shown.count("hall") == 20
    assert "no projection yet for key results" in shown
    assert await asyncio.to_thread(main, ["okr", "show", number, "--as-of", "2015-11-09"]) == 0
    assert "the hall is let" not in capsys.readouterr().out
    assert await asyncio.to_thread(main, ["okr", "close", number, "--note", "Book halls early."]) == 0
    assert await asyncio.to_thread(main, ["okr", "show", number]) == 0
    shown = capsys.readouterr().out
    assert "learned: Book halls early." in shown
    assert "closed · score 0." in shown


async def test_the_terminal_speaks_french(
    steering: ObjectiveRequests, house_url: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    monkeypatch.setenv("CADRAN_DATABASE_URL", house_url)
    made = await steering.make(measured(), manual(title="Équipes formées"))
    number, result = str(made["objective"]), str(made["key_results"][1]["key_result"])

    async def told(*words: str) -> str:
        assert await asyncio.to_thread(main, ["okr", *words, "--lang", "fr"]) == 0
        return capsys.readouterr().out

    said = await told("check-in", number, result, "--value", "4", "--confidence", "0.45", "--on", "2015-11-10")
    assert said == "enregistré : point d'étape 1 du 2015-11-10\n"
    lines = (await told("list", "--as-of", "2015-11-20")).splitlines()
    assert lines[0].split() == ["objectif", "responsable", "jusqu'au", "état", "avancement", "rythme"]
    assert re.split(r" {2,}", lines[1].strip())[2:5] == ["entreprise", "2015-12-01", "en cours"]
    assert lines[1].split("%")[1].strip() in ("en avance", "sur la bonne voie", "à risque", "hors trajectoire")
    shown = await told("show", number, "--as-of", "2015-11-20")
    assert "entreprise · 2015-11-01 … 2015-12-01 · en cours · au 2015-11-20\n" in shown
    for heads in (
        "résultat clé départ actuel cible avancement rythme projection confiance note",
        "point d'étape valeur confiance par commentaire",
    ):
        assert heads in {" ".join(line.split()) for line in shown.splitlines()}
    assert "45,0 %" in shown
    assert "note : Pas encore de projection pour les résultats clés" in shown
    closed = await told("close", number, "--note", "Réserver tôt.", "--score", f"{result}=0.4")
    assert re.fullmatch(r"clos, note 0,\d\d\n", closed)
    shown = await told("show", number)
    assert "enseignement : Réserver tôt." in shown
    assert "clos · note 0," in shown
    assert "0,40" in shown
    english = r"\b(key|check-in|owner|active|closed|score|sure|from|learned|company|on_track|at_risk)\b"
    assert re.findall(english, shown) == []


async def test_what_cannot_be_projected_yet_is_said(steering: ObjectiveRequests):
    made = await steering.make(measured(), manual())
    numbers = [str(each["key_result"]) for each in made["key_results"]]
    path = f"/{made['objective']}/key-results/{numbers[1]}/check-ins"
    for day in range(2, 7):
        said = [each["code"] for each in (await steering.get(made["objective"], "?as_of=2015-11-10"))["warnings"]]
        assert said == ["no_projection"]
        assert (await steering.ask("POST", path, {"value": day, "on": f"2015-11-0{day}"})).status_code == 201
    told = await steering.get(made["objective"], "?as_of=2015-11-10")
    assert [each["projection"] is None for each in told["key_results"]] == [True, False]
    (notice,) = told["warnings"]
    assert notice["detail"].startswith(f"There is no projection yet for key result {numbers[0]}: it takes 5 whole")
    # At the deadline there is nothing left to project.
    assert (await steering.get(made["objective"], "?as_of=2015-12-02"))["warnings"] == []
