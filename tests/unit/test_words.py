"""The catalogue's words in both languages: whole, told apart, and spelled as each language spells."""

import re

from cadran.domain.catalogue import METRICS
from cadran.domain.dimension import DIMENSIONS
from cadran.domain.metric import Label

LABELS = [*(each.label for each in METRICS.values()), *(each.label for each in DIMENSIONS.values())]
TEXTS = [*LABELS, *(each.definition for each in METRICS.values())]
#: Words that a call centre does not use: contacts are "pris en charge", time goes by "intervalle".
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


def test_the_names_of_the_trade():
    def found(slug: str) -> Label:
        return METRICS[slug].label

    assert found("aht").fr == "Durée moyenne de traitement (DMT)"
    assert "taux de décroché" in METRICS["qos"].definition.fr
    assert DIMENSIONS["reason"].label.fr == "Motif"
    # A segment is of customers.
    assert "segment" not in found("aht_per_leg").fr
