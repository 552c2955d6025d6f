"""Metrics of accessibility: quality of service, service level with its seven formulas, losses, waits."""

from __future__ import annotations

from datetime import date

from cadran.domain.metric import QUEUE, WAIT_FROM, Label, Metric, Parameter, Revision, ratio
from cadran.domain.metrics.service_level_formulas import MISSED_FORMULAS, SERVICE_LEVEL_FORMULAS, measure_from_queue
from cadran.domain.metrics.unknown_values import (
    ABANDONED_WAITS,
    ANSWERED_WAITS,
    COUNTS,
    FIRST_ANSWERS,
    OF,
    TREATMENT,
    WAITS,
    leave_out_unknown,
    revise_unknown,
)
from cadran.domain.metrics.volume import SHORT

_QOS_NET = ratio("handled", "offered - deflected - abandoned:short", unknown=ABANDONED_WAITS)
_ABANDONMENT_NET = ratio("abandoned - abandoned:short", "offered_live - abandoned:short", unknown=ABANDONED_WAITS)
_ASA = ratio("wait_answered", "handled")

WITHIN = Parameter("within", "number", "threshold in seconds, inclusive; default: the answer norm of each channel")
BOUND = Parameter(
    "bound",
    "choice",
    "end: the threshold is the longest acceptable wait of the answer norm; good: the threshold is the longest good wait of"
    " the answer norm; not used if within is given",
    default="end",
    choices=("end", "good"),
)
FORMULA = Parameter(
    "formula",
    "choice",
    "offered: all abandonments count as missed; answered_only: only answered contacts count; offered_ex_short: short"
    " abandonments are left out, later ones count as missed; abandon_neutral: abandonments within the threshold are left"
    " out, later ones count as missed; short_as_met: short abandonments count as met, later ones as missed;"
    " removed_within: abandonments within the threshold count as met, later ones as missed; all_incoming: all offered"
    " contacts not answered in time count as missed, including deflected and self-served ones",
    default="offered",
    choices=tuple(SERVICE_LEVEL_FORMULAS),
)
FROM = Parameter(
    WAIT_FROM,
    "choice",
    "offer: the wait begins when the contact is offered; queue: the wait begins with the entry into the queue in which the"
    " contact was first answered, or else into its last queue",
    default="offer",
    choices=("offer", QUEUE),
)
PERCENTILE = Parameter(
    "percentile",
    "number",
    "share of answered contacts that waited at most this long",
    default=0.5,
    low=0.01,
    high=0.999,
)

#: Percentiles were interpolated between bins as wide as from ten to fifteen minutes.
PERCENTILES_WITHIN_ONE_PERCENT = Revision(
    date(2026, 11, 30),
    Label(
        "Percentiles are within 1% of the exact duration, and never outside the shortest and the longest.",
        "Les centiles sont à 1 % près de la durée exacte, et jamais hors de la plus courte et de la plus longue.",
    ),
)

