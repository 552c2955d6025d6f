"""Metrics of cases that a source provides: whether and how soon they were resolved, and how many are open.

Each ratio has one basis. Of cases *opened* or first resolved in the window, only matured cases count (seven days have
passed before the data's horizon). Figures of *resolved* cases belong to the final resolution: the last one, if no
reopening in the data has undone it. A resolution that was undone counts only in ``reopen_rate``. Its case counts again
when it is finally resolved. So the rule does not depend on the window, and days add up to weeks.
"""

from __future__ import annotations

from cadran.domain.metric import Label, Metric, Parameter, Ratio, ratio, terms
from cadran.domain.metrics.resolution import COUNT
from cadran.domain.metrics.responses import HOURS
from cadran.domain.parts.case import RESOLVED_WITHIN, STATUSES

STATUS = Parameter(
    "status",
    "choice",
    "any: cases of any status; open: cases neither resolved nor closed by now; resolved: cases that were finally resolved;"
    " closed: cases that were finally closed without a resolution",
    default="any",
    choices=("any", *STATUSES),
)
WITHIN = Parameter(
    "within",
    "choice",
    "; ".join(f"{name}: within {name.replace('_', ' ')} of the opening" for name in RESOLVED_WITHIN),
    default="one_day",
    choices=tuple(RESOLVED_WITHIN),
)

