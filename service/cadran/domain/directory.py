"""The directory: a frozen snapshot of the current members of all dimensions and their properties, read as a whole."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from types import MappingProxyType
from typing import Final

from cadran.domain.annotation import Annotation
from cadran.domain.dimension import DIMENSIONS, Attribute, Dimension
from cadran.domain.target import Target

#: The outcomes. Outcomes and directions are fixed, but they are members like those of other dimensions, so that all
#: dimensions are treated alike.
OUTCOMES: Final[Mapping[int, tuple[str, str, str]]] = MappingProxyType(
    {
        1: ("handled", "Handled", "Traité"),
        2: ("self_served", "Self-served", "Self-service"),
        3: ("abandoned", "Abandoned", "Abandonné"),
        4: ("deflected", "Deflected", "Dissuadé"),
        5: ("expired", "Expired", "Expiré"),
        6: ("closed", "Out of hours", "Hors horaires"),
        7: ("in_progress", "In progress", "En cours"),
        8: ("callback", "Callback promised", "Rappel promis"),
        9: ("test", "Test", "Test"),
        10: ("duplicate", "Duplicate", "Doublon"),
        11: ("wrong_number", "Wrong number", "Faux numéro"),
    }
)


@dataclass(frozen=True, slots=True)
class Member:
    """One value of a dimension. ``code`` None means "not given". ``parent`` is the id of its owner: a team's site …"""

    member_id: int
    code: str | None
    label_en: str
    label_fr: str
    parent: int = 0

    def label(self, language: str) -> str:
        """Return the label in a language."""
        return self.label_fr if language == "fr" else self.label_en


NOT_GIVEN = Member(0, None, "Not given", "Non renseigné")


@dataclass(frozen=True, slots=True)
class AnswerNorm:
    """The seconds to answer that a channel promises from a date on (None: always). Moment 0 is every moment."""

    channel_id: int
    moment_id: int
    valid_from: date | None
    good_seconds: int
    bad_seconds: int


@dataclass(frozen=True, eq=False)
class Calendar:
    """The days on which a site opens: those of its opening hours, except where a day has separate hours.

    ``hours`` are the weekdays (1 is Monday) with the first day of their validity and the day after the last.
    ``exceptions`` are the days whose hours are not those of their weekday, and whether the site opens on them. A shift
    belongs to the day on which it opens.
    """

    hours: tuple[tuple[int, date, date], ...]
    exceptions: Mapping[date, bool] = field(default_factory=dict)

    @cached_property
    def first_day(self) -> date:
        """Return the first day that the calendar knows. The days before it are unknown."""
        return min(first for _, first, _ in self.hours)

    @cached_property
    def end_day(self) -> date:
        """Return the day after the last one that the calendar knows."""
        return max(end for _, _, end in self.hours)


@dataclass(frozen=True, slots=True)
class Instrument:
    """A survey question: its kind, the bounds of its scale, its thresholds of satisfaction, and the better end of the
    scale."""

    instrument_id: int
    code: str
    kind: str
    low: float
    high: float
    satisfied_from: float
    dissatisfied_to: float
    better: str

    @property
    def scale(self) -> tuple[float, float, float, float, str]:
        """Return the properties that two instruments must share for their answers to be counted together."""
        return self.low, self.high, self.satisfied_from, self.dissatisfied_to, self.better


@dataclass(frozen=True, slots=True)
class GestureLimit:
    """The largest cost that an agent may give in one gesture of a kind without approval; of gesture 0, in a calendar
    month over all gestures. None: not known. It is valid from the first day (None: always) until the day before
    ``valid_to`` (None: for good)."""

    gesture_id: int
    valid_from: date | None
    valid_to: date | None
    amount: float | None

    def touches(self, first: date, end: date) -> bool:
        """Return whether the limit is valid on a day from ``first`` until the day before ``end``."""
        return (self.valid_from is None or self.valid_from < end) and (self.valid_to is None or first < self.valid_to)


@dataclass(frozen=True, slots=True)
class RollupState:
    """What the database says of the rollups: the columns that may not be read yet, by rollup; the thresholds, in
    seconds, that they count exactly in addition to the edges of the bins; the numbers of the attributes that they hold;
    and the number of this state. A statement that reads a rollup names the number, and PostgreSQL refuses the statement
    if it has changed."""

    version: int = 0
    unfilled: Mapping[str, frozenset[str]] = field(default_factory=dict)
    thresholds: frozenset[float] = frozenset()
    attributes: frozenset[int] = frozenset()

    def lacks(self, rollup: str, columns: Iterable[str]) -> list[str]:
        """Return those of the columns that may not be read yet, sorted."""
        return sorted(self.unfilled.get(rollup, frozenset()).intersection(columns))


