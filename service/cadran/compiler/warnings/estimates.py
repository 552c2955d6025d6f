"""Notices of estimated figures: thresholds between two edges of the bins, and distinct customers from a sample."""

from __future__ import annotations

from typing import Final

from cadran.compiler.lattice.lattice import SAMPLE
from cadran.domain.answer import Notice
from cadran.domain.metric import Label
from cadran.domain.parts.part import WAIT_EDGES

_EDGES: Final = ", ".join(map(str, WAIT_EDGES))
BETWEEN_EDGES: Final = Notice(
    "between_edges",
    Label(
        "How many contacts are within this threshold is known as a range only: the value is its middle, and the"
        " interval includes it. To have it counted exactly, run cadran threshold add. Exact already, in seconds: "
        + _EDGES,
        "Le nombre de contacts dans ce délai n'est connu que par un intervalle : la valeur en est le milieu, et"
        " l'intervalle de confiance l'englobe. Pour un compte exact : cadran threshold add. Déjà exacts, en secondes : "
        + _EDGES,
    ),
)
ESTIMATED: Final = Notice(
    "estimated",
    Label(
        f"Distinct customers are estimated from one in {SAMPLE}; the intervals include the error.",
        f"Les clients distincts sont estimés à partir d'un sur {SAMPLE} ; l'erreur est dans les intervalles.",
    ),
)
