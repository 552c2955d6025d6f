"""What may come in about when sites are open: the hours of the week, and the days that are otherwise. See
``contract``."""

from datetime import date, time

from pydantic import Field, model_validator

from cadran.facts.schema.fields import Code, Row

MIDNIGHT = time(0)


def _in_order(opens: time, closes: time) -> None:
    if opens == closes and opens != MIDNIGHT:
        raise ValueError(
            "opens and closes are the same: write 00:00 and 00:00 for the whole day, and no row where it is closed"
        )


class OpeningRow(Row):
    """A shift of a site on a weekday, which belongs to the day it opens on.

    A file tells all the hours of the sites it names, from the first day that it gives for each: those valid before are
    kept, and end there.
    """

    site: Code = Field(description="the site's code")
    weekday: int = Field(ge=1, le=7, description="1 Monday … 7 Sunday: of the day that the shift opens on")
    opens: time = Field(description="00:00 and 00:00 is the whole day")
    closes: time = Field(description="at or before opens: on the day after")
    valid_from: date | None = Field(default=None, description="empty: always")
    valid_to: date | None = Field(default=None, description="the first day it no longer holds; empty: open")

    @model_validator(mode="after")
    def _sensible(self) -> "OpeningRow":
        _in_order(self.opens, self.closes)
        if self.valid_from and self.valid_to and self.valid_to <= self.valid_from:
            raise ValueError("valid_to is not after valid_from")
        return self


class ClosingRow(Row):
    """A day whose hours are not those of its weekday: a holiday, or an exceptional day with hours of its own.

    It concerns the shifts that open on it; one that opened the evening before runs on. What a file tells of a site's
    day replaces what was known of it; a row that names the site stands before one that names the partner.
    """

    site: Code | None = Field(default=None, description="or partner, one of them")
    partner: Code | None = Field(default=None, description="all sites that the partner has at the time of loading")
    day: date = Field(description="the day that is told of, on the site's own calendar")
    opens: time | None = Field(default=None, description="empty, with closes: closed all day")
    closes: time | None = Field(default=None, description="at or before opens: on the day after")
    withdrawn: bool = Field(default=False, description="true: the weekday's hours hold after all")

    @model_validator(mode="after")
    def _sensible(self) -> "ClosingRow":
        if (self.site is None) == (self.partner is None):
            raise ValueError("name either a site or a partner")
        if (self.opens is None) != (self.closes is None):
            raise ValueError("give both opens and closes, or neither where it is closed all day")
        if self.opens is not None and self.closes is not None:
            if self.withdrawn:
                raise ValueError("a withdrawn row has no hours")
            _in_order(self.opens, self.closes)
        return self