@dataclass(frozen=True, slots=True)
class Directory:
    """Members by dimension and id, zones by site, kinds of channels and moments, answer norms, targets and more.

    ``calendars`` are those of the sites with opening hours. ``employed`` holds the first and the last day of agents
    for whom either is known. ``thresholds`` are the waits in seconds at which contacts are counted exactly, in
    addition to the edges of the bins: those that somebody named. ``queue_norms`` are the good and the bad seconds
    to answer of the queues that have a norm. ``shares_agents``: an agent may serve several queues. ``rollups`` is
    what the database says of the rollups. ``full`` are the dimensions whose further values count as "other".
    ``attributes`` are the contacts' own attributes by name.
    """

    version: int
    members: Mapping[str, Mapping[int, Member]]
    zones: Mapping[int, str]
    asynchronous: frozenset[int]
    phones: frozenset[int]
    complaints: frozenset[int]
    answer_norms: tuple[AnswerNorm, ...]
    currency: str
    instruments: tuple[Instrument, ...] = ()
    gesture_limits: tuple[GestureLimit, ...] = ()
    month_limits: tuple[GestureLimit, ...] = ()
    calendars: Mapping[int, Calendar] = field(default_factory=dict)
    targets: tuple[Target, ...] = ()
    annotations: tuple[Annotation, ...] = ()
    employed: Mapping[int, tuple[date, date]] = field(default_factory=dict)
    thresholds: frozenset[float] = frozenset()
    queue_norms: Mapping[int, tuple[int, int]] = field(default_factory=dict)
    shares_agents: bool = False
    rollups: RollupState = RollupState()
    full: frozenset[str] = frozenset()
    attributes: Mapping[str, Attribute] = field(default_factory=dict)
    intervals: Mapping[int, tuple[date, date]] = field(default_factory=dict)
    codes: Mapping[str, Mapping[str, int]] = field(init=False)

    def __post_init__(self) -> None:
        codes = {
            dimension: {member.code.lower(): member.member_id for member in members.values() if member.code is not None}
            for dimension, members in self.members.items()
        }
        object.__setattr__(self, "codes", MappingProxyType(codes))

    def find_dimension(self, name: str) -> Dimension | None:
        """Return the dimension of this name: a declared one, or an attribute."""
        attribute = self.attributes.get(name)
        return DIMENSIONS.get(name) or (attribute.dimension if attribute else None)

    def list_dimensions(self) -> tuple[str, ...]:
        """Return the names of all dimensions: the declared ones, and the attributes."""
        return (*DIMENSIONS, *self.attributes)

    def member(self, dimension: str, member_id: int | None) -> Member:
        """Return the member with that id; the member "not given" if there is none."""
        return self.members.get(dimension, {}).get(member_id or 0, NOT_GIVEN)

    def known(self, dimension: str) -> tuple[str, ...]:
        """Return the codes of a dimension's members, as written."""
        return tuple(member.code for member in self.members.get(dimension, {}).values() if member.code is not None)

    def sites_of(self, partners: Iterable[int]) -> tuple[int, ...]:
        """Return the ids of the sites that belong to these partners."""
        wanted = set(partners)
        return tuple(sorted(site.member_id for site in self.members.get("site", {}).values() if site.parent in wanted))

    def zone_of(self, sites: Iterable[int] | None) -> str | None:
        """Return the time zone that these sites (None, or none known: all) share; None if their zones differ."""
        zones = {self.zones[site] for site in sites or () if site in self.zones} or set(self.zones.values())
        return zones.pop() if len(zones) == 1 else None


def fixed_members() -> dict[str, dict[int, Member]]:
    """Return the members that are not loaded from files: directions and outcomes."""
    return {
        "direction": {1: Member(1, "inbound", "Inbound", "Entrant"), 2: Member(2, "outbound", "Outbound", "Sortant")},
        "outcome": {number: Member(number, code, en, fr) for number, (code, en, fr) in OUTCOMES.items()},
    }


EMPTY = Directory(0, MappingProxyType(fixed_members()), {}, frozenset(), frozenset(), frozenset(), (), currency="")
