"""Everything that decides a run of the playground: the same settings give the same numbers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

LAYERS = 6  # hidden layers at most
UNITS = 16  # of a hidden layer at most
CLASSES = 6  # at most


@dataclass(frozen=True)
class Settings:
    """A run's data, network and training, as controls, links and scripts write them.

    `units` and `activations` have one entry per hidden layer; `classes` counts where the data has
    classes; `curve` belongs to the data "curve", `points` to "drawn" and `columns` to tables.
    `horizon` is the number of epochs over which the schedule runs. A stop rule of 0 is off.
    """

    data: str = "circle"
    classes: int = 2
    curve: str = "cubic"
    points: str = ""
    n: int = 300
    noise: float = 0.1
    share: float = 0.5
    data_seed: int = 1

    features: tuple[str, ...] = ("x1", "x2")
    columns: tuple[str, ...] = ()
    units: tuple[int, ...] = (4, 2)
    activations: tuple[str, ...] = ("tanh", "tanh")
    initializer: str = "xavier_uniform"
    batch_norm: bool = False
    dropout: float = 0.0
    residual: bool = False
    seed: int = 1

    optimizer: str = "SGD"
    rate: float = 0.03
    beta: float = 0.9
    beta2: float = 0.999
    epsilon: float = 1e-8
    decay: float = 0.01
    schedule: str = "constant"
    horizon: int = 300
    batch_size: int = 10
    penalty: str = "none"
    form: str = "subgradient"
    strength: float = 0.001
    clip: str = "none"
    limit: float = 1.0

    stop_epochs: int = 0
    stop_loss: float = 0.0
    patience: int = 0

    def __post_init__(self) -> None:
        """Raises ValueError for a value outside what `LIMITS` allows and for unequal layers."""
        for name, (low, high) in LIMITS.items():
            value = getattr(self, name)
            if not low <= value <= high:
                raise ValueError(f"{name} must lie in {low:g} to {high:g}, got {value}")
        if len(self.units) != len(self.activations) or len(self.units) > LAYERS:
            raise ValueError(
                f"expected 0 to {LAYERS} hidden layers with an activation each, got "
                f"{len(self.units)} and {len(self.activations)}"
            )
        if any(not 1 <= units <= UNITS for units in self.units):
            raise ValueError(f"a hidden layer has 1 to {UNITS} units, got {self.units}")

    def as_dict(self) -> dict[str, Any]:
        """The values by name, as JSON can hold them."""
        return {field.name: _plain(getattr(self, field.name)) for field in fields(self)}


LIMITS: Mapping[str, tuple[float, float]] = {
    "classes": (2, CLASSES),
    "n": (20, 2_000),
    "noise": (0, 0.5),
    "share": (0.1, 0.9),
    "data_seed": (0, 9_999),
    "seed": (0, 9_999),
    "dropout": (0, 0.8),
    "rate": (1e-5, 1e4),
    "beta": (0, 0.999),
    "beta2": (0, 0.9999),
    "epsilon": (1e-12, 1),
    "decay": (0, 1),
    "horizon": (1, 100_000),
    "batch_size": (1, 2_000),
    "strength": (0, 10),
    "limit": (1e-3, 1e3),
    "stop_epochs": (0, 100_000),
    "stop_loss": (0, 1e6),
    "patience": (0, 10_000),
}
"""The smallest and the largest value of each number."""


def settings_from(values: Mapping[str, Any]) -> Settings:
    """Settings from values by name, as `Settings.as_dict` gives them; what is left out has its
    default. Raises ValueError for unknown names and for values that do not fit."""
    known = {field.name for field in fields(Settings)}
    unknown = sorted(set(values) - known)
    if unknown:
        raise ValueError(f"unknown settings {', '.join(unknown)}")
    tuples: dict[str, Any] = {k: tuple(v) if isinstance(v, list) else v for k, v in values.items()}
    return Settings(**tuples)


def _plain(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value
