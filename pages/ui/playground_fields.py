"""The playground's settings as controls hold them and as an address writes them, and back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
import streamlit as st

from engine.activations import ACTIVATIONS
from engine.data import houses
from engine.initializers import INITIALIZERS
from engine.optimizers import OPTIMIZERS
from engine.playground.build import FORMS
from engine.playground.clouds import CURVES
from engine.playground.data import DATA, DRAWN
from engine.playground.features import FEATURES
from engine.playground.settings import Settings
from engine.schedules import SCHEDULES

RATES = tuple(float(f"{digit}e{exponent}") for exponent in range(-4, 2) for digit in (1, 2, 3, 5))[
    :-3
]  # 0.0001 to 10
STRENGTHS = tuple(float(f"{digit}e{exponent}") for exponent in range(-4, 1) for digit in (1, 3))
LIMITS_OF_CLIPPING = (0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0)
EPSILONS = (1e-10, 1e-8, 1e-6, 1e-4, 1e-2)
BETAS = (0.0, 0.5, 0.8, 0.9, 0.95, 0.98, 0.99)
BETAS2 = (0.9, 0.99, 0.999, 0.9999)
DECAYS = (0.0, 0.001, 0.01, 0.03, 0.1, 0.3)
BATCHES = (1, 2, 5, 10, 20, 30, 50, 100, 200, 500, 1000, 2000)
PENALTY_NAMES = {"none": "None", "l1": "L1", "l2": "L2"}
FORM_NAMES = {key: words.capitalize() for key, words in FORMS.items()}
CLIP_NAMES = {"none": "None", "norm": "Norm", "layer": "Norm of each layer", "value": "Value"}
SCHEDULE_NAMES = {key: key.replace("_", " ").capitalize() for key in SCHEDULES}
INITIALIZER_NAMES = {key: key.replace("_", " ").capitalize() for key in INITIALIZERS}
ACTIVATION_NAMES = {key: rule.name for key, rule in ACTIVATIONS.items()}
FEATURE_NAMES = {key: name for key, (name, _) in FEATURES.items()}
CURVE_NAMES = {key: name for key, (name, _) in CURVES.items()}
RULE_NAMES = {key: key for key in OPTIMIZERS}

DEFAULT = Settings()
PREFIX = "play_"

CHOICES: dict[str, Mapping[str, str]] = {
    "data": DATA,
    "curve": CURVE_NAMES,
    "initializer": INITIALIZER_NAMES,
    "optimizer": RULE_NAMES,
    "schedule": SCHEDULE_NAMES,
    "penalty": PENALTY_NAMES,
    "form": FORM_NAMES,
    "clip": CLIP_NAMES,
}
"""Settings that are one of a few words: each key and what is shown and stands in the address."""

SCALES: dict[str, tuple[float, ...]] = {
    "rate": RATES,
    "strength": STRENGTHS,
    "limit": LIMITS_OF_CLIPPING,
    "epsilon": EPSILONS,
    "beta": BETAS,
    "beta2": BETAS2,
    "decay": DECAYS,
    "batch_size": BATCHES,
}
"""Settings on a scale of their own: the values that can be chosen."""

WHOLE = ("data_seed", "seed", "horizon", "stop_epochs", "patience")
"""Settings that are typed as whole numbers."""

LABELS = {
    "data": "Data",
    "classes": "Classes",
    "curve": "f(x)",
    "n": "Examples",
    "noise": "Noise",
    "share": "Share that trains",
    "data_seed": "Seed of the data",
    "features": "Inputs",
    "columns": "Inputs",
    "layers": "Hidden layers",
    "initializer": "Starting weights",
    "batch_norm": "Batch norm",
    "dropout": "Dropout rate",
    "residual": "Residual connections",
    "seed": "Seed of the weights",
    "optimizer": "Optimizer",
    "rate": "Learning rate",
    "beta": "β",
    "beta2": "β₂",
    "epsilon": "ε",
    "decay": "Weight decay",
    "schedule": "Schedule",
    "horizon": "Epochs of the schedule",
    "batch_size": "Batch size",
    "penalty": "Penalty",
    "form": "How it acts",
    "strength": "Strength λ",
    "clip": "Clipping",
    "limit": "Limit of clipping",
    "stop_epochs": "Stop after epochs",
    "stop_loss": "Stop at training loss",
    "patience": "Stop after epochs without a better test loss",
}
"""What each control is called."""


@st.cache_data(max_entries=1, show_spinner=False)
def house_columns() -> tuple[str, ...]:
    return houses(np.random.default_rng(0), 1).features


def written(value: float) -> str:
    """A value of a scale as it is shown."""
    return f"{value:g}"


def state_of(settings: Settings) -> dict[str, Any]:
    """The value of every control by its key, for settings."""
    values = {PREFIX + name: getattr(settings, name) for name in LABELS if hasattr(settings, name)}
    values |= {PREFIX + name: _nearest(name, getattr(settings, name)) for name in SCALES}
    values |= {PREFIX + name: float(getattr(settings, name)) for name in WHOLE}
    values["play_layers"] = len(settings.units)
    for k, (units, kind) in enumerate(zip(settings.units, settings.activations, strict=True), 1):
        values[f"play_units_{k}"], values[f"play_activation_{k}"] = float(units), kind
    values["play_features"] = list(settings.features)
    values["play_columns"] = list(settings.columns or house_columns())
    if settings.data == DRAWN:
        values["play_points"] = settings.points
    return values


def _nearest(setting: str, value: float) -> float:
    return min(SCALES[setting], key=lambda choice: abs(choice - value))


def query(settings: Settings, step: int = 0) -> dict[str, Any]:
    """The query values of an address that opens the playground with these settings at a step."""
    plain = state_of(DEFAULT)
    found = {
        key: _in_address(key.removeprefix(PREFIX), value)
        for key, value in state_of(settings).items()
        if value != plain.get(key) or key.startswith(("play_units", "play_activation"))
    }
    if settings.data == "own":  # its columns are the visitor's, and so are their names
        found.pop("play_columns", None)
    return found | ({"play_step": str(step)} if step else {})


def _in_address(setting: str, value: Any) -> str | list[str]:
    if setting in CHOICES:
        return CHOICES[setting][value]
    if setting.startswith("activation_"):
        return ACTIVATION_NAMES[value]
    if setting == "features":
        return [FEATURE_NAMES[key] for key in value]
    if isinstance(value, Iterable) and not isinstance(value, str):
        return [str(part) for part in value]
    if isinstance(value, bool):
        return str(value).lower()
    return f"{value:.10g}" if isinstance(value, float) else str(value)
