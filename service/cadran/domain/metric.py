"""The model of metrics. A metric is a row of data that combines additive parts. The catalogue holds the rows, and the
compiler reads them.

A metric is a ratio of signed sums of parts (``parts/part``), or one such sum.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Final, Literal

Unit = Literal["count", "ratio", "seconds", "currency", "contacts", "channels", "points", "score", "days", "per_hour"]
Better = Literal["higher", "lower"]
Kind = Literal["count", "sum", "share", "mean", "max", "percentile", "net", "index", "stock", "computed"]
#: The instant that decides which bucket a row belongs to.
Basis = Literal[
    "offered",
    "opened",
    "asked",
    "sent",
    "answered",
    "given",
    "left",
    "promised",
    "resolved",
    "end",
    "instant",
    "worked",
    "planned",
    "taken",
    "employed",
    "entered",
]

#: The instants that metrics of surveys count by: of transactional surveys, and of relationship surveys. Transactional
#: surveys belong to the cohort of their contact: its offer counts.
SURVEY_BASES: Final[Mapping[Basis, tuple[Basis, Basis]]] = {
    "asked": ("offered", "answered"),
    "sent": ("offered", "sent"),
}


@dataclass(frozen=True, slots=True)
class Term:
    """A part in a formula, with its sign. ``within`` names the parameter that is the threshold of rows that count."""

    part: str
    sign: int = 1
    within: Literal["", "within", "short"] = ""


#: A value that sources may leave out: a contact's wait, that of a queue visit, a contact's times (talk, hold, after-
#: contact work), those of a leg, its cost, the limit of a gesture.
UnknownValue = Literal["wait", "visit_wait", "times", "leg_times", "cost", "limit"]


@dataclass(frozen=True, slots=True)
class Unknown:
    """The contacts (or legs, or gestures) whose ``value`` a figure reads and the source does not give: ``count`` of
    them, among ``whole``. Of unknown waits, ``of`` says whether the contacts are the answered ones, the abandoned ones,
    or both."""

    value: UnknownValue
    count: tuple[Term, ...]
    whole: tuple[Term, ...]
    of: Literal["answered", "abandoned", "all"] = "all"


@dataclass(frozen=True, slots=True)
class Ratio:
    """A formula: numerator over denominator, or the numerator alone.

    ``squares`` are sums of squares, from which the interval of a mean is computed. ``unknown`` counts the contacts of
    which the figure needs a value that is not known. An answer warns of them; the figure does not depend on it.
    """

    numerator: tuple[Term, ...]
    denominator: tuple[Term, ...] = ()
    n: tuple[Term, ...] = ()
    squares: tuple[Term, ...] = ()
    unknown: Unknown | None = field(default=None, repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter of a metric: a number within bounds, one of a list of words, or a code in the directory.

    ``default`` None: the metric's definition or the description says what applies. ``whole`` numbers have no fraction.
    The description of a list of words gives each of them its meaning: "sent: all surveyed customers; answered: those
    who answered".
    """

    slug: str
    kind: Literal["number", "choice", "code"]
    description: str
    default: float | str | None = None
    choices: tuple[str, ...] = ()
    low: float = 0.0
    high: float = 31 * 86400.0
    whole: bool = False

    def list_meanings(self) -> list[tuple[str, str]]:
        """Return the parts of the description as pairs of a choice and its meaning. A part that explains no choice has
        an empty meaning."""
        parts = (part.partition(": ") for part in self.description.split("; "))
        return [(word, text) for word, _, text in parts]


@dataclass(frozen=True, slots=True)
class Label:
    """A text for users, in English and French."""

    en: str
    fr: str

    def __getitem__(self, language: str) -> str:
        return self.fr if language == "fr" else self.en


#: The parameter that chooses an earlier version of a metric's definition.
VERSION: Final = "version"
#: The parameter that says how contacts of unknown wait count, and its value for missed ones.
UNKNOWN_WAITS: Final = "unknown_waits"
MISSED: Final = "missed"
#: The parameter that says where the wait begins, its value for the entry into a queue, and what the names of the
#: formulas over such waits end with.
WAIT_FROM: Final = "wait_from"
QUEUE: Final = "queue"
FROM_QUEUE: Final = "_from_queue"


@dataclass(frozen=True, slots=True)
class Revision:
    """A change of a metric's definition, which makes the metric's next version.

    ``since`` is the day of the change, ``change`` says which figures differ. ``replaced`` are the formulas before the
    change; None: the figures of the version before can no longer be computed. ``summed_days``: before the change, the
    figures of a usual day or week were the sums of its days, and not their means.
    """

    since: date
    change: Label
    replaced: Mapping[str, Ratio] | None = None
    summed_days: bool = False


