"""Limits of a single request. Every edge enforces them; the OpenAPI document and the GraphQL schema contain them.

They are far above the needs of honest requests. They limit what a request can store, and the work to refuse it.
"""

from __future__ import annotations

from collections.abc import Sized
from typing import Final

from cadran.errors import QuestionRefused

#: Characters of a code, a name, a metric as written, or any other single line.
WORD_MAX: Final = 200
#: Codes in one part of a scope, and metrics that a key or token names.
CODES_MAX: Final = 200
#: Browser origins of a key or token.
ORIGINS_MAX: Final = 50
#: Metrics of one question: a statement has columns for this many metrics with all their parts.
METRICS_MAX: Final = 120
#: Objectives, and contracts, that an embed token names.
NAMED_MAX: Final = 20
#: Digits of an objective's number: it fits PostgreSQL's bigint.
NUMBER_DIGITS_MAX: Final = 18
#: Values of one filter of a question.
VALUES_MAX: Final = 1_000
#: Sections of a report that one request names.
SECTIONS_MAX: Final = 20
#: Characters of a page's cursor.
CURSOR_MAX: Final = 2_000
#: The lifetime of an embed token, in seconds. A deployment may allow less (CADRAN_EMBED_SECONDS_MAX).
EMBED_SECONDS_MAX: Final = 86_400
#: Key results, and scores of key results, in one body.
KEY_RESULTS_MAX: Final = 1_000


def check_list(name: str, values: Sized, longest: int) -> None:
    """Refuse a list of too many items. Raises QuestionRefused with ``bad_parameter``."""
    if len(values) > longest:
        detail = f"{name} has {len(values):,} items; send at most {longest:,}."
        raise QuestionRefused(detail, code="bad_parameter", parameter=name)
