"""A report: its sections as questions over the ordinary path, and what is read off their answers.

Takes a report's name, the window and filters asked for, and the answers to its questions; gives the sections with their
titles, each answer as it was given, and columns beside it where the section is read for peaks or against norms. Refuses
unknown reports and sections, and whatever its questions are refused for.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from math import fsum, sqrt
from typing import Any, Final
from urllib.parse import urlencode

from cadran.compiler.supported_dimensions import dimensions_of, impossible
from cadran.domain.access.question_members import covered
from cadran.domain.annotation import Annotation
from cadran.domain.answer import Answer, Figures, KeyColumn
from cadran.domain.ask import Ask
from cadran.domain.catalogue import METRICS
from cadran.domain.directory import AnswerNorm, Directory
from cadran.domain.metric_ref import parse_call
from cadran.domain.question import Compare, Question
from cadran.domain.question_params import question_document
from cadran.domain.verdicts import on_day, overlapping
from cadran.domain.window import Window, zone_info
from cadran.engine.desk import ToldOf
from cadran.errors import Forbidden, QuestionRefused, unknown
from cadran.insights.reports import REPORTS, WITHIN_END, WITHIN_GOOD, Report, Section
from cadran.insights.usual_day import TIME, Step, asked_by_time, usual_day

#: A peak is judged against the days from so long before the window on.
LOOK_BACK: Final = timedelta(weeks=8)
#: A weekday is judged from so many other days on.
OTHERS_MIN: Final = 4
DEVIATIONS: Final = 2.0
#: So many questions of a report are under way at a time.
AT_ONCE: Final = 2
#: Why a section is left out.
_LEFT_OUT: Final = ("forbidden_metric", "forbidden_dimension", "impossible_filter")
Column = Sequence[Any]


@dataclass(frozen=True, slots=True)
class Asked:
    """A section and its question."""

    section: Section
    question: Question

    @property
    def window(self) -> Window:
        """The window of the report; the question about peaks looks further back."""
        window = self.question.window
        return replace(window, start=window.start + LOOK_BACK) if self.section.reading == "peaks" else window


@dataclass(frozen=True, slots=True)
class Told:
    """A section with its answer, and columns beside its rows by name; ``step`` where it is told by hours of the day."""

    section: Section
    answer: Answer
    beside: Mapping[str, Column]

    @property
    def step(self) -> Step | None:
        """The width of the rows of a usual day."""
        return Step.HOUR if self.section.reading == "usual_day" else None

    @property
    def href(self) -> str:
        """Where its question is asked alone."""
        resource, words = "indicators", question_document(self.answer)
        if self.step is not None:
            resource, by = "usual-day", [name for name in words.pop("by") if name != TIME]
            words = words | {"step": self.step} | ({"by": by} if by else {})
            del words["grain"]
        told = {
            name: ",".join(value) if isinstance(value, list | tuple) else str(value) for name, value in words.items()
        }
        return f"/v1/{resource}?{urlencode(told, safe=',:()=')}"

    def columns(self) -> dict[str, Column]:
        """Its rows by column: keys with the ends of buckets, values by metric, what stands beside."""
        found: dict[str, Column] = {}
        for key in self.answer.keys:
            found[key.name] = list(key.values)
            if key.ends is not None:
                found["end"] = list(key.ends)
        return found | {each.call.name: list(each.values) for each in self.answer.figures} | dict(self.beside)


def report_of(name: str) -> Report:
    """The report of that name; refused with ``unknown_report``."""
    if name not in REPORTS:
        raise unknown("report", name, list(REPORTS), parameter="name")
    return REPORTS[name]


def questions(
    report: Report, ask: Ask, understand: Callable[[Ask], Question], told_of: ToldOf, sections: Sequence[str] = ()
) -> tuple[Asked, ...]:
    """The questions of the report (or of these sections of it) over the window and filters of ``ask``, as far as they
    may be asked. Raises Forbidden or QuestionRefused where none of them may, or one that was named may not."""
    chosen = report.sections
    if sections:
        for slug in sections:
            if report.section(slug) is None:
                raise unknown("section", slug, [each.slug for each in report.sections], parameter="section")
        chosen = tuple(each for each in report.sections if each.slug in sections)
    found, refused = list[Asked](), None
    for section in chosen:
        try:
            found.append(Asked(section, _question(section, ask, understand, told_of)))
        except (Forbidden, QuestionRefused) as error:
            # What was not asked for by name is left out in silence.
            if sections or error.code not in _LEFT_OUT:
                raise
            refused = error
    if refused is not None and not found:
        raise refused
    return tuple(found)


def _question(section: Section, ask: Ask, understand: Callable[[Ask], Question], told_of: ToldOf) -> Question:
    wanted = replace(
        ask,
        metrics=_metrics(section, ask, told_of),
        grain=section.grain,
        by=section.by,
        compare=(ask.compare or Compare.PREVIOUS_PERIOD) if section.compared else None,
    )
    if section.reading == "usual_day":
        wanted = asked_by_time(wanted, Step.HOUR)
    question = understand(wanted)
    if section.reading == "peaks":
        window = question.window
        try:
            earlier = window.start - LOOK_BACK
        except OverflowError:
            raise QuestionRefused(
                "The window begins too early; nothing can be set against it.", code="bad_window", parameter="start"
            ) from None
        question = replace(question, window=replace(window, start=earlier))
    return question


def _metrics(section: Section, ask: Ask, told_of: ToldOf) -> tuple[str, ...]:
    """What is left of a section's metrics; one that is read for peaks or against answer norms needs all of them."""
    filtered = [each.dimension for each in ask.where]
    found = told_of(section.metrics, {*section.by, *filtered})
    if found == section.metrics or (found and section.reading == "plain"):
        return found
    missing = next(each for each in section.metrics if each not in found)
    metric = METRICS[parse_call(missing).slug]
    beyond = [dimension for dimension in filtered if dimension not in dimensions_of(metric)]
    if beyond and told_of((missing,), section.by):
        raise impossible(metric, beyond[0], split=False)
    raise Forbidden(
        f"The section {section.slug} needs {', '.join(section.metrics)}: this key may not ask for that, or it cannot be"
        " narrowed to what the key may see.",
        code="forbidden_metric",
    )


