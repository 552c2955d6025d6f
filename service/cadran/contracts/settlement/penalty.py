"""The amount due for a term, line by line, in exact decimals.

``compute_lines`` takes the attainment of a term and returns lines whose amounts sum to the amount due. Above 0 the
partner owes the amount; below 0 the partner receives it. Each line is rounded to the cent, half up. No amount is a
floating-point number.

- ``missed_window``: amount × windows missed;
- ``point``: amount × points by which the period's figure is worse than the target (hundredths of a share, seconds of a
  mean); a started point counts as a whole point unless the rule counts otherwise;
- ``step``: the amount of the worst bound that the period's figure is still worse than;
- ``bonus``: the negative amount of the best bound that the period's figure reaches;
- the cap: limits the sum of the penalties; bonuses do not count.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from math import ceil, floor
from typing import Final, Literal

from cadran.contracts.model.term import Rule
from cadran.contracts.settlement.attainment import Attainment
from cadran.domain.display import percent
from cadran.domain.metric import Label

_CENT: Final = Decimal("0.01")
Code = Literal["missed_window", "point", "step", "bonus", "cap"]


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the amount due. ``quantity`` × ``rate`` is the amount before rounding. The line of a cap has the
    negative amount by which the penalties exceed the cap."""

    code: Code
    label: Label
    quantity: Decimal
    rate: Decimal
    amount: Decimal


def compute_lines(found: Attainment) -> tuple[Line, ...]:
    """Compute the lines of the amount due for a term, its cap included."""
    rules = found.term.rules
    uncapped = [line for rule in rules if rule.kind in _EACH for line in _EACH[rule.kind](rule, found)]
    uncapped += [*_step([rule for rule in rules if rule.kind == "step"], found)]
    uncapped += [*_bonus([rule for rule in rules if rule.kind == "bonus"], found)]
    return (*uncapped, *cap_line(uncapped, found.term.cap))


def sum_lines(items: Iterable[Line]) -> Decimal:
    """Return the sum of the lines' amounts."""
    return sum((line.amount for line in items), Decimal("0.00"))


def cap_line(uncapped: Sequence[Line], cap: Decimal | None) -> tuple[Line, ...]:
    """Return the line that reduces the penalties to a cap, as a tuple; empty if they do not exceed the cap."""
    penalties = sum_lines(line for line in uncapped if line.code != "bonus")
    if cap is None or penalties <= cap:
        return ()
    label = Label(f"Penalties are at most {format_money(cap)}", f"Pénalités plafonnées à {format_money(cap)}")
    return (Line("cap", label, Decimal(1), cap - penalties, round_to_cent(cap - penalties)),)


def round_to_cent(amount: Decimal | Fraction) -> Decimal:
    """Round an amount to the cent, half up (away from zero)."""
    if isinstance(amount, Fraction):
        whole = floor(abs(amount) * 100 + Fraction(1, 2))
        return Decimal(whole if amount >= 0 else -whole).scaleb(-2)
    return amount.quantize(_CENT, ROUND_HALF_UP)


def format_money(amount: Decimal) -> str:
    """Format an amount for labels; cents are left out if they are 0."""
    return f"{round_to_cent(amount):f}".removesuffix(".00")


def _missed(rule: Rule, found: Attainment) -> Iterable[Line]:
    missed, judged = found.counted("missed"), found.counted("met", "missed")
    if missed:
        label = Label(f"Windows missed: {missed} of {judged}", f"Fenêtres manquées : {missed} sur {judged}")
        yield Line("missed_window", label, Decimal(missed), rule.amount, round_to_cent(missed * rule.amount))


def _points(rule: Rule, found: Attainment) -> Iterable[Line]:
    if found.met is not False:
        return
    term, sums = found.term, found.sums
    worse = -term.beyond(sums.numerator, sums.denominator, term.target)
    share = term.call.metric.kind == "share"
    points = Fraction(worse) / Fraction(sums.denominator) * (100 if share else 1)
    counted = {"started": Fraction(ceil(points)), "whole": Fraction(floor(points)), "exact": points}[rule.counted]
    if counted:
        shown = round_to_cent(counted)
        unit = ("Points", "Points") if share else ("Seconds", "Secondes")
        number = format_money(shown)
        label = Label(f"{unit[0]} worse than the target: {number}", f"{unit[1]} d'écart à l'objectif : {number}")
        if counted != points:
            how, exactly = _COUNTED[rule.counted], format_money(round_to_cent(points))
            label = Label(f"{label.en} ({how.en}; {exactly} exactly)", f"{label.fr} ({how.fr} ; {exactly} exactement)")
        amount = round_to_cent(counted * Fraction(rule.amount))
        yield Line("point", label, shown, rule.amount, amount)


_COUNTED: Final = {
    "started": Label("started ones count whole", "ceux entamés comptent en entier"),
    "whole": Label("whole ones only", "entiers seulement"),
}
_EACH: Final = {"missed_window": _missed, "point": _points}


def _step(rules: Sequence[Rule], found: Attainment) -> Iterable[Line]:
    """Yield the line of the step with the worst bound that the figure is still worse than."""
    passed = [rule for rule in rules if _beyond(rule, found) < 0]
    if passed:
        rule = _extreme(passed, found, deepest=True)
        label = Label(f"Worse than {_shown(rule, found, 'en')}", f"Moins bon que {_shown(rule, found, 'fr')}")
        yield Line("step", label, Decimal(1), rule.amount, round_to_cent(rule.amount))


def _bonus(rules: Sequence[Rule], found: Attainment) -> Iterable[Line]:
    """Yield the line of the best bonus whose bound the figure reaches. An undefined figure reaches none."""
    reached = [rule for rule in rules if found.sums.denominator and _beyond(rule, found) >= 0]
    if reached:
        rule = _extreme(reached, found, deepest=False)
        shown = _shown(rule, found, "en"), _shown(rule, found, "fr")
        label = Label(f"At least as good as {shown[0]}", f"Au moins aussi bon que {shown[1]}")
        yield Line("bonus", label, Decimal(1), -rule.amount, -round_to_cent(rule.amount))


def _beyond(rule: Rule, found: Attainment) -> Decimal:
    assert rule.bound is not None
    return found.term.beyond(found.sums.numerator, found.sums.denominator, rule.bound)


def _extreme(rules: Sequence[Rule], found: Attainment, *, deepest: bool) -> Rule:
    """Return the rule with the worst bound (``deepest``) or with the best bound."""
    lowest = deepest == found.term.higher
    pick = min if lowest else max
    return pick(rules, key=lambda rule: rule.bound or Decimal(0))


def _shown(rule: Rule, found: Attainment, language: str) -> str:
    assert rule.bound is not None
    if found.term.call.metric.kind == "share":
        return percent(rule.bound, language)
    return f"{rule.bound.normalize():f} s"
