"""The reasons why rows are refused: stable codes, and sentences that say what is wrong and what to do.

The checks are in `sql/facts`. They return a code. If the reason may concern several columns, a colon and the column
follow.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from cadran.facts.schema.agent_time import Activity, State
from cadran.facts.schema.fields import CODE_LENGTH_MAX
from cadran.facts.schema.schema import Outcome

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
    "time_in_gap": "{column} '{value}' does not exist in this time zone: clocks were set forward past it",
    "answered_before_offered": "answered_at '{answered_at}' is before offered_at '{offered_at}'",
    "ended_before_offered": "ended_at '{ended_at}' is before offered_at '{offered_at}'",
    "ended_before_answered": "ended_at '{ended_at}' is before answered_at '{answered_at}'",
    "started_before_offered": "started_at '{started_at}' is before the contact was offered",
    "offered_in_future": "offered_at '{offered_at}' lies in the future",
    "offered_too_early": "offered_at '{offered_at}' is before 1970",
    "negative_duration": "wait, talk, hold, acw or reply_wait is negative",
    "duration_too_long": "wait, talk, hold, acw or the mean reply wait is longer than 30 days",
    "replies_number": "replies '{replies}' is not a whole number from 0 to 30000",
    "replies_incomplete": (
        "replies and reply_wait need each other: give the number of later replies, and the seconds waited for them"
        " in total (both 0 if there were none)"
    ),
    "wait_unknown": "a handled contact needs wait or answered_at",
    "abandoned_asynchronous": (
        "contacts on the asynchronous channel '{channel}' are never abandoned: use expired for unanswered ones"
    ),
    "amount_out_of_range": "cost or revenue is out of range (cost is at least 0; both are below 10,000,000,000)",
    "unknown_site": (
        "site '{site}' and its time zone are not known: load the sites first (--as sites), or name the zone with --zone"
    ),
    "unknown_contact": "contact '{contact}' of source '{source}' is not loaded: load the contacts before their legs",
    "unknown_zone": "zone '{zone}' is not an IANA time zone such as Europe/Paris",
    "leg_number": "leg '{leg}' is not a whole number from 1 to 30000",
    "unknown_instrument": "instrument '{instrument}' is not known: load the instruments first (--as instruments)",
    "unknown_surveyed_contact": (
        "contact '{contact}' is not loaded: load the contacts before the surveys that follow them, "
        "and name its source in contact_source where it is not the survey's"
    ),
    "hot_without_contact": "a transactional survey follows a contact: name the contact, or set hot to false",
    "survey_nowhere": "a survey without a contact needs the site that it is about, or a team that has one",
    "unknown_survey_team": "team '{team}' is not known: load the teams first (--as teams)",
    "employee_named": "a survey of employees follows no contact and names no customer: leave both empty",
    "unknown_survey_site": "site '{site}' is not known: load the sites first (--as sites)",
    "answered_before_sent": "answered_at '{answered_at}' is before sent_at '{sent_at}'",
    "sent_before_offered": "sent_at '{sent_at}' is before the contact was offered",
    "called_back_unanswered": "called_back_at '{called_back_at}' needs an answer: give answered_at and score too",
    "called_back_before_answered": "called_back_at '{called_back_at}' is before answered_at '{answered_at}'",
    "surveyed_in_future": "sent_at '{sent_at}', answered_at '{answered_at}' or called_back_at lies in the future",
    "sent_too_early": "sent_at '{sent_at}' is before 1970",
    "answer_incomplete": "an answer has both answered_at and score: give both, or neither if there is no answer",
    "score_out_of_scale": "score '{score}' is outside the scale of instrument '{instrument}'",
    "unknown_goodwill_kind": "kind '{kind}' is neither goodwill nor prevention",
    "unknown_goodwill_contact": (
        "contact '{contact}' is not loaded: load the contacts before the gestures that follow them, "
        "and name its source in contact_source where it is not the gesture's"
    ),
    "goodwill_nowhere": "a gesture without a contact needs the site that gave it",
    "given_in_future": "given_at '{given_at}' lies in the future",
    "given_too_early": "given_at '{given_at}' is before 1970",
    "unknown_promised_contact": (
        "contact '{contact}' is not loaded: load the contacts before the callbacks promised to them, "
        "and name its source in contact_source where it is not the callback's"
    ),
    "promised_to_nobody": "a callback needs the contact that it was promised to, or the customer",
    "promised_nowhere": "a callback without a contact needs the site that promised it",
    "promised_before_offered": "promised_at '{promised_at}' is before the contact was offered",
    "due_before_promised": "due_at '{due_at}' is before promised_at '{promised_at}'",
    "due_too_late": "due_at '{due_at}' is more than 30 days after promised_at '{promised_at}'",
    "made_before_promised": "made_at '{made_at}' is before promised_at '{promised_at}'",
    "reached_without_call": "reached needs a call: give made_at, or leave reached empty",
    "promised_in_future": "promised_at '{promised_at}' or made_at '{made_at}' lies in the future",
    "promised_too_early": "promised_at '{promised_at}' is before 1970",
    "unknown_closing_site": "site '{site}' is not known: load the sites first (--as sites)",
    "unknown_partner": "no site of a partner '{partner}' is known: load the sites first (--as sites)",
    "closing_twice": "two rows give contradictory hours of site '{site}' on {day}: keep the correct row",
    "answered_before_opened": "answered_at '{answered_at}' is before opened_at '{opened_at}'",
    "resolved_before_opened": "resolved_at '{resolved_at}' is before opened_at '{opened_at}'",
    "resolved_before_answered": "resolved_at '{resolved_at}' is before answered_at '{answered_at}'",
    "closed_before_opened": "closed_at '{closed_at}' is before opened_at '{opened_at}'",
    "closed_before_resolved": "closed_at '{closed_at}' is before resolved_at '{resolved_at}'",
    "case_in_future": "an instant of case '{case}' lies in the future",
    "opened_too_early": "opened_at '{opened_at}' is before 1970",
    "contradicts_reopening": (
        "case '{case}' was reopened: its own row needs a resolved_at or closed_at,"
        " none of them after its first reopening"
    ),
    "unknown_case": "case '{case}' is not loaded: load the cases before their reopenings",
    "reopening_number": "reopening '{reopening}' is not a whole number from 1 to 30000",
    "resolved_before_reopened": "resolved_at '{resolved_at}' is before reopened_at '{reopened_at}'",
    "closed_before_reopened": "closed_at '{closed_at}' is before reopened_at '{reopened_at}'",
    "reopening_left_out": (
        "reopening {reopening} of case '{case}' needs the one before it: number them from 1 without gaps"
    ),
    "reopened_while_open": "case '{case}' was neither resolved nor closed before its reopening {reopening}",
    "reopened_before_end": "reopened_at '{reopened_at}' is before the case was resolved and closed the time before",
    "reopenings_out_of_order": "the reopenings of case '{case}' do not follow one another in time",
    "reopening_followed": (
        "reopening {reopening} of case '{id}' is followed by a later reopening, which would lose its predecessor:"
        " delete the later reopenings before it, or in the same file"
    ),
    "unknown_state": "state '{state}' is not one of " + ", ".join(State.__args__),  # type: ignore[attr-defined] # a Literal has them
    "unknown_activity": "activity '{activity}' is not one of " + ", ".join(Activity.__args__),  # type: ignore[attr-defined] # the same
    "state_ends_before": "ended_at '{ended_at}' is before started_at '{started_at}'",
    "state_too_long": (
        "'{state}' lasts longer than 24 hours: correct its end if the agent did not log out, or split it at midnight"
    ),
    "state_in_future": "the state that began at '{started_at}' begins or ends in the future",
    "activity_ends_before": "ends_at '{ends_at}' is before starts_at '{starts_at}'",
    "activity_too_long": "'{activity}' is planned for longer than 24 hours: write a row for each shift",
    "activity_too_far": "ends_at '{ends_at}' is more than three years ahead",
    "time_too_early": "{column} '{value}' is before 1970",
    "time_nowhere": "agent '{agent}' has no team with a site: name the site, or load the agent's team (--as agents)",
    "invalid": "{value}",
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
