"""The documents of figures that are derived from answers. ``rest/encoders.py`` builds them; GraphQL has their texts."""

from __future__ import annotations

from typing import Annotated, TypeAlias, TypedDict

from cadran.web.answer_documents import (
    DetailsDocument,
    FigureDocument,
    Labels,
    MetricDocument,
    Question,
    StateDocument,
    WindowDocument,
)

Sum: TypeAlias = Annotated[int | None, "The sum of the counts; null if suppressed."]


class EffectsDocument(TypedDict):
    """The rates of a group in both windows, and the effects of their change."""

    value: Annotated[float | None, "The rate in the window; null if its denominator is 0."]
    previous: Annotated[float | None, "The rate in the earlier window; null if its denominator is 0."]
    numerator: Annotated[float | None, "The numerator of the rate in the window; null if suppressed."]
    denominator: Annotated[float | None, "The denominator of the rate in the window; null if suppressed."]
    previous_numerator: Annotated[float | None, "The numerator of the rate in the earlier window; null if suppressed."]
    previous_denominator: Annotated[
        float | None, "The denominator of the rate in the earlier window; null if suppressed."
    ]
    rate: Annotated[float | None, "The effect of rates that changed within groups; null if the change is undefined."]
    mix: Annotated[float | None, "The effect of volume that moved between groups; null if the change is undefined."]


class ContributionDocument(EffectsDocument):
    """A group (its dimensions are members too) and its contribution to the change."""

    contribution: Annotated[
        float | None,
        "The rate effect plus the mix effect; all contributions add up to the change. Null if the change is undefined.",
    ]


class ChangeDocument(StateDocument, EffectsDocument, DetailsDocument):
    """The change of a ratio between two windows: the effects of each group's own rate and of the mix of volumes."""

    metric: Annotated[MetricDocument, "The metric that changed, and how to read its values."]
    period: Annotated[WindowDocument, "The window of the question."]
    against: Annotated[WindowDocument, "The earlier window that the question is compared with."]
    question: Annotated[Question, "The question over the window, as the service understood it."]
    change: Annotated[float | None, "Value minus previous: the rate and mix effects of all groups."]
    labels: Labels
    rows: Annotated[list[ContributionDocument], "The groups, the largest contributions first."]


class DistributionRowDocument(TypedDict):
    """A group (its dimensions are members too)."""

    counts: Annotated[
        list[int | None],
        "The count of each bin; null if it is hidden because it could reveal fewer than five people.",
    ]
    n: Sum


class DistributionDocument(StateDocument, DetailsDocument):
    """The distribution of waits, or of the values of a metric."""

    of: Annotated[MetricDocument, "The metric that is distributed, and how to read its values."]
    across: Annotated[
        str | None,
        "The buckets or groups whose values are counted; null if contacts or surveys are counted one by one.",
    ]
    period: Annotated[WindowDocument, "The window of the question."]
    question: Annotated[Question, "The question as the service understood it."]
    edges: Annotated[
        list[float | None],
        "The edges of the bins, in the metric's unit, one more than the bins; a null edge is open.",
    ]
    counts: Annotated[
        list[int | None],
        "The count of each bin over all groups; null if it is hidden because it could reveal fewer than five people.",
    ]
    n: Sum
    undefined: Annotated[int, "The number of buckets or groups without a value."]
    labels: Labels
    rows: Annotated[
        list[DistributionRowDocument], "The groups that waits or scores are split by; empty without a split."
    ]


class AssumptionDocument(TypedDict):
    """An assumption behind a figure."""

    code: Annotated[str, "The stable code of the assumption."]
    text: Annotated[str, "The assumption as a sentence, in the language of Accept-Language."]


class GestureDocument(TypedDict):
    """A gesture of the catalogue with its limit and its figures."""

    gesture: Annotated[str | None, "The code of the gesture; null for gestures whose source names none."]
    label: Annotated[str, "The name of the gesture, in the language of Accept-Language."]
    limit: Annotated[
        float | None,
        "The largest cost that an agent may give in one gesture without approval, on the last day of the window, in the"
        " service's currency; null if not known.",
    ]
    figures: Annotated[
        list[FigureDocument],
        "The figures of this gesture: uses, cost, revenue after and return, uses within and above the limit and the"
        " share above it. Counts and sums are 0 for a gesture that nobody gave.",
    ]


class ReturnDocument(StateDocument, DetailsDocument):
    """The cost and the return of gestures, next to the cost of losing customers."""

    period: Annotated[WindowDocument, "The window of the question."]
    question: Annotated[Question, "The question about gestures, as the service understood it."]
    figures: Annotated[
        list[FigureDocument],
        "The figures of gestures. Callers who see every site also get those of customers lost: all, and with or without"
        " a gesture.",
    ]
    gestures: Annotated[
        list[GestureDocument],
        "The gestures that were valid on a day of the window, or given in it, in the order of their codes.",
    ]
    net: Annotated[
        float | None,
        "The revenue minus the cost of the gestures whose revenue is known, in the service's currency; null without"
        " such gestures.",
    ]
    customers_kept: Annotated[
        float | None,
        "An estimate of the customers retained by gestures: how many more of the customers helped would have left at"
        " the churn rate of those without a gesture. Negative if more of them left; null if unknown.",
    ]
    value_kept: Annotated[
        float | None,
        "An estimate: the customers retained times the mean value of a lost customer, in the service's currency; null"
        " if unknown.",
    ]
    assumptions: Annotated[list[AssumptionDocument], "The assumptions behind the figures."]


class StaffingRowDocument(TypedDict):
    """The service of a number of agents in the long run."""

    agents: Annotated[int, "The number of agents at work."]
    positions: Annotated[int, "The number of agents to plan, with the shrinkage."]
    overloaded: Annotated[
        bool,
        "Whether the agents cannot handle the load (an occupancy of 100% or more) and nobody leaves: the queue would"
        " grow without end, and the figures are null.",
    ]
    service_level: Annotated[
        float | None, "The share of all contacts answered within the threshold; null if overloaded."
    ]
    asa: Annotated[float | None, "The mean wait of the answered contacts in seconds; null if overloaded."]
    occupancy: Annotated[
        float | None, "The share of the agents' time, or of their places, that is busy; null if overloaded."
    ]
    abandonment: Annotated[float | None, "The share of the contacts that abandon; null without patience."]


class StaffingDocument(TypedDict):
    """The agents that a workload requires, and the service that numbers of agents give. Figures are computed by Erlang
    C, or by Erlang A with a patience."""

    calls: Annotated[float, "The contacts that arrive in the interval."]
    interval: Annotated[float, "The length of the interval in seconds."]
    handle_time: Annotated[float, "The mean handle time of a contact in seconds."]
    within: Annotated[float, "The threshold of the service level in seconds."]
    level: Annotated[float, "The share of contacts that should be answered within the threshold."]
    patience: Annotated[float | None, "The mean patience of a waiting customer in seconds; null: nobody leaves."]
    max_occupancy: Annotated[float, "The highest acceptable occupancy."]
    concurrency: Annotated[int, "The number of contacts that an agent handles at the same time."]
    shrinkage: Annotated[float, "The share of planned time that is lost."]
    load: Annotated[float, "The load in Erlangs: the mean number of contacts in progress."]
    required_agents: Annotated[int, "The fewest agents that meet the service level and the highest occupancy."]
    required_positions: Annotated[int, "The number of agents to plan for the required agents, with the shrinkage."]
    rows: Annotated[
        list[StaffingRowDocument],
        "The service of each number of agents asked for; without one, of the required agents.",
    ]
