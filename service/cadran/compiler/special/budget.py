"""The budget as a denominator: the budget of whole years, or of the window's days, for the sites in scope.

Only site and partner narrow the budget."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta

from cadran.compiler.days import window_days
from cadran.compiler.select import Fragment, PartUse, QueryScope, drop_ignored, list_key_columns
from cadran.compiler.statement import Arguments, Statement
from cadran.compiler.timing import Timing
from cadran.domain.ask import sites_in
from cadran.domain.directory import Directory
from cadran.domain.window import WIDTHS, Grain, find_next_start

Row = Sequence[object]


def fragment(scoped: QueryScope, uses: tuple[PartUse, ...], ignores: tuple[str, ...]) -> Fragment:
    """Return the fragment of monthly budgets by site, for the window's years. ``denominator`` computes a row's budget
    from them."""
    question = drop_ignored(scoped.question, ignores)
    begins, ends = window_days(scoped.timing)
    arguments = Arguments()
    first = arguments.add(date(begins.year, 1, 1))
    last = arguments.add(date((ends - timedelta(days=1)).year + 1, 1, 1))
    sites = sites_in(question.where, scoped.directory)
    narrowed = "" if sites is None else f"\n  AND b.site_id = ANY({arguments.add(list(sites))}::smallint[])"
    text = f"""SELECT
  b.site_id AS k0,
  b.month AS k1,
  b.amount::float8 AS p0,
  (SELECT (d.horizon AT TIME ZONE s.zone)::date FROM data_state AS d) AS p1
FROM budget AS b
JOIN site AS s ON s.site_id = b.site_id
WHERE b.month >= {first}
  AND b.month < {last}{narrowed}
ORDER BY 1, 2"""
    statement = Statement(text, arguments.values())
    merges = tuple(use.part.total for use in uses)
    return Fragment(
        "budget",
        statement,
        list_key_columns(question),
        merges,
        "budgets are stored by site and month",
        kind="budget",
        parts=tuple(use.part.slug for use in uses),
    )


def denominator(
    part: str, rows: Sequence[Row], grain: Grain, timing: Timing, directory: Directory
) -> Callable[[date | None, int | None, int | None], float | None]:
    """Return a function that computes the budget of a row, or None where there is none.

    The function takes the first day of the row's bucket (None: the whole window), the site and the partner. A bucket
    counts only the days that lie in the window."""
    whole = window_days(timing)

    def amount(start: date | None, site: int | None, partner: int | None) -> float | None:
        first, last = whole if start is None else (max(start, whole[0]), min(_end(start, grain), whole[1]))
        chosen = [row for row in rows if _in_scope(row, site, partner, directory)]
        if part == "budget_year":
            years = range(first.year, (last - timedelta(days=1)).year + 1)
            pieces = [float(row[2]) for row in chosen if row[1].year in years]  # type: ignore[arg-type, attr-defined]  # float8 and date columns
        else:
            pieces = [_share(row, first, last) for row in chosen]
        return round(sum(pieces), 4) if pieces and sum(pieces) > 0 else None

    return amount


def _end(start: date, grain: Grain) -> date:
    if grain in WIDTHS or grain is Grain.TOTAL:
        return start + timedelta(days=1)
    return find_next_start(datetime.combine(start, datetime.min.time()), grain).date()


def _in_scope(row: Row, site: int | None, partner: int | None, directory: Directory) -> bool:
    number = int(row[0])  # type: ignore[call-overload]  # a smallint column
    return (site is None or number == site) and (partner is None or directory.member("site", number).parent == partner)


def _share(row: Row, first: date, last: date) -> float:
    """Return the share of a month's budget for the days from ``first`` to before ``last``, up to the horizon's local
    day."""
    month, reached = row[1], row[3]
    assert isinstance(month, date)
    following = find_next_start(datetime.combine(month, datetime.min.time()), Grain.MONTH).date()
    end = min(last, reached + timedelta(days=1)) if isinstance(reached, date) else last
    days = (min(following, end) - max(month, first)).days
    return float(row[2]) * max(days, 0) / (following - month).days  # type: ignore[arg-type]  # a float8 column
