"""Metrics of handling: times per contact and per leg, transfers, escalations. By team and agent, they read legs."""

from __future__ import annotations

from cadran.domain.metric import Label, Metric, Parameter, ratio
from cadran.domain.metrics.revisions import count_once
from cadran.domain.metrics.service import PERCENTILES_WITHIN_ONE_PERCENT
from cadran.domain.metrics.unknown_values import FIRST_TIMES, LEG_TIMES, TIMES

HANDLE_PERCENTILE = Parameter(
    "percentile",
    "number",
    "share of handled contacts that took at most this long",
    default=0.5,
    low=0.01,
    high=0.999,
)

HANDLING = (
    Metric(
        "aht",
        Label("Average handle time", "Durée moyenne de traitement (DMT)"),
        Label(
            "Mean talk, hold and after-contact work per handled contact whose times are known.",
            "Conversation, mise en attente et post-traitement par contact traité dont les temps sont connus.",
        ),
        "seconds",
        "mean",
        "lower",
        ratio("talk + hold + acw", "timed", unknown=TIMES),
        by_people=ratio("leg_talk + leg_hold + leg_acw", "alone_timed + shared_timed", unknown=LEG_TIMES),
        revisions=count_once(ratio("talk + hold + acw", "timed")),
        also=("AVG_HANDLE_TIME", "DMT"),
    ),
    Metric(
        "handle_time",
        Label("Handle time percentile", "Centile de la durée de traitement"),
        Label(
            "Handle time (talk, hold and after-contact work) that the given share of handled contacts did not exceed, to within 1%; by team and agent, of the contacts that each answered first.",
            "La durée de traitement (conversation, mise en attente, post-traitement) que n'a pas dépassée une part"
            " donnée des contacts traités, à 1 % près ; par équipe et agent, de ceux que chacun a pris en charge en"
            " premier.",
        ),
        "seconds",
        "percentile",
        "",
        ratio("handle_times", unknown=TIMES),
        by_people=ratio("answers_handle_times", unknown=FIRST_TIMES),
        parameters=(HANDLE_PERCENTILE,),
        revisions=(PERCENTILES_WITHIN_ONE_PERCENT,),
    ),
    Metric(
        "aht_per_leg",
        Label("Handle time per leg", "Durée de traitement par intervention"),
        Label(
            "Mean talk, hold and after-contact work per leg (an agent's share of a contact).",
            "Conversation, attente et post-traitement par intervention d'agent.",
        ),
        "seconds",
        "mean",
        "lower",
        ratio("leg_talk + leg_hold + leg_acw", "legs", unknown=LEG_TIMES),
    ),
    Metric(
        "talk_time",
        Label("Talk time", "Durée moyenne de conversation"),
        Label("Mean talk time per handled contact.", "Durée moyenne de conversation par contact traité."),
        "seconds",
        "mean",
        "",
        ratio("talk", "timed", unknown=TIMES),
        by_people=ratio("leg_talk", "alone_timed + shared_timed", unknown=LEG_TIMES),
        revisions=count_once(ratio("talk", "timed")),
    ),
    Metric(
        "hold_time",
        Label("Hold time", "Durée moyenne de mise en attente"),
        Label("Mean hold time per handled contact.", "Durée moyenne de mise en attente par contact traité."),
        "seconds",
        "mean",
        "lower",
        ratio("hold", "timed", unknown=TIMES),
        by_people=ratio("leg_hold", "alone_timed + shared_timed", unknown=LEG_TIMES),
        revisions=count_once(ratio("hold", "timed")),
    ),
    Metric(
        "acw",
        Label("After-contact work", "Durée moyenne de post-traitement"),
        Label(
            "Mean after-contact work per handled contact.",
            "Durée moyenne du post-traitement par contact traité.",
        ),
        "seconds",
        "mean",
        "lower",
        ratio("acw", "timed", unknown=TIMES),
        by_people=ratio("leg_acw", "alone_timed + shared_timed", unknown=LEG_TIMES),
        revisions=count_once(ratio("acw", "timed")),
        also=("ACW",),
    ),
    Metric(
        "transfer_rate",
        Label("Transfer rate", "Taux de transfert"),
        Label(
            "Handled contacts that were transferred, divided by handled contacts.",
            "Contacts traités puis transférés, sur traités.",
        ),
        "ratio",
        "share",
        "lower",
        ratio("transferred", "answered"),
        by_people=ratio("alone_transferred + shared_transferred", "alone_handled + shared_handled"),
        revisions=count_once(ratio("transferred", "answered")),
        also=("nTransferred",),
    ),
    Metric(
        "escalation_rate",
        Label("Escalation rate", "Taux d'escalade"),
        Label(
            "Handled contacts that were escalated, divided by handled contacts.",
            "Contacts traités puis escaladés, sur traités.",
        ),
        "ratio",
        "share",
        "lower",
        ratio("escalated", "answered"),
        by_people=ratio("alone_escalated + shared_escalated", "alone_handled + shared_handled"),
        revisions=count_once(ratio("escalated", "answered")),
    ),
)
