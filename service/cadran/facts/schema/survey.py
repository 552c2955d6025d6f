"""What may come in about surveys: instruments with their scales, and what was sent and answered. See ``contract``."""

from decimal import Decimal
from typing import Annotated, Literal

from pydantic import AwareDatetime, Field, PlainSerializer, model_validator

from cadran.facts.schema.fields import Code, Labelled, Row

Score = Annotated[Decimal, Field(max_digits=9, decimal_places=3), PlainSerializer(float, return_type=float)]


class InstrumentRow(Labelled):
    """A question with its scale. The cuts are inclusive; corrected ones judge the answers loaded already anew."""

    instrument: Code = Field(description="the instrument's code")
    kind: str = Field(
        pattern="^[a-z][a-z0-9_]*$",
        max_length=50,
        description="csat, nps, ces, cxi (one question), fcr, employee, or a kind of yours",
    )
    low: Score = Field(description="the lowest score")
    high: Score = Field(description="the highest score")
    satisfied_from: Score = Field(description="satisfied (of an NPS: a promoter) from here to the good end")
    dissatisfied_to: Score = Field(description="dissatisfied (of an NPS: a detractor) from the bad end to here")
    better: Literal["higher", "lower"] = Field(default="higher", description="which end of the scale is good")

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
    """One question sent to a customer, with the answer if there is one. What it follows is loaded already."""

    source: Code = Field(default="default", description="where the row comes from; ids are unique within it")
    survey: Code = Field(description="id of the survey within its source; a later row of the same id replaces it")
    contact_source: Code | None = Field(default=None, description="the source of the contact; empty: the survey's own")
    contact: Code | None = Field(default=None, description="the contact it follows, which gives customer, site and all")
    customer: Code | None = Field(default=None, description="without a contact: who was asked")
    site: Code | None = Field(default=None, description="without a contact: the site it is about; empty: the team's")
    team: Code | None = Field(default=None, description="without a contact: the team it is about, e.g. of employees")
    segment: Code | None = Field(default=None, description="without a contact; empty: the customer's own")
    instrument: Code = Field(description="of kind employee: a survey that follows no contact and names no customer")
    hot: bool | None = Field(default=None, description="asked right after the contact; empty: true with a contact")
    sent_by: Code | None = Field(default=None, description="sms, email, chat, paper or a word of yours")
    sent_at: AwareDatetime = Field(description="without an offset only together with a zone")
    answered_at: AwareDatetime | None = Field(default=None, description="empty: not answered")
    score: Score | None = Field(default=None, description="on the instrument's scale; together with answered_at")
    verbatim: str | None = Field(default=None, description="what was written besides the score")
    called_back_at: AwareDatetime | None = Field(
        default=None, description="when somebody called the customer back about the answer; empty: nobody did"
    )
