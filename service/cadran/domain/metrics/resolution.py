"""Metrics of resolution: cases inferred from contacts, counted once they are mature, and repeated contacts."""

from __future__ import annotations

from cadran.domain.metric import Label, Metric, Parameter, Ratio, ratio, terms

COUNT = Parameter(
    "count",
    "choice",
    "contacts: only contacts that got through count; attempts: lost contacts count too",
    default="contacts",
    choices=("contacts", "attempts"),
)

#: Anonymous contacts form no case.
_CASES_COVERED = ("identified_handled", "handled")

RESOLUTION = (
    Metric(
        "fcr",
        Label("First-contact resolution", "Résolution au premier contact"),
        Label(
            "Matured cases (seven days have passed) with exactly one contact, divided by matured cases; anonymous contacts form no case.",
            "Dossiers échus (sept jours ont passé) en un seul contact sur dossiers échus ; les contacts anonymes ne"
            " font pas de dossier.",
        ),
        "ratio",
        "share",
        "higher",
        ratio("cases_of_one", "cases"),
        basis="opened",
        covered=_CASES_COVERED,
        also=("PERCENT_CASES_FIRST_CONTACT_RESOLVED", "FCR"),
    ),
    Metric(
        "fcr_flagged",
        Label("First-contact resolution as flagged", "Résolution au premier contact selon l'agent"),
        Label(
            "Matured cases that the agent marked as resolved and that had no follow-up, divided by matured cases whose mark is known.",
            "Dossiers échus que l'agent a marqués résolus et restés sans suite, sur dossiers échus dont la marque est"
            " connue.",
        ),
        "ratio",
        "share",
        "higher",
        ratio("cases_of_one_flagged", "cases_flagged"),
        basis="opened",
        covered=_CASES_COVERED,
    ),
    Metric(
        "resolution_flagged",
        Label("Resolution as flagged", "Résolution selon l'agent"),
        Label(
            "Handled contacts that the agent marked as resolved, divided by handled contacts whose mark is known; by team and agent, of the contacts that each answered first.",
            "Contacts traités que l'agent a marqués résolus, sur contacts traités dont la marque est connue ; par équipe"
            " et agent, ceux que chacun a pris en charge en premier.",
        ),
        "ratio",
        "share",
        "higher",
        ratio("flagged_resolved", "flag_known"),
        by_people=ratio("answers_flagged_resolved", "answers_flag_known"),
    ),
    Metric(
        "repeat_rate",
        Label("Repeat rate", "Taux de réitération"),
        Label(
            "Identified contacts preceded within seven days by another contact of the same customer on the same moment, divided by identified contacts.",
            "Contacts identifiés précédés, dans les sept jours, d'un autre du même client sur le même moment, sur"
            " contacts identifiés.",
        ),
        "ratio",
        "share",
        "lower",
        ratio("repeated", "identified"),
        covered=("identified", "contacts"),
    ),
    Metric(
        "contacts_per_case",
        Label("Contacts per case", "Contacts par dossier"),
        Label("Contacts in matured cases divided by matured cases.", "Contacts des dossiers échus sur dossiers échus."),
        "contacts",
        "mean",
        "lower",
        {
            "contacts": Ratio(terms("case_contacts"), terms("cases")),
            "attempts": Ratio(terms("case_attempts"), terms("cases")),
        },
        variant="count",
        parameters=(COUNT,),
        basis="opened",
        covered=_CASES_COVERED,
    ),
    Metric(
        "channels_per_case",
        Label("Channels per case", "Canaux par dossier"),
        Label(
            "Different channels of the contacts in matured cases, divided by matured cases.",
            "Canaux différents des contacts des dossiers échus sur dossiers échus.",
        ),
        "channels",
        "mean",
        "lower",
        ratio("case_channels", "cases"),
        basis="opened",
        covered=_CASES_COVERED,
    ),
)