CASES = (
    Metric(
        "cases_opened",
        Label("Cases opened", "Dossiers ouverts"),
        Label(
            "Cases provided by a source that were opened, each on the day of its opening; of any present status, or of one.",
            "Dossiers fournis par la source, comptés le jour de leur ouverture ; tous, ou d'un seul statut actuel.",
        ),
        "count",
        "count",
        "",
        {"any": ratio("cases_opened")[""]} | {status: ratio(f"cases_opened_{status}")[""] for status in STATUSES},
        variant="status",
        parameters=(STATUS,),
        basis="opened",
    ),
    Metric(
        "case_first_response_time",
        Label("First response time of cases", "Délai de première réponse aux dossiers"),
        Label(
            "Mean time, in calendar or open hours, from a case's opening to its first answer; cases without an answer yet are left out.",
            "Délai moyen, réel ou en heures ouvrées, de l'ouverture d'un dossier à la première réponse ; les dossiers"
            " encore sans réponse sont laissés de côté.",
        ),
        "seconds",
        "mean",
        "lower",
        {
            "calendar": ratio("case_answer_seconds", "cases_answered")[""],
            "open": ratio("case_answer_seconds_open", "cases_answered_open")[""],
        },
        variant="hours",
        parameters=(HOURS,),
        basis="opened",
    ),
    Metric(
        "resolved_within",
        Label("Cases resolved in time", "Dossiers résolus à temps"),
        Label(
            "Share of cases resolved within a time of their opening, and not reopened since; only cases that were opened at least so long ago count.",
            "Part des dossiers résolus dans un délai donné après leur ouverture et non rouverts depuis ; seuls comptent"
            " les dossiers ouverts depuis ce délai au moins.",
        ),
        "ratio",
        "share",
        "higher",
        {name: ratio(f"cases_resolved_{name}", f"cases_older_{name}")[""] for name in RESOLVED_WITHIN},
        variant="within",
        parameters=(WITHIN,),
        basis="opened",
    ),
    Metric(
        "cases_resolved",
        Label("Cases resolved", "Dossiers résolus"),
        Label(
            "Cases that were resolved and not reopened since, each on the day of its last resolution.",
            "Dossiers résolus et non rouverts depuis, comptés le jour de leur dernière résolution.",
        ),
        "count",
        "count",
        "",
        ratio("resolutions"),
        basis="resolved",
    ),
    Metric(
        "resolution_rate",
        Label("Resolution rate", "Taux de résolution"),
        Label(
            "Cases opened in the window and resolved by now, divided by cases opened. Only cases provided by a source that are at least seven days old count.",
            "Dossiers ouverts dans la période et résolus à ce jour, sur dossiers ouverts ; dossiers fournis par la"
            " source, ouverts depuis sept jours au moins.",
        ),
        "ratio",
        "share",
        "higher",
        ratio("given_cases_resolved", "given_cases"),
        basis="opened",
        also=("AC CASES_RESOLVED",),
    ),
    Metric(
        "reopen_rate",
        Label("Reopen rate", "Taux de réouverture"),
        Label(
            "Cases first resolved in the window and reopened since, divided by cases first resolved in it, at least seven days ago.",
            "Dossiers résolus pour la première fois dans la période puis rouverts, sur ces dossiers ; résolus depuis"
            " sept jours au moins.",
        ),
        "ratio",
        "share",
        "lower",
        ratio("cases_reopened", "first_resolutions"),
        basis="resolved",
        also=("AC REOPENED_CASE_ACTIONS",),
    ),
    Metric(
        "resolution_time",
        Label("Resolution time", "Délai de résolution"),
        Label(
            "Mean time, in calendar or open hours, from a case's opening to its last resolution, if it was not reopened since; counted on the day of that resolution.",
            "Délai moyen, réel ou en heures ouvrées, de l'ouverture à la dernière résolution, non remise en cause ;"
            " compté au jour de celle-ci.",
        ),
        "seconds",
        "mean",
        "lower",
        {
            "calendar": ratio("resolution_seconds", "resolutions")[""],
            "open": ratio("resolution_seconds_open", "resolutions_open")[""],
        },
        variant="hours",
        parameters=(HOURS,),
        basis="resolved",
        also=("AC AVG_CASE_RESOLUTION_TIME", "MTTR"),
    ),
    Metric(
        "complaint_resolution_time",
        Label("Complaint resolution time", "Délai de résolution des réclamations"),
        Label(
            "Resolution time of cases whose moment is a complaint.",
            "Délai de résolution des dossiers dont le moment est une réclamation.",
        ),
        "seconds",
        "mean",
        "lower",
        {
            "calendar": ratio("complaint_resolution_seconds", "complaint_resolutions")[""],
            "open": ratio("complaint_resolution_seconds_open", "complaint_resolutions_open")[""],
        },
        variant="hours",
        parameters=(HOURS,),
        basis="resolved",
    ),
    Metric(
        "contacts_per_resolution",
        Label("Contacts per resolution", "Contacts par résolution"),
        Label(
            "Contacts that have the number of a resolved case, divided by resolved cases with contacts; counted on the day of the last resolution.",
            "Contacts portant le numéro d'un dossier résolu, sur dossiers résolus qui en ont ; comptés au jour de la"
            " dernière résolution.",
        ),
        "contacts",
        "mean",
        "lower",
        {
            "contacts": Ratio(terms("resolution_contacts"), terms("resolutions_linked")),
            "attempts": Ratio(terms("resolution_attempts"), terms("resolutions_linked")),
        },
        variant="count",
        parameters=(COUNT,),
        basis="resolved",
        covered=("resolutions_linked", "resolutions"),
        also=("AC AVG_CASE_RELATED_CONTACTS",),
    ),
    Metric(
        "backlog",
        Label("Backlog", "Stock de dossiers"),
        Label(
            "Cases open at the end of each bucket (opened and reopened, minus resolved or closed), or at the end of the loaded data if that is earlier.",
            "Dossiers ouverts à la fin de chaque intervalle (ouverts et rouverts, moins résolus ou clos) ; à"
            " l'horizon des données s'il est antérieur.",
        ),
        "count",
        "stock",
        "lower",
        ratio("backlog"),
        basis="instant",
        also=("AC CURRENT_CASES",),
    ),
    Metric(
        "backlog_age",
        Label("Age of the backlog", "Âge du stock"),
        Label(
            "Mean time since the opening of the cases in the backlog, at the end of each bucket; a reopened case keeps its age.",
            "Temps moyen écoulé depuis l'ouverture des dossiers du stock, au même instant ; un dossier rouvert garde"
            " son âge.",
        ),
        "seconds",
        "mean",
        "lower",
        ratio("backlog_seconds", "backlog"),
        basis="instant",
    ),
    Metric(
        "oldest_open",
        Label("Oldest open case", "Plus ancien dossier ouvert"),
        Label(
            "Longest time since the opening of a case in the backlog, at the end of each bucket.",
            "Temps écoulé depuis l'ouverture du plus ancien dossier du stock, au même instant.",
        ),
        "seconds",
        "max",
        "lower",
        ratio("backlog_oldest"),
        basis="instant",
    ),
    Metric(
        "days_to_clear",
        Label("Days to clear", "Jours pour résorber le stock"),
        Label(
            "Backlog divided by the cases resolved or closed per day, on average over the seven whole days before the end of each bucket.",
            "Stock sur nombre de dossiers résolus ou clos par jour, en moyenne des sept jours entiers qui précèdent l'instant.",
        ),
        "days",
        "mean",
        "lower",
        {"": Ratio(terms("backlog_weeks"), terms("cleared_in_week"), terms("backlog"))},
        basis="instant",
    ),
)
