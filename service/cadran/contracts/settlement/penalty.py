"""What is due for a term, line by line, in exact euros.

Takes how a term was attained; gives lines whose amounts sum to what is due: above 0 owed by the partner, below 0 a
bonus owed to it. Each line is rounded to the cent, half up. No floating-point number touches an amount.

- ``missed_window``: amount × windows missed;
- ``point``: amount × points by which the period's figure is worse than the target (hundredths of a share, seconds of a
  mean), started points counted whole unless the rule says otherwise;
- ``step``: the amount of the deepest step whose bound the period's figure is worse than;
- ``bonus``: minus the amount of the best bound that the period's figure reaches;
- the cap: penalties (not bonuses) are at most that.
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
    """``quantity`` × ``rate`` is the amount before rounding; of a cap, how much it takes off."""

    code: Code
    label: Label
    quantity: Decimal
    rate: Decimal
    amount: Decimal


def lines(found: Attainment) -> tuple[Line, ...]:
    """What is due for a term."""
    rules = found.term.rules
    told = [line for rule in rules if rule.kind in _EACH for line in _EACH[rule.kind](rule, found)]
    told += [*_step([rule for rule in rules if rule.kind == "step"], found)]
    told += [*_bonus([rule for rule in rules if rule.kind == "bonus"], found)]
    return (*told, *capped(told, found.term.cap))


def due(told: Iterable[Line]) -> Decimal:
    """The sum of lines."""
    return sum((line.amount for line in told), Decimal("0.00"))


def capped(told: Sequence[Line], cap: Decimal | None) -> tuple[Line, ...]:
    """The line that takes penalties above a cap off again, if there are any."""
    penalties = due(line for line in told if line.code != "bonus")
    if cap is None or penalties <= cap:
        return ()
    label = Label(f"Penalties are at most {money(cap)}", f"Pénalités plafonnées à {money(cap)}")
    return (Line("cap", label, Decimal(1), cap - penalties, cents(cap - penalties)),)


def cents(amount: Decimal | Fraction) -> Decimal:
    """Rounded to the cent, half up (away from zero)."""
    if isinstance(amount, Fraction):
        whole = floor(abs(amount) * 100 + Fraction(1, 2))
        return Decimal(whole if amount >= 0 else -whole).scaleb(-2)
    return amount.quantize(_CENT, ROUND_HALF_UP)


def money(amount: Decimal) -> str:
    """An amount as labels write it, cents only where there are some."""
    return f"{cents(amount):f}".removesuffix(".00")


def _missed(rule: Rule, found: Attainment) -> Iterable[Line]:
    missed, judged = found.counted("missed"), found.counted("met", "missed")
    if missed:
        label = Label(f"Windows missed: {missed} of {judged}", f"Fenêtres manquées : {missed} sur {judged}")
        yield Line("missed_window", label, Decimal(missed), rule.amount, cents(missed * rule.amount))


def _points(rule: Rule, found: Attainment) -> Iterable[Line]:
    if found.met is not False:
        return
    term, sums = found.term, found.sums
    worse = -term.beyond(sums.numerator, sums.denominator, term.target)
    share = term.call.metric.kind == "share"
    points = Fraction(worse) / Fraction(sums.denominator) * (100 if share else 1)
    counted = {"started": Fraction(ceil(points)), "whole": Fraction(floor(points)), "exact": points}[rule.counted]
    if counted:
        shown = cents(counted)
        unit = ("Points", "Points") if share else ("Seconds", "Secondes")
        number = money(shown)
        label = Label(f"{unit[0]} worse than the target: {number}", f"{unit[1]} d'écart à l'objectif : {number}")
        if counted != points:
            how, exactly = _COUNTED[rule.counted], money(cents(points))
            label = Label(f"{label.en} ({how.en}; {exactly} exactly)", f"{label.fr} ({how.fr} ; {exactly} exactement)")
        amount = cents(counted * Fraction(rule.amount))
        yield Line("point", label, shown, rule.amount, amount)


_COUNTED: Final = {
    "started": Label("started ones count whole", "ceux entamés comptent en entier"),
    "whole": Label("whole ones only", "entiers seulement"),
}
_EACH: Final = {"missed_window": _missed, "point": _points}


def _step(rules: Sequence[Rule], found: Attainment) -> Iterable[Line]:
    """The deepest of those passed."""
    passed = [rule for rule in rules if _beyond(rule, found) < 0]
    if passed:
        rule = _extreme(passed, found, deepest=True)
        label = Label(f"Worse than {_shown(rule, found, 'en')}", f"Moins bon que {_shown(rule, found, 'fr')}")
        yield Line("step", label, Decimal(1), rule.amount, cents(rule.amount))


def _bonus(rules: Sequence[Rule], found: Attainment) -> Iterable[Line]:
    """The best of those reached; a figure that is undefined reaches none."""
    reached = [rule for rule in rules if found.sums.denominator and _beyond(rule, found) >= 0]
    if reached:
        rule = _extreme(reached, found, deepest=False)
        shown = _shown(rule, found, "en"), _shown(rule, found, "fr")
        label = Label(f"At least as good as {shown[0]}", f"Au moins aussi bon que {shown[1]}")
        yield Line("bonus", label, Decimal(1), -rule.amount, -cents(rule.amount))


def _beyond(rule: Rule, found: Attainment) -> Decimal:
    assert rule.bound is not None
    return found.term.beyond(found.sums.numerator, found.sums.denominator, rule.bound)


def _extreme(rules: Sequence[Rule], found: Attainment, *, deepest: bool) -> Rule:
    """Of several bounds the worst or the best one."""
    lowest = deepest == found.term.higher
    pick = min if lowest else max
    return pick(rules, key=lambda rule: rule.bound or Decimal(0))


def _shown(rule: Rule, found: Attainment, language: str) -> str:
    assert rule.bound is not None
    if found.term.call.metric.kind == "share":
        return percent(rule.bound, language)
    return f"{rule.bound.normalize():f} s"
