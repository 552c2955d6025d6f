"""What becomes of those who did not get through: promises kept, losses recovered, who is still to be called."""

from __future__ import annotations

from cadran.domain.metric import Label, Metric, Parameter, ratio

COUNTS = Parameter(
    "counts",
    "choice",
    "whether a call made in time keeps the promise, or only a customer reached in time",
    default="made",
    choices=("made", "reached"),
)

RECOVERY = (
    Metric(
        "callback_kept_rate",
        Label("Callbacks kept", "Taux de rappels tenus"),
        Label(
            "Promised callbacks made by the time due (a day after the promise unless told) over those whose time has come.",
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
            "Lost contacts whose customer got through or was called back and reached within a day, over lost contacts a day old; anonymous ones are left out.",
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
            "Customers who got through or were called back and reached within a day of their first attempt, over customers who first tried a day ago or more.",
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
            "Customers lost or promised a callback in the last thirty days and not reached since, at the end of each bucket.",
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
