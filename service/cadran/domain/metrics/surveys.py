"""What customers answered: satisfaction, recommendation, effort, who answers at all. Each reads the instruments of its
kind only, one scale at a time."""

from __future__ import annotations

from cadran.domain.metric import Label, Metric, Parameter, ratio

KIND = Parameter(
    "kind",
    "choice",
    "asked right after a contact (transactional), or some time later (relationship)",
    default="transactional",
    choices=("transactional", "relationship"),
)
INSTRUMENT = Parameter("instrument", "code", "the code of one instrument; needed where several scales are in use")

_ASKED = (KIND, INSTRUMENT)

SURVEYS = (
    Metric(
        "csat",
        Label("Customer satisfaction", "Satisfaction client"),
        Label(
            "Answers at or past the satisfied cut of their instrument, over answers (instruments of kind csat).",
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
            "Mean score of the answers, on their instrument's own scale (instruments of kind csat).",
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
            "Mean score of the answers, on their instrument's own scale; which end is good, the instrument says.",
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
        Label("Surveys answered over surveys sent.", "Enquêtes auxquelles il a été répondu sur enquêtes envoyées."),
        "ratio",
        "share",
        "higher",
        ratio("survey_answered", "survey_sent"),
        parameters=_ASKED,
        basis="asked",
        instruments=(),
        one_scale=False,
    ),
    Metric(
        "dissatisfied",
        Label("Dissatisfied answers", "Réponses d'insatisfaits"),
        Label(
            "Answers at or past the dissatisfied cut of their instrument, whatever its kind.",
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
    ),
)
