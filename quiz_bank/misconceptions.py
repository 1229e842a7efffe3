"""The known mistakes by key, read from misconceptions.toml."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Misconception:
    """A known mistake: its key, what it is called, and one sentence for the learner."""

    key: str
    name: str
    feedback: str


def _read(path: Path) -> dict[str, Misconception]:
    entries = tomllib.loads(path.read_text(encoding="utf-8"))
    return {key: Misconception(key, **entry) for key, entry in entries.items()}


MISCONCEPTIONS: Mapping[str, Misconception] = _read(Path(__file__).with_suffix(".toml"))
