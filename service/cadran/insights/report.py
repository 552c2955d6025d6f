"""A report: its sections as ordinary questions, and the columns derived from their answers.

The module takes a report's name, a window, filters, and the answers to the report's questions. It returns the sections
with their titles, their answers, and extra columns where a section is read for peaks or against answer norms. Unknown
reports and sections are refused; a refusal of a question is passed on.
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

from cadran.compiler.supported_dimensions import has_dimensions, make_dimension_refusal
from cadran.domain.access.question_members import find_covered_members
from cadran.domain.annotation import Annotation
from cadran.domain.answer import Answer, Figures
from cadran.domain.ask import Ask
from cadran.domain.directory import AnswerNorm, Directory
from cadran.domain.question import MetricRef, Question
from cadran.domain.question_params import question_document
from cadran.domain.verdicts import find_on_day, find_overlapping
from cadran.domain.window import Grain, Window, load_zone
from cadran.engine.desk import MetricSelector
from cadran.errors import Forbidden, QuestionRefused, unknown
from cadran.insights.reports import WITHIN_END, WITHIN_GOOD, Report, Section
from cadran.insights.usual_day import TIME, split_by_time

#: Peaks are found by comparison with other days. These days begin this long before the window.
LOOK_BACK: Final = timedelta(weeks=8)
#: A day is judged only if at least this many other days are on the same weekday.
OTHERS_MIN: Final = 4
DEVIATIONS: Final = 2.0
#: The number of questions of a report that run at a time.
AT_ONCE: Final = 2
#: The codes of refusals that leave a section out.
_LEFT_OUT: Final = ("forbidden_metric", "forbidden_dimension", "impossible_filter")
Column = Sequence[Any]


@dataclass(frozen=True, slots=True)
class SectionQuestion:
    """A section and its question."""

    section: Section
    question: Question

    @property
    def window(self) -> Window:
        """Return the window of the report; the question about peaks begins earlier."""
        window = self.question.window
        return replace(window, start=window.start + LOOK_BACK) if self.section.reading == "peaks" else window


@dataclass(frozen=True, slots=True)
class SectionAnswer:
    """A section with its answer and with extra columns next to its rows, by name."""

    section: Section
    answer: Answer
    beside: Mapping[str, Column]

    @property
    def href(self) -> str:
        """Return the address that answers the section's question alone."""
        resource, words = "indicators", question_document(self.answer)
        if self.section.reading == "usual_day":
            resource, by = "usual-day", [name for name in words.pop("by") if name != TIME]
            words |= {"by": by} if by else {}
            del words["grain"], words["fill"]
        parameters = {
            name: ",".join(value) if isinstance(value, list | tuple) else str(value) for name, value in words.items()
        }
        return f"/v1/{resource}?{urlencode(parameters, safe=',:()=')}"

    def columns(self) -> dict[str, Column]:
        """Return the rows by column: keys with the ends of buckets, values by metric, and the extra columns."""
        found: dict[str, Column] = {}
        for key in self.answer.keys:
            found[key.name] = list(key.values)
            if key.ends is not None:
                found["end"] = list(key.ends)
            if key.partial is not None:
                found["partial"] = list(key.partial)
            if key.days is not None:
                found["days"] = list(map(len, key.days))
        return found | {each.call.name: list(each.values) for each in self.answer.figures} | dict(self.beside)


def make_questions(
    report: Report,
    ask: Ask,
    understand: Callable[[Ask], Question],
    select: MetricSelector,
    sections: Sequence[str] = (),
) -> tuple[SectionQuestion, ...]:
    """Return the questions of the report, or of the named sections, that the caller may ask, over the window of ``ask``
    and its filters. Raises Forbidden or QuestionRefused if a named section is refused, or if every section is."""
    chosen = report.sections
    if sections:
        for slug in sections:
            if report.section(slug) is None:
                raise unknown("section", slug, [each.slug for each in report.sections], parameter="section")
        chosen = tuple(each for each in report.sections if each.slug in sections)
    found, refused = list[SectionQuestion](), None
    for section in chosen:
        try:
            found.append(SectionQuestion(section, _question(section, ask, understand, select)))
        except (Forbidden, QuestionRefused) as error:
            # A section that the caller did not name is left out without an error.
            if sections or error.code not in _LEFT_OUT:
                raise
            refused = error
    if refused is not None and not found:
        raise refused
    return tuple(found)


def _question(section: Section, ask: Ask, understand: Callable[[Ask], Question], select: MetricSelector) -> Question:
    wanted = replace(
        ask,
        metrics=_metrics(section, ask, select),
        grain=section.grain,
        by=section.by,
        compare=(ask.compare or section.compared) if section.compared else None,
    )
    if section.reading == "usual_day":
        wanted = split_by_time(replace(wanted, step=Grain.HOUR))
    question = understand(wanted)
    if section.reading == "peaks":
        window = question.window
        try:
            earlier = window.start - LOOK_BACK
        except OverflowError:
            raise QuestionRefused(
                "The window begins too early; no time is left to compare it with.", code="bad_window", parameter="start"
            ) from None
        question = replace(question, window=replace(window, start=earlier))
    return question


