"""Metrics of staffing: the agents that the contacts of a bucket require (``domain/erlang``)."""

from __future__ import annotations

from typing import Final

from cadran.domain.metric import Label, Metric, Parameter, Ratio, terms

_PARAMETERS: Final = (
    Parameter("within", "number", "seconds within which contacts should be answered", 20.0),
    Parameter(
        "level", "number", "share of contacts that should be answered within these seconds", 0.8, low=0.01, high=0.999
    ),
    Parameter(
        "shrinkage", "number", "share of planned time that is lost to breaks, absences …", 0.0, low=0.0, high=0.95
    ),
    Parameter(
        "formula",
        "choice",
        "erlang_c: all customers wait until answered; erlang_a: customers who lose patience leave and count as not answered in time",
        "erlang_c",
        choices=("erlang_c", "erlang_a"),
    ),
    Parameter("patience", "number", "mean seconds before a waiting customer leaves; needed for erlang_a", low=1.0),
)

STAFFING = (
    Metric(
        "required_agents",
        Label("Required agents", "Agents requis"),
        Label(
            "Fewest agents that answer a bucket's contacts in time (Erlang C or A), from its arrivals and handle time; by hour, quarter-hour or time of day.",
            "Nombre minimal d'agents pour répondre à temps (Erlang C ou A) selon arrivées et durée de traitement ; par heure, quart d'heure ou heure du jour.",
        ),
        "count",
        "computed",
        "",
        {
            "": Ratio(
                terms("talk_live + hold_live + acw_live"),
                terms("timed_live"),
                terms("contacts_live - self_served_live"),
            )
        },
        parameters=_PARAMETERS,
        also=("Erlang C", "Erlang A"),
    ),
)
