"""Scope: restricted questions have a canonical form, so that equal views share an answer, and different views
never do.
"""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from cadran.domain.access.permit import narrow
from cadran.domain.access.principal import OPERATOR, Principal
from cadran.domain.question import Filter, Question
from cadran.engine.scoped import ScopeRing
from cadran.engine.traced import TracingRing
from cadran.store.pool import Pool
from cadran.telemetry import UNTRACED
from tests.engine.version_ring import DIRECTORY, Ledger, ask, bump, listening, ring

VALUES = ("LYON", "PAU", "TOURS")
filters = st.builds(
    Filter,
    st.sampled_from(["segment", "site"]),
    st.sets(st.sampled_from(VALUES), min_size=1).map(lambda found: tuple(sorted(found))),
    st.booleans(),
)
several = st.sets(filters, max_size=4)


def passes(question: Question, segment: str, site: str) -> bool:
    row = {"segment": segment, "site": site}
    return all((row[each.dimension] in each.values) is not each.negated for each in question.where)


def asking(where: set[Filter]) -> Question:
    return narrow(replace(ask(), where=()), where)


@given(several, several)
def test_a_narrowed_question_finds_what_both_sides_allow(own: set[Filter], scope: set[Filter]):
    question = asking(own)
    found = narrow(question, scope)
    for segment in VALUES:
        for site in VALUES:
            allowed = passes(question, segment, site) and passes(asking(scope), segment, site)
            assert passes(found, segment, site) == allowed
    assert narrow(found, scope) == found


def test_the_key_coincides_with_that_of_who_asked_so():
    scope = [Filter("site", ("PAU",))]
    assert narrow(ask(None), scope) == ask("PAU")
    assert narrow(replace(ask(), where=(Filter("site", ("LYON", "PAU")),)), scope) == ask("PAU")


async def test_the_rings_compose(pool: Pool):
    await bump(pool, 1)
    ledger, versions = Ledger(pool), listening()
    answers = TracingRing(ScopeRing(ring(ledger, versions), lambda: DIRECTORY))
    pau, lyon = (Principal(site, (Filter("site", (site,)),)) for site in ("PAU", "LYON"))
    with UNTRACED.request() as request:
        assert (await answers.answer(ask(None), pau)).freshness.version == 2
        assert set(request.durations) == {"answer", "cache", "acquire"}
    assert (await answers.answer(ask(None), lyon)).freshness.version == 0
    assert (await answers.answer(ask("PAU"), lyon)).freshness.version == 0
    assert (await answers.answer(ask("PAU"), OPERATOR)).freshness.version == 2
    # Answers behind a wall are not shared with other callers, so each of the four was computed.
    assert ledger.computed == 4
    both = Principal("two", (Filter("channel", ("phone",)), Filter("site", ("PAU",))))
    narrower = replace(ask("PAU"), where=(Filter("channel", ("phone",)), Filter("site", ("PAU",))))
    await answers.answer(ask(None), both)
    assert (await answers.answer(narrower, pau)).freshness.version == 2
    assert ledger.computed == 5
