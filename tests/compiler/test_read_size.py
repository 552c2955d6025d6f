"""Heavy statements: their size is estimated from the table, the window and the filters."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from cadran.compiler.bundle import bundle
from cadran.compiler.plan import make_plan
from cadran.compiler.read_size import HEAVY_ROWS, facts_read
from cadran.domain.ask import Condition
from cadran.domain.directory import Directory
from tests.domain.sample_directory import directory, members, question


def large() -> Directory:
    """Return the company's directory with twelve sites, and the many channels and moments of a large company."""
    known = directory()
    sites = members(*known.known("site"), *(f"S{number}" for number in range(9)))
    more = {
        "site": sites,
        "channel": members(*known.known("channel"), *(f"C{number}" for number in range(5))),
        "moment": members(*known.known("moment"), *(f"M{number}" for number in range(12))),
    }
    return replace(known, members={**known.members, **more}, zones=dict.fromkeys(sites, "Europe/Paris"))


@pytest.mark.parametrize(
    ("metrics", "asked", "is_heavy"),
    [
        (("contacts", "qos"), {"period": "2015-12", "by": ("site",), "grain": "day"}, False),
        (("contacts", "qos"), {"period": "2015", "by": ("site",), "grain": "month"}, False),
        (("contacts",), {"period": "2015-12-24", "grain": "quarter_hour"}, False),
        (("contacts",), {"period": "2015", "grain": "hour"}, True),
        (("contacts",), {"period": "2015", "grain": "day", "by": ("segment", "moment")}, True),
        (("contacts",), {"period": "2015", "by": ("reason",)}, True),
        (("contacts",), {"period": "2015-12-24", "by": ("reason",)}, False),
        (("customers_in_contact",), {"period": "2015"}, True),
        (("backlog",), {"period": "2015"}, True),
        # The contacts that still wait are few, and an index finds them.
        (("service_level(within=20)",), {"period": "2015-12", "by": ("site",), "grain": "day"}, False),
        (("service_level_open_hours(within=60)",), {"period": "2015-12", "by": ("site",), "grain": "day"}, False),
    ],
)
def test_what_reads_many_rows_is_heavy(metrics: tuple[str, ...], asked: dict[str, Any], is_heavy: bool):
    planned = make_plan(question(*metrics, **asked), large(), values_max=10**9)
    assert any(each.statement.rows > HEAVY_ROWS for each in planned.fragments) is is_heavy
    assert all(each.statement.rows > 0 for each in planned.fragments)
    assert all(each.plain is None or each.plain.rows == each.statement.rows for each in planned.fragments)


def test_filters_make_it_lighter_and_bundles_heavier():
    whole, known = question("contacts", period="2015", by=("reason",)), large()
    one = question("contacts", period="2015", by=("reason",), where=(Condition("site", ("PAU",)),))
    assert facts_read(one, known) < facts_read(whole, known)
    statements = [each.statement for each in make_plan(whole, known, values_max=10**9).fragments]
    assert bundle(statements * 3).rows == 3 * sum(each.rows for each in statements)
