"""Oracles of survey answers. See ``figures``."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from statistics import fmean, stdev
from typing import Any

from tests.oracle.figures import Figure, Group, counted, divided, oracle, ranked, total
from tests.oracle.surveys import INSTRUMENTS, WEEK
from tests.oracle.world import Row

Z95 = 1.959963984540054


def _sent(group: Group, arguments: dict[str, Any]) -> list[Row]:
    """Return the surveys by their cohort: transactional ones with their contact, relationship ones when sent."""
    relationship = arguments.get("kind") == "relationship"
    return _asked(group, arguments, fact="sending" if relationship else "survey")


def _asked(group: Group, arguments: dict[str, Any], kind: str = "", *, fact: str = "survey") -> list[Row]:
    hot, named = arguments.get("kind", "transactional") == "transactional", arguments.get("instrument")
    return [
        row
        for row in group.rows(fact)
        if row["hot"] == hot
        and INSTRUMENTS[row["instrument"]]["kind"] != "employee"
        and (not kind or INSTRUMENTS[row["instrument"]]["kind"] == kind)
        and (named is None or row["instrument"] == named)
    ]


def _answers(rows: list[Row]) -> list[Row]:
    return [row for row in rows if row["score"] is not None]


def _good(row: Row) -> bool:
    scale = INSTRUMENTS[row["instrument"]]
    cut = scale["satisfied_from"]
    return bool(row["score"] >= cut if scale["better"] == "higher" else row["score"] <= cut)


def _bad(row: Row) -> bool:
    scale = INSTRUMENTS[row["instrument"]]
    cut = scale["dissatisfied_to"]
    return bool(row["score"] <= cut if scale["better"] == "higher" else row["score"] >= cut)


@oracle("csat")
def _csat(group: Group, arguments: dict[str, Any]) -> Figure:
    rows = _answers(_asked(group, arguments, "csat"))
    return divided(len([row for row in rows if _good(row)]), len(rows))


@oracle("csat_mean", "ces")
def _mean(group: Group, arguments: dict[str, Any], slug: str) -> Figure:
    return _mean_score(_answers(_asked(group, arguments, "csat" if slug == "csat_mean" else "ces")))


def _mean_score(rows: list[Row]) -> Figure:
    """Return the mean score, with its confidence interval if there are at least two answers."""
    found = divided(total(rows, "score"), len(rows))
    if len(rows) < 2:
        return found
    error = Z95 * stdev(float(row["score"]) for row in rows) / len(rows) ** 0.5
    middle = fmean(float(row["score"]) for row in rows)
    return replace(found, bounds=(middle - error, middle + error))


@oracle("nps")
def _nps(group: Group, arguments: dict[str, Any]) -> Figure:
    rows = _answers(_asked(group, arguments, "nps"))
    net = len([row for row in rows if _good(row)]) - len([row for row in rows if _bad(row)])
    return Figure(100 * net / len(rows) if rows else None, net, len(rows), len(rows))


@oracle("survey_response_rate")
def _response(group: Group, arguments: dict[str, Any]) -> Figure:
    rows = _sent(group, arguments)
    return divided(len(_answers(rows)), len(rows))


@oracle("dissatisfied")
def _dissatisfied(group: Group, arguments: dict[str, Any]) -> Figure:
    return counted(len([row for row in _answers(_asked(group, arguments)) if _bad(row)]))


@oracle("survey_score", "survey_satisfaction")
def _generic(group: Group, arguments: dict[str, Any], slug: str) -> Figure:
    rows = _answers(_asked(group, arguments))
    if slug == "survey_score":
        return _mean_score(rows)
    return divided(len([row for row in rows if _good(row)]), len(rows))


@oracle("score")
def _score(group: Group, arguments: dict[str, Any]) -> Figure:
    """Return a percentile by nearest rank, which is always a score that was given."""
    found = sorted(row["score"] for row in _answers(_asked(group, arguments)))
    if not found:
        return Figure(None, None, None, 0)
    rank = -(-Fraction(str(arguments.get("percentile", 0.5))) * len(found) // 1)
    return Figure(found[max(int(rank), 1) - 1], None, None, len(found))


@oracle("fcr_declared")
def _declared(group: Group, arguments: dict[str, Any]) -> Figure:
    rows = _answers(_asked(group, arguments, "fcr"))
    return divided(len([row for row in rows if row["score"] == 1]), len(rows))


@oracle("cxi")
def _index(group: Group, arguments: dict[str, Any]) -> Figure:
    """Compute the mean of the questions' net shares. It is undefined if any question has no answers."""
    rows = _answers(_asked(group, arguments, "cxi"))
    asked = [arguments["instrument"]] if "instrument" in arguments else ["needs", "easy", "enjoyed"]
    nets = []
    for question in asked:
        answers = [row for row in rows if row["instrument"] == question]
        if not answers:
            return Figure(None, None, None, len(rows))
        net = len([row for row in answers if _good(row)]) - len([row for row in answers if _bad(row)])
        nets.append(100 * net / len(answers))
    return Figure(sum(nets) / len(nets), None, None, len(rows))


def _unhappy(group: Group, arguments: dict[str, Any]) -> list[Row]:
    return [row for row in _answers(_asked(group, arguments)) if _bad(row)]


@oracle("loop_closed_rate")
def _closed_loops(group: Group, arguments: dict[str, Any]) -> Figure:
    due = [row for row in _unhappy(group, arguments) if row["mature"]]
    closed = [row for row in due if row["called_back_at"] and row["called_back_at"] - row["answered_at"] <= WEEK]
    return divided(len(closed), len(due))


@oracle("loop_delay")
def _loop_delay(group: Group, arguments: dict[str, Any]) -> Figure:
    rows = [row for row in _unhappy(group, arguments) if row["called_back_at"]]
    return divided(sum((row["called_back_at"] - row["answered_at"]).total_seconds() for row in rows), len(rows))


@oracle("surveyed_wait")
def _surveyed_wait(group: Group, arguments: dict[str, Any]) -> Figure:
    rows = _sent(group, arguments)
    if arguments.get("of") == "answered":
        rows = _answers(rows)
    return ranked([float(row["wait"]) for row in rows if row["wait"] is not None], arguments.get("percentile", 0.5))


@oracle("employee_nps")
def _employees(group: Group, arguments: dict[str, Any]) -> Figure:
    rows = _answers([row for row in group.rows("survey") if INSTRUMENTS[row["instrument"]]["kind"] == "employee"])
    net = len([row for row in rows if _good(row)]) - len([row for row in rows if _bad(row)])
    if not rows:
        return Figure(None, 0, 0, 0)
    return Figure(100 * net / len(rows), net, len(rows), len(rows))
