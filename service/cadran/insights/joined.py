"""The merge of two answers into one, with the freshness of the older answer and the warnings of both."""

from __future__ import annotations

from dataclasses import replace

from cadran.domain.answer import Answer


def merge_answers(shown: Answer, beside: Answer) -> Answer:
    """Return the first answer's keys and figures, with the freshness, warnings and sources of both answers."""
    return replace(
        shown,
        freshness=replace(
            shown.freshness,
            generated_at=min(shown.freshness.generated_at, beside.freshness.generated_at),
            stale_after=min(shown.freshness.stale_after, beside.freshness.stale_after),
            version=max(shown.freshness.version, beside.freshness.version),
            stale=shown.freshness.stale or beside.freshness.stale,
        ),
        approximate=shown.approximate or beside.approximate,
        warnings=tuple(dict.fromkeys((*shown.warnings, *beside.warnings))),
        sources=(*shown.sources, *beside.sources),
    )
