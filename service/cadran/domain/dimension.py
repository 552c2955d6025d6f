"""The dimensions by which a question may group and filter."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

from cadran.domain.metric import Label


@dataclass(frozen=True, slots=True)
class Dimension:
    """A dimension. The values of kind ``member`` are members of the directory; those of ``calendar`` are numbers.

    A calendar dimension's numbers come from the local time of the contact. ``low`` and ``high`` are their bounds,
    inclusive. Time of day counts quarter-hours from midnight.
    """

    slug: str
    label: Label
    kind: Literal["member", "calendar"]
    low: int = 0
    high: int = 0


#: The dimensions whose members are the values that files name, and the most members of each, so that a free text cannot
#: grow the directory and the answers without end. Further values count as the member "other".
VALUE_DIMENSIONS: Final = ("transferred_to", "sent_by")
MEMBERS_MAX: Final = 1_000
#: The word for any of a contact's own attributes where dimensions are declared. The database names the attributes.
ATTRIBUTE: Final = "attribute"
#: The most attributes of a database, and the columns of a contact that hold them.
ATTRIBUTES_MAX: Final = 8
ATTRIBUTE_COLUMNS: Final = tuple(f"attribute_{number}" for number in range(1, ATTRIBUTES_MAX + 1))
#: The dimensions of the people who handled a contact. A contact without an agent has neither.
PEOPLE_DIMENSIONS: Final = ("team", "agent")
#: The dimensions in which the legs of a contact may differ.
LEG_DIMENSIONS: Final = frozenset({"partner", "site", *PEOPLE_DIMENSIONS})


@dataclass(frozen=True, slots=True)
class Attribute:
    """One of a contact's own attributes, which the database names: a dimension in a numbered column of the facts."""

    number: int
    name: str
    label: Label

    @property
    def column(self) -> str:
        """Return the column of the facts that holds the ids of the attribute's values."""
        return ATTRIBUTE_COLUMNS[self.number - 1]

    @property
    def dimension(self) -> Dimension:
        """Return the attribute as a dimension."""
        return Dimension(self.name, self.label, "member")


def _member(slug: str, en: str, fr: str) -> Dimension:
    return Dimension(slug, Label(en, fr), "member")


DIMENSIONS: Final[Mapping[str, Dimension]] = {
    dimension.slug: dimension
    for dimension in (
        _member("partner", "Partner", "Partenaire"),
        _member("site", "Site", "Site"),
        _member("team", "Team", "Équipe"),
        _member("agent", "Agent", "Agent"),
        _member("segment", "Segment", "Segment"),
        _member("channel", "Channel", "Canal"),
        _member("moment", "Moment of truth", "Moment de vérité"),
        _member("reason", "Reason", "Motif"),
        _member("queue", "Queue", "File d'attente"),
        _member("first_queue", "First queue", "Première file d'attente"),
        _member("direction", "Direction", "Sens"),
        _member("outcome", "Outcome", "Issue"),
        _member("gesture", "Gesture", "Geste"),
        _member("transferred_to", "Transferred to", "Transféré à"),
        _member("sent_by", "Survey sent by", "Enquête envoyée par"),
        Dimension("year", Label("Year", "Année"), "calendar", 1900, 2999),
        Dimension("month", Label("Month", "Mois"), "calendar", 1, 12),
        Dimension("day", Label("Day of month", "Jour du mois"), "calendar", 1, 31),
        Dimension("weekday", Label("Weekday (1 = Monday)", "Jour de la semaine (1 = lundi)"), "calendar", 1, 7),
        Dimension("time_of_day", Label("Time of day", "Heure du jour"), "calendar", 0, 95),
    )
}


def is_calendar(name: str) -> bool:
    """Return whether a dimension is one of the calendar. Dimensions that are not declared are attributes."""
    return name in DIMENSIONS and DIMENSIONS[name].kind == "calendar"


def declare(name: str) -> str:
    """Return the word for a dimension in declarations: its name, or the word for any attribute."""
    return name if name in DIMENSIONS else ATTRIBUTE


def find_unknown_code(name: str) -> str:
    """Return the code of the refusal of an unknown member. All attributes share one, because codes are documented."""
    return f"unknown_{name}" if name in DIMENSIONS else "unknown_attribute_value"
