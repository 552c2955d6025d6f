"""Metrics of customers: distinct customers in contact, their share of the customer base, their channels and value."""

from __future__ import annotations

from cadran.domain.metric import Label, Metric, ratio

CUSTOMERS = (
    Metric(
        "customers_in_contact",
        Label("Customers in contact", "Clients en contact"),
        Label(
            "Distinct identified customers with an inbound contact.",
            "Clients identifiés distincts ayant eu un contact entrant.",
        ),
        "count",
        "count",
        "",
        ratio("customers"),
        covered=("identified", "contacts"),
    ),
    Metric(
        "contact_share_of_customers",
        Label("Customers in contact, share", "Part des clients en contact"),
        Label(
            "Customers in contact divided by customers active at any time in the window; it grows with the window's length.",
            "Clients en contact sur clients actifs à un moment de la période ; croît avec la durée.",
        ),
        "ratio",
        "share",
        "",
        ratio("customers_reached", "customers_active"),
        also=("Customers",),
    ),
    Metric(
        "share_of_channel",
        Label("Share of channel", "Part du canal"),
        Label(
            "Contacts of the channel divided by contacts of all channels.",
            "Contacts du canal sur ceux de tous les canaux.",
        ),
        "ratio",
        "share",
        "",
        ratio("contacts", "contacts_of_channels"),
    ),
    Metric(
        "share_by_phone",
        Label("By phone", "Part du téléphone"),
        Label("Contacts by phone divided by all contacts.", "Contacts par téléphone sur contacts."),
        "ratio",
        "share",
        "",
        ratio("phone_contacts", "contacts"),
    ),
    Metric(
        "complaint_rate",
        Label("Complaint rate", "Taux de réclamation"),
        Label("Complaints divided by contacts.", "Réclamations sur contacts."),
        "ratio",
        "share",
        "lower",
        ratio("complaints", "contacts"),
    ),
    Metric(
        "clv",
        Label("Customer lifetime value", "Valeur vie client"),
        Label(
            "Mean lifetime value of customers in contact, as known at their last contact in the group; unknown values are left out.",
            "Valeur vie moyenne, à leur dernier contact dans le groupe, des clients en contact dont la valeur est"
            " connue.",
        ),
        "currency",
        "mean",
        "higher",
        ratio("customer_value", "customers_valued"),
        also=("LIFETIME_VALUE", "CLV"),
    ),
    Metric(
        "potential",
        Label("Potential", "Potentiel"),
        Label(
            "Mean commercial potential (0–1) of customers in contact, as known at their last contact in the group; unknown values are left out.",
            "Potentiel commercial moyen (0–1), à leur dernier contact dans le groupe, des clients en contact dont il"
            " est connu.",
        ),
        "ratio",
        "mean",
        "higher",
        ratio("customer_potential", "customers_rated"),
    ),
    Metric(
        "management_cost",
        Label("Management cost", "Coût de gestion"),
        Label(
            "Mean yearly cost of managing a customer in contact, as known at the last contact in the group; unknown values are left out.",
            "Coût annuel moyen de gestion d'un client, à son dernier contact dans le groupe, sur les clients en"
            " contact dont il est connu.",
        ),
        "currency",
        "mean",
        "lower",
        ratio("customer_management", "customers_managed"),
    ),
)
