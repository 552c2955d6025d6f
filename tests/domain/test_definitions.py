"""Definitions of metrics have versions: a definition never changes under its version's name."""

import hashlib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Final

import pytest

from cadran.domain.catalogue import METRICS
from cadran.domain.metric import Metric, Ratio, ratio
from cadran.domain.metric_ref import parse_metric_ref, pin_version
from cadran.domain.parts.part import Part
from cadran.domain.parts.parts import PARTS
from cadran.errors import QuestionRefused, VersionGone
from tests.definitions import CHANGE, later_release

#: One line for each formula and each default of each version that was ever released: new lines are added, and no line
#: is changed or removed.
LEDGER: Final = Path(__file__).with_name("definitions.txt")


#: Dimensions that came later than parts that ignore them, which changes no figure by the dimensions before.
LATER: Final = ("queue", "first_queue")


def digest(formula: Ratio) -> str:
    """Return a hash of a formula with the parts that it reads."""
    terms = [*formula.numerator, *formula.denominator, *formula.n, *formula.squares]
    read = [_before(PARTS[term.part]) for term in terms]
    narrowed = [PARTS[part.of] for part in read if part.of]
    return hashlib.sha256(repr((formula, read, narrowed)).encode()).hexdigest()[:16]


def _before(part: Part) -> Part:
    return replace(part, ignores=tuple(name for name in part.ignores if name not in LATER))


def list_lines(metric: Metric) -> Iterator[str]:
    """Yield the ledger's lines of a metric."""
    for version, formulas in metric.computable.items():
        name = f"{metric.slug} {version}"
        for formula, found in formulas.items():
            yield f"{name} {formula or 'formula'} {digest(found)}"
        for each in metric.parameters:
            if each.slug != "version":
                yield f"{name} default {each.slug}={each.default}"
    name = f"{metric.slug} {metric.version}"
    yield f"{name} kind {metric.kind} {metric.unit} {metric.basis} {metric.instruments} {metric.one_scale}"
    for kind, formulas in (("legs", metric.by_people), ("missed", metric.missed)):
        for formula, found in formulas.items():
            yield f"{name} {'_'.join(filter(None, (kind, formula)))} {digest(found)}"


def test_no_definition_changes_without_a_revision():
    known = LEDGER.read_text().splitlines()
    lines = [line for metric in METRICS.values() for line in list_lines(metric)]
    present = {f"{metric.slug} {version} " for metric in METRICS.values() for version in metric.computable}
    # Only the present version can be computed by team and agent, and only its kind and basis are in the catalogue.
    earlier = {
        f"{metric.slug} v{number} {word}"
        for metric in METRICS.values()
        for number in range(1, len(metric.revisions) + 1)
        for word in ("legs", "kind")
    }
    gone = {line for line in known if not line.startswith(tuple(present)) or line.startswith(tuple(earlier))}
    changed = sorted(set(known) - gone - set(lines))
    assert not changed, (
        "These definitions have changed. Give each metric a Revision (docs/developing.md); keep the ledger's lines:\n"
        + "\n".join(changed)
    )
    assert set(lines) <= set(known), f"Add these lines to {LEDGER.name}:\n" + "\n".join(sorted(set(lines) - set(known)))
    # The lines of versions that cannot be computed any more stay, so that no version's name is given twice.
    retired = {
        f"{metric.slug} v{number}" for metric in METRICS.values() for number in range(1, len(metric.revisions) + 1)
    }
    assert {" ".join(line.split()[:2]) for line in gone} <= retired


def test_an_earlier_version_is_a_metric_reference_like_any_other():
    before = parse_metric_ref("qos")
    with later_release("qos", ratio("handled", "offered - deflected")[""], keeps=True) as changed:
        assert (changed.version, parse_metric_ref("qos").version) == ("v2", "v2")
        assert parse_metric_ref("qos(version=v2)") == parse_metric_ref("qos") == before
        earlier = parse_metric_ref("qos(version=v1)")
        assert (earlier.name, earlier.version) == ("qos(version=v1)", "v1")
        assert pin_version(before, "v1") == earlier
        assert pin_version(earlier, "v2") == before
        assert earlier.metric.formula(earlier.values()) == ratio("handled", "offered")[""]
        assert before.metric.formula(before.values()) == ratio("handled", "offered - deflected")[""]
        with pytest.raises(QuestionRefused, match=r"qos\(version=…\) must be one of v1, v2"):
            parse_metric_ref("qos(version=v3)")
        [known] = [each for each in changed.parameters if each.slug == "version"]
        assert CHANGE.en.rstrip(".") in dict(known.list_meanings())["v1"]


def test_a_version_that_is_gone_is_refused_by_name():
    with later_release("qos", ratio("handled", "offered - deflected")[""], keeps=False):
        with pytest.raises(VersionGone, match=r"qos was computed by version v1 .* its definition is v2 now"):
            pin_version(parse_metric_ref("qos"), "v1")
        with pytest.raises(QuestionRefused, match="qos takes no parameters"):
            parse_metric_ref("qos(version=v1)")
