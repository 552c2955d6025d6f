"""Why rows are refused: stable codes, and the sentence that tells what is wrong and what to do.

The checks themselves stand in `sql/facts`; they give a code, with the column after a colon where several could be
meant.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from cadran.facts.contract import Outcome
from cadran.facts.fields import CODE_LENGTH_MAX
from cadran.facts.time_contract import Activity, State

REASONS = {
    "missing": "{column} is missing",
    "unknown_outcome": "outcome '{outcome}' is not one of " + ", ".join(Outcome.__args__),  # type: ignore[attr-defined] # a Literal has them
    "unknown_direction": "direction '{direction}' is neither inbound nor outbound",
    "code_too_long": f"an id or code is longer than {CODE_LENGTH_MAX} bytes",
    "unreadable_time": "{column} '{value}' is not a time such as 2015-12-01T10:00:00+01:00",
    "unreadable_number": "{column} '{value}' is not a number",
    "unreadable_flag": "{column} '{value}' is neither true nor false",
    "unreadable_line": "the line cannot be read: {value}",
    "time_without_offset": "{column} '{value}' has no offset from UTC: write one, or name the zone with --zone",
    "time_in_gap": "{column} '{value}' does not exist: the clock was set forward over it",
    "answered_before_offered": "answered_at '{answered_at}' is before offered_at '{offered_at}'",
    "ended_before_offered": "ended_at '{ended_at}' is before offered_at '{offered_at}'",
    "ended_before_answered": "ended_at '{ended_at}' is before answered_at '{answered_at}'",
    "started_before_offered": "started_at '{started_at}' is before the contact was offered",
    "offered_in_future": "offered_at '{offered_at}' lies in the future",
    "offered_too_early": "offered_at '{offered_at}' is before 1970",
    "negative_duration": "wait, talk, hold or acw is negative",
    "duration_too_long": "wait, talk, hold or acw is longer than 30 days",
    "wait_unknown": "a handled contact needs wait or answered_at",
    "abandoned_asynchronous": (
        "on the asynchronous channel '{channel}' nothing is abandoned: use expired for what was never answered"
    ),
    "amount_out_of_range": "cost or revenue is out of range (cost from 0; both below 10,000,000,000)",
    "unknown_site": (
        "site '{site}' is not known, nor is its time zone: "
        "load the sites first (--as sites), or name the zone with --zone"
    ),
    "unknown_contact": "contact '{contact}' of source '{source}' is not loaded: load the contacts before their legs",
    "unknown_zone": "zone '{zone}' is not an IANA time zone such as Europe/Paris",
    "leg_number": "leg '{leg}' is not a whole number from 1 to 30000",
    "unknown_instrument": "instrument '{instrument}' is not known: load the instruments first (--as instruments)",
    "unknown_surveyed_contact": (
        "contact '{contact}' is not loaded: load the contacts before the surveys that follow them, "
        "and name its source in contact_source where it is not the survey's"
    ),
    "hot_without_contact": "a hot survey follows a contact: name the contact, or set hot to false",
    "survey_nowhere": "a survey without a contact needs the site that it is about",
    "unknown_survey_site": "site '{site}' is not known: load the sites first (--as sites)",
    "answered_before_sent": "answered_at '{answered_at}' is before sent_at '{sent_at}'",
    "sent_before_offered": "sent_at '{sent_at}' is before the contact was offered",
    "surveyed_in_future": "sent_at '{sent_at}' or answered_at '{answered_at}' lies in the future",
    "sent_too_early": "sent_at '{sent_at}' is before 1970",
    "answer_incomplete": "an answer has both answered_at and score: give both, or neither where nobody answered",
    "score_out_of_scale": "score '{score}' is outside the scale of instrument '{instrument}'",
    "unknown_state": "state '{state}' is not one of " + ", ".join(State.__args__),  # type: ignore[attr-defined] # a Literal has them
    "unknown_activity": "activity '{activity}' is not one of " + ", ".join(Activity.__args__),  # type: ignore[attr-defined] # the same
    "state_ends_before": "ended_at '{ended_at}' is before started_at '{started_at}'",
    "state_too_long": (
        "'{state}' lasts longer than 24 hours, as where nobody logged out: end it where it ended, or cut it at midnight"
    ),
    "state_in_future": "ended_at '{ended_at}' lies in the future: a state is loaded once it has ended",
    "activity_ends_before": "ends_at '{ends_at}' is before starts_at '{starts_at}'",
    "activity_too_long": "'{activity}' is planned for longer than 24 hours: write a row for each shift",
    "activity_too_far": "ends_at '{ends_at}' is more than three years ahead",
    "time_too_early": "{column} '{value}' is before 1970",
    "time_nowhere": "agent '{agent}' has no team with a site: name the site, or load the agent's team (--as agents)",
    "invalid": "{value}",
}


@dataclass(frozen=True, slots=True)
class Reject:
    """A row that was not loaded: its line (from 1, the header counted), the code and sentence of the reason, its
    content."""

    line: int
    code: str
    reason: str
    content: str


def sentence(reason: str, row: Mapping[str, object]) -> str:
    """The words for `code` or `code:column`, with the row's own values."""
    code, _, column = reason.partition(":")
    return REASONS[code].format_map(_Values(row, column))


class _Values(dict[str, object]):
    """The values of a row; empty where it has none."""

    def __init__(self, row: Mapping[str, object], column: str) -> None:
        super().__init__({name: "" if value is None else value for name, value in row.items()})
        self["column"] = column
        self.setdefault("value", self.get(column, ""))

    def __missing__(self, key: str) -> str:
        return ""
