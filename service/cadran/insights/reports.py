"""The five mandatory reports as data: the questions of each report.

They are the reports of "Gestion de la relation client : 5 reportings obligatoires": the requests received, the requests
handled, the delay of the answer, the handling time, and the resolution. ``insights/report.py`` asks the questions and
interprets the answers.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

from cadran.domain.catalogue import METRICS
from cadran.domain.metric import Label
from cadran.domain.metric_ref import parse_metric_refs
from cadran.domain.question import Compare, MetricRef
from cadran.errors import unknown

#: How the answer to a section is read: as it is, by hours of the usual day, for peaks, or against answer norms.
Reading = Literal["plain", "usual_day", "peaks", "answer_norms"]


@dataclass(frozen=True, slots=True)
class Section:
    """One question of a report. ``compared`` is the earlier window that it is compared with by default, None if with
    none."""

    slug: str
    title: Label
    written: tuple[str, ...]
    grain: str = "total"
    by: tuple[str, ...] = ()
    compared: Compare | None = Compare.PREVIOUS_PERIOD
    reading: Reading = "plain"
    about: Label | None = None

    @property
    def metrics(self) -> tuple[MetricRef, ...]:
        """Return the metrics, which ``written`` names as in a URL."""
        return parse_metric_refs(self.written)


@dataclass(frozen=True, slots=True)
class Report:
    """A report: its title and its sections, in the order they are read."""

    slug: str
    title: Label
    sections: tuple[Section, ...]

    def section(self, slug: str) -> Section | None:
        """Return the section of that name, or None."""
        return next((section for section in self.sections if section.slug == slug), None)


_DAY: Final = Label("By day", "Par jour")
_CHANNEL: Final = Label("By channel", "Par canal")
_TEAM: Final = Label("By team", "Par équipe")
_AGENT: Final = Label("By agent", "Par agent")
_MOMENT: Final = Label("By moment of truth", "Par moment de vérité")
_OVERALL: Final = Label("Overall", "Ensemble")
_WEEK: Final = Label("By week", "Par semaine")
_MONTH: Final = Label("By month", "Par mois")

_RECEIVED: Final = Report(
    "received",
    Label("Requests received", "Demandes reçues"),
    (
        Section(
            "by_hour",
            Label("By hour of the usual day", "Par heure de la journée type"),
            ("contacts",),
            compared=None,
            reading="usual_day",
        ),
        Section("by_weekday", Label("By weekday", "Par jour de la semaine"), ("contacts",), by=("weekday",)),
        Section("by_channel", _CHANNEL, ("contacts", "share_of_channel"), by=("channel",)),
        Section("by_day", _DAY, ("contacts",), "day", compared=Compare.SAME_WEEKDAY),
        Section("by_week", _WEEK, ("contacts",), "week"),
        Section("by_month", _MONTH, ("contacts",), "month"),
        Section(
            "peaks",
            Label("Peaks", "Pics"),
            ("contacts",),
            "day",
            compared=None,
            reading="peaks",
            about=Label(
                "Days with more contacts than the mean plus two standard deviations of the other days of the same weekday,"
                " from eight weeks before the window to its end, days without contacts left out; judged where there are at"
                " least four. With the annotations that overlap them.",
                "Jours dont les contacts dépassent la moyenne plus deux écarts-types des autres jours du même nom, de"
                " huit semaines avant la période à sa fin, jours sans contact exclus ; jugés à partir de quatre. Avec les"
                " annotations qui les recoupent.",
            ),
        ),
    ),
)
_LOSSES: Final = ("contacts", "handled", "abandoned", "deflected", "expired", "qos", "inefficiency")
_TAKEN: Final = ("handled", "aht", "transfer_rate", "fcr")
_TAKEN_ABOUT: Final = Label(
    "Handled counts the contacts that each one took part in; a case belongs to the one with its first contact.",
    "Traités compte les contacts auxquels chacun a pris part ; un dossier revient à qui a pris son premier contact.",
)
_HANDLED: Final = Report(
    "handled",
    Label("Requests handled", "Demandes traitées"),
    (
        Section("overall", Label("Handled against received", "Traitées sur reçues"), _LOSSES),
        Section("by_day", _DAY, ("contacts", "handled", "qos", "abandoned"), "day", compared=Compare.SAME_WEEKDAY),
        Section("by_channel", _CHANNEL, _LOSSES, by=("channel",)),
        Section("by_team", _TEAM, _TAKEN, by=("team",), about=_TAKEN_ABOUT),
        Section("by_agent", _AGENT, _TAKEN, by=("team", "agent"), about=_TAKEN_ABOUT),
    ),
)
#: The shares of answered contacts within the two bounds of the answer norm.
WITHIN_GOOD: Final = "service_level(bound=good,formula=answered_only)"
WITHIN_END: Final = "service_level(formula=answered_only)"
_ANSWER_DELAY: Final = Report(
    "answer-delay",
    Label("Delay of the answer", "Délai de prise en charge"),
    (
        Section(
            "by_channel",
            Label("By channel, against the norms", "Par canal, face aux normes"),
            ("asa", "handled", WITHIN_GOOD, WITHIN_END, "wait(percentile=0.9)"),
            by=("channel",),
            reading="answer_norms",
            about=Label(
                "The status is that of the mean wait: good up to the norm's first bound, acceptable up to its second, bad beyond"
                " that. The answer norm shown is the one valid when the window starts; shares count every contact under the answer norm of its"
                " own day.",
                "Le statut est celui de l'attente moyenne : bon jusqu'à la première borne de la norme, acceptable jusqu'à la"
                " seconde, mauvais au-delà. La norme montrée est celle du début de la période ; les parts comptent chaque"
                " contact selon la norme de son jour.",
            ),
        ),
        Section("overall", _OVERALL, ("service_level", "asa", "wait_max", "time_to_abandon")),
        Section(
            "by_hour",
            Label("By hour of the usual day", "Par heure de la journée type"),
            ("asa",),
            by=("channel",),
            compared=None,
            reading="usual_day",
        ),
        Section("by_week", _WEEK, ("asa", "service_level"), "week", ("channel",)),
    ),
)
_TIMES: Final = ("aht", "talk_time", "hold_time", "acw")
_HANDLING_TIME: Final = Report(
    "handling-time",
    Label("Handling time", "Temps de traitement"),
    (
        Section("overall", _OVERALL, _TIMES),
        Section("by_channel", _CHANNEL, _TIMES, by=("channel",)),
        Section("by_team", _TEAM, _TIMES, by=("team",)),
        Section("by_agent", _AGENT, _TIMES, by=("team", "agent")),
        Section("by_moment", _MOMENT, _TIMES, by=("moment",)),
        Section("by_week", _WEEK, _TIMES, "week"),
    ),
)
_SOLVED: Final = tuple(
    name for name in ("fcr", "contacts_per_case", "contacts_per_resolution", "repeat_rate") if name in METRICS
)
_RESOLUTION: Final = Report(
    "resolution",
    Label("Resolution", "Résolution"),
    (
        Section(
            "across_channels",
            Label("Across all channels", "Tous canaux confondus"),
            _SOLVED,
            about=Label(
                "A case joins a customer's contacts about a moment on all channels; it belongs to the channel of the first.",
                "Un dossier réunit les contacts d'un client sur un moment, tous canaux ; il revient au canal du premier.",
            ),
        ),
        Section("by_channel", Label("By first channel", "Par premier canal"), _SOLVED, by=("channel",)),
        Section("by_moment", _MOMENT, _SOLVED, by=("moment",)),
        Section("by_month", _MONTH, _SOLVED, "month"),
    ),
)

REPORTS: Final[Mapping[str, Report]] = {
    report.slug: report for report in (_RECEIVED, _HANDLED, _ANSWER_DELAY, _HANDLING_TIME, _RESOLUTION)
}


def find_report(name: str) -> Report:
    """Return the report of that name. Raises QuestionRefused with ``unknown_report``."""
    if name not in REPORTS:
        raise unknown("report", name, list(REPORTS), parameter="name")
    return REPORTS[name]
