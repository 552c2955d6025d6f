"""Response times of one key's light questions while another key asks 32 heavy questions at a time, compared with the
times when the light key is alone.
"""

from __future__ import annotations

from statistics import median

from tests.bench.result_line import Line
from tests.faults import heavy_load


async def measure(url: str) -> list[Line]:
    """Fill an empty database and compare once. Both measurements are only seconds apart."""
    await heavy_load.fill(url)
    noisy, quiet = await heavy_load.partner_keys(url, "noisy", "quiet")
    with heavy_load.serving(url) as served:
        found = await heavy_load.compare(served, noisy=noisy, quiet=quiet)
    alone, crowded = (median(each.seconds for each in part) for part in (found.alone, found.crowded))
    medians = f"{1000 * crowded:.1f} / {1000 * alone:.1f} ms"
    return [
        Line("light questions next to 32 heavy ones of another key / alone", crowded / alone, 3, medians, limit=True)
    ]
