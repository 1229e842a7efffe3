"""What a benchmark reports, and how several are timed against each other in one run."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from typing import NamedTuple


class Result(NamedTuple):
    """What was measured (ratios count; times move between runs), and the target it is held to."""

    measured: str
    target: str
    met: bool


def median_seconds(*work: Callable[[], object], repeats: int = 9) -> list[float]:
    """Median duration of each piece of work, taken in turns so that all see the same machine."""
    rounds = [[_seconds(piece) for piece in work] for _ in range(repeats + 1)]
    return [statistics.median(column) for column in zip(*rounds[1:], strict=True)]


def _seconds(work: Callable[[], object]) -> float:
    begin = time.perf_counter()
    work()
    return time.perf_counter() - begin
