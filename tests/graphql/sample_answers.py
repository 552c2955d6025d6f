"""Synthetic answers: columns for any question, to compare and to time two ways of building rows from them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from types import MappingProxyType

from cadran.domain.access.principal import Principal
from cadran.domain.answer import Answer, Figures, Freshness, KeyColumn, Notice
from cadran.domain.dimension import DIMENSIONS
from cadran.domain.directory import NOT_GIVEN, Directory, Member, fixed_members
from cadran.domain.metric import Label
from cadran.domain.question import MetricRef, Question
from cadran.domain.window import Grain

NOW = datetime(2016, 1, 7, 12, 0, tzinfo=UTC)
SITES = ("PAU", "LIL", "BOR", "NAN", "REN", "LYO", "MRS", "TLS")


@cache
def directory() -> Directory:
    """Return a directory snapshot, as the store would."""
    members = fixed_members()
    members["site"] = {
        n: Member(n, code, f"Site {code}", f"Le site {code}", 1) for n, code in enumerate(SITES, start=1)
    }
    members["partner"] = {1: Member(1, "ACME", "Acme", "Acmé")}
    members["channel"] = {1: Member(1, "phone", "Phone", "Téléphone"), 2: Member(2, "chat", "Chat", "Chat")}
    members["team"] = {1: Member(1, "T1", "Team 1", "Équipe 1", 1)}
    zones = dict.fromkeys(members["site"], "Europe/Paris")
    return Directory(1, MappingProxyType(members), zones, frozenset(), frozenset({1}), frozenset(), (), currency="EUR")


@dataclass
class SampleAnswers:
    """A core whose answers have figures of every kind: undefined, whole, compared, with interval."""

    days: int = 3

    async def answer(self, question: Question, principal: Principal) -> Answer:  # noqa: ARG002  # the protocol's names
        """Return an answer whose columns have a value for every group of the question."""
        groups = self._groups(question)
        keys = _keys(question, groups)
        size = len(groups)
        return Answer(
            question=question,
            rows=size,
            keys=keys,
            figures=tuple(_figures(call, size, question.compare is not None) for call in question.metrics),
            totals=tuple(_figures(call, 1, question.compare is not None) for call in question.metrics),
            start="2015-12-01T00:00:00+01:00",
            end="2016-01-01T00:00:00+01:00",
            zone="Europe/Paris",
            freshness=Freshness(NOW, NOW, NOW + timedelta(minutes=1), 7),
            warnings=(Notice("immature", Label("Some cases are not mature.", "Des dossiers ne sont pas échus.")),),
        )

    def _groups(self, question: Question) -> list[tuple[int, int]]:
        buckets = self.days if question.grain is not Grain.TOTAL else 1
        members = len(SITES) if "site" in question.by else 2 if question.by else 1
        return [(bucket, member) for bucket in range(buckets) for member in range(members)]


def _keys(question: Question, groups: Sequence[tuple[int, int]]) -> tuple[KeyColumn, ...]:
    keys = []
    if question.grain is not Grain.TOTAL:
        starts = [datetime(2015, 12, 1, tzinfo=UTC) + timedelta(days=bucket) for bucket, _ in groups]
        ends = [(start + timedelta(days=1)).isoformat() for start in starts]
        keys.append(KeyColumn("start", [start.isoformat() for start in starts], ends=ends))
    for slug in question.by:
        if DIMENSIONS[slug].kind == "member":
            known = list(directory().members.get(slug, {}).values()) or [NOT_GIVEN]
            found = [known[member] if member < len(known) else NOT_GIVEN for _, member in groups]
            keys.append(KeyColumn(slug, [each.code for each in found], members=found))
        elif slug == "time_of_day":
            keys.append(KeyColumn(slug, [f"{8 + member:02d}:15" for _, member in groups]))
        else:
            keys.append(KeyColumn(slug, [member + 1 for _, member in groups]))
    return tuple(keys)


def _figures(call: MetricRef, size: int, compared: bool) -> Figures:
    seed = sum(map(ord, call.name))
    numbers = [(seed * 31 + row * 17) % 101 for row in range(size)]
    whole = call.metric.unit == "count"
    values = [None if number % 10 == 3 else number if whole else number / 101 for number in numbers]
    return Figures(
        call=call,
        values=values,
        numerators=numbers,
        denominators=[None] * size if whole else [101] * size,
        n=[101] * size,
        previous=[None if value is None else value / 2 for value in values] if compared else None,
        bounds=[(0.0, 1.0)] * size if call.slug == "customers_in_contact" else None,
    )
