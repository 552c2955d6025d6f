"""Metrics of staffing: the agents that the contacts of a bucket require, and the service that a number of agents gives
them (``domain/erlang``)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from cadran.domain.metric import Better, Label, Metric, Parameter, Ratio, Unit, terms

WITHIN: Final = Parameter("within", "number", "seconds within which contacts should be answered", 20.0)
LEVEL: Final = Parameter(
    "level", "number", "share of contacts that should be answered within these seconds", 0.8, low=0.01, high=0.999
)
SHRINKAGE: Final = Parameter(
    "shrinkage", "number", "share of planned time that is lost to breaks, absences …", 0.0, low=0.0, high=0.95
)
OCCUPANCY_MAX: Final = Parameter(
    "max_occupancy",
    "number",
    "highest acceptable occupancy, the share of time that agents are busy",
    1.0,
    low=0.1,
    high=1,
)
CONCURRENCY: Final = Parameter(
    "concurrency",
    "number",
    "contacts that an agent handles at the same time, such as chats; the handle time is then their whole length",
    1.0,
    low=1,
    high=20,
    whole=True,
)
AGENTS: Final = Parameter(
    "agents", "number", "agents at work, without the shrinkage; required", low=1, high=100_000, whole=True
)
PATIENCE: Final = Parameter(
    "patience",
    "number",
    "mean seconds before a waiting customer leaves (Erlang A); default: nobody leaves (Erlang C)",
    low=1.0,
)
_FORMULA: Final = Parameter(
    "formula",
    "choice",
    "erlang_c: all customers wait until answered; erlang_a: customers who lose patience leave and count as not answered in time",
    "erlang_c",
    choices=("erlang_c", "erlang_a"),
)
_NEEDED_PATIENCE: Final = Parameter(
    "patience", "number", "mean seconds before a waiting customer leaves; needed for erlang_a", low=1.0
)
_ALWAYS_PATIENCE: Final = Parameter(
    "patience", "number", "mean seconds before a waiting customer leaves; required", low=1.0
)
#: Each metric of the expected service, and the member of the service that it shows.
SERVICE_MEMBERS: Final[Mapping[str, str]] = {
    "expected_service_level": "service_level",
    "expected_asa": "asa",
    "expected_occupancy": "occupancy",
    "expected_abandonment": "abandonment",
}


def _staffing(
    slug: str,
    label: Label,
    definition: Label,
    unit: Unit,
    better: Better | None,
    parameters: tuple[Parameter, ...],
) -> Metric:
    """Return a metric that is computed from the handle time, the handled contacts and the arrivals of a bucket."""
    columns = Ratio(
        terms("talk_live + hold_live + acw_live"), terms("timed_live"), terms("contacts_live - self_served_live")
    )
    return Metric(
        slug,
        label,
        definition,
        unit,
        "computed",
        better or "",
        {"": columns},
        parameters=parameters,
        also=("Erlang C", "Erlang A"),
    )


STAFFING = (
    _staffing(
        "required_agents",
        Label("Required agents", "Agents requis"),
        Label(
            "Fewest agents that answer a bucket's contacts in time (Erlang C or A), from its arrivals and handle time; by hour, quarter-hour or time of day.",
            "Nombre minimal d'agents pour répondre à temps (Erlang C ou A) selon arrivées et durée de traitement ; par heure, quart d'heure ou heure du jour.",
        ),
        "count",
        None,
        (WITHIN, LEVEL, SHRINKAGE, _FORMULA, _NEEDED_PATIENCE, OCCUPANCY_MAX, CONCURRENCY),
    ),
    _staffing(
        "expected_service_level",
        Label("Expected service level", "Taux de service attendu"),
        Label(
            "Share of a bucket's contacts that a number of agents would answer in time (Erlang C, or A with patience); by hour, quarter-hour or time of day.",
            "Part des contacts auxquels un nombre d'agents répondrait à temps (Erlang C, ou A avec patience) ; par heure, quart d'heure ou heure du jour.",
        ),
        "ratio",
        "higher",
        (AGENTS, WITHIN, PATIENCE, CONCURRENCY),
    ),
    _staffing(
        "expected_asa",
        Label("Expected speed of answer", "Délai moyen de réponse attendu"),
        Label(
            "Mean wait of a bucket's answered contacts with a number of agents (Erlang C, or A with patience); by hour, quarter-hour or time of day.",
            "Attente moyenne des contacts pris en charge par un nombre d'agents (Erlang C, ou A avec patience) ; par heure, quart d'heure ou heure du jour.",
        ),
        "seconds",
        "lower",
        (AGENTS, PATIENCE, CONCURRENCY),
    ),
    _staffing(
        "expected_occupancy",
        Label("Expected occupancy", "Taux d'occupation attendu"),
        Label(
            "Share of time that a number of agents would be busy with a bucket's contacts (with concurrency: of their places); by hour, quarter-hour or time of day.",
            "Part du temps où un nombre d'agents serait occupé par les contacts (avec concurrency : de leurs places) ; par heure, quart d'heure ou heure du jour.",
        ),
        "ratio",
        None,
        (AGENTS, PATIENCE, CONCURRENCY),
    ),
    _staffing(
        "expected_abandonment",
        Label("Expected abandonment rate", "Taux d'abandon attendu"),
        Label(
            "Share of a bucket's contacts that would abandon with a number of agents (Erlang A); by hour, quarter-hour or time of day.",
            "Part des contacts qui abandonneraient avec un nombre d'agents (Erlang A) ; par heure, quart d'heure ou heure du jour.",
        ),
        "ratio",
        "lower",
        (AGENTS, _ALWAYS_PATIENCE, CONCURRENCY),
    ),
)
