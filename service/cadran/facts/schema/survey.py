"""The rows about surveys: the models of instruments and of surveys with their answers, and how surveys are loaded."""

from decimal import Decimal
from typing import Annotated, Final, Literal

from pydantic import AwareDatetime, Field, PlainSerializer, model_validator

from cadran.facts.schema.fact import REZONED, StagedFact
from cadran.facts.schema.fields import Code, LabelledRow, Row

Score = Annotated[Decimal, Field(max_digits=9, decimal_places=3), PlainSerializer(float, return_type=float)]


class InstrumentRow(LabelledRow):
    """A survey question with its scale. Both cuts are inclusive. Corrected cuts also apply to stored answers."""

    instrument: Code = Field(description="the instrument's code")
    kind: str = Field(
        pattern="^[a-z][a-z0-9_]*$",
        max_length=50,
        description="csat, nps, ces, cxi (one question), fcr, employee, or a kind of your own",
    )
    low: Score = Field(description="lowest score of the scale")
    high: Score = Field(description="highest score of the scale")
    satisfied_from: Score = Field(
        description="cut of satisfied answers (NPS: promoters): from this score to the good end of the scale"
    )
    dissatisfied_to: Score = Field(
        description="cut of dissatisfied answers (NPS: detractors): from the bad end of the scale to this score"
    )
    better: Literal["higher", "lower"] = Field(default="higher", description="which end of the scale is the good one")

    @model_validator(mode="after")
    def _in_order(self) -> "InstrumentRow":
        if self.high <= self.low:
            raise ValueError("high is not above low")
        if not all(self.low <= cut <= self.high for cut in (self.satisfied_from, self.dissatisfied_to)):
            raise ValueError("a cut lies outside low and high")
        bad, good = self.dissatisfied_to, self.satisfied_from
        if (good <= bad) if self.better == "higher" else (good >= bad):
            raise ValueError("satisfied_from and dissatisfied_to overlap")
        return self


class SurveyRow(Row):
    """One question sent to a customer, with the answer if there is one. A contact that the survey names must be loaded
    already."""

    source: Code = Field(
        default="default", description="code of the system that the row comes from; ids are unique within it"
    )
    survey: Code = Field(description="id of the survey within its source; a later row of the same id replaces this one")
    contact_source: Code | None = Field(
        default=None, description="source of the contact that the survey follows; empty: the survey's source"
    )
    contact: Code | None = Field(
        default=None,
        description="id of the contact that the survey follows; customer, site and other dimensions come from this"
        " contact",
    )
    customer: Code | None = Field(
        default=None, description="code of the customer who was asked, only without a contact"
    )
    site: Code | None = Field(
        default=None,
        description="code of the site that the survey is about, only without a contact; empty: the team's site",
    )
    team: Code | None = Field(
        default=None,
        description="code of the team that the survey is about, only without a contact, such as in a survey of"
        " employees",
    )
    segment: Code | None = Field(
        default=None,
        description="code of the customer's segment, only without a contact; empty: the customer's present segment",
    )
    instrument: Code = Field(
        description="code of the instrument; with one of kind employee, the survey follows no contact and names no"
        " customer"
    )
    hot: bool | None = Field(
        default=None,
        description="whether the survey was sent right after the contact; empty: true if the row names a contact",
    )
    sent_by: Code | None = Field(
        default=None, description="sms, email, chat, paper, or a word of your own; empty: not known"
    )
    sent_at: AwareDatetime = Field(
        description="when the survey was sent; a time without an offset from UTC needs a zone"
    )
    answered_at: AwareDatetime | None = Field(
        default=None, description="when the survey was answered; empty: not answered"
    )
    score: Score | None = Field(
        default=None, description="score on the instrument's scale; give it together with answered_at"
    )
    verbatim: str | None = Field(default=None, description="the customer's text in addition to the score; empty: none")
    called_back_at: AwareDatetime | None = Field(
        default=None, description="when the customer was called back about the answer; empty: not called back"
    )


SURVEYS: Final = StagedFact(
    kind="surveys",
    row=SurveyRow,
    table="survey",
    keys=("source_id", "survey_id"),
    instant="counted_at",
    read="facts/survey/read.sql",
    change="survey",
    follows=("contacts", "legs", "visits"),
    complete=("facts/survey.sql:complete",),
    place="survey_place",
    partitions=("survey",),
    values={"sent_by": "sent_by_id"},
    rezoned=(*REZONED, "facts/survey.sql:mark_rezoned"),
    reasons={
        "unknown_instrument": "instrument '{instrument}' is not known: load the instruments first (--as instruments)",
        "unknown_surveyed_contact": (
            "contact '{contact}' is not loaded: load the contacts before the surveys that follow them, "
            "and name its source in contact_source where it is not the survey's"
        ),
        "hot_without_contact": "a transactional survey follows a contact: name the contact, or set hot to false",
        "survey_nowhere": "a survey without a contact needs the site that it is about, or a team that has one",
        "unknown_survey_team": "team '{team}' is not known: load the teams first (--as teams)",
        "employee_named": "a survey of employees follows no contact and names no customer: leave both empty",
        "answered_before_sent": "answered_at '{answered_at}' is before sent_at '{sent_at}'",
        "sent_before_offered": "sent_at '{sent_at}' is before the contact was offered",
        "called_back_unanswered": "called_back_at '{called_back_at}' needs an answer: give answered_at and score too",
        "called_back_before_answered": "called_back_at '{called_back_at}' is before answered_at '{answered_at}'",
        "surveyed_in_future": "sent_at '{sent_at}', answered_at '{answered_at}' or called_back_at lies in the future",
        "sent_too_early": "sent_at '{sent_at}' is before 1970",
        "answer_incomplete": "an answer has both answered_at and score: give both, or neither if there is no answer",
        "score_out_of_scale": "score '{score}' is outside the scale of instrument '{instrument}'",
    },
)
