"""Models of the rows about opening hours: the hours of each weekday, and the days with exceptional hours."""

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
    """The opening hours of a site on a weekday. The hours belong to the day on which they begin.

    A file gives all the hours of the sites that it names, from the first valid_from of each site on. Earlier hours stay
    valid until that day.
    """

    site: Code = Field(description="code of the site that is open at these hours")
    weekday: int = Field(
        ge=1, le=7, description="day of the week on which the hours begin, from 1 (Monday) to 7 (Sunday)"
    )
    opens: time = Field(
        description="local time at which the site opens; 00:00 in both opens and closes is the whole day"
    )
    closes: time = Field(description="local time at which the site closes; at or before opens: on the next day")
    valid_from: date | None = Field(
        default=None, description="first day on which the hours are valid; empty: they have always been valid"
    )
    valid_to: date | None = Field(
        default=None, description="first day on which the hours are no longer valid; empty: they stay valid"
    )

    @model_validator(mode="after")
    def _check_period(self) -> "OpeningRow":
        _in_order(self.opens, self.closes)
        if self.valid_from and self.valid_to and self.valid_to <= self.valid_from:
            raise ValueError("valid_to is not after valid_from")
        return self


class ClosingRow(Row):
    """A day whose hours differ from those of its weekday: a holiday, or a day with exceptional hours.

    The row replaces the hours that begin on the day. Hours that began on the evening before go on. A file replaces what
    was stored for the days of the sites that it names. A row that names a site takes precedence over a row that names
    the site's partner.
    """

    site: Code | None = Field(
        default=None, description="code of the site that the day is for; give either a site or a partner"
    )
    partner: Code | None = Field(
        default=None,
        description="code of a partner: the day is for all sites that belong to the partner at the time of loading",
    )
    day: date = Field(description="the date of the exceptional day, in the site's time zone")
    opens: time | None = Field(
        default=None, description="local time at which the site opens; empty together with closes: closed all day"
    )
    closes: time | None = Field(
        default=None, description="local time at which the site closes; at or before opens: on the next day"
    )
    withdrawn: bool = Field(
        default=False, description="true: the day is no longer exceptional, and the weekday's hours apply again"
    )

    @model_validator(mode="after")
    def _check_hours(self) -> "ClosingRow":
        if (self.site is None) == (self.partner is None):
            raise ValueError("name either a site or a partner")
        if (self.opens is None) != (self.closes is None):
            raise ValueError("give both opens and closes, or neither where it is closed all day")
        if self.opens is not None and self.closes is not None:
            if self.withdrawn:
                raise ValueError("a withdrawn row has no hours")
            _in_order(self.opens, self.closes)
        return self
