"""The plan: the tables that answer a question, and how their columns become figures. Refuses impossible questions."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Final, NamedTuple, TypeAlias

from cadran.compiler.cost import check_values, make_sheet
from cadran.compiler.fragment import Threshold
from cadran.compiler.intervals.fragments import count_intervals, list_further
from cadran.compiler.intervals.reading import NOTHING, Reading, Use, read_intervals
from cadran.compiler.lattice.table import SKETCHED
from cadran.compiler.read_size import counted
from cadran.compiler.recipe import Column, Recipe
from cadran.compiler.select import Fragment, PartUse, QueryScope, select
from cadran.compiler.special import budget, customers_to_call, live, people, staffing, stock
from cadran.compiler.special.between_edges import find_uses
from cadran.compiler.special.churn import churned, helped
from cadran.compiler.special.customer_base import active
from cadran.compiler.special.fatigue import tired
from cadran.compiler.special.headcount import staff
from cadran.compiler.special.open_days import splits_days
from cadran.compiler.special.participants import count_shared
from cadran.compiler.special.percentiles import make_recipe, percentiles
from cadran.compiler.special.thresholds import covered, thresholds_of
from cadran.compiler.supported_dimensions import (
    choose_formula,
    find_facts,
    supports,
)
from cadran.compiler.timing import Timing, choose_timing
from cadran.compiler.warnings import coverage
from cadran.compiler.warnings.estimates import BETWEEN_EDGES, ESTIMATED
from cadran.compiler.warnings.mixed_channels import pooled_channels
from cadran.compiler.warnings.no_answer_norm import without_answer_norm
from cadran.compiler.warnings.no_calendar import without_calendar
from cadran.compiler.warnings.other_values import warn_of_other_values
from cadran.compiler.warnings.shared_agents import find_shared_agents
from cadran.compiler.warnings.unknown_values import UnknownColumns, UnknownRows, count_unknown
from cadran.domain.answer import Notice
from cadran.domain.directory import Directory
from cadran.domain.metric import Metric, Ratio, Term
from cadran.domain.parts.case import STOCK_FACTS
from cadran.domain.parts.live import LIVE_FACTS
from cadran.domain.parts.part import Part
from cadran.domain.parts.parts import PARTS
from cadran.domain.parts.queue import VISIT_FACTS
from cadran.domain.question import MetricRef, Question
from cadran.domain.survey_selection import (
    SurveySelection,
    list_score_bins,
    select_question_surveys,
    select_surveys,
)
from cadran.domain.window import Grain

Build: TypeAlias = Callable[[QueryScope, tuple[PartUse, ...], tuple[str, ...]], Fragment]
#: The fragment builders of facts whose parts are no plain sums over the lattice. ``select`` builds all other fragments.
_BUILDS: Final[Mapping[str, Build]] = {
    "shared": count_shared,
    "customer": people.customers,
    "reach": people.reached,
    "tried": people.tried,
    "open": customers_to_call.open_at_ends,
    "base": active,
    "churn": churned,
    "helped": helped,
    "budget": budget.fragment,
    "stock": stock.backlog,
    "oldest": stock.oldest,
    "pace": stock.pace,
    "strain": tired,
    "staff": staff,
    "interval": count_intervals,
    "interval_within": count_intervals,
    **dict.fromkeys(SKETCHED, percentiles),
    **live.FRAGMENTS,
}
#: Facts whose groups do not add up to the whole: their totals need a separate statement.
_NOT_ADDITIVE: Final = (
    *("shared", "customer", "reach", "tried", "open", "base", "churn", "helped", "strain", "staff"),
    *SKETCHED,
    *STOCK_FACTS,
    *LIVE_FACTS,
)


@dataclass(frozen=True, slots=True)
class Plan:
    """Fragments that can run in parallel, and the recipes of the figures over their columns. ``keys`` names the key
    columns of a row."""

    question: Question
    timing: Timing
    keys: tuple[str, ...]
    fragments: tuple[Fragment, ...]
    recipes: tuple[Recipe, ...]
    notices: tuple[Notice, ...] = ()
    approximate: bool = False
    covered: tuple[Metric, ...] = ()
    unknown: tuple[UnknownColumns, ...] = ()


class _Place(NamedTuple):
    """The fragment of a part: its fact and the dimensions that it ignores. Sketches have a fragment for each selection
    of rows (``selected``), because a statement bisects the rows of one."""

    fact: str
    ignores: tuple[str, ...]
    selected: tuple[Part, SurveySelection | None] | None = None


@dataclass(slots=True)
class _Draft:
    """A plan in the making: the part uses by fragment, the notices, and the rows of unknown values."""

    question: Question
    directory: Directory
    uses: dict[_Place, dict[PartUse, int]] = field(default_factory=dict)
    notices: dict[str, Notice] = field(default_factory=dict)
    unknown: list[UnknownRows] = field(default_factory=list)

    def column(self, sign: int, use: PartUse) -> Column:
        """Return the column of a part. Add the part to its fragment if the fragment does not have it yet."""
        place = _Place(use.part.fact, use.part.ignores)
        if use.part.fact in SKETCHED:
            place = _Place(use.part.fact, use.part.ignores, (use.part, use.surveyed))
        columns = self.uses.setdefault(place, {})
        index = columns.setdefault(use, len(columns))
        return Column(sign, list(self.uses).index(place), index)

    def column_of_read(self, sign: int, use: PartUse) -> Column | None:
        """Return the column of a part if a fragment reads its fact anyway, else None."""
        return self.column(sign, use) if _Place(use.part.fact, use.part.ignores) in self.uses else None


def make_plan(question: Question, directory: Directory, *, values_max: int, sampled: bool = False) -> Plan:
    """Return the plan of a question. With ``sampled``, distinct people may be estimated.

    Raises QuestionRefused with ``impossible_split``, ``impossible_filter``, ``impossible_grain`` or ``too_costly``.
    """
    clock = choose_timing(question, directory)
    check_values([make_sheet(question)], directory, values_max)
    staffing.check(question, clock)
    draft = _Draft(question, directory)
    for notice in warn_of_other_values(question, directory):
        draft.notices[notice.code] = notice
    if pooled := pooled_channels(question, directory):
        draft.notices["pooled_channels"] = pooled
    shared = find_shared_agents(question, directory)
    recipes = tuple(_recipe(call, draft) for call in question.metrics)
    scoped = QueryScope(question, clock, directory, sampled=sampled)
    whole = QueryScope(_total(question), clock, directory)
    unknown, counts = count_unknown(draft.unknown, whole, draft.column_of_read, len(draft.uses))
    fragments: list[Fragment] = []
    totals: list[Fragment] = []
    for number, ((fact, ignores, _), uses) in enumerate(draft.uses.items()):
        build = _BUILDS.get(fact, select)
        fragments.append(build(scoped, tuple(uses), ignores))
        if fact in _NOT_ADDITIVE and _keys(question):
            of_number = replace(scoped, question=_total(question), totals_for=number, rows_by=question.by)
            totals.append(build(of_number, tuple(uses), ignores))
    if any(place.fact == "interval" for place in draft.uses):
        totals.extend(list_further(scoped, lacking=any(recipe.lacking for recipe in recipes)))
    covered = _covered_metrics(question)
    if covered:
        totals.extend(coverage.fragments(whole, covered))
    everything = tuple(counted(each, question, directory) for each in (*fragments, *counts, *totals))
    between = any(recipe.spread or recipe.denominator_spread for recipe in recipes)
    if between:
        draft.notices["between_edges"] = BETWEEN_EDGES
    if any(fragment.scale > 1 for fragment in everything):
        draft.notices["estimated"] = ESTIMATED
    percentile = any(recipe.rank_bin for recipe in recipes)
    approximate = between or percentile or "estimated" in draft.notices
    return Plan(
        question,
        clock,
        _keys(question),
        everything,
        recipes,
        (*draft.notices.values(), *shared),
        approximate,
        covered,
        unknown,
    )


def _covered_metrics(question: Question) -> tuple[Metric, ...]:
    """Return the metrics that leave out some rows (anonymous contacts …), if the filters also apply to these rows."""
    found = []
    for metric in {call.slug: call.metric for call in question.metrics if call.metric.covered}.values():
        parts = [PARTS[name] for name in metric.covered]
        if all(supports(part, each.dimension) for each in question.where for part in parts):
            found.append(metric)
    return tuple(found)


def _keys(question: Question) -> tuple[str, ...]:
    return question.by if question.grain is Grain.TOTAL else ("start", *question.by)


def _total(question: Question) -> Question:
    return Question(question.metrics, question.window, where=question.where, scope=question.scope)


def _recipe(call: MetricRef, draft: _Draft) -> Recipe:
    arguments = call.values()
    formula = choose_formula(call.metric, arguments, draft.question)
    given = read_intervals(formula, arguments, draft.question, draft.directory)
    found = _read_facts(call, formula, arguments, draft, given)
    return replace(found, lacking=_columns(draft, given.lacking), reads_intervals=given != NOTHING)


def _columns(draft: _Draft, uses: tuple[Use, ...]) -> tuple[Column, ...]:
    return tuple(draft.column(sign, use) for sign, use in uses)


def _read_facts(
    call: MetricRef, formula: Ratio, arguments: Mapping[str, float | str], draft: _Draft, given: Reading
) -> Recipe:
    """Return the recipe of a metric's formula over the facts, and over what intervals give of them."""
    metric = call.metric
    answer_norms = any(term.within == "within" for term in formula.numerator) and "within" not in arguments
    limited = _norm_scopes(draft, formula) if answer_norms else None
    if formula.unknown is not None:
        draft.unknown.append(UnknownRows(call, formula.unknown, limited))
    if metric.kind == "percentile":
        return _percentile(call, PARTS[formula.numerator[0].part], draft)
    if metric.kind == "index":
        return _index(call, formula, draft)
    surveys = select_surveys(metric, arguments, draft.directory)
    if missing := without_calendar(call, formula, draft.question, draft.directory):
        draft.notices["without_calendar"] = missing

    def columns(terms: tuple[Term, ...], more: tuple[Use, ...]) -> tuple[tuple[Column, ...], tuple[Column, ...]]:
        found = [*_columns(draft, more)]
        spread: list[Column] = []
        for term in terms:
            part = PARTS[term.part]
            uses = [PartUse(part, limit=limited, surveyed=surveys)]
            if term.within:
                # Thresholds from the answer norms already limit the rows.
                limit = None if term.within == "within" else limited
                thresholds = thresholds_of(term, arguments, draft.directory)
                pairs = [find_uses(part, threshold, limit, draft.directory) for threshold in thresholds]
                uses = [use for within, _ in pairs for use in within]
                spread.extend(draft.column(term.sign, use) for _, unknown in pairs for use in unknown)
            found.extend(draft.column(term.sign, use) for use in uses)
        return tuple(found), tuple(spread)

    (numerator, spread), (denominator, wider) = (
        columns(formula.numerator, given.numerator),
        columns(formula.denominator, given.denominator),
    )
    n, squares = columns(formula.n, given.n)[0], columns(formula.squares, ())[0]
    per_day = splits_days(draft.question) and metric.is_mean_of_days(call.version)
    # A contact that several agents shared counts on one day, so such counts add up over days.
    per_day = per_day and find_facts(formula).isdisjoint({*_NOT_ADDITIVE} - {"shared"})
    below = denominator if formula.denominator else None
    recipe = Recipe(call, numerator, below, n if formula.n else None, squares=squares, per_day=per_day)
    return replace(recipe, spread=spread, denominator_spread=wider) if spread or wider else recipe


