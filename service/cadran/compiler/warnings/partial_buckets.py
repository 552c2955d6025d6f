"""The warning about buckets that the window cuts: a week of which it has three days is no week."""

from __future__ import annotations

from collections.abc import Sequence

from cadran.domain.answer import KeyColumn, Notice
from cadran.domain.metric import Label


def notices(keys: Sequence[KeyColumn]) -> list[Notice]:
    """Return the warning, which names the starts of the buckets; none if the window cuts no bucket."""
    starts = {
        str(start)
        for key in keys
        if key.partial is not None
        for start, partial in zip(key.values, key.partial, strict=True)
        if partial
    }
    if not starts:
        return []
    names = ", ".join(sorted(starts))
    detail = Label(
        f"The window has only a part of these buckets, which are marked partial: {names}. Compare whole buckets only.",
        f"La période n'a qu'une partie de ces intervalles, marqués « partial » : {names}. Ne comparez que des"
        " intervalles entiers.",
    )
    return [Notice("partial_buckets", detail)]
