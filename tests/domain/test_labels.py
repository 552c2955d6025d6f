"""The catalogue's labels in both languages: complete, unique, and with each language's punctuation."""

import re
from dataclasses import replace

from cadran.compiler.plan import make_plan
from cadran.domain.catalogue import METRICS
from cadran.domain.dimension import DIMENSIONS
from cadran.domain.metric import Label
from cadran.domain.question import Filter
from tests.domain.sample_directory import directory, question

LABELS = [*(each.label for each in METRICS.values()), *(each.label for each in DIMENSIONS.values())]
TEXTS = [*LABELS, *(each.definition for each in METRICS.values())]
#: Words that French call centres do not use: contacts are "pris en charge", time is divided in "intervalles".
UNUSUAL = re.compile(r"\brépondus\b|chaque pas\b|\bsondés\b|réponses? (in)?satisfaites?", re.IGNORECASE)


def test_no_two_metrics_have_one_label():
    for language in ("en", "fr"):
        labels = [each.label[language] for each in METRICS.values()]
        assert len(set(labels)) == len(labels), language


def test_each_language_spells_its_own_way():
    for text in TEXTS:
        assert text.en.strip(), text
        assert text.fr.strip(), text
        assert not re.search(r"[^ ][;:?!%]", text.fr), text.fr
        assert not re.search(r" [;:?!%]", text.en), text.en
        assert not UNUSUAL.search(text.fr), text.fr


def test_warnings_are_told_in_both_languages():
    company = directory()
    asked = question(
        *(
            "asa",
            "service_level",
            "service_level(within=33)",
            "first_response_time(hours=open)",
            "customers_in_contact",
        ),
        period="2015",
    )
    known = replace(company, answer_norms=company.answer_norms[:1])
    notices = make_plan(asked, known, values_max=1_000_000, sampled=True).notices
    told = {notice.code: notice.detail for notice in notices}
    assert told.keys() == {"pooled_channels", "without_answer_norm", "between_edges", "without_calendar", "estimated"}
    for detail in told.values():
        assert detail.fr != detail.en
        assert not re.search(r"[^ ][;:?!%]", detail.fr), detail.fr
    assert told["without_answer_norm"].fr.endswith("les canaux qui n'ont pas de norme : chat, email.")


def test_a_warning_names_no_channel_that_the_question_leaves_out():
    """Check that a caller bound to the phone learns of no other channel."""
    company = directory()
    known = replace(company, answer_norms=company.answer_norms[:1])
    narrow = replace(question("service_level", period="2015"), where=(Filter("channel", ("phone",)),))
    assert "without_answer_norm" not in {
        notice.code for notice in make_plan(narrow, known, values_max=1_000_000).notices
    }
    wider = replace(narrow, where=(Filter("channel", ("chat", "phone")),))
    [notice] = make_plan(wider, known, values_max=1_000_000).notices
    assert notice.detail.en.endswith("channels that have no answer norm: chat.")
    but = replace(narrow, where=(Filter("channel", ("email",), negated=True),))
    [notice] = make_plan(but, known, values_max=1_000_000).notices
    assert notice.detail.en.endswith("channels that have no answer norm: chat.")


def test_the_names_of_the_trade():
    def found(slug: str) -> Label:
        return METRICS[slug].label

    assert found("aht").fr == "Durée moyenne de traitement (DMT)"
    assert "taux de décroché" in METRICS["qos"].definition.fr
    assert DIMENSIONS["reason"].label.fr == "Motif"
    # A segment belongs to a customer, not to a leg.
    assert "segment" not in found("aht_per_leg").fr