async def side_by_side(asked: Sequence[Asked], answer: Callable[[Question], Awaitable[Answer]]) -> list[Answer]:
    """The answers to the questions, a few at a time: a report shall not take every connection from all others."""
    room = asyncio.Semaphore(AT_ONCE)

    async def one(question: Question) -> Answer:
        async with room:
            return await answer(question)

    return list(await asyncio.gather(*(one(each.question) for each in asked)))


def told(asked: Asked, answer: Answer, directory: Directory) -> Told:
    """What is read off the answer to a section's question."""
    reading = asked.section.reading
    if reading == "usual_day":
        return Told(asked.section, usual_day(answer, Step.HOUR), {})
    if reading == "answer_norms":
        return Told(asked.section, answer, _against_norms(answer, directory))
    if reading == "peaks":
        return _peaks(asked, answer, directory)
    return Told(asked.section, answer, {})


def meanwhile(asked: Asked, answer: Answer, directory: Directory) -> tuple[Annotation, ...]:
    """What went on in the window of the report that this section is of."""
    return overlapping(asked.window, covered(answer.question.where, directory), directory)


def _peaks(asked: Asked, answer: Answer, directory: Directory) -> Told:
    """The days of the window that stand out; beside each what was usual, the limit that it passed, what went on."""
    starts = next(key for key in answer.keys if key.name == "start")
    days = [date.fromisoformat(str(start)[:10]) for start in starts.values]
    start = asked.window.start
    first = (start.astimezone(zone_info(answer.zone or "UTC")) if start.tzinfo else start).date()
    values = [value or 0 for value in answer.figures[0].values]
    by_weekday: dict[int, list[int]] = defaultdict(list)
    for row, day in enumerate(days):
        if values[row]:
            by_weekday[day.weekday()].append(row)
    kept, usual, limits = [], [], []
    for row, day in enumerate(days):
        others = [values[other] for other in by_weekday[day.weekday()] if other != row]
        if day < first or len(others) < OTHERS_MIN:
            continue
        mean, limit = _limit(others)
        if values[row] > limit:
            kept.append(row)
            usual.append(mean)
            limits.append(limit)
    went_on = meanwhile(asked, answer, directory)
    shown = replace(
        answer,
        rows=len(kept),
        keys=tuple(_key_taken(key, kept) for key in answer.keys),
        figures=tuple(_figures_taken(each, kept) for each in answer.figures),
    )
    beside: dict[str, Column] = {
        "usual": usual,
        "limit": limits,
        "annotations": [[each.code for each in on_day(went_on, days[row])] for row in kept],
    }
    return Told(asked.section, shown, beside)


