"""The rows about aggregated intervals: the model, and how they are loaded."""

from typing import Annotated, Final

from pydantic import AwareDatetime, Field

from cadran.facts.schema.fact import StagedFact
from cadran.facts.schema.fields import Code, Row

#: The longest interval in seconds: the day on which clocks are set back.
LENGTH_SECONDS_MAX: Final = 25 * 3_600
#: The most thresholds of a row.
THRESHOLDS_MAX: Final = 20
#: The highest count, and the highest sum of seconds, of a row.
COUNT_MAX: Final = 1_000_000_000
SUM_MAX: Final = 10_000_000_000
Count = Annotated[int | None, Field(default=None, ge=0, lt=COUNT_MAX)]
Total = Annotated[float | None, Field(default=None, ge=0, lt=SUM_MAX)]
#: Counts by threshold in seconds: "10:31 20:42".
Within = Annotated[
    str | None,
    Field(default=None, pattern=r"^\d+(\.\d+)?:\d+( +\d+(\.\d+)?:\d+)*$", max_length=1_000),
]


class IntervalRow(Row):
    """The counts of a queue or a site in an interval of time, of a source that exports no single contacts.

    No contact, visit or other interval of the same queue, site and channel may be loaded for the same time.
    """

    source: Code = Field(default="default", description="code of the system that the row comes from")
    site: Code = Field(description="code of the site")
    queue: Code | None = Field(default=None, description="code of the queue; empty: the counts are those of the site")
    channel: Code | None = Field(
        default=None,
        description="code of the channel; empty: the channel of the queue; only rows without counts may have none",
    )
    starts_at: AwareDatetime = Field(
        description="when the interval begins, on a quarter-hour; a time without an offset from UTC needs a zone; a"
        " later row of the same source, site, queue, channel and start replaces this one"
    )
    length: float = Field(
        ge=0,
        le=LENGTH_SECONDS_MAX,
        description="seconds from the start to the end: whole quarter-hours (900, 1800, 3600 …) that do not reach into"
        " another day of the site; 86400 from midnight is the whole day, even where it has 23 or 25 hours; 0: the row"
        " is withdrawn",
    )
    offered: Count = Field(
        description="contacts that were offered in the interval, or of a queue, visits that entered it; empty: the row"
        " gives agents' time only"
    )
    answered: Count = Field(description="those of them that an agent answered")
    abandoned: Count = Field(description="those whose customer gave up waiting; empty: not known")
    deflected: Count = Field(description="those asked to call later, because the queue was full; empty: not known")
    flowed_out: Count = Field(
        description="visits of the queue that left unanswered for another queue or site, which counts them; empty:"
        " not known, and contacts count as if there were none"
    )
    timed_out: Count = Field(
        description="visits of the queue that went on because the longest wait was over; empty: not known, and contacts"
        " count as if there were none"
    )
    answered_within: Within = Field(
        description="how many were answered within each of up to 20 thresholds in seconds, such as 10:31 20:42"
    )
    abandoned_within: Within = Field(
        description="how many were abandoned within some of these thresholds, in the same form"
    )
    passed_on_within: Within = Field(
        description="how many visits flowed or timed out within some of these thresholds, in the same form"
    )
    wait: Total = Field(description="sum of the waits of the answered ones, in seconds; empty: not known")
    wait_abandoned: Total = Field(description="sum of the waits of the abandoned ones, in seconds; empty: not known")
    talk: Total = Field(description="sum of the talk times of the answered ones, in seconds; empty: not known")
    hold: Total = Field(description="sum of their hold times, in seconds; empty: 0 where talk is given")
    acw: Total = Field(description="sum of their after-contact work, in seconds; empty: 0 where talk is given")
    logged_in: Total = Field(
        description="sum of the seconds that the site's agents were logged in; only rows without a queue have it, since"
        " agents may serve several queues"
    )
    busy: Total = Field(
        description="seconds of this time on contact or in after-contact work, simultaneous contacts counted once;"
        " empty: not known"
    )
    available: Total = Field(description="seconds of this time waiting for a contact; empty: not known")


INTERVALS: Final = StagedFact(
    kind="intervals",
    row=IntervalRow,
    table="interval_count",
    keys=("source_id", "site_id", "queue_id", "channel_id", "starts_at"),
    instant="starts_at",
    read="facts/interval/read.sql",
    change="interval",
    gone="",
    uncast=(*("offered", "answered", "abandoned", "deflected", "flowed_out", "timed_out"),),
    reasons={
        "interval_start": "starts_at '{starts_at}' is not on a quarter-hour",
        "interval_length": (
            "length '{length}' is not a number of whole quarter-hours in seconds, such as 900, 3600 or 86400"
            f" (at most {LENGTH_SECONDS_MAX}; 0 withdraws the row)"
        ),
        "interval_crosses_midnight": (
            "the interval reaches into another day of site '{site}': export days of the site's time zone, or shorter"
            " intervals"
        ),
        "interval_in_future": "the interval from '{starts_at}' ends in the future",
        "interval_too_early": "starts_at '{starts_at}' is before 1970",
        "interval_empty": "the row gives neither offered and answered contacts nor the time that agents were logged in",
        "offered_without_answered": "offered and answered belong together: give both",
        "count_number": "{column} '{value}' is not a whole number from 0 to 999999999",
        "sum_number": "{column} is not between 0 and 9999999999 seconds",
        "interval_without_channel": "counts need a channel: name it, or load the queue with its channel (--as queues)",
        "passed_on_without_queue": "flowed_out, timed_out and passed_on_within are counts of a queue: name the queue",
        "within_form": (
            f"{{column}} '{{value}}' is not a list of up to {THRESHOLDS_MAX} thresholds and counts such as 10:31 20:42,"
            " each threshold once"
        ),
        "within_thresholds": "{column} names a threshold that answered_within does not name",
        "within_exceeds": "{column} has a count that exceeds the count of the row",
        "within_falls": "{column} '{value}' has a count that is less than the count within a lower threshold",
        "agents_by_queue": (
            "logged_in, busy and available are times of agents, who may serve several queues: give them in a row"
            " without a queue"
        ),
        "busy_without_logged_in": "busy and available are parts of logged_in: give logged_in",
        "overlapping_intervals": (
            "the interval overlaps another one of the same site and channel (sources '{column}'), of the same queue or"
            " without a queue: withdraw one of the two (length 0)"
        ),
        "overlapping_agents": (
            "agents' time of the same site is known for a part of the interval (sources '{column}'): load either"
            " intervals or states"
        ),
        "overlapping_contacts": (
            "contacts of the same site, channel and queue are known for a part of the interval (sources '{column}'):"
            " load either contacts or intervals of a time"
        ),
    },
)
