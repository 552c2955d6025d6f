"""Metrics of cost and revenue: costs from the source or by tariff, budgets by site and month, revenue."""

from __future__ import annotations

from cadran.domain.metric import Label, Metric, Parameter, Ratio, ratio, terms
from cadran.domain.metrics.revisions import revise
from cadran.domain.metrics.unknown_values import COSTS, COSTS_OF_CUSTOMERS, KNOWN_COSTS

PER = Parameter(
    "per",
    "choice",
    "offered: the cost is divided by all offered contacts; handled: the cost is divided by handled contacts",
    default="offered",
    choices=("offered", "handled"),
)

COST = (
    Metric(
        "cost_per_contact",
        Label("Cost per contact", "Coût par contact"),
        Label(
            "Cost of inbound contacts divided by the inbound contacts (or handled ones) whose cost is known; a filter by direction selects other contacts.",
            "Coût des contacts entrants sur ceux (ou les traités) dont le coût est connu ; d'autres si la question"
            " précise un sens.",
        ),
        "currency",
        "mean",
        "lower",
        {
            "offered": Ratio(terms("cost"), terms("priced"), unknown=COSTS),
            "handled": Ratio(terms("cost"), terms("priced_handled"), unknown=COSTS),
        },
        variant="per",
        parameters=(PER,),
        revisions=(KNOWN_COSTS,),
    ),
    Metric(
        "cost_to_serve",
        Label("Cost to serve", "Coût de service"),
        Label(
            "Cost of identified customers' contacts divided by those customers, as far as the cost is known (C2S).",
            "Coût des contacts des clients identifiés sur ces clients, dans la mesure où il est connu (C2S).",
        ),
        "currency",
        "mean",
        "lower",
        ratio("customer_cost", "customers_priced", unknown=COSTS_OF_CUSTOMERS),
        also=("C2S",),
        revisions=(KNOWN_COSTS,),
    ),
    Metric(
        "budget_consumed",
        Label("Budget consumed", "Budget consommé"),
        Label(
            "Cost of inbound contacts divided by the whole year's budget of the sites; only site and partner narrow the budget.",
            "Coût des contacts entrants sur le budget annuel des sites ; seuls site et partenaire restreignent le budget.",
        ),
        "ratio",
        "mean",
        "lower",
        {"": Ratio(terms("cost"), terms("budget_year"), terms("priced"), unknown=COSTS)},
        revisions=(KNOWN_COSTS,),
    ),
    Metric(
        "budget_pace",
        Label("Budget pace", "Rythme de consommation du budget"),
        Label(
            "Cost of inbound contacts divided by the budget of the window's days, up to the end of the loaded data.",
            "Coût des contacts entrants sur le budget des jours de la période, jusqu'à l'horizon des données.",
        ),
        "ratio",
        "mean",
        "lower",
        {"": Ratio(terms("cost"), terms("budget_window"), terms("priced"), unknown=COSTS)},
        revisions=(KNOWN_COSTS,),
    ),
    revise(
        Metric(
            "revenue",
            Label("Revenue", "Chiffre d'affaires"),
            Label(
                "Sum of the revenue of contacts, inbound or outbound.",
                "Somme du chiffre d'affaires des contacts, entrants ou sortants.",
            ),
            "currency",
            "sum",
            "higher",
            {"": Ratio(terms("revenue"), (), terms("conversations"))},
        )
    ),
    Metric(
        "revenue_per_contact",
        Label("Revenue per contact", "Chiffre d'affaires par contact"),
        Label(
            "Revenue divided by handled contacts, inbound or outbound.",
            "Chiffre d'affaires sur contacts traités, entrants ou sortants.",
        ),
        "currency",
        "mean",
        "higher",
        ratio("revenue", "conversations"),
    ),
)
