"""SQL tests for the surveys that a metric reads (``domain/survey_selection``)."""

from __future__ import annotations

from cadran.compiler.fragment import Scene, member_condition
from cadran.domain.survey_selection import ScoreBin, SurveySelection


def surveyed_condition(scene: Scene, surveys: SurveySelection) -> str:
    """Return the test of the surveys that a metric reads; empty when it reads all."""
    tests = [] if surveys.hot is None else ["f.hot" if surveys.hot else "NOT f.hot"]
    if surveys.instruments is not None:
        tests.append(member_condition(scene, "instrument_id", surveys.instruments))
    return " AND ".join(tests)


def scored_condition(scene: Scene, bounds: ScoreBin) -> str:
    """Return the test of the answers whose score is in a bin."""
    test = f"f.score >= {scene.arguments.add(float(bounds.low))}::float8"
    return test if bounds.high is None else f"{test} AND f.score < {scene.arguments.add(float(bounds.high))}::float8"
