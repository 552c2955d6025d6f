"""The oracles of what customers answered. See ``figures``."""

from __future__ import annotations

from typing import Any

from tests.oracle.figures import Figure, Group, counted, divided, oracle, total
from tests.oracle.surveying import INSTRUMENTS
from tests.oracle.world import Row


def _asked(group: Group, arguments: dict[str, Any], kind: str = "") -> list[Row]:
    hot, named = arguments.get("kind", "hot") == "hot", arguments.get("instrument")
    return [
        row
        for row in group.rows("survey")
        if row["hot"] == hot
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
    rows = _answers(_asked(group, arguments, "csat" if slug == "csat_mean" else "ces"))
    return divided(total(rows, "score"), len(rows))


@oracle("nps")
def _nps(group: Group, arguments: dict[str, Any]) -> Figure:
    rows = _answers(_asked(group, arguments, "nps"))
    net = len([row for row in rows if _good(row)]) - len([row for row in rows if _bad(row)])
    return Figure(100 * net / len(rows) if rows else None, net, len(rows), len(rows))


@oracle("survey_response_rate")
def _response(group: Group, arguments: dict[str, Any]) -> Figure:
    rows = _asked(group, arguments)
    return divided(len(_answers(rows)), len(rows))


@oracle("dissatisfied")
def _dissatisfied(group: Group, arguments: dict[str, Any]) -> Figure:
    return counted(len([row for row in _answers(_asked(group, arguments)) if _bad(row)]))
