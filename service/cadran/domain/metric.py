"""What a metric is: one row of data over additive parts. The catalogue holds the rows; the compiler reads them.

A part is a count, a sum or a maximum over one fact. It knows two readings: an SQL expression over the fact table
(alias ``f``)
and a column of the same name in a rollup. A metric is a ratio of signed sums of parts, or one of them alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

Unit = Literal["count", "ratio", "seconds", "currency", "contacts", "channels", "points", "score", "days", "per_hour"]
Kind = Literal["count", "sum", "share", "mean", "max", "percentile", "net", "index", "stock", "computed"]
Fact = Literal[
    "contact",
    "pending",
    "response",
    "pending_hours",
    "handling",
    "leg",
    "case",
    "step",
    "stock",
    "oldest",
    "pace",
    "customer",
    "reach",
    "tried",
    "open",
    "base",
    "churn",
    "helped",
    "budget",
    "callback",
    "survey",
    "score",
    "employee",
    "goodwill",
    "time",
    "shift",
    "taken",
    "strain",
    "staff",
    "queue",
    "lately",
    "doing",
]
#: The instant by which a row belongs to a bucket.
Basis = Literal[
    "offered",
    "opened",
    "asked",
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
]

#: The edges of the wait-time bins, in seconds; a threshold on an edge is exact in every rollup.
WAIT_EDGES: tuple[int, ...] = (
    *(5, 10, 15, 20, 30, 45, 60, 90, 120, 180, 240, 300, 600, 900, 1800, 3600),
    *(hours * 3600 for hours in (2, 4, 8, 24, 48, 72)),
)


@dataclass(frozen=True, slots=True)
class Part:
    """An additive piece of a figure.

    ``condition`` is the SQL test of the rows that count; ``expression`` what is summed over them (none: the rows are
    counted).
    ``direction``: "inbound" always counts inbound contacts only; "named" does so unless the question names a
    direction; "any" never;
    "outbound" counts outbound ones. ``only`` narrows to channels or moments of a kind, known at question time.
    ``binned`` parts have a histogram of the wait, or what else the column ``measure`` tells in seconds, beside their
    count. ``ignores`` are dimensions whose filter and split do not apply.
    """

    slug: str
    fact: Fact
    condition: str = ""
    expression: str = ""
    merge: Literal["sum", "max", "min"] = "sum"
    direction: Literal["inbound", "named", "any", "outbound"] = "inbound"
    only: Literal["", "synchronous", "phone", "complaint"] = ""
    of: str = ""
    binned: bool = False
    measure: str = "wait"
    ignores: tuple[str, ...] = ()

    @property
    def column(self) -> str:
        """The rollup column that holds it: its own, or that of the part it narrows (``of``)."""
        return self.of or self.slug


@dataclass(frozen=True, slots=True)
class Term:
    """A part in a formula: its sign, and whether only rows within a threshold count (the name of the parameter that
    gives it)."""

    part: str
    sign: int = 1
    within: Literal["", "within", "short"] = ""


@dataclass(frozen=True, slots=True)
class Ratio:
    """Numerator over denominator; without a denominator, the numerator alone. ``squares`` of what a mean sums give its
    interval."""

    numerator: tuple[Term, ...]
    denominator: tuple[Term, ...] = ()
    n: tuple[Term, ...] = ()
    squares: tuple[Term, ...] = ()


@dataclass(frozen=True, slots=True)
class Parameter:
    """An argument of a metric: a number within bounds, one of a list of words, or a code that the directory knows.
    ``default`` None: see the definition."""

    slug: str
    kind: Literal["number", "choice", "code"]
    description: str
    default: float | str | None = None
    choices: tuple[str, ...] = ()
    low: float = 0.0
    high: float = 31 * 86400.0


@dataclass(frozen=True, slots=True)
class Label:
    """A text that users see, in both languages."""

    en: str
    fr: str

    def __getitem__(self, language: str) -> str:
        return self.fr if language == "fr" else self.en


@dataclass(frozen=True, slots=True)
class Metric:
    """One row of the catalogue.

    ``formulas`` names the ways to compute it (most metrics have the one called ""); the parameter ``variant``
    chooses. ``legs`` is the
    reading by team and agent, over legs, where the metric has one. ``covered`` names two parts, those contacts that
    the metric can
    speak of and all of them, where anonymous ones are left out. ``instruments`` are the kinds of instruments that a
    figure over surveys reads (none named: all kinds), and ``one_scale`` says that their answers count together only
    where kind and scale are the same. ``group_min``: a figure that is a group's by nature is told of no
    fewer people or answers (its n). ``looks_back_days``: how many days before the window its figures depend on.
    """

    slug: str
    label: Label
    definition: Label
    unit: Unit
    kind: Kind
    better: Literal["higher", "lower", ""]
    formulas: Mapping[str, Ratio]
    family: str = ""
    variant: str = ""
    legs: Ratio | None = None
    parameters: tuple[Parameter, ...] = ()
    also: tuple[str, ...] = field(default=())
    basis: Basis = "offered"
    covered: tuple[str, ...] = ()
    instruments: tuple[str, ...] | None = None
    one_scale: bool = True
    group_min: int = 0
    looks_back_days: int = 0

    def parameter(self, slug: str) -> Parameter | None:
        """The parameter of that name, or None."""
        return next((parameter for parameter in self.parameters if parameter.slug == slug), None)

    def formula(self, arguments: Mapping[str, float | str]) -> Ratio:
        """The formula that these arguments choose, defaults applied."""
        if not self.variant:
            return self.formulas[""]
        chosen = self.parameter(self.variant)
        return self.formulas[str(arguments.get(self.variant, chosen.default if chosen else ""))]


def ratio(numerator: str, denominator: str = "", *, squares: str = "") -> Mapping[str, Ratio]:
    """The single formula of a metric, from signed part names: ``ratio("handled", "offered - deflected")``."""
    return {"": Ratio(terms(numerator), terms(denominator), squares=terms(squares))}


def terms(text: str) -> tuple[Term, ...]:
    """Signed part names into terms; ``handled:within`` counts only rows within the threshold that parameter gives."""
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
