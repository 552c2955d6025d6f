"""The values of attributes that `cadran key create --attribute` binds a key to."""

from __future__ import annotations

import pytest

from cadran.cli.key import complete_attributes


@pytest.mark.parametrize(
    ("words", "found"),
    [
        (None, None),
        (["campaign=spring", "autumn"], ["campaign=spring", "campaign=autumn"]),
        (["campaign=spring", "product=tv", "phone"], ["campaign=spring", "product=tv", "product=phone"]),
        (["spring"], ["spring"]),
    ],
)
def test_a_value_without_a_name_belongs_to_the_name_before(words: list[str] | None, found: list[str] | None):
    assert complete_attributes(words) == found
