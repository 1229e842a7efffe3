"""What a comparison needs of a setting: its name, its values, and how it is read and changed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from engine.activations import ACTIVATIONS
from engine.initializers import INITIALIZERS
from engine.playground.build import FORMS
from engine.playground.features import FEATURES
from engine.playground.settings import Settings

VALUES = 16  # of a sweep at most
DIGITS = 3  # that a value between two others has
FACTORS, STEPS = "factors", "steps"
NAMES: dict[str, str] = {
    **{key: written for key, (written, _) in FEATURES.items()},
    **{key: rule.name for key, rule in ACTIVATIONS.items()},
    **{key: key.replace("_", " ").capitalize() for key in INITIALIZERS},
    **FORMS,
    "l1": "L1",
    "l2": "L2",
}
"""How values are written that are not written as their keys."""


@dataclass(frozen=True)
class Sweep:
    """A setting with its possible values in order. A comparison begins with `first`, a sweep with
    `span`: its two ends for numbers, all its values for categories. Numbers go by FACTORS or by
    STEPS; `own` reads the value that settings have, and `change` gives settings with another one.
    """

    label: str
    options: tuple[Any, ...]
    first: Any
    span: tuple[Any, ...]
    own: Callable[[Settings], Any]
    change: Callable[[Settings, Any], Settings]
    by: str = ""
    draws: bool = False

    @property
    def is_number(self) -> bool:
        """Whether there are values between the options."""
        return bool(self.by)

    def written(self, value: Any) -> str:
        """The value in words."""
        if isinstance(value, bool):
            return "on" if value else "off"
        if isinstance(value, tuple):
            *first, last = [self.written(part) for part in value] or ["none"]
            return f"{', '.join(first)} and {last}" if first else last
        if isinstance(value, str):
            return NAMES.get(value, value.replace("_", " "))
        return f"{value:g}".replace("e-0", "e-").replace("-", "−")


def between(sweep: Sweep, low: Any, high: Any, count: int) -> tuple[Any, ...]:
    """Up to `count` values from low to high, evenly by steps or by factors; fewer where whole
    numbers fall together."""
    low, high = min(low, high), max(low, high)
    space = np.geomspace if sweep.by == FACTORS else np.linspace
    if isinstance(low, int):
        return tuple(sorted({round(float(v)) for v in space(low, high, count)}))
    return tuple(dict.fromkeys(float(f"{v:.{DIGITS}g}") for v in space(low, high, count)))
