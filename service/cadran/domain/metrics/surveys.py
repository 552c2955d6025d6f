"""Metrics of customer surveys: satisfaction, recommendation, effort, response rate.

Each metric reads only the instruments of its kind, and one scale at a time. Transactional surveys count with their
contact, relationship surveys on the day of the answer; response rates of relationship surveys on the day of the sending.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from cadran.domain.metric import Label, Metric, Parameter, Revision, ratio
from cadran.domain.metrics.revisions import revise

KIND = Parameter(
    "kind",
    "choice",
    "transactional: surveys sent right after a contact; relationship: surveys sent at another time",
    default="transactional",
    choices=("transactional", "relationship"),
)
INSTRUMENT = Parameter("instrument", "code", "code of an instrument; required if several scales are in use")

_ASKED = (KIND, INSTRUMENT)
_ANSWERED_OF_SENT = ratio("survey_answered", "survey_sent")
BY_DAY_SENT = Revision(
    date(2026, 11, 30),
    Label(
        "Relationship surveys count on the day on which they were sent, answered or not; before, answered ones counted on"
        " the day of the answer.",
        "Les enquêtes relationnelles comptent le jour de leur envoi, avec ou sans réponse ; auparavant, celles avec"
        " réponse comptaient le jour de la réponse.",
    ),
)

SURVEYS = (
    Metric(
        "csat",
        Label("Customer satisfaction", "Satisfaction client"),
        Label(
            "Answers at or beyond the satisfaction threshold of their instrument, divided by answers (instruments of kind csat).",
            "Réponses au seuil de satisfaction de leur instrument ou au-delà, sur réponses (instruments de type csat).",
        ),
        "ratio",
        "share",
        "higher",
        ratio("survey_satisfied", "survey_answered"),
        parameters=_ASKED,
        basis="asked",
        instruments=("csat",),
        also=("CSAT", "CSat"),
    ),
    Metric(
        "csat_mean",
        Label("Mean satisfaction score", "Note moyenne de satisfaction"),
        Label(
            "Mean score of the answers, on the scale of their instrument (instruments of kind csat).",
            "Note moyenne des réponses, sur l'échelle de leur instrument (instruments de type csat).",
        ),
        "score",
        "mean",
        "",
        ratio("survey_score", "survey_answered", squares="survey_square"),
        parameters=_ASKED,
        basis="asked",
        instruments=("csat",),
    ),
    Metric(
        "nps",
        Label("Net promoter score", "Net Promoter Score"),
        Label(
            "Share of promoters minus share of detractors among the answers, in points from −100 to 100.",
            "Part de promoteurs moins part de détracteurs parmi les réponses, en points de −100 à 100.",
        ),
        "points",
        "net",
        "higher",
        ratio("survey_satisfied - survey_dissatisfied", "survey_answered"),
        parameters=_ASKED,
        basis="asked",
        instruments=("nps",),
        also=("NPS", "nSurveyNps"),
    ),
    Metric(
        "ces",
        Label("Customer effort score", "Effort client"),
        Label(
            "Mean score of the answers, on the scale of their instrument, which says which end is good.",
            "Note moyenne des réponses, sur l'échelle de leur instrument, qui dit quel côté est le bon.",
        ),
        "score",
        "mean",
        "",
        ratio("survey_score", "survey_answered", squares="survey_square"),
        parameters=_ASKED,
        basis="asked",
        instruments=("ces",),
        also=("CES",),
    ),
    Metric(
        "survey_response_rate",
        Label("Survey response rate", "Taux de réponse aux enquêtes"),
        Label(
            "Surveys answered divided by surveys sent; of relationship surveys, those sent in the window.",
            "Enquêtes auxquelles il a été répondu sur enquêtes envoyées ; pour les enquêtes relationnelles, celles envoyées dans la fenêtre.",
        ),
        "ratio",
        "share",
        "higher",
        {
            "transactional": _ANSWERED_OF_SENT[""],
            "relationship": ratio("sendings_answered", "sendings")[""],
        },
        variant="kind",
        parameters=_ASKED,
        basis="sent",
        instruments=(),
        one_scale=False,
        revisions=(replace(BY_DAY_SENT, replaced=_ANSWERED_OF_SENT),),
    ),
    revise(
        Metric(
            "dissatisfied",
            Label("Dissatisfied answers", "Réponses d'insatisfaits"),
            Label(
                "Answers at or beyond the dissatisfaction threshold of their instrument, of any kind.",
                "Réponses au seuil d'insatisfaction de leur instrument ou au-delà, quel que soit son type.",
            ),
            "count",
            "count",
            "lower",
            ratio("survey_dissatisfied"),
            parameters=_ASKED,
            basis="asked",
            instruments=(),
            one_scale=False,
        )
    ),
)
