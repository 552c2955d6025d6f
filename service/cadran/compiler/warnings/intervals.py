"""The warnings about aggregated intervals: figures that need single contacts, and intervals longer than a row."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Final

from cadran.compiler.columns import Rows
from cadran.domain.answer import Notice
from cadran.domain.directory import Directory
from cadran.domain.metric import Label
from cadran.domain.question import MetricRef

#: The most sites that a warning names.
SITES_MAX: Final = 10
_LEFT_OUT: Final = Label(
    "Aggregated intervals that reach beyond a row or the window are left out: the rows that they touch are partial, and"
    " there is no total. Ask for a grain as coarse as the intervals, in the time zone of the site",
    "Les intervalles agrégés qui dépassent une ligne ou la période sont laissés de côté : les lignes touchées sont"
    " partielles, et il n'y a pas de total. Demandez un pas aussi large que les intervalles, dans le fuseau du site",
)
_NO_FIGURE: Final = Label(
    "No figure, because aggregated intervals reach beyond a row or the window. Ask for whole intervals, in the time"
    " zone of the site, or for other sites or days",
    "Pas de valeur : des intervalles agrégés dépassent une ligne ou la période. Demandez des intervalles entiers, dans"
    " le fuseau du site, ou d'autres sites ou jours",
)


def notices(
    lacking: Sequence[MetricRef], rows: Mapping[str, Rows], directory: Directory, *, dated: bool
) -> list[Notice]:
    """Return the warnings. ``lacking`` are the metrics that need more than the intervals give; ``rows`` are those of
    the fragments about the intervals of the window: their days by site, and the intervals that no row counts. ``dated``
    is whether rows have a start, and can be marked partial."""
    found = []
    if lacking:
        names = " and ".join(dict.fromkeys(call.name for call in lacking))
        in_french = " et ".join(dict.fromkeys(call.name for call in lacking))
        days = _name_days((row[0], row[1], row[2]) for row in rows.get("intervals", ()))
        sites = _name_sites(days, directory)
        detail = Label(
            f"{names}: no figure where aggregated intervals lack what it needs: {sites.en}. Ask for other sites or"
            " days, or load their contacts.",
            f"{in_french} : pas de valeur là où des intervalles agrégés ne donnent pas ce qu'il faut : {sites.fr}."
            " Demandez d'autres sites ou jours, ou chargez-en les contacts.",
        )
        found.append(Notice("needs_contacts", detail, tuple(dict.fromkeys(call.slug for call in lacking))))
    if cut := rows.get("cut", ()):
        sites = _name_sites(_name_days((row[1], row[2], row[3]) for row in cut), directory)
        sentence = _LEFT_OUT if dated else _NO_FIGURE
        detail = Label(f"{sentence.en}: {sites.en}.", f"{sentence.fr} : {sites.fr}.")
        found.append(Notice("intervals_too_long", detail))
    return found


def _name_days(rows: Iterable[tuple[object, object, object]]) -> dict[int, tuple[date, date]]:
    """Return the first and the last day of each site."""
    found: dict[int, tuple[date, date]] = {}
    for site, first, last in rows:
        assert isinstance(site, int)
        assert isinstance(first, date)
        assert isinstance(last, date)
        before = found.get(site, (first, last))
        found[site] = min(before[0], first), max(before[1], last)
    return found


def _name_sites(days: Mapping[int, tuple[date, date]], directory: Directory) -> Label:
    """Return the sites with their days, as text: "LYON 2026-01-01 to 2026-06-30"."""
    found = sorted((directory.member("site", site).code or "", *span) for site, span in days.items())
    more = len(found) - SITES_MAX
    return Label(
        "; ".join(_name_span(*each, "to") for each in found[:SITES_MAX]) + (f"; {more} more sites" if more > 0 else ""),
        " ; ".join(_name_span(*each, "au") for each in found[:SITES_MAX])
        + (f" ; {more} autres sites" if more > 0 else ""),
    )


def _name_span(code: str, first: date, last: date, to: str) -> str:
    return f"{code} {first}" if first == last else f"{code} {first} {to} {last}"