def _metrics(section: Section, ask: Ask, select: MetricSelector) -> tuple[MetricRef, ...]:
    """Return the metrics that the caller may ask. A section for peaks or answer norms needs all of its metrics."""
    filtered = [each.dimension for each in ask.where]
    found = select(section.metrics, {*section.by, *filtered})
    if found == section.metrics or (found and section.reading == "plain"):
        return found
    missing = next(each for each in section.metrics if each not in found)
    metric = missing.metric
    beyond = [dimension for dimension in filtered if not has_dimensions(metric, [dimension])]
    if beyond and select((missing,), section.by):
        raise make_dimension_refusal(metric, beyond[0], split=False)
    needed = ", ".join(each.name for each in section.metrics)
    raise Forbidden(
        f"The section {section.slug} needs {needed}: this key may not ask for that, or it cannot be"
        " narrowed to what the key may see.",
        code="forbidden_metric",
    )


async def pair_sections(
    asked: Sequence[SectionQuestion], answer: Callable[[Question], Awaitable[Answer]]
) -> list[Answer]:
    """Return the answers to the questions. A few run at a time, so that a report leaves connections to others."""
    room = asyncio.Semaphore(AT_ONCE)

    async def one(question: Question) -> Answer:
        async with room:
            return await answer(question)

    return list(await asyncio.gather(*(one(each.question) for each in asked)))


def read_section(asked: SectionQuestion, answer: Answer, directory: Directory) -> SectionAnswer:
    """Return the section with the columns derived from the answer to its question."""
    reading = asked.section.reading
    if reading == "answer_norms":
        return SectionAnswer(asked.section, answer, _against_norms(answer, directory))
    if reading == "peaks":
        return _peaks(asked, answer, directory)
    return SectionAnswer(asked.section, answer, {})


def read_meanwhile(asked: SectionQuestion, answer: Answer, directory: Directory) -> tuple[Annotation, ...]:
    """Return the annotations in the window of the section's report."""
    return find_overlapping(asked.window, find_covered_members(answer.question.where, directory), directory)


def _peaks(asked: SectionQuestion, answer: Answer, directory: Directory) -> SectionAnswer:
    """Return the days that are peaks, each with the usual value, the limit that it passed, and its annotations."""
    starts = next(key for key in answer.keys if key.name == "start")
    days = [date.fromisoformat(str(start)[:10]) for start in starts.values]
    start = asked.window.start
    first = (start.astimezone(load_zone(answer.zone or "UTC")) if start.tzinfo else start).date()
    values = [value or 0 for value in answer.figures[0].values]
    by_weekday: dict[int, list[int]] = defaultdict(list)
    for row, day in enumerate(days):
        if values[row]:
            by_weekday[day.weekday()].append(row)
    peaks, usual, limits = [], [], []
    for row, day in enumerate(days):
        others = [values[other] for other in by_weekday[day.weekday()] if other != row]
        if day < first or len(others) < OTHERS_MIN:
            continue
        mean, limit = _limit(others)
        if values[row] > limit:
            peaks.append(row)
            usual.append(mean)
            limits.append(limit)
    annotations = read_meanwhile(asked, answer, directory)
    shown = replace(
        answer,
        rows=len(peaks),
        keys=tuple(key.take(peaks) for key in answer.keys),
        figures=tuple(_select_figure_rows(each, peaks) for each in answer.figures),
    )
    beside: dict[str, Column] = {
        "usual": usual,
        "limit": limits,
        "annotations": [[each.code for each in find_on_day(annotations, days[row])] for row in peaks],
    }
    return SectionAnswer(asked.section, shown, beside)


def _limit(others: Sequence[float]) -> tuple[float, float]:
    """Return the mean of the other days, and the limit that a peak passes."""
    mean = fsum(others) / len(others)
    deviation = sqrt(fsum((value - mean) ** 2 for value in others) / (len(others) - 1))
    return mean, mean + DEVIATIONS * deviation


def _select_figure_rows(each: Figures, rows: Sequence[int]) -> Figures:
    def of(values: Sequence[float | None]) -> list[float | None]:
        return [values[row] for row in rows]

    return Figures(each.call, of(each.values), of(each.numerators), of(each.denominators), of(each.n))


def _against_norms(answer: Answer, directory: Directory) -> dict[str, Column]:
    """Return the answer norm of each channel, the status of its mean wait, and the shares of answers in each band."""
    figures = {each.call.name: each for each in answer.figures}
    channels = next(key for key in answer.keys if key.name == "channel")
    assert channels.members is not None
    moments = find_covered_members(answer.question.where, directory).get("moment")
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
    """Return the channel's answer norm on a day: that of the moment, else the general one."""
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
    """Return the shares of answered contacts up to the first bound, up to the second, and past it."""
    first, second, whole = good.numerators[row], end.numerators[row], end.denominators[row]
    if not whole or first is None or second is None:
        return None, None, None
    return first / whole, (second - first) / whole, (whole - second) / whole
