"""Metrics of loyalty: cost and return of goodwill gestures and preventive actions, and churn."""

from __future__ import annotations

from typing import Final

from cadran.domain.metric import Label, Metric, Parameter, Ratio, Term, Unknown, terms
from cadran.domain.metrics.revisions import revise
from cadran.domain.parts.goodwill import KINDS

KIND = Parameter(
    "kind",
    "choice",
    "all: goodwill gestures and preventive actions; goodwill: only goodwill gestures; prevention: only preventive actions",
    default="all",
    choices=("all", *KINDS),
)
HELPED = Parameter(
    "goodwill",
    "choice",
    "all: all customers count; with: only customers with a goodwill gesture in the bucket or the year before it count; "
    "without: only customers without a goodwill gesture in the bucket or the year before it count",
    default="all",
    choices=("all", "with", "without"),
)


def _by_kind(numerator: str, denominator: str = "", n: str = "") -> dict[str, Ratio]:
    """Build the formula of each kind, and of both kinds together."""

    def of(part: str, kinds: tuple[str, ...]) -> str:
        return " + ".join(f"{kind}_{part}" for kind in kinds) if part else ""

    return {
        name: Ratio(terms(of(numerator, kinds)), terms(of(denominator, kinds)), terms(of(n, kinds)))
        for name, kinds in (("all", KINDS), *((kind, (kind,)) for kind in KINDS))
    }


#: The parts of the gestures whose month's limit is not known, and of all.
_OF_MONTH: Final = ("month_limit_unknown", "of_month")
#: A gesture depends on the earlier ones of its calendar month.
_MONTH_DAYS: Final = 31


def _by_limit(
    numerator: str, denominator: tuple[str, ...] = (), unknown: tuple[str, str] = ("limit_unknown", "count")
) -> dict[str, Ratio]:
    """Build the formula of each kind, and of both kinds together, over the gestures whose limit is known. ``unknown``
    are the parts of the gestures of unknown limit, and of all."""

    def of(kinds: tuple[str, ...], *parts: str) -> tuple[Term, ...]:
        return terms(" + ".join(f"{kind}_{part}" for kind in kinds for part in parts))

    return {
        name: Ratio(
            of(kinds, numerator),
            of(kinds, *denominator),
            unknown=Unknown("limit", of(kinds, unknown[0]), of(kinds, unknown[1])),
        )
        for name, kinds in (("all", KINDS), *((kind, (kind,)) for kind in KINDS))
    }


