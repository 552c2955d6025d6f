"""What a benchmark reports: lines of a table, each a ratio measured within one run beside the one to reach."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from statistics import median
from time import perf_counter


@dataclass(frozen=True, slots=True)
class Line:
    """One line. ``limit``: the ratio is good at or below the target instead of at or above; without a target the line
    only informs."""

    what: str
    ratio: float | None
    target: float | None
    medians: str
    limit: bool = False

    @property
    def reached(self) -> str:
        """yes, no, or nothing where nothing was to be reached."""
        if self.target is None or self.ratio is None:
            return ""
        return "yes" if (self.ratio <= self.target if self.limit else self.ratio >= self.target) else "NO"


HEAD = ("what", "ratio", "to reach", "", "medians")


def table(lines: list[Line]) -> str:
    """The lines as a table of text."""
    rows = [HEAD, *(_cells(line) for line in lines)]
    widths = [max(len(row[place]) for row in rows) for place in range(len(HEAD))]
    padded = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]
    return "\n".join([padded[0], "─" * max(map(len, padded)), *padded[1:]])


def _cells(line: Line) -> tuple[str, ...]:
    ratio = "" if line.ratio is None else f"{line.ratio:,.2f}" if line.ratio < 10 else f"{line.ratio:,.0f}"
    target = "" if line.target is None else f"{'≤' if line.limit else '≥'} {line.target:g}"
    return line.what, ratio, target, line.reached, line.medians


async def seconds(work: Callable[[], Awaitable[object]]) -> float:
    """How long it takes once."""
    started = perf_counter()
    await work()
    return perf_counter() - started


async def interleaved(*ways: Callable[[], Awaitable[float]], rounds: int) -> list[float]:
    """The median of each way's figures, measured in turns (A B A B …), so that a noisy minute strikes all alike."""
    found: list[list[float]] = [[] for _ in ways]
    for _ in range(rounds):
        for way, figures in zip(ways, found, strict=True):
            figures.append(await way())
    return [median(figures) for figures in found]
