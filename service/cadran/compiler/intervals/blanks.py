"""Figures without the rows of which intervals lack something."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TypeVar

from cadran.compiler.recipe import Recipe
from cadran.domain.answer import Figures

_Cell = TypeVar("_Cell")


def blank_rows(found: Figures, lacking: Sequence[float | None]) -> Figures:
    """Return the figures without those of rows with intervals that lack something."""
    if not any(lacking):
        return found

    def blank(column: Sequence[_Cell | None]) -> list[_Cell | None]:
        return [None if lacks else each for each, lacks in zip(column, lacking, strict=True)]

    return replace(
        found,
        values=blank(found.values),
        numerators=blank(found.numerators),
        denominators=blank(found.denominators),
        n=blank(found.n),
        bounds=None if found.bounds is None else blank(found.bounds),
        bins=found.bins
        and [(None,) * len(each) if lacks else each for each, lacks in zip(found.bins, lacking, strict=True)],
    )


def blank_cut(recipe: Recipe, found: Figures, cut: Sequence[bool], *, whole: bool) -> Figures:
    """Return the figures without those of rows that omit intervals: of ``whole`` rows, which cannot be marked partial,
    all; of others, those that count nothing, because what they omit is not nothing."""
    if not recipe.reads_intervals or not any(cut):
        return found
    rows = zip(cut, found.numerators, strict=True)
    return blank_rows(found, [int(is_cut and (whole or not above)) for is_cut, above in rows])
