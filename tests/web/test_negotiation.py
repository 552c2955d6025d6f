"""Content negotiation: which media type and which language a caller gets."""

import pytest

from cadran.web.negotiate import CSV, JSON, choose_language, choose_media_type
from cadran.web.problem import HttpRefused

BOTH = (JSON, CSV)


@pytest.mark.parametrize(
    ("accept", "expected"),
    [
        (None, JSON),
        ("", JSON),
        ("*/*", JSON),
        ("text/csv", CSV),
        ("TEXT/CSV; header=present", CSV),
        ("text/*", CSV),
        ("text/csv, application/json", JSON),
        ("text/csv;q=0.9, application/json;q=0.8", CSV),
        ("text/csv;q=0.5, */*;q=0.6", JSON),
        ("application/json;q=0, */*;q=0.1", CSV),
        ("text/html, application/xhtml+xml, */*;q=0.8", JSON),
        ("text/csv;q=nonsense, application/json;q=0.1", JSON),
        (",,;q=1,text/csv", CSV),
    ],
)
def test_the_highest_ranked_offer_is_taken_and_the_most_specific_range_decides(accept, expected):
    assert choose_media_type(accept, BOTH) == expected


@pytest.mark.parametrize("accept", ["image/png", "application/json;q=0", "application/json;q=2", "text/event-stream"])
def test_what_is_not_offered_is_refused_with_what_is(accept):
    with pytest.raises(HttpRefused, match="application/json") as refused:
        choose_media_type(accept, (JSON,))
    assert refused.value.code == "not_acceptable"


@pytest.mark.parametrize(
    ("accept_language", "expected"),
    [
        (None, "en"),
        ("fr", "fr"),
        ("fr-CA, en;q=0.8", "fr"),
        ("de, fr;q=0.4", "fr"),
        ("en, fr", "en"),
        ("fr;q=0.3, en-GB;q=0.4", "en"),
        ("fr;q=0", "en"),
        ("de", "en"),
    ],
)
def test_the_language_ranked_higher_is_spoken(accept_language, expected):
    assert choose_language(accept_language) == expected
