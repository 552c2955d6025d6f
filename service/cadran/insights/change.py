"""The change of a ratio between two windows: the effect of each group's own rate, and the effect of the mix of volumes.

The module takes the same question's answers over both windows, split into groups. For a group with rate ``r``
(numerator over denominator) and weight ``w`` (its share of all denominators), before (0) and now (1), and the overall
rate ``R``:

    rate = (r₁ − r₀) · (w₀ + w₁) / 2
    mix  = (w₁ − w₀) · ((r₀ + r₁) / 2 − (R₀ + R₁) / 2)

Their sum over all groups is R₁ − R₀ exactly, as the weights of each window sum to 1. This is the symmetric (midpoint)
form of Kitagawa's decomposition (E. M. Kitagawa, "Components of a Difference Between Two Rates", Journal of the
American Statistical Association 50, 1955). It makes neither window the base and leaves no interaction term. With the
mean rate as the reference, a group's mix is positive when the group grows and is above that mean. A group that is in
one window only has no two rates to compare: its whole contribution is mix.

A net score is also a ratio, of promoters minus detractors over answers. It is shown in points.

Everything is computed in fractions, so that the parts sum exactly; each number is rounded once, when it is shown. Where
small-cell suppression hides groups in either window, the other groups are shown without effects, because the shown
groups do not make up the whole. The whole is shown as it is.

Metrics that are no ratio, or whose groups do not add up, are refused (``not_a_ratio``). Questions without a split are
refused (``no_split``). Windows that overlap are refused (``bad_window``) where small groups of the metric are hidden
from the caller: both windows show counts, and their difference may be a few days.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Final

from cadran.domain.access.cells import GROUP_MIN
from cadran.domain.access.suppression import is_about_people
from cadran.domain.answer import Answer, Figures, KeyColumn
from cadran.domain.ask import Ask
from cadran.domain.dimension import is_calendar
from cadran.domain.question import MetricRef, Question
from cadran.domain.window import is_overlapping
from cadran.errors import QuestionRefused
from cadran.insights.additive import explain_not_additive, explain_shared
from cadran.insights.joined import merge_answers

_ZERO: Final = Fraction(0)
Group = tuple[object, ...]


@dataclass(frozen=True, slots=True)
class Sums:
    """The numerator and denominator of a rate in one window."""

    numerator: Fraction = _ZERO
    denominator: Fraction = _ZERO
    is_hidden: bool = False

    @property
    def rate(self) -> Fraction | None:
        """Return the rate; None where the denominator is 0."""
        return self.numerator / self.denominator if self.denominator else None

    def shown(self, sum_: Fraction) -> Fraction | None:
        """Return one of the sums as an answer shows it; None where small-cell suppression hides it."""
        return None if self.is_hidden else sum_


@dataclass(frozen=True, slots=True)
class Effect:
    """A group in both windows and its effects on the change; the effects are None where the change is undefined."""

    before: Sums
    now: Sums
    rate: Fraction | None
    mix: Fraction | None


@dataclass(frozen=True, slots=True)
class Change:
    """The groups of both windows, the largest contributions first, and the sums over all groups.

    ``answer`` is the answer over the present window, with the groups as rows and the freshness of the older answer.
    ``before`` is the answer over the window that the present one is compared with.
    """

    answer: Answer
    before: Answer
    effects: tuple[Effect, ...]
    total: Effect

    @property
    def call(self) -> MetricRef:
        """Return the metric that changed."""
        return self.answer.question.metrics[0]

    def columns(self) -> dict[str, list[float | None]]:
        """Return the values of every group, by name."""
        return {name: [self._number(name, each) for each in self.effects] for name in EFFECT_COLUMNS}

    def sums(self) -> dict[str, float | None]:
        """Return the values over all groups, by name."""
        return {name: self._number(name, self.total) for name in EFFECT_COLUMNS}

    def _number(self, name: str, each: Effect) -> float | None:
        value = EFFECT_COLUMNS[name](each, self.total)
        # A net score is shown in points.
        if value is not None and self.call.metric.kind == "net" and name not in _COUNTED:
            value *= 100
        return _rounded(value)


def _rounded(value: Fraction | None) -> float | None:
    if value is None:
        return None
    return int(value) if value.denominator == 1 else float(value)


#: The columns of a group: functions of the effect of the group and of the total effect.
EFFECT_COLUMNS: Final[Mapping[str, Callable[[Effect, Effect], Fraction | None]]] = {
    "value": lambda each, _: each.now.rate,
    "previous": lambda each, _: each.before.rate,
    "numerator": lambda each, _: each.now.shown(each.now.numerator),
    "denominator": lambda each, _: each.now.shown(each.now.denominator),
    "previous_numerator": lambda each, _: each.before.shown(each.before.numerator),
    "previous_denominator": lambda each, _: each.before.shown(each.before.denominator),
    "rate": lambda each, _: each.rate,
    "mix": lambda each, _: each.mix,
    "contribution": lambda each, _: None if each.rate is None or each.mix is None else each.rate + each.mix,
}


_COUNTED: Final = ("numerator", "denominator", "previous_numerator", "previous_denominator")


def check(ask: Ask) -> None:
    """Refuse an ask that cannot be split into rates and mix. Raises QuestionRefused."""
    if len(ask.metrics) != 1:
        raise QuestionRefused("Say one metric, e.g. metric=aht.", code="no_metrics", parameter="metric")
    if not ask.by:
        raise QuestionRefused("Say which groups the change comes from, e.g. by=site.", code="no_split", parameter="by")
    [call] = ask.metrics
    why = explain_not_additive(call, ask.by) or explain_shared(call, ask.by, [each.dimension for each in ask.where])
    if call.metric.kind not in ("share", "mean", "net"):
        article = "an" if call.metric.kind[0] in "aeiou" else "a"
        why = f"it is {article} {call.metric.kind}, not a ratio: it has no rate that could move apart from the volumes"
    if why is not None:
        raise QuestionRefused(
            f"The change of {call.name} cannot be split by {', '.join(ask.by)}: {why}.",
            code="not_a_ratio",
            parameter="metric",
        )


def check_windows(before: Question, now: Question, zones: Iterable[str], *, sees_people: bool) -> None:
    """Refuse windows that overlap where their difference could show a small group.

    ``zones`` are the zones of all sites.
    """
    [call] = now.metrics
    if is_about_people(call, sees_people=sees_people) and is_overlapping(before.window, now.window, zones):
        raise QuestionRefused(
            f"The window and the one that it is set against overlap. The difference of their {call.name} could be about"
            f" fewer than {GROUP_MIN} people, whose figures are hidden. Choose windows that do not overlap, e.g."
            " period=2015-12&against=2015-11.",
            code="bad_window",
            parameter="against",
        )


def explain_change(before: Answer, now: Answer) -> Change:
    """Return the change from the answer ``before`` to the answer ``now``, group by group."""
    groups: dict[Group, tuple[Answer, int]] = {}
    hidden_groups: set[Group] = set()
    sums: list[dict[Group, Sums]] = []
    for answer in (before, now):
        column = answer.figures[0]
        found: dict[Group, Sums] = {}
        for row in range(answer.rows):
            group = tuple(_raw(key, row) for key in answer.keys)
            groups.setdefault(group, (answer, row))
            if row in column.hidden:
                hidden_groups.add(group)
            found[group] = _sums(column, row)
        sums.append(found)
    groups = {group: place for group, place in groups.items() if group not in hidden_groups}
    pairs = [(sums[0].get(group, Sums()), sums[1].get(group, Sums())) for group in groups]
    effects = [Effect(*pair, None, None) for pair in pairs] if hidden_groups else split_change(pairs)
    order = sorted(range(len(effects)), key=lambda place: -abs(_contribution(effects[place])))
    places = list(groups.values())
    keys = tuple(_key(number, name, [places[place] for place in order]) for number, name in enumerate(now.question.by))
    shown = replace(
        merge_answers(now, before),
        rows=len(order),
        keys=keys,
    )
    whole = Effect(_sums(before.totals[0], 0), _sums(now.totals[0], 0), None, None)
    return Change(shown, before, tuple(effects[place] for place in order), whole if hidden_groups else _total(effects))


def split_change(groups: Sequence[tuple[Sums, Sums]]) -> list[Effect]:
    """Return the effects of groups from their sums before and now, by the formulas of the module."""
    wholes = [
        Sums(
            sum((pair[window].numerator for pair in groups), _ZERO),
            sum((pair[window].denominator for pair in groups), _ZERO),
        )
        for window in (0, 1)
    ]
    overall_before, overall_now = wholes[0].rate, wholes[1].rate
    if overall_before is None or overall_now is None:
        return [Effect(before, now, None, None) for before, now in groups]
    reference = (overall_before + overall_now) / 2
    found = []
    for before, now in groups:
        weights = [each.denominator / whole.denominator for each, whole in zip((before, now), wholes, strict=True)]
        # What the group adds to the overall rate, less what it would add at the mean rate.
        moved = now.numerator / wholes[1].denominator - before.numerator / wholes[0].denominator
        whole_effect = moved - reference * (weights[1] - weights[0])
        rate = _ZERO
        if before.rate is not None and now.rate is not None:
            rate = (now.rate - before.rate) * (weights[0] + weights[1]) / 2
        found.append(Effect(before, now, rate, whole_effect - rate))
    return found


def _total(effects: Sequence[Effect]) -> Effect:
    before, now = (
        Sums(
            sum((each.numerator for each in window), _ZERO),
            sum((each.denominator for each in window), _ZERO),
        )
        for window in ([each.before for each in effects], [each.now for each in effects])
    )
    if before.rate is None or now.rate is None:
        return Effect(before, now, None, None)
    rates = sum((each.rate or _ZERO for each in effects), _ZERO)
    mixes = sum((each.mix or _ZERO for each in effects), _ZERO)
    return Effect(before, now, rates, mixes)


def _contribution(effect: Effect) -> Fraction:
    return (effect.rate or _ZERO) + (effect.mix or _ZERO)


def _sums(column: Figures, row: int) -> Sums:
    # Fractions are made from decimal texts, which are exact. Sums have at most four decimals.
    numerator, denominator = column.numerators[row], column.denominators[row]
    return Sums(Fraction(str(numerator or 0)), Fraction(str(denominator or 0)), row in column.hidden)


def _raw(key: KeyColumn, row: int) -> object:
    return key.members[row].member_id if key.members is not None else key.values[row]


def _key(number: int, name: str, places: Sequence[tuple[Answer, int]]) -> KeyColumn:
    columns = [(answer.keys[number], row) for answer, row in places]
    values = [key.values[row] for key, row in columns]
    if is_calendar(name):
        return KeyColumn(name, values)
    return KeyColumn(name, values, [key.members[row] for key, row in columns if key.members is not None])
