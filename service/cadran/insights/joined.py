"""Two answers told as one: it is as old as the older of both, and knows all that either warns of."""

from __future__ import annotations

from dataclasses import replace

from cadran.domain.answer import Answer


def together(shown: Answer, beside: Answer) -> Answer:
    """The first answer's keys and figures, with the freshness, warnings and sources of both."""
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
