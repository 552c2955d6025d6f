"""The cost and the return of gestures, next to the cost of losing customers.

The module takes the answers to two questions over one window. The question about gestures is by gesture, and has all
filters. The question about customers lost has the filters on segment only, because a customer belongs to no site; a
caller who does not see all sites gets gestures alone. With ``R`` a churn rate and ``v`` the mean value of a customer
lost:

    net            = revenue − cost, over the gestures whose revenue is known
    customers_kept = customers helped · R(without a gesture) − customers lost with one
    value_kept     = customers_kept · v

Only these three figures are computed here; the others are metrics of the catalogue. Every assumption is listed. The
three figures are None where a figure that they need is undefined.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

from cadran.domain.answer import Answer, Figures
from cadran.domain.ask import Ask
from cadran.domain.catalogue import METRICS
from cadran.domain.directory import Directory
from cadran.domain.metric import Label
from cadran.domain.metric_ref import make_metric_ref
from cadran.domain.metrics.loyalty import HELPED, KIND
from cadran.domain.parts.goodwill import HELPED_DAYS
from cadran.engine.desk import MetricSelector
from cadran.errors import unknown
from cadran.insights.gestures import GESTURE, list_gestures
from cadran.insights.joined import merge_answers

_GIVEN: Final = (
    *("goodwill_count", "goodwill_cost", "goodwill_revenue", "goodwill_return"),
    *("goodwill_within_limit", "goodwill_above_limit", "goodwill_above_limit_rate"),
)
#: Asked if the catalogue gives what one agent may give in a month.
_OF_MONTH: Final = ("goodwill_within_month_limit", "goodwill_above_month_limit")
_LOST: Final = ("churned_customers", "churn_rate", "churn_cost")
#: The text in a sentence for a number that small-cell suppression hides.
_HIDDEN: Final = Label("(hidden)", "(masqué)")
#: Sums of money have four decimals.
_DECIMALS: Final = 4


@dataclass(frozen=True, slots=True)
class Assumption:
    """An assumption behind a figure: a stable code and a sentence."""

    code: str
    text: Label


@dataclass(frozen=True, slots=True)
class Return:
    """The result: ``answer`` holds the figures of the questions as totals, and a row for each gesture of the catalogue
    with the figures of gestures; ``limits`` are those of the rows. The estimates are in money and customers."""

    answer: Answer
    limits: tuple[float | None, ...]
    net: float | None
    customers_kept: float | None
    value_kept: float | None
    assumptions: tuple[Assumption, ...]


def build_asks(ask: Ask, kind: str | None, select_metrics: MetricSelector, directory: Directory) -> tuple[Ask, ...]:
    """Return the ask about gestures, and the ask about customers lost if the caller may see its metrics.

    ``kind`` None means gestures of all kinds. Raises QuestionRefused for an unknown kind.
    """
    if kind is not None and kind not in KIND.choices:
        raise unknown("kind", kind, KIND.choices, parameter="kind")
    argument = {} if kind is None else {"kind": kind}
    slugs = (*_GIVEN, *_OF_MONTH) if directory.month_limits else _GIVEN
    given = replace(ask, metrics=[make_metric_ref(METRICS[slug], argument) for slug in slugs], by=(GESTURE,))
    narrowing = [each for each in ask.where if each.dimension == "segment"]
    lost = [make_metric_ref(METRICS[slug], {"goodwill": who}) for slug in _LOST for who in HELPED.choices]
    if len(select_metrics(lost, {each.dimension for each in narrowing})) < len(lost):
        return (given,)
    return given, replace(ask, metrics=lost, where=narrowing)


def compute_goodwill_return(directory: Directory, given: Answer, lost: Answer | None = None) -> Return:
    """Return the result from the answers to the asks, and the directory as the caller may see it."""
    returned = next(each for each in given.totals if each.call.slug == "goodwill_return")
    net = _difference(returned.numerators[0], returned.denominators[0]) if returned.n[0] else None
    attributed = _attributed(given)
    answer, limits = list_gestures(given, directory)
    if lost is None:
        return Return(answer, limits, net, None, None, (attributed,))
    figures = {each.call.name: each for each in (*given.totals, *lost.totals)}
    customers = _customers_kept(figures)
    worth = _mean_worth(figures["churn_cost"])
    whole = len(given.question.where) > len(lost.question.where)
    return Return(
        replace(merge_answers(answer, lost), totals=(*answer.totals, *lost.totals)),
        limits,
        net,
        customers,
        None if customers is None or worth is None else round(customers * worth, _DECIMALS),
        (attributed, *_assumptions(figures, whole=whole)),
    )


def _customers_kept(figures: Mapping[str, Figures]) -> float | None:
    helped, rate = figures["churn_rate(goodwill=with)"], figures["churn_rate(goodwill=without)"].values[0]
    if rate is None or helped.hidden or not helped.denominators[0]:
        return None
    return round(helped.denominators[0] * rate - (helped.numerators[0] or 0), _DECIMALS)


def _mean_worth(cost: Figures) -> float | None:
    """Return the mean value of the customers lost whose value is known."""
    value, known = cost.values[0], cost.n[0]
    return value / known if value is not None and known else None


def _difference(first: float | None, second: float | None) -> float:
    return round((first or 0) - (second or 0), _DECIMALS)


def _attributed(given: Answer) -> Assumption:
    count, _, revenue, *_ = given.totals
    known, of_all = _number(revenue), _number(count)
    return Assumption(
        "revenue_attributed",
        Label(
            "The revenue after a gesture is what its source attributes to it; the return covers the"
            f" {known.en} of {of_all.en} gestures whose revenue is known.",
            "Le chiffre d'affaires après un geste est celui que sa source lui attribue ; le rendement porte sur"
            f" {known.fr} gestes sur {of_all.fr}, dont le chiffre d'affaires est connu.",
        ),
    )


def _number(total: Figures) -> Label:
    """Return the n of a total as the words of a sentence, or a text for a hidden number."""
    return _HIDDEN if total.hidden else Label(*(f"{total.n[0] or 0:.0f}",) * 2)


def _assumptions(figures: Mapping[str, Figures], *, whole: bool) -> tuple[Assumption, ...]:
    lost, valued = _number(figures["churned_customers"]), _number(figures["churn_cost"])
    found = [
        Assumption(
            "value_at_leaving",
            Label(
                "A customer lost costs the lifetime value known on the last day;"
                f" it is known for {valued.en} of {lost.en}, the others cost nothing here.",
                "Un client perdu coûte sa valeur vie connue au dernier jour ;"
                f" elle est connue pour {valued.fr} sur {lost.fr}, les autres ne coûtent rien ici.",
            ),
        ),
        Assumption(
            "lost_with_a_goodwill",
            Label(
                f"Helped are the customers who received a gesture of any kind from {HELPED_DAYS} days before the window"
                " on, and before they left.",
                f"Sont aidés les clients ayant reçu un geste depuis {HELPED_DAYS} jours avant la période,"
                " quelle qu'en soit la nature, et avant leur départ.",
            ),
        ),
        Assumption(
            "kept_by_comparison",
            Label(
                "Retained customers: without gestures, the customers helped would have left at the rate of the others."
                " They are not chosen at random, so this is an estimate, not a proof.",
                "Clients conservés : sans geste, les clients aidés seraient partis au taux des autres."
                " Ils ne sont pas choisis au hasard : c'est une estimation, non une preuve.",
            ),
        ),
    ]
    if whole:
        found.append(
            Assumption(
                "lost_of_all_sites",
                Label(
                    "A customer belongs to no site, channel or moment: only the filter on segment narrows the customers"
                    " lost.",
                    "Un client n'appartient à aucun site, canal ni moment : parmi les filtres, seul le segment"
                    " restreint les clients perdus.",
                ),
            )
        )
    return tuple(found)
