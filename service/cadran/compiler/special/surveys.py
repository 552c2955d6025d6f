"""The surveys that a metric reads (``domain/survey_selection``), as tests on the columns of a table."""

from __future__ import annotations

from cadran.compiler.fragment import Scene, member_condition
from cadran.domain.survey_selection import Scored, Surveyed


def surveyed_condition(scene: Scene, asked: Surveyed) -> str:
    """The same as a test on the table's columns."""
    tests = [] if asked.hot is None else ["f.hot" if asked.hot else "NOT f.hot"]
    if asked.instruments is not None:
        tests.append(member_condition(scene, "instrument_id", asked.instruments))
    return " AND ".join(tests)


def scored_condition(scene: Scene, bounds: Scored) -> str:
    """The answers of a bin."""
    test = f"f.score >= {scene.arguments.add(float(bounds.low))}::float8"
    return test if bounds.high is None else f"{test} AND f.score < {scene.arguments.add(float(bounds.high))}::float8"
