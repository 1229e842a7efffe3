"""Prints every benchmark beside its target: python -m tests.benchmarks [name ...]."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator

from tests.benchmarks import (
    bank,
    convergence_map,
    lstm,
    pages,
    playground_session,
    playground_step,
    progress,
    race,
    translation,
    translation_session,
)
from tests.benchmarks.table import Result

BENCHMARKS: dict[str, Callable[[], Result | Iterator[tuple[str, Result]]]] = {
    "bank": bank.run,
    "race": race.run,
    "convergence map": convergence_map.run,
    "lstm": lstm.run,
    "translation": translation.run,
    "playground step": playground_step.run,
    "playground session": playground_session.run,
    "pages": pages.run,
    "progress": progress.run,
    "translation session": translation_session.run,
}


def lines(name: str) -> Iterator[tuple[str, Result]]:
    """The benchmark's line, or its lines as they come, each with what it is about."""
    found = BENCHMARKS[name]()
    yield from [(name, found)] if isinstance(found, Result) else found


def main(names: list[str]) -> None:
    unknown = [name for name in names if name not in BENCHMARKS]
    if unknown:
        raise SystemExit(f"unknown benchmarks {unknown}; choose from {list(BENCHMARKS)}")
    for name in names or BENCHMARKS:
        for label, (measured, target, met) in lines(name):
            verdict = "met" if met else "NOT MET"
            print(f"{label:20} {measured:48} target {target:16} {verdict}", flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
