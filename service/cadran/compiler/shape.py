"""The step from rows to an Answer: join fragments on their keys, apply recipes, map ids to codes, add totals and fill
gaps."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from math import sqrt

from cadran.compiler import keys
from cadran.compiler.columns import FragmentColumns, Key, Rows, Table, scaled, turned
from cadran.compiler.figures import count_lacking, figure, read_lines
from cadran.compiler.intervals.blanks import blank_cut
from cadran.compiler.intervals.fragments import find_cut_rows
from cadran.compiler.plan import Plan
from cadran.compiler.recipe import Recipe
from cadran.compiler.select import Fragment
from cadran.compiler.special import row_length, staffing
from cadran.compiler.special.open_days import OpenDays, count_per_day, splits_days
from cadran.compiler.tables import lay_out
from cadran.compiler.warnings import coverage, intervals, no_cases, partial_buckets, unknown_values
from cadran.domain.answer import Z95, Answer, DaySet, Figures, Freshness, Notice, Source
from cadran.domain.directory import Directory
from cadran.domain.metric import Label

#: Metrics whose numerators grow with the window and whose denominators do not.
_GROWING = ("contact_share_of_customers", "churn_rate", "turnover")

#: When customers receive the surveys of each kind.
_WHEN = {
    "transactional": Label("right after the contact", "à chaud, juste après le contact"),
    "relationship": Label("some time later", "à froid, quelque temps plus tard"),
}


def shape_answer(plan: Plan, results: Sequence[Rows], directory: Directory, freshness: Freshness) -> Answer:
    """Return the answer to a plan's question, from the results of its statements in the fragments' order."""
    results = [scaled(fragment, rows) for fragment, rows in zip(plan.fragments, results, strict=True)]
    columned = turned(plan.fragments, results)
    ordered = _row_keys(plan, columned)
    if plan.question.fill:
        ordered = keys.filled(plan, ordered, directory)
    tables, totals = lay_out(plan, results, columned, ordered, directory)
    seconds = row_length.lengths(plan.question, plan.timing, ordered, row_length.reached(freshness))
    columns = tuple(_estimated(plan, recipe, figure(recipe, tables, len(ordered), seconds)) for recipe in plan.recipes)
    totals_of_all = tuple(_estimated(plan, recipe, figure(recipe, totals, 1)) for recipe in plan.recipes)
    cut, columns, totals_of_all = _omit_intervals(plan, ordered, results, columns, totals_of_all)
    days, of_rows = None, list[DaySet]()
    if splits_days(plan.question):
        days = OpenDays(plan.question, plan.timing, directory, freshness, plan.keys)
        of_rows = [days.of_row(key) for key in ordered]
        columns, totals_of_all = (
            tuple(
                count_per_day(each, behind) if recipe.per_day else each
                for recipe, each in zip(plan.recipes, found, strict=True)
            )
            for found, behind in ((columns, of_rows), (totals_of_all, [days.whole]))
        )
    sources = tuple(Source(each.source, each.statement.sql, each.why) for each in plan.fragments)
    start, end = keys.window_text(plan, directory)
    key_columns = keys.key_columns(plan, ordered, directory)
    if days is not None:
        key_columns = keys.add_days(key_columns, of_rows)
    return Answer(
        question=plan.question,
        rows=len(ordered),
        keys=keys.mark_cut(key_columns, cut),
        figures=columns,
        totals=totals_of_all,
        start=start,
        end=end,
        zone=plan.timing.shown,
        freshness=freshness,
        approximate=plan.approximate,
        warnings=(
            *plan.notices,
            *partial_buckets.notices(key_columns, days.partial if days is not None else ()),
            *_notices(plan, columns, totals, results, directory),
            *staffing.notices(
                (each.call, read_lines(each, tables, seconds or ()))
                for each in plan.recipes
                if each.call.metric.kind == "computed"
            ),
            *no_cases.notices(totals_of_all, plan.notices),
        ),
        sources=sources,
    )


def _omit_intervals(
    plan: Plan, ordered: list[Key], results: Sequence[Rows], columns: tuple[Figures, ...], totals: tuple[Figures, ...]
) -> tuple[list[bool], tuple[Figures, ...], tuple[Figures, ...]]:
    """Return which rows omit intervals (empty: none), and the figures and totals without those that would be too low. A
    row with a start can be marked partial. Others, and totals, cannot."""
    rows = _find_rows(plan, results).get("cut", ())
    if not rows:
        return [], columns, totals
    cut = find_cut_rows(plan.keys, ordered, rows)
    left = map(partial(blank_cut, cut=cut, whole="start" not in plan.keys), plan.recipes, columns)
    return cut, tuple(left), tuple(map(partial(blank_cut, cut=[bool(rows)], whole=True), plan.recipes, totals))


def _estimated(plan: Plan, recipe: Recipe, figures: Figures) -> Figures:
    """Return the figures with error bounds where they count people from a sample.

    The relative error is ± z √((1 − p) / m), for m people seen at a sampling rate p."""
    scale = max((plan.fragments[column.fragment].scale for column in recipe.numerator), default=1)
    if scale == 1 or recipe.call.metric.kind not in ("count", "share"):
        return figures
    bounds = []
    for value, numerator in zip(figures.values, figures.numerators, strict=True):
        error = Z95 * sqrt((1 - 1 / scale) * scale / numerator) if numerator else 0.0
        bounds.append((max(0.0, value * (1 - error)), value * (1 + error)) if value is not None else None)
    return replace(figures, bounds=bounds, estimated=True)


def _makes_rows(plan: Plan, fragment: Fragment) -> bool:
    """Return whether a fragment's keys are rows of the answer. A base or a budget only adds columns to such rows."""
    return fragment.kind == "table" and fragment.totals_for is None and fragment.keys == plan.keys


