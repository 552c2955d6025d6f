"""A newer version of cadran: a copy of the source tree with other rollups, whose commands run in separate processes."""

import shutil
from pathlib import Path

from tests.test_tidy import ROOT

PARTS = "service/cadran/domain/parts/parts.py"
HANDLING = "service/cadran/domain/metrics/handling.py"
#: The changes of the newer version: a file, the text that is there, and the text instead of it. The version has a
#: metric with a new part, and sums `acw` otherwise. It no longer has the part `escalated`, nor the rollup
#: `contact_month_moment`, but a part and a rollup of other names.
CHANGES = (
    (
        PARTS,
        '    Part("cost", "contact"',
        '    Part("long_talks", "contact", f"{_TIMED} AND f.talk > 250"),\n    Part("cost", "contact"',
    ),
    (
        "service/cadran/domain/metrics/volume.py",
        "_COUNTS = (\n",
        '_COUNTS = (\n    _count("long_talks", Label("Long talks", "Longs"), Label("Over 250 s.", "Plus de 250")),\n',
    ),
    (PARTS, '"contact", _TIMED, "f.acw"', '"contact", _TIMED, "2 * f.acw"'),
    (PARTS, 'Part("escalated"', 'Part("escalations"'),
    (
        HANDLING,
        'ratio("escalated", "answered"),\n        by_people',
        'ratio("escalations", "answered"),\n        by_people',
    ),
    (HANDLING, 'count_once(ratio("escalated"', 'count_once(ratio("escalations"'),
    (
        "service/cadran/compiler/lattice/lattice.py",
        'Table("contact_month_moment", "contact", "month", (*_SLIM, "moment"), _CONTACT, summed_from="contact_month_',
        'Table("contact_day_moment", "contact", "day", (*_SLIM, "moment"), _CONTACT, summed_from="contact_day_',
    ),
)


def make_newer_version(folder: Path) -> dict[str, str]:
    """Copy the source tree into a folder and change it. Return the environment in which it runs."""
    for name in ("service", "sql"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name, text, instead in CHANGES:
        before = (folder / name).read_text("utf-8")
        assert before.count(text) == 1, f"{name} has no longer one {text!r}"
        (folder / name).write_text(before.replace(text, instead), "utf-8")
    return {"PYTHONPATH": str(folder / "service")}
