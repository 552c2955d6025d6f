"""Which surveys a figure reads: hot or cold ones, of which instruments. Scales are never pooled.

Takes a metric with its arguments; gives the narrowing of its parts. Refuses instruments that are not there or of
another kind, and figures over instruments whose scales differ.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from cadran.compiler.fragment import Scene, member_condition
from cadran.domain.directory import Directory, Instrument
from cadran.domain.metric import Metric
from cadran.errors import QuestionRefused


@dataclass(frozen=True, slots=True)
class Surveyed:
    """Hot surveys or cold ones; the ids of the instruments (None: all)."""

    hot: bool
    instruments: tuple[int, ...] | None


def surveyed(metric: Metric, arguments: Mapping[str, float | str], directory: Directory) -> Surveyed | None:
    """What a metric reads of the surveys; None for metrics that read none."""
    if metric.instruments is None:
        return None
    hot = arguments.get("kind", "hot") == "hot"
    fitting = [each for each in directory.instruments if not metric.instruments or each.kind in metric.instruments]
    named = arguments.get("instrument")
    if named is not None:
        chosen = [each for each in fitting if each.code.lower() == named]
        if not chosen:
            raise _refused(metric, fitting, f"there is no instrument '{named}' that it could read.")
        return Surveyed(hot, (chosen[0].instrument_id,))
    if not metric.instruments:
        return Surveyed(hot, None)
    if len({each.scale for each in fitting}) > 1:
        raise _refused(metric, fitting, "instruments with different scales are not pooled: name one.")
    return Surveyed(hot, tuple(sorted(each.instrument_id for each in fitting)))


def surveyed_condition(scene: Scene, asked: Surveyed) -> str:
    """The same as a test on the table's columns."""
    test = "f.hot" if asked.hot else "NOT f.hot"
    if asked.instruments is None:
        return test
    return f"{test} AND {member_condition(scene, 'instrument_id', asked.instruments)}"


def _refused(metric: Metric, fitting: Sequence[Instrument], why: str) -> QuestionRefused:
    codes = [each.code for each in fitting]
    known = f" Known: {', '.join(codes)}." if codes else " None is loaded (load them with --as instruments)."
    return QuestionRefused(
        f"{metric.slug}(instrument=…): {why}{known}", code="bad_parameter", parameter="metrics", suggestions=codes
    )