def _row_keys(plan: Plan, columned: Sequence[FragmentColumns]) -> list[Key]:
    """Return the distinct keys of all fragments that make rows, in order."""
    if not plan.keys:
        return [()]
    own = [
        columns.keys
        for fragment, columns in zip(plan.fragments, columned, strict=True)
        if columns.keys and _makes_rows(plan, fragment)
    ]
    longest = max(own, key=len, default=[])
    # The rows of each fragment are already sorted by key. If one fragment has all keys, no sort is needed.
    if all(each is longest for each in own) or len(distinct := set(longest).union(*own)) == len(longest):
        return longest
    return sorted(distinct, key=keys.order)


def _notices(
    plan: Plan,
    columns: tuple[Figures, ...],
    totals: Sequence[Table],
    results: Sequence[Rows],
    directory: Directory,
) -> tuple[Notice, ...]:
    found: list[Notice] = []
    for fragment, rows in zip(plan.fragments, results, strict=True):
        if fragment.kind == "coverage":
            found.extend(coverage.notices(fragment, rows[0], plan.covered))
    growing = sorted({column.call.slug for column in columns}.intersection(_GROWING)) if "start" in plan.keys else []
    found.extend(
        Notice(
            "grows_with_window",
            Label(
                f"{slug} grows with the bucket's width; compare equal widths only.",
                f"{slug} croît avec la durée de l'intervalle ; ne comparez que des durées égales.",
            ),
        )
        for slug in growing
    )
    found.extend(_no_answers(columns))
    lacking = [each.call for each in plan.recipes if each.lacking and count_lacking(each, totals, 1)[0]]
    found.extend(intervals.notices(lacking, _find_rows(plan, results), directory, dated="start" in plan.keys))
    found.extend(unknown_values.notices(plan.unknown, [*totals, *_read_counts(plan, results)]))
    return tuple(found)


def _find_rows(plan: Plan, results: Sequence[Rows]) -> Mapping[str, Rows]:
    """Return the rows of the fragments about the intervals of the window, by their kind."""
    return {
        fragment.kind: rows
        for fragment, rows in zip(plan.fragments, results, strict=True)
        if fragment.kind in ("intervals", "cut")
    }


def _read_counts(plan: Plan, results: Sequence[Rows]) -> list[Table]:
    """Return the columns of the fragments that count unknown values. They follow the fragments that make figures."""
    return [
        [[value] for value in rows[0]]
        for fragment, rows in zip(plan.fragments, results, strict=True)
        if fragment.kind == "unknown"
    ]


def _no_answers(columns: tuple[Figures, ...]) -> list[Notice]:
    """Return a notice for each survey figure without any answer: the other kind of survey may have some."""
    found = []
    for column in columns:
        arguments = column.call.values()
        if column.call.metric.instruments is None or "kind" not in arguments or any(column.n):
            continue
        kind = str(arguments["kind"])
        other = "relationship" if kind == "transactional" else "transactional"
        name, asked, read = column.call.name, _WHEN[kind], _WHEN[other]
        detail = Label(
            f"{name}: no {kind} answers here; kind={other} reads those asked {read.en}.",
            f"{name} : aucune réponse recueillie {asked.fr} ici ; kind={other} lit celles recueillies {read.fr}.",
        )
        found.append(Notice("no_answers", detail, (column.call.slug,)))
    return found
