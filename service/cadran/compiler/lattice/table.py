"""The model of the lattice: what a table is about, the time and the dimensions of its rows, and its columns."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

from cadran.domain.dimension import ATTRIBUTE
from cadran.domain.parts.part import Fact, Part

#: The time that a row of a table belongs to: a month (month), a quarter-hour of the day in a month (clock), a
#: quarter-hour of a weekday in a month (usual), a day, a quarter-hour, or an instant.
Time = Literal["month", "clock", "usual", "day", "quarter", "instant"]

#: The column of each member dimension, equal in all tables that have the dimension. The partner is read from the
#: site; the direction is a flag. Attributes have numbered columns in the facts (`Attribute.column`). A rollup has a row
#: for each attribute and value instead (`ATTRIBUTE_KEYS`).
COLUMNS: Final[Mapping[str, str]] = {
    "site": "site_id",
    "team": "team_id",
    "agent": "agent_id",
    "segment": "segment_id",
    "channel": "channel_id",
    "moment": "moment_id",
    "reason": "reason_id",
    "queue": "queue_id",
    "first_queue": "first_queue_id",
    "direction": "outbound",
    "outcome": "outcome_id",
    "transferred_to": "transferred_to_id",
    "sent_by": "sent_by_id",
    "gesture": "gesture_id",
    "instrument": "instrument_id",
    "hot": "hot",
    "score": "score",
    "threshold": "threshold",
}


#: The columns of an attribute in a rollup: its number, and the id of its value.
ATTRIBUTE_KEYS: Final = ("attribute", "value_id")
#: The facts of which percentiles are read. Their rollups have sketches instead of counts and sums.
SKETCHED: Final[tuple[Fact, ...]] = ("waits", "handle_times", "answer_times", "surveyed_waits", "sending_waits")


#: The columns of a sketch with their types.
SKETCH_COLUMNS: Final = (
    ("bins", "smallint[]"),
    ("upto", "integer[]"),
    ("low", "double precision"),
    ("high", "double precision"),
)


@dataclass(frozen=True, slots=True)
class Table:
    """One table of the lattice: its fact, the time of its rows, its dimensions, and the table that it is summed from.

    A ``sampled`` table holds only one customer in ``SAMPLE``, with separate rows for each customer. ``counted`` is the
    column whose different values the parts with the merge "distinct" count; a rollup has separate rows for each value.
    A view with ``whole_months`` sums over calendar months; its column ``month`` bounds the months that it reads.
    ``kept_by`` is the day column by which the refresh recomputes rows, if it differs from the day on which the rows
    count. ``more_indexes`` are further column lists that get an index.
    """

    name: str
    fact: Fact
    time: Time
    dimensions: tuple[str, ...]
    parts: tuple[Part, ...] = ()
    summed_from: str = ""
    instant: str = "offered_at"
    sampled: bool = False
    counted: str = ""
    whole_months: bool = False
    kept_by: str = ""
    more_indexes: tuple[tuple[str, ...], ...] = ()

    @property
    def is_rollup(self) -> bool:
        """Return whether the table is a rollup (else it is a view of facts)."""
        return bool(self.parts)

    @property
    def has_sketches(self) -> bool:
        """Return whether a row of the rollup is a sketch of the measure of its part (``compiler/refresh/sketches``)."""
        return self.is_rollup and self.fact in SKETCHED

    @property
    def has_thresholds(self) -> bool:
        """Return whether the rollup counts the rows within each threshold of the database, one row for each. Intervals
        have the thresholds of their sources."""
        return "threshold" in self.dimensions and self.fact != "interval_within"

    @property
    def has_attributes(self) -> bool:
        """Return whether the rollup counts the rows by the values of single attributes, one row for each."""
        return self.is_rollup and ATTRIBUTE in self.dimensions

    @property
    def of_sites(self) -> bool:
        """Return whether a row belongs to a site. Rows of all sites together are summed under a lock."""
        return "site" in self.dimensions

    @property
    def by_month(self) -> bool:
        """Return whether a row belongs to a month instead of a day."""
        return self.time in ("month", "clock", "usual")

    @property
    def sql(self) -> str:
        """Return the name of the table for a FROM clause."""
        return f"rollup.{self.name}" if self.is_rollup else self.name
