"""Prints every benchmark beside its target: python -m tests.benchmarks [name ...]."""

from __future__ import annotations

import sys
from collections.abc import Callable

from tests.benchmarks import convergence_map, race
from tests.benchmarks.table import Result

BENCHMARKS: dict[str, Callable[[], Result]] = {
    "race": race.run,
    "convergence map": convergence_map.run,
}


def main(names: list[str]) -> None:
    unknown = [name for name in names if name not in BENCHMARKS]
    if unknown:
        raise SystemExit(f"unknown benchmarks {unknown}; choose from {list(BENCHMARKS)}")
    for name in names or BENCHMARKS:
        measured, target, met = BENCHMARKS[name]()
        print(f"{name:20} {measured:48} target {target:16} {'met' if met else 'NOT MET'}")


if __name__ == "__main__":
    main(sys.argv[1:])
