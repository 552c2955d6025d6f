"""Metrics of recovery: callbacks made as promised, lost contacts recovered, customers still to be called."""

from __future__ import annotations

from cadran.domain.metric import Label, Metric, Parameter, ratio

COUNTS = Parameter(
    "counts",
    "choice",
    "made: every callback made in time counts; reached: only callbacks that reached the customer in time count",
    default="made",
    choices=("made", "reached"),
)

RECOVERY = (
    Metric(
        "callback_kept_rate",
        Label("Callbacks kept", "Taux de rappels tenus"),
        Label(
            "Promised callbacks made by their due time (by default a day after the promise), divided by promised callbacks that are due.",
            "Rappels promis émis avant l'échéance (un jour après la promesse, sauf indication) sur ceux qui sont"
            " échus.",
        ),
        "ratio",
        "share",
        "higher",
        {
            "made": ratio("promises_made", "promises")[""],
            "reached": ratio("promises_reached", "promises")[""],
        },
        variant="counts",
        parameters=(COUNTS,),
        basis="promised",
    ),
    Metric(
        "recovered_losses",
        Label("Losses recovered", "Pertes rattrapées"),
        Label(
            "Lost contacts whose customer got through, or was called back and reached, within 24 hours, divided by lost contacts at least 24 hours old; anonymous contacts are left out.",
            "Contacts perdus dont le client a joint le centre ou a été rappelé et joint sous 24 heures, sur contacts"
            " perdus depuis 24 heures au moins ; hors anonymes.",
        ),
        "ratio",
        "share",
        "higher",
        ratio("losses_recovered", "losses_identified"),
        covered=("losses_identified", "losses"),
    ),
    Metric(
        "customer_reach",
        Label("Customers who got through", "Clients ayant pu joindre le centre"),
        Label(
            "Customers who got through, or were called back and reached, within 24 hours of their first attempt, divided by customers whose first attempt is at least 24 hours old.",
            "Clients ayant joint le centre ou été rappelés et joints dans les 24 heures suivant leur première"
            " tentative, sur clients dont celle-ci date de 24 heures au moins.",
        ),
        "ratio",
        "share",
        "higher",
        ratio("customers_through", "customers_tried"),
        covered=("identified", "contacts"),
    ),
    Metric(
        "customers_to_call",
        Label("Customers to call", "Clients à rappeler"),
        Label(
            "Customers who did not get through or were promised a callback in the preceding thirty days and were not reached since, at the end of each bucket.",
            "Clients qui n'ont pu joindre le centre ou à qui un rappel a été promis dans les trente jours précédents,"
            " et non joints depuis, à la fin de chaque intervalle.",
        ),
        "count",
        "count",
        "lower",
        ratio("customers_open"),
        basis="end",
    ),
)
