"""The scorecard warns of more than four headline figures."""

import pytest

from cadran.domain.answer import Answer, Figures, Freshness
from cadran.domain.directory import EMPTY
from cadran.domain.presentation import Presentation, present
from cadran.domain.question import MetricRef
from tests.domain.sample_directory import NOW, question


@pytest.mark.parametrize(("headlines", "codes"), [(1, []), (4, []), (5, ["too_many_headlines"])])
def test_a_board_has_four_headlines_at_most(headlines: int, codes: list[str]):
    total = Figures(MetricRef("contacts"), [1.0], [1.0], [None], [1.0])
    fresh = Freshness(None, NOW, NOW, 1)
    answer = Answer(question("contacts"), 1, (), (), (total,) * headlines, "", "", None, fresh)
    shown = present(answer, Presentation(headlines=True), EMPTY)
    assert [notice.code for notice in shown.warnings] == codes