LOYALTY = (
    revise(
        Metric(
            "goodwill_count",
            Label("Goodwill gestures", "Gestes commerciaux"),
            Label(
                "Number of goodwill gestures and preventive actions for customers.",
                "Gestes commerciaux et actions préventives envers les clients.",
            ),
            "count",
            "count",
            "",
            _by_kind("count"),
            variant="kind",
            parameters=(KIND,),
            basis="given",
        )
    ),
    revise(
        Metric(
            "goodwill_cost",
            Label("Cost of goodwill", "Coût des gestes"),
            Label(
                "Sum of the cost of goodwill gestures and preventive actions.",
                "Somme du coût des gestes commerciaux et des actions préventives.",
            ),
            "currency",
            "sum",
            "lower",
            _by_kind("cost", n="count"),
            variant="kind",
            parameters=(KIND,),
            basis="given",
        )
    ),
    revise(
        Metric(
            "goodwill_revenue",
            Label("Revenue after goodwill", "Chiffre d'affaires après gestes"),
            Label(
                "Sum of the revenue attributed to goodwill gestures by their source.",
                "Somme du chiffre d'affaires attribué aux gestes par leur source.",
            ),
            "currency",
            "sum",
            "higher",
            _by_kind("revenue", n="returned"),
            variant="kind",
            parameters=(KIND,),
            basis="given",
        )
    ),
    Metric(
        "goodwill_return",
        Label("Return on goodwill", "Rendement des gestes"),
        Label(
            "Revenue attributed to goodwill gestures divided by their cost, where the revenue is known: 2.46 means that each euro given brought in 2.46 €.",
            "Chiffre d'affaires attribué aux gestes sur leur coût, là où il est connu : 2,46 vaut 2,46 € par euro donné.",
        ),
        "currency",
        "mean",
        "higher",
        _by_kind("revenue", "cost_returned", "returned"),
        variant="kind",
        parameters=(KIND,),
        basis="given",
        also=("ROI",),
    ),
    Metric(
        "goodwill_within_limit",
        Label("Gestures within the limit", "Gestes dans la limite"),
        Label(
            "Number of gestures whose cost is at most the limit that the catalogue gives on their day.",
            "Gestes dont le coût ne dépasse pas la limite que le catalogue donne pour leur jour.",
        ),
        "count",
        "count",
        "",
        _by_limit("within_limit"),
        variant="kind",
        parameters=(KIND,),
        basis="given",
    ),
    Metric(
        "goodwill_above_limit",
        Label("Gestures above the limit", "Gestes hors limite"),
        Label(
            "Number of gestures whose cost is more than the limit that the catalogue gives on their day.",
            "Gestes dont le coût dépasse la limite que le catalogue donne pour leur jour.",
        ),
        "count",
        "count",
        "lower",
        _by_limit("above_limit"),
        variant="kind",
        parameters=(KIND,),
        basis="given",
    ),
    Metric(
        "goodwill_above_limit_rate",
        Label("Share of gestures above the limit", "Part des gestes hors limite"),
        Label(
            "Gestures whose cost is more than their limit divided by the gestures whose limit is known.",
            "Gestes dont le coût dépasse leur limite sur les gestes dont la limite est connue.",
        ),
        "ratio",
        "share",
        "lower",
        _by_limit("above_limit", ("above_limit", "within_limit")),
        variant="kind",
        parameters=(KIND,),
        basis="given",
    ),
    Metric(
        "goodwill_within_month_limit",
        Label("Gestures within the month's limit", "Gestes dans la limite du mois"),
        Label(
            "Number of gestures up to which the agent has given at most the limit of one agent and month, over all gestures since the start of the calendar month.",
            "Gestes jusqu'auxquels l'agent n'a pas dépassé la limite par agent et par mois, tous gestes confondus depuis le début du mois civil.",
        ),
        "count",
        "count",
        "",
        _by_limit("within_month_limit", unknown=_OF_MONTH),
        variant="kind",
        parameters=(KIND,),
        basis="given",
        looks_back_days=_MONTH_DAYS,
    ),
    Metric(
        "goodwill_above_month_limit",
        Label("Gestures above the month's limit", "Gestes hors limite du mois"),
        Label(
            "Number of gestures with which the agent has given more than the limit of one agent and month, over all gestures since the start of the calendar month.",
            "Gestes avec lesquels l'agent a dépassé la limite par agent et par mois, tous gestes confondus depuis le début du mois civil.",
        ),
        "count",
        "count",
        "lower",
        _by_limit("above_month_limit", unknown=_OF_MONTH),
        variant="kind",
        parameters=(KIND,),
        basis="given",
        looks_back_days=_MONTH_DAYS,
    ),
    Metric(
        "churned_customers",
        Label("Customers lost", "Clients perdus"),
        Label(
            "Customers whose last day is in the window, by the segment that they had then.",
            "Clients dont le dernier jour est dans la période, dans leur segment d'alors.",
        ),
        "count",
        "count",
        "lower",
        {
            "all": Ratio(terms("churned")),
            "with": Ratio(terms("churned_helped")),
            "without": Ratio(terms("churned - churned_helped")),
        },
        variant="goodwill",
        parameters=(HELPED,),
        basis="left",
    ),
    Metric(
        "churn_rate",
        Label("Churn rate", "Taux d'attrition"),
        Label(
            "Customers lost divided by customers active at any time in the window; it grows with the window's length.",
            "Clients perdus sur clients actifs à un moment de la période ; croît avec la durée.",
        ),
        "ratio",
        "share",
        "lower",
        {
            "all": Ratio(terms("churned"), terms("customers_active")),
            "with": Ratio(terms("churned_helped"), terms("customers_helped")),
            "without": Ratio(terms("churned - churned_helped"), terms("customers_active - customers_helped")),
        },
        variant="goodwill",
        parameters=(HELPED,),
        basis="left",
    ),
    Metric(
        "churn_cost",
        Label("Cost of churn", "Coût de l'attrition"),
        Label(
            "Sum of the lifetime value of lost customers on their last day; unknown values are left out.",
            "Somme de la valeur vie, à leur dernier jour, des clients perdus dont la valeur est connue.",
        ),
        "currency",
        "sum",
        "lower",
        {
            "all": Ratio(terms("churned_value"), n=terms("churned_valued")),
            "with": Ratio(terms("churned_value_helped"), n=terms("churned_valued_helped")),
            "without": Ratio(
                terms("churned_value - churned_value_helped"), n=terms("churned_valued - churned_valued_helped")
            ),
        },
        variant="goodwill",
        parameters=(HELPED,),
        basis="left",
    ),
)
