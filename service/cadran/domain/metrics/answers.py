"""Further metrics of survey answers: any instrument, the experience index, callbacks to dissatisfied customers, waits
of surveyed customers, and employees' answers."""

from __future__ import annotations

from dataclasses import replace

from cadran.domain.metric import Label, Metric, Parameter, Ratio, ratio, terms
from cadran.domain.metrics.service import PERCENTILES_WITHIN_ONE_PERCENT
from cadran.domain.metrics.surveys import BY_DAY_SENT, INSTRUMENT, KIND

PERCENTILE = Parameter(
    "percentile", "number", "share of answers at or below the score", default=0.5, low=0.01, high=0.999
)
WAITED = Parameter(
    "percentile", "number", "share of surveys whose wait is at or below the value", default=0.5, low=0.01, high=0.999
)
OF = Parameter(
    "of",
    "choice",
    "sent: all surveyed customers count; answered: only customers who answered count",
    default="sent",
    choices=("sent", "answered"),
)

_ASKED = (KIND, INSTRUMENT)
_PER_ANSWER = "Name the instrument if several kinds or scales are in use."
_PAR_REPONSE = "L'instrument est à nommer si plusieurs types ou échelles sont en usage."

_BY_DAY_SENT_WITHIN_ONE_PERCENT = replace(
    BY_DAY_SENT,
    change=Label(
        f"{PERCENTILES_WITHIN_ONE_PERCENT.change.en} {BY_DAY_SENT.change.en}",
        f"{PERCENTILES_WITHIN_ONE_PERCENT.change.fr} {BY_DAY_SENT.change.fr}",
    ),
)

_INSTRUMENTS = (
    Metric(
        "survey_score",
        Label("Mean survey score", "Note moyenne d'enquête"),
        Label(
            f"Mean score of the answers to one instrument of any kind, on its own scale. {_PER_ANSWER}",
            f"Note moyenne des réponses à un instrument de tout type, sur son échelle. {_PAR_REPONSE}",
        ),
        "score",
        "mean",
        "",
        ratio("survey_score", "survey_answered", squares="survey_square"),
        parameters=_ASKED,
        basis="asked",
        instruments=(),
    ),
    Metric(
        "survey_satisfaction",
        Label("Satisfied answers", "Réponses de satisfaits"),
        Label(
            f"Answers at or beyond the satisfaction threshold of one instrument of any kind, divided by its answers. {_PER_ANSWER}",
            f"Réponses au seuil de satisfaction d'un instrument de tout type ou au-delà, sur réponses. {_PAR_REPONSE}",
        ),
        "ratio",
        "share",
        "higher",
        ratio("survey_satisfied", "survey_answered"),
        parameters=_ASKED,
        basis="asked",
        instruments=(),
    ),
    Metric(
        "score",
        Label("Score percentile", "Centile des notes"),
        Label(
            f"Lowest score that the given share of answers to one instrument does not exceed. {_PER_ANSWER}",
            f"La note la plus basse que n'excède pas une part des réponses à un instrument. {_PAR_REPONSE}",
        ),
        "score",
        "percentile",
        "",
        ratio("scores"),
        parameters=(PERCENTILE, *_ASKED),
        basis="asked",
        instruments=(),
    ),
    Metric(
        "cxi",
        Label("Customer experience index", "Indice d'expérience client"),
        Label(
            "Share of satisfied answers minus share of dissatisfied answers to each question (instruments of kind cxi),"
            " averaged over the questions, in points from −100 to 100; undefined if a question has no answer.",
            "Part de réponses de satisfaits moins part de réponses d'insatisfaits à chaque question (instruments de"
            " type cxi), en moyenne des questions, en points de −100 à 100 ; indéfini si l'une est sans réponse.",
        ),
        "points",
        "index",
        "higher",
        ratio("survey_satisfied - survey_dissatisfied", "survey_answered"),
        parameters=_ASKED,
        basis="asked",
        instruments=("cxi",),
        one_scale=False,
        also=("CXi",),
    ),
    Metric(
        "fcr_declared",
        Label("First-contact resolution as customers say", "Résolution au premier contact selon le client"),
        Label(
            "Answers that say the first contact was enough, divided by answers (instruments of kind fcr).",
            "Réponses disant que le premier contact a suffi, sur réponses (instruments de type fcr).",
        ),
        "ratio",
        "share",
        "higher",
        ratio("survey_satisfied", "survey_answered"),
        parameters=_ASKED,
        basis="asked",
        instruments=("fcr",),
    ),
)

_LOOPS = (
    Metric(
        "loop_closed_rate",
        Label("Dissatisfied customers called back", "Insatisfaits rappelés"),
        Label(
            "Dissatisfied answers whose customer was called back within seven days, divided by dissatisfied answers that"
            " are at least seven days old.",
            "Réponses d'insatisfaits dont le client a été rappelé dans les sept jours, sur réponses d'insatisfaits"
            " datant de sept jours ou plus.",
        ),
        "ratio",
        "share",
        "higher",
        ratio("loops_closed", "loops_due"),
        parameters=_ASKED,
        basis="asked",
        instruments=(),
        one_scale=False,
    ),
    Metric(
        "loop_delay",
        Label("Time to call back the dissatisfied", "Délai de rappel des insatisfaits"),
        Label(
            "Mean time from a dissatisfied answer to the callback, for customers who were called back.",
            "Délai moyen entre la réponse d'un client insatisfait et son rappel, pour ceux qui ont été rappelés.",
        ),
        "seconds",
        "mean",
        "lower",
        ratio("called_back_after", "called_back"),
        parameters=_ASKED,
        basis="asked",
        instruments=(),
        one_scale=False,
    ),
)

ANSWERS = (
    *_INSTRUMENTS,
    *_LOOPS,
    Metric(
        "surveyed_wait",
        Label("Wait of surveyed customers", "Attente des clients interrogés"),
        Label(
            "Wait that the given share of surveyed (or answering) customers did not exceed, to within 1%."
            " The distributions of sent and of answered surveys give the response rate by wait.",
            "L'attente que n'a pas dépassée une part donnée des clients interrogés (ou répondants), à 1 % près. Ses"
            " distributions des envois et des réponses donnent le taux de réponse selon l'attente.",
        ),
        "seconds",
        "percentile",
        "",
        {
            "sent_transactional": Ratio(terms("surveyed_waits")),
            "answered_transactional": Ratio(terms("answering_waits")),
            "sent_relationship": Ratio(terms("sendings_waits")),
            "answered_relationship": Ratio(terms("sendings_answered_waits")),
        },
        variant="of kind",
        parameters=(OF, WAITED, *_ASKED),
        basis="sent",
        instruments=(),
        one_scale=False,
        revisions=(_BY_DAY_SENT_WITHIN_ONE_PERCENT,),
    ),
    Metric(
        "employee_nps",
        Label("Employee net promoter score", "Net Promoter Score des salariés (eNPS)"),
        Label(
            "Share of promoters minus share of detractors among employees' answers (instruments of kind employee), in"
            " points; shown for five answers or more.",
            "Part de promoteurs moins part de détracteurs parmi les réponses de salariés (instruments de type employee),"
            " en points ; à partir de cinq réponses.",
        ),
        "points",
        "net",
        "higher",
        ratio("employee_satisfied - employee_dissatisfied", "employee_answered"),
        parameters=(INSTRUMENT,),
        basis="asked",
        instruments=("employee",),
        group_min=5,
        also=("eNPS",),
    ),
)
