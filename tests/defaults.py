"""What tests hand over where they have no reason for another value: the defaults of the settings."""

from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Any

from cadran.domain.answer import Answers
from cadran.domain.directory import Directory
from cadran.engine.desk import Desk
from cadran.engine.values_under_way import ValueLimit
from cadran.facts.load import load as loading
from cadran.settings import Settings

DEFAULTS = Settings()
#: Load rows, in batches of the default size.
load = partial(loading.load, batch_rows=DEFAULTS.load_batch_rows, currency=DEFAULTS.currency)


def make_desk(
    answers: Answers, directory: Callable[[], Directory], clock: Callable[[], datetime], zone: str, **limits: Any
) -> Desk:
    """Return a desk with the default limits, except for those that are given."""
    defaults: dict[str, Any] = {
        "group_agents_min": DEFAULTS.group_agents_min,
        "live_seconds": DEFAULTS.live_seconds,
        "values_max": DEFAULTS.values_max,
        "room": ValueLimit(DEFAULTS.values_under_way_max, waiting_max=DEFAULTS.waiting_max),
    }
    return Desk(answers, directory, clock, zone, **(defaults | limits))