def _limit(others: Sequence[float]) -> tuple[float, float]:
    """The mean of the other days, and what a peak passes."""
    mean = fsum(others) / len(others)
    deviation = sqrt(fsum((value - mean) ** 2 for value in others) / (len(others) - 1))
    return mean, mean + DEVIATIONS * deviation


def _key_taken(key: KeyColumn, rows: Sequence[int]) -> KeyColumn:
    ends = None if key.ends is None else [key.ends[row] for row in rows]
    members = None if key.members is None else [key.members[row] for row in rows]
    return KeyColumn(key.name, [key.values[row] for row in rows], members, ends)


def _figures_taken(each: Figures, rows: Sequence[int]) -> Figures:
    def of(values: Sequence[float | None]) -> list[float | None]:
        return [values[row] for row in rows]

    return Figures(each.call, of(each.values), of(each.numerators), of(each.denominators), of(each.n))


def _against_norms(answer: Answer, directory: Directory) -> dict[str, Column]:
    """The answer norm of each channel, how its mean wait stands to it, and the shares of answers within each band."""
    figures = {each.call.name: each for each in answer.figures}
    channels = next(key for key in answer.keys if key.name == "channel")
    assert channels.members is not None
    moments = covered(answer.question.where, directory).get("moment")
    moment = next(iter(moments)) if moments is not None and len(moments) == 1 else 0
    day = date.fromisoformat(answer.start[:10])
    answer_norms = [_norm(directory, member.member_id, moment, day) for member in channels.members]
    bands = [_bands(figures[WITHIN_GOOD], figures[WITHIN_END], row) for row in range(answer.rows)]
    waits = figures["asa"].values
    return {
        "answer_norm.good": [None if norm is None else norm.good_seconds for norm in answer_norms],
        "answer_norm.bad": [None if norm is None else norm.bad_seconds for norm in answer_norms],
        "status": [_status(wait, norm) for wait, norm in zip(waits, answer_norms, strict=True)],
        **{f"share.{name}": [shares[place] for shares in bands] for place, name in enumerate(_BANDS)},
    }


_BANDS: Final = ("good", "acceptable", "bad")


def _norm(directory: Directory, channel: int, moment: int, day: date) -> AnswerNorm | None:
    """The channel's answer norm on a day: that of the moment, else the general one."""
    valid = [
        norm
        for norm in directory.answer_norms
        if norm.channel_id == channel
        and norm.moment_id in (0, moment)
        and (norm.valid_from is None or norm.valid_from <= day)
    ]
    return max(valid, key=lambda norm: (norm.moment_id != 0, norm.valid_from or date.min), default=None)


def _status(wait: float | None, norm: AnswerNorm | None) -> str | None:
    if wait is None or norm is None:
        return None
    return _BANDS[(wait > norm.good_seconds) + (wait > norm.bad_seconds)]


def _bands(good: Figures, end: Figures, row: int) -> tuple[float | None, ...]:
    """The shares of answered contacts up to the first bound, up to the second, and past it."""
    first, second, whole = good.numerators[row], end.numerators[row], end.denominators[row]
    if not whole or first is None or second is None:
        return None, None, None
    return first / whole, (second - first) / whole, (whole - second) / whole
