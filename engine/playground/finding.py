"""What a check of a run found."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Finding:
    """`seen` says what was found, with its number `value`; `page` and `lab` are the slugs of where
    to read on, in a chapter of the handbook. `cure` holds settings by name that would help.
    """

    name: str
    seen: str
    value: float
    chapter: int
    page: str
    lab: str
    cure: Mapping[str, Any] = field(default_factory=dict)
    is_problem: bool = True


def written(value: float) -> str:
    """A number in three digits: 0.0123, 4.5e-7."""
    if not math.isfinite(value):
        return "no finite number"
    return f"{value:.3g}".replace("e-0", "e-").replace("e+0", "e").replace("e+", "e")
