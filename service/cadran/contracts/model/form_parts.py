"""The parts of a contract's document: rules, terms, shifts, times of force majeure and forecast volumes."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from cadran.contracts.model.term import PointCount, RuleKind, Unit, UnknownWaits
from cadran.contracts.model.values import (
    RULES_MAX,
    WINDOWS_MAX,
    Amount,
    Clock,
    Code,
    Codes,
    Percent,
    Seconds,
    Text,
    Wall,
    Word,
)
from cadran.domain.bounds import CODES_MAX, WORD_MAX


class Form(BaseModel):
    """A form that refuses members it does not declare."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class RuleForm(Form):
    """A rule for the amount that is due when a term misses or reaches a figure."""

    rule: RuleKind = Field(
        description="When the amount is due: for each missed window, for each point by which the target is missed, once"
        " if the figure is worse than a bound (step), or to the partner if the figure reaches a bound (bonus)."
    )
    amount: Amount = Field(description="The amount for each window or point, or once, in the service's currency.")
    worse_than: Seconds | None = Field(
        default=None, description="The bound of a step, in the metric's unit; null for other rules."
    )
    at_least: Seconds | None = Field(
        default=None,
        description="The bound of a bonus, in the metric's unit: a minimum, or a maximum of a metric whose lower values"
        " are better; null for other rules.",
    )
    counted: PointCount = Field(
        default="started",
        description="How the points of a missed target are counted: each started point, only whole points, or exactly.",
    )

    @model_validator(mode="after")
    def _bounded(self) -> Self:
        if (self.worse_than is not None) != (self.rule == "step"):
            raise ValueError("a step, and only a step, has worse_than")
        if (self.at_least is not None) != (self.rule == "bonus"):
            raise ValueError("a bonus, and only a bonus, has at_least")
        return self


class TermForm(Form):
    """A term: a metric, the target that it has to reach, its measurement windows, and the amounts that are due."""

    term: Code = Field(description="The code of the term, unique within the contract.")
    metric: str = Field(max_length=200, description="The metric with its arguments, such as service_level(within=20).")
    target: Seconds = Field(description="The target in the metric's unit: a share from 0 to 1, or seconds.")
    window: Unit = Field(description="The width of a measurement window.")
    label_en: Text | None = Field(
        default=None, description=f"The English name of the term, 0 to {WORD_MAX} characters; null: the metric's name."
    )
    label_fr: Text | None = Field(
        default=None, description=f"The French name of the term, 0 to {WORD_MAX} characters; null: the English name."
    )
    channels: Codes | None = Field(
        default=None,
        description=f"The channels of the contract that count, at most {CODES_MAX} codes; null: all of them.",
    )
    queues: Codes | None = Field(
        default=None,
        description=f"The queues that count, at most {CODES_MAX} codes; null: all queues. Contacts count in the queue"
        " of their last visit.",
    )
    unknown_waits: UnknownWaits = Field(
        default="missed",
        description="How contacts whose wait the source does not give count in a share with a threshold: as missed, or"
        " not at all. Means leave them out.",
    )
    rules: list[RuleForm] = Field(
        default=[], max_length=RULES_MAX, description=f"The rules for the amounts due, at most {RULES_MAX} rules."
    )
    cap: Amount | None = Field(
        default=None, description="The maximum total of the term's penalties of a period; null: no limit."
    )


class ShiftForm(Form):
    """A shift: hours of some weekdays on the contract's clock, on quarter-hours. A shift ends by midnight."""

    weekdays: list[Annotated[int, Field(ge=1, le=7)]] = Field(
        min_length=1, max_length=7, description="The ISO weekdays of the shift, at most 7 weekdays; 1 is Monday."
    )
    opens: Clock = Field(description="The start on the contract's clock, on a quarter-hour, such as 08:15.")
    closes: Clock = Field(description="The end on the contract's clock, on a quarter-hour; 00:00 is midnight.")


class ForceMajeureForm(Form):
    """A time of force majeure, which is not settled."""

    start: Wall = Field(description="The start on the contract's clock, on a quarter-hour, such as 2015-12-09T14:00.")
    end: Wall = Field(description="The end on the contract's clock, on a quarter-hour; excluded.")
    reason_en: Word = Field(description=f"The reason in English, 1 to {WORD_MAX} characters.")
    reason_fr: Text | None = Field(
        default=None, description=f"The reason in French, 0 to {WORD_MAX} characters; null: the English text."
    )


class VolumesForm(Form):
    """Forecast contacts by window. A window with many more contacts than its forecast is not settled."""

    window: Unit = Field(description="The width of a window.")
    above_percent: Percent = Field(
        description="The percentage by which contacts may exceed the forecast; a window beyond that is not settled."
    )
    expected: dict[str, Annotated[int, Field(ge=0, le=100_000_000)]] = Field(
        max_length=WINDOWS_MAX,
        description="Forecast contacts by the start of the window on the contract's clock, such as 2015-12-01 or"
        " 2015-12-01T09:00.",
    )
