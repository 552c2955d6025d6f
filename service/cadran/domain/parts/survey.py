"""The parts of surveys: answers, scores, callbacks after bad answers, waits before, and surveys of employees."""

from __future__ import annotations

from cadran.domain.parts.part import Part

_CALLED_BACK = "f.dissatisfied AND f.called_back_at IS NOT NULL"

#: Satisfied and dissatisfied answers by the thresholds of each instrument: for an NPS, promoters and detractors.
SURVEY_PARTS = (
    Part("survey_sent", "survey", direction="any", binned=True),
    Part("survey_answered", "survey", "f.answered_at IS NOT NULL", direction="any", binned=True),
    Part("survey_score", "survey", "f.answered_at IS NOT NULL", "f.score", direction="any"),
    Part("survey_square", "survey", "f.answered_at IS NOT NULL", "f.score * f.score", direction="any"),
    Part("survey_satisfied", "survey", "f.satisfied", direction="any"),
    Part("survey_dissatisfied", "survey", "f.dissatisfied", direction="any"),
    Part("loops_due", "survey", "f.dissatisfied AND f.mature", direction="any"),
    Part(
        "loops_closed",
        "survey",
        "f.dissatisfied AND f.mature AND f.called_back_at <= f.answered_at + interval '7 days'",
        direction="any",
    ),
    Part("called_back", "survey", _CALLED_BACK, direction="any"),
    Part(
        "called_back_after",
        "survey",
        _CALLED_BACK,
        "EXTRACT(EPOCH FROM f.called_back_at - f.answered_at)",
        direction="any",
    ),
)
#: Single answers. Rollups store them by score.
SCORE_PARTS = (Part("scores", "score", direction="any"),)
EMPLOYEE_PARTS = (
    Part("employee_answered", "employee", "f.answered_at IS NOT NULL", direction="any"),
    Part("employee_satisfied", "employee", "f.satisfied", direction="any"),
    Part("employee_dissatisfied", "employee", "f.dissatisfied", direction="any"),
)

#: Relationship surveys by the day on which they were sent, so that an answer counts on the day of its sending.
SENDING_PARTS = (
    Part("sendings", "sending", direction="any", binned=True),
    Part("sendings_answered", "sending", "f.answered_at IS NOT NULL", direction="any", binned=True),
)

#: The waits of surveyed and of answering customers, which percentiles are read from.
SURVEYED_WAIT_PARTS = (
    Part("surveyed_waits", "surveyed_waits", "f.wait IS NOT NULL", direction="any"),
    Part("answering_waits", "surveyed_waits", "f.answered_at IS NOT NULL AND f.wait IS NOT NULL", direction="any"),
    Part("sendings_waits", "sending_waits", "f.wait IS NOT NULL", direction="any"),
    Part(
        "sendings_answered_waits", "sending_waits", "f.answered_at IS NOT NULL AND f.wait IS NOT NULL", direction="any"
    ),
)