@dataclass(frozen=True, slots=True)
class Metric:
    """One row of the catalogue.

    ``formulas`` are the formulas by name (most metrics have only the formula ""). The parameter ``variant`` chooses
    one; of several parameters, separated by spaces, the values joined by "_" do. A version with the formula "" has no
    other. ``by_people`` are the formulas by team and agent, by the same names, if they differ. ``missed`` are the
    formulas that count contacts of unknown wait as missed (parameter ``unknown_waits``). ``covered`` names two
    parts, if the metric leaves out rows such as anonymous contacts: the rows that it covers, and all rows.
    ``instruments`` are the kinds of instruments that a survey metric reads (empty: all kinds; None: no survey metric).
    With ``one_scale``, answers count together only if kind and scale are the same. Figures of fewer people or answers
    (n) than ``group_min`` are hidden from everyone. Figures depend on up to ``looks_back_days`` days before the
    window. ``revisions`` are the changes of the definition, the oldest first.
    """

    slug: str
    label: Label
    definition: Label
    unit: Unit
    kind: Kind
    better: Better | Literal[""]
    formulas: Mapping[str, Ratio]
    family: str = ""
    variant: str = ""
    by_people: Mapping[str, Ratio] = field(default_factory=dict)
    missed: Mapping[str, Ratio] = field(default_factory=dict)
    parameters: tuple[Parameter, ...] = ()
    also: tuple[str, ...] = field(default=())
    basis: Basis = "offered"
    covered: tuple[str, ...] = ()
    instruments: tuple[str, ...] | None = None
    one_scale: bool = True
    group_min: int = 0
    looks_back_days: int = 0
    revisions: tuple[Revision, ...] = ()

    @property
    def version(self) -> str:
        """Return the version of the definition: ``v1``, and one more for each revision."""
        return f"v{len(self.revisions) + 1}"

    @property
    def computable(self) -> Mapping[str, Mapping[str, Ratio]]:
        """Return the versions that can be computed, the oldest first, each with its formulas."""
        earlier = {f"v{number}": each.replaced for number, each in enumerate(self.revisions, 1) if each.replaced}
        return {**earlier, self.version: self.formulas}

    @property
    def is_counted(self) -> bool:
        """Return whether the value is a count or a sum, which is 0 where nothing happened."""
        return self.kind in ("count", "sum")

    def is_mean_of_days(self, version: str) -> bool:
        """Return whether a version counts by time of day or weekday as a mean of the days, and not as their sum."""
        later = self.revisions[int(version.removeprefix("v")) - 1 :]
        return self.is_counted and not any(each.summed_days for each in later)

    @property
    def readings(self) -> list[Ratio]:
        """Return every formula by which the metric can be computed, of all versions, and by team and agent."""
        formulas = [formula for version in self.computable.values() for formula in version.values()]
        return [*formulas, *self.by_people.values(), *self.missed.values()]

    def parameter(self, slug: str) -> Parameter | None:
        """Return the parameter of that name, or None."""
        return next((parameter for parameter in self.parameters if parameter.slug == slug), None)

    def formula(self, arguments: Mapping[str, float | str], *, by_people: bool = False) -> Ratio:
        """Return the formula that these arguments choose, with defaults applied; ``by_people`` the one by team and
        agent."""
        formulas = self.by_people if by_people and self.by_people else self.find_formulas(arguments)
        if "" in formulas:
            return formulas[""]
        name = "_".join(self._choose(arguments, slug) for slug in self.variant.split())
        return formulas[f"{name}{FROM_QUEUE}" if arguments.get(WAIT_FROM) == QUEUE else name]

    def _choose(self, arguments: Mapping[str, float | str], slug: str) -> str:
        chosen = self.parameter(slug)
        return str(arguments.get(slug, chosen.default if chosen else ""))

    @property
    def bases(self) -> tuple[Basis, Basis | None]:
        """Return the instant that assigns a row to a bucket, and that of relationship surveys, if the parameter
        ``kind`` may choose these."""
        of_contact, of_relationship = SURVEY_BASES.get(self.basis, (self.basis, None))
        if self.instruments is not None and not self.parameter("kind"):
            return SURVEY_BASES[self.basis][1], None
        return of_contact, of_relationship

    def find_formulas(self, arguments: Mapping[str, float | str]) -> Mapping[str, Ratio]:
        """Return the formulas over contacts, by name, of the version and of the treatment of unknown waits that these
        arguments choose. Earlier versions have one treatment only."""
        version = str(arguments.get(VERSION, self.version))
        if version != self.version:
            return self.computable[version]
        return self.missed if self.missed and arguments.get(UNKNOWN_WAITS) == MISSED else self.formulas


def ratio(
    numerator: str, denominator: str = "", *, squares: str = "", unknown: Unknown | None = None
) -> Mapping[str, Ratio]:
    """Build a metric's only formula from signed part names: ``ratio("handled", "offered - deflected")``."""
    return {"": Ratio(terms(numerator), terms(denominator), squares=terms(squares), unknown=unknown)}


def terms(text: str) -> tuple[Term, ...]:
    """Parse signed part names into terms. ``handled:within`` counts only rows within the threshold of the parameter."""
    found: list[Term] = []
    sign = 1
    for word in text.split():
        if word in "+-":
            sign = 1 if word == "+" else -1
            continue
        part, _, within = word.partition(":")
        found.append(Term(part, sign, within))  # type: ignore[arg-type]  # the catalogue's test holds every spelling
        sign = 1
    return tuple(found)