SERVICE = (
    Metric(
        "qos",
        Label("Quality of service", "Qualité de service"),
        Label(
            "Handled divided by offered inbound contacts (gross quality of service); contacts in progress or promised a"
            " callback count in neither.",
            "Contacts entrants traités sur présentés (QS brute, ou taux de décroché) ; ceux en cours, ou à rappeler,"
            " ne comptent ni dans l'un ni dans l'autre.",
        ),
        "ratio",
        "share",
        "higher",
        ratio("handled", "offered"),
        also=("answered_rate",),
    ),
    Metric(
        "qos_net",
        Label("Net quality of service", "Qualité de service nette"),
        Label(
            "Handled divided by offered contacts, without deflected contacts, short abandonments and abandonments of"
            " unknown wait in the denominator.",
            "Contacts traités sur présentés, hors dissuadés, abandons courts et abandons d'attente inconnue.",
        ),
        "ratio",
        "share",
        "higher",
        {"": leave_out_unknown(_QOS_NET[""], ABANDONED_WAITS)},
        missed=_QOS_NET,
        parameters=(SHORT, TREATMENT),
        revisions=revise_unknown(_QOS_NET),
    ),
    Metric(
        "service_level",
        Label("Service level", "Niveau de service"),
        Label(
            "Share of contacts answered within a threshold (≤), by a named formula; contacts still waiting within it, and"
            " answered or abandoned contacts of unknown wait, are left out.",
            "Part des contacts pris en charge dans le délai (≤), selon une formule nommée ; ceux dont le délai court"
            " encore, ou dont l'attente n'est pas connue, sont exclus.",
        ),
        "ratio",
        "share",
        "higher",
        measure_from_queue(SERVICE_LEVEL_FORMULAS),
        variant="formula",
        missed=measure_from_queue(MISSED_FORMULAS),
        parameters=(WITHIN, FORMULA, SHORT, BOUND, TREATMENT, FROM),
        revisions=revise_unknown(MISSED_FORMULAS),
        also=("SERVICE_LEVEL", "oServiceLevel"),
    ),
    Metric(
        "abandonment_rate",
        Label("Abandonment rate", "Taux d'abandon"),
        Label(
            "Abandoned divided by offered contacts, on synchronous channels (where a customer can abandon).",
            "Abandons sur contacts présentés des canaux synchrones.",
        ),
        "ratio",
        "share",
        "lower",
        ratio("abandoned", "offered_live"),
        also=("ABANDONMENT_RATE",),
    ),
    Metric(
        "abandonment_rate_net",
        Label("Net abandonment rate", "Taux d'abandon net"),
        Label(
            "Abandonment rate without short abandonments, and without those of unknown wait, in numerator and denominator.",
            "Taux d'abandon, abandons courts ou d'attente inconnue exclus des deux côtés.",
        ),
        "ratio",
        "share",
        "lower",
        {"": leave_out_unknown(_ABANDONMENT_NET[""], ABANDONED_WAITS, numerator=True)},
        missed=_ABANDONMENT_NET,
        parameters=(SHORT, TREATMENT),
        revisions=revise_unknown(_ABANDONMENT_NET),
    ),
    Metric(
        "inefficiency",
        Label("Inefficiency", "Taux d'inefficacité"),
        Label(
            "Lost divided by offered contacts; a contact whose customer was called back and reached is not lost.",
            "Contacts perdus sur présentés ; n'est pas perdu le contact d'un client rappelé et joint.",
        ),
        "ratio",
        "share",
        "lower",
        ratio("abandoned + deflected + expired - recalled", "offered"),
    ),
    Metric(
        "deflection_rate",
        Label("Deflection rate", "Taux de dissuasion"),
        Label("Deflected divided by offered contacts.", "Contacts dissuadés sur présentés."),
        "ratio",
        "share",
        "lower",
        ratio("deflected", "offered"),
    ),
    Metric(
        "containment_rate",
        Label("Containment rate", "Taux de self-service"),
        Label(
            "Contacts resolved by a bot or voice menu, divided by offered contacts.",
            "Contacts résolus par un automate (SVI, bot) sur présentés.",
        ),
        "ratio",
        "share",
        "higher",
        ratio("self_served", "offered"),
    ),
    Metric(
        "overflow_rate",
        Label("Overflow rate", "Taux de débordement"),
        Label(
            "Contacts answered at another site than the one they were offered to, divided by handled contacts.",
            "Contacts pris en charge par un autre site que celui où ils ont été présentés, sur traités.",
        ),
        "ratio",
        "share",
        "lower",
        ratio("overflowed", "handled"),
    ),
    Metric(
        "asa",
        Label("Average speed of answer", "Délai moyen de prise en charge"),
        Label(
            "Mean wait of answered contacts whose wait is known; by team and agent, of those that each answered first.",
            "Attente moyenne des contacts pris en charge dont l'attente est connue (délai moyen de décroché) ; par équipe"
            " et agent, de ceux que chacun a pris en charge en premier.",
        ),
        "seconds",
        "mean",
        "lower",
        {"": leave_out_unknown(_ASA[""], ANSWERED_WAITS)},
        by_people=ratio("answers_wait", "answers - answers_unknown", unknown=FIRST_ANSWERS),
        revisions=revise_unknown(_ASA),
        also=("AVG_QUEUE_ANSWER_TIME", "ASA"),
    ),
    Metric(
        "time_to_abandon",
        Label("Time to abandon", "Attente avant abandon"),
        Label(
            "Mean wait of abandoned contacts whose wait is known.",
            "Attente moyenne des contacts abandonnés dont l'attente est connue.",
        ),
        "seconds",
        "mean",
        "",
        ratio("wait_abandoned", "abandoned_timed", unknown=ABANDONED_WAITS),
    ),
    Metric(
        "wait_max",
        Label("Longest wait", "Attente maximale"),
        Label(
            "Longest wait of an answered or abandoned contact.",
            "La plus longue attente d'un contact, pris en charge ou abandonné.",
        ),
        "seconds",
        "max",
        "lower",
        ratio("wait_longest", unknown=WAITS),
    ),
    Metric(
        "wait_mean",
        Label("Average wait", "Attente moyenne"),
        Label(
            "Mean wait of answered and abandoned contacts whose wait is known.",
            "Attente moyenne des contacts pris en charge ou abandonnés dont l'attente est connue.",
        ),
        "seconds",
        "mean",
        "lower",
        ratio("wait_answered + wait_abandoned", "handled - handled_unknown + abandoned_timed", unknown=WAITS),
    ),
    Metric(
        "wait_mean_delayed",
        Label("Average wait of those who waited", "Attente moyenne de ceux qui ont attendu"),
        Label(
            "Mean wait of answered and abandoned contacts that waited, that is longer than 0 s.",
            "Attente moyenne des contacts pris en charge ou abandonnés qui ont attendu, soit plus de 0 s.",
        ),
        "seconds",
        "mean",
        "lower",
        ratio("wait_answered + wait_abandoned", "delayed", unknown=WAITS),
    ),
    Metric(
        "wait",
        Label("Wait percentile", "Centile d'attente"),
        Label(
            "Wait that the given share of answered contacts did not exceed, to within 1%.",
            "L'attente que n'a pas dépassée une part donnée des contacts pris en charge, à 1 % près.",
        ),
        "seconds",
        "percentile",
        "lower",
        ratio("waits", unknown=ANSWERED_WAITS),
        parameters=(PERCENTILE,),
        revisions=(PERCENTILES_WITHIN_ONE_PERCENT,),
    ),
    Metric(
        "unknown_waits",
        Label("Unknown waits", "Attentes inconnues"),
        Label(
            "Answered or abandoned inbound contacts whose wait the source does not give; n counts all answered or"
            " abandoned ones.",
            "Contacts entrants pris en charge ou abandonnés dont la source ne donne pas l'attente ; n compte tous ceux"
            " pris en charge ou abandonnés.",
        ),
        "count",
        "count",
        "lower",
        measure_from_queue(COUNTS),
        variant="of",
        parameters=(OF, FROM),
    ),
)
