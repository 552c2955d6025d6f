"""The reasons why rows are refused: stable codes, and sentences that say what is wrong and what to do.

The checks are in `sql/facts`. They return a code. If the reason may concern several columns, a colon and the column
follow.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from cadran.facts.schema.facts import FACTS
from cadran.facts.schema.fields import CODE_LENGTH_MAX

#: The reasons of several kinds. A reason that only one kind of facts has is in the kind's declaration.
_SHARED: Final = {
    "missing": "{column} is missing",
    "code_too_long": f"an id or code is longer than {CODE_LENGTH_MAX} bytes",
    "unreadable_time": "{column} '{value}' is not a time such as 2015-12-01T10:00:00+01:00",
    "unreadable_number": "{column} '{value}' is not a number",
    "unreadable_flag": "{column} '{value}' is neither true nor false",
    "unreadable_line": "the line cannot be read: {value}",
    "time_without_offset": "{column} '{value}' has no offset from UTC: write one, or name the zone with --zone",
    "time_in_gap": "{column} '{value}' does not exist in this time zone: clocks were set forward past it",
    "negative_duration": "wait, talk, hold, acw or reply_wait is negative",
    "duration_too_long": "talk, hold or acw is longer than 30 days",
    "wait_too_long": "wait or the mean reply wait is longer than 366 days",
    "amount_out_of_range": "cost or revenue is out of range (cost is at least 0; both are below 10,000,000,000)",
    "unknown_site": (
        "site '{site}' and its time zone are not known: load the sites first (--as sites), or name the zone with --zone"
    ),
    "unknown_zone": "zone '{zone}' is not an IANA time zone such as Europe/Paris",
    "unknown_closing_site": "site '{site}' is not known: load the sites first (--as sites)",
    "unknown_partner": "no site of a partner '{partner}' is known: load the sites first (--as sites)",
    "closing_twice": "two rows give contradictory hours of site '{site}' on {day}: keep the correct row",
    "time_too_early": "{column} '{value}' is before 1970",
    "time_nowhere": "agent '{agent}' has no team with a site: name the site, or load the agent's team (--as agents)",
    "other_currency": (
        "currency '{currency}' is not that of this deployment ({deployment}): convert the amount, and name {deployment}"
        " or no currency"
    ),
    "invalid": "{value}",
    "superseded": "line {column} of the file has the same id and takes the place of this row (--duplicates)",
    "repeated_id": (
        "{rows} rows of the file have this id, from line {first} to line {last}: correct the file, or load the last or"
        " the first row of each id (--duplicates)"
    ),
    "unreadable_value": "{value}",
}
REASONS: Final[Mapping[str, str]] = _SHARED | {
    code: sentence for fact in FACTS.values() for code, sentence in fact.reasons.items()
}


@dataclass(frozen=True, slots=True)
class Reject:
    """A row that was not loaded: its line (from 1, counting the header), the code and sentence of the reason, and its
    content."""

    line: int
    code: str
    reason: str
    content: str


def format_reason(reason: str, row: Mapping[str, object]) -> str:
    """Return the sentence for `code` or `code:column`, with the row's values."""
    code, _, column = reason.partition(":")
    return REASONS[code].format_map(_Values(row, column))


class _Values(dict[str, object]):
    """The values of a row. A missing value reads as an empty text."""

    def __init__(self, row: Mapping[str, object], column: str) -> None:
        super().__init__({name: "" if value is None else value for name, value in row.items()})
        self["column"] = column
        self.setdefault("value", self.get(column, ""))

    def __missing__(self, key: str) -> str:
        return ""
