"""Notices of figures that are estimates: thresholds between two bin edges, and distinct customers from a sample."""

from __future__ import annotations

from typing import Final

from cadran.compiler.lattice import SAMPLE
from cadran.domain.answer import Notice
from cadran.domain.metric import WAIT_EDGES, Label

_EDGES: Final = ", ".join(map(str, WAIT_EDGES))
INTERPOLATED: Final = Notice(
    "interpolated",
    Label(
        "A threshold between two edges is interpolated within its wait-time bin; exact edges, in seconds: " + _EDGES,
        "Un seuil entre deux bornes est interpolé dans sa classe d'attente ; sont exacts, en secondes : " + _EDGES,
    ),
)
ESTIMATED: Final = Notice(
    "estimated",
    Label(
        f"Distinct customers are estimated from one in {SAMPLE}; the intervals include the error.",
        f"Les clients distincts sont estimés à partir d'un sur {SAMPLE} ; l'erreur est dans les intervalles.",
    ),
)
