"""The report of a benchmark: lines of a table. Each line shows a ratio measured within one run, and its target."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from statistics import median
from time import perf_counter
from typing import TypeVar

Measured = TypeVar("Measured")


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the table. ``limit``: the target is an upper limit instead of a lower one. A line without a target
    only informs.
    """

    what: str
    ratio: float | None
    target: float | None
    medians: str
    limit: bool = False

    @property
    def reached(self) -> str:
        """Return "yes" or "NO", or an empty text when the line has no target or no ratio."""
        if self.target is None or self.ratio is None:
            return ""
        return "yes" if (self.ratio <= self.target if self.limit else self.ratio >= self.target) else "NO"


HEAD = ("what", "ratio", "to reach", "", "medians")


def table(lines: list[Line]) -> str:
    """Format the lines as a table of text."""
    rows = [HEAD, *(_cells(line) for line in lines)]
    widths = [max(len(row[place]) for row in rows) for place in range(len(HEAD))]
    padded = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]
    return "\n".join([padded[0], "─" * max(map(len, padded)), *padded[1:]])


def _cells(line: Line) -> tuple[str, ...]:
    ratio = "" if line.ratio is None else f"{line.ratio:,.2f}" if line.ratio < 10 else f"{line.ratio:,.0f}"
    target = "" if line.target is None else f"{'≤' if line.limit else '≥'} {line.target:g}"
    return line.what, ratio, target, line.reached, line.medians


async def seconds(work: Callable[[], Awaitable[object]]) -> float:
    """Return the seconds that one run of the work takes."""
    started = perf_counter()
    await work()
    return perf_counter() - started


async def interleaved(*ways: Callable[[], Awaitable[float]], rounds: int) -> list[float]:
    """Return the median of each way's figures. The ways are measured in turns (A B A B …), so that a busy machine slows
    all of them.
    """
    return [median(figures) for figures in await measure_in_turns(*ways, rounds=rounds)]


async def measure_in_turns(*ways: Callable[[], Awaitable[Measured]], rounds: int) -> list[list[Measured]]:
    """Return what each way measured, in turns (A B A B …)."""
    found: list[list[Measured]] = [[] for _ in ways]
    for _ in range(rounds):
        for way, figures in zip(ways, found, strict=True):
            figures.append(await way())
    return found
