"""SQL tests for the surveys that a metric reads (``domain/survey_selection``)."""

from __future__ import annotations

from collections.abc import Sequence

from cadran.compiler.fragment import Scene, member_condition
from cadran.domain.survey_selection import ScoreBin, SurveySelection


def surveyed_condition(scene: Scene, surveys: SurveySelection) -> str:
    """Return the test of the surveys that a metric reads; empty when it reads all."""
    tests = [] if surveys.hot is None else ["f.hot" if surveys.hot else "NOT f.hot"]
    if surveys.instruments is not None:
        tests.append(member_condition(scene, "instrument_id", surveys.instruments))
    return " AND ".join(tests)


def surveys_condition(scene: Scene, read: Sequence[SurveySelection | None]) -> str:
    """Return the test of the surveys that any of these metrics reads, so that other surveys make no rows of an answer;
    empty when one of them reads all."""
    tests = [surveyed_condition(scene, each) if each is not None else "" for each in dict.fromkeys(read)]
    if not all(tests):
        return ""
    return " OR ".join(f"({test})" for test in tests).join("()") if len(tests) > 1 else tests[0]


def scored_condition(scene: Scene, bounds: ScoreBin) -> str:
    """Return the test of the answers whose score is in a bin."""
    test = f"f.score >= {scene.arguments.add(float(bounds.low))}::float8"
    return test if bounds.high is None else f"{test} AND f.score < {scene.arguments.add(float(bounds.high))}::float8"