def _percentile(call: MetricRef, part: Part, draft: _Draft) -> Recipe:
    """Return the recipe of a percentile of scores or of durations."""
    surveys = select_surveys(call.metric, call.values(), draft.directory)
    if part.fact != "score":
        return make_recipe(call, PartUse(part, surveyed=surveys), draft.column, binned=draft.question.binned)
    scores = list_score_bins(call.metric, call.values(), draft.directory)
    bins = tuple(draft.column(1, PartUse(part, surveyed=surveys, scored=each)) for each in scores)
    return Recipe(call, (), None, (draft.column(1, PartUse(part, surveyed=surveys)),), bins=bins, scores=scores)


def _index(call: MetricRef, formula: Ratio, draft: _Draft) -> Recipe:
    """Return the recipe of an index: the numerator and denominator of each survey question; n counts all answers."""

    def columns(terms: tuple[Term, ...], surveys: SurveySelection | None) -> tuple[Column, ...]:
        return tuple(draft.column(term.sign, PartUse(PARTS[term.part], surveyed=surveys)) for term in terms)

    found = tuple(
        (columns(formula.numerator, surveys), columns(formula.denominator, surveys))
        for surveys in select_question_surveys(call.metric, call.values(), draft.directory)
    )
    return Recipe(call, (), None, tuple(column for _, answers in found for column in answers), questions=found)


def _norm_scopes(draft: _Draft, formula: Ratio) -> tuple[Threshold, ...]:
    """Return the scopes of the answer norms. A service level without a threshold counts only contacts within them."""
    if missing := without_answer_norm(draft.question, draft.directory):
        draft.notices["without_answer_norm"] = missing
    return covered(draft.directory, visits=not find_facts(formula).isdisjoint(VISIT_FACTS))
