"""Every metric, by every grain, split, filter and window: the service's figures are the oracle's."""

from __future__ import annotations

from random import Random

import pytest

from cadran.domain.catalogue import METRICS
from tests.oracle.asking import agree
from tests.oracle.conftest import Loaded
from tests.oracle.figures import ORACLES
from tests.oracle.questions import question

ROUNDS = 4
QUESTIONS = 30


def test_every_metric_has_an_oracle():
    assert ORACLES.keys() == METRICS.keys()


@pytest.mark.parametrize("round_", range(ROUNDS))
async def test_answers_agree_with_the_oracle(loaded: Loaded, round_: int):
    random = Random(round_ * 7919 + len(loaded.truth.contacts))
    for _ in range(QUESTIONS):
        asked = question(loaded.truth.world, random, sorted(METRICS))
        await agree(loaded.desk, loaded.truth, asked)
