"""Which settings can be compared and swept: what each is called, and the values that it can have.

A change is made to settings as they stand: a number of units to every hidden layer, a strength
along with a penalty to which it belongs.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from engine.activations import ACTIVATIONS
from engine.initializers import INITIALIZERS
from engine.optimizers import OPTIMIZERS
from engine.playground.build import CLIPS, FORMS, PENALTIES
from engine.playground.change import FACTORS, STEPS, VALUES, Sweep
from engine.playground.features import FEATURES
from engine.playground.settings import LAYERS, UNITS, Settings
from engine.schedules import SCHEDULES


def _plain(name: str, label: str, options: Iterable[Any], first: Any, **more: Any) -> Sweep:
    """A setting of one value, by its field."""
    options = tuple(options)
    return Sweep(
        label,
        options,
        first,
        more.pop("span", options),
        lambda settings: getattr(settings, name),
        more.pop("change", lambda settings, value: replace(settings, **{name: value})),
        **more,
    )


def _one(values: tuple[Any, ...]) -> Any:
    """The value that all have; all where they differ."""
    return values[0] if len(set(values)) == 1 else values


def _units(settings: Settings, units: int) -> Settings:
    activations = settings.activations or ("tanh",)
    return replace(settings, units=(units,) * len(activations), activations=activations)


def _layers(settings: Settings, layers: int) -> Settings:
    """Layers are taken away at the end, and added there like the last one."""
    units, activations = settings.units or (4,), settings.activations or ("tanh",)
    return replace(
        settings,
        units=(units + units[-1:] * LAYERS)[:layers],
        activations=(activations + activations[-1:] * LAYERS)[:layers],
    )


def _activation(settings: Settings, name: str) -> Settings:
    return replace(settings, activations=(name,) * len(settings.units))


def _strength(settings: Settings, strength: float) -> Settings:
    penalty = settings.penalty if settings.penalty in PENALTIES else "l2"
    return replace(settings, strength=strength, penalty=penalty)


def _limit(settings: Settings, limit: float) -> Settings:
    clip = settings.clip if settings.clip != "none" else "norm"
    return replace(settings, limit=limit, clip=clip)


COORDINATES, SQUARES = ("x1", "x2"), ("x1x1", "x2x2")
FEATURE_SETS = (
    COORDINATES,
    (*COORDINATES, "x1x2"),
    SQUARES,
    (*COORDINATES, *SQUARES),
    (*COORDINATES, *SQUARES, "x1x2"),
    (*COORDINATES, "sin1", "sin2"),
    tuple(FEATURES),
)


def ladder(low: int, high: int) -> tuple[float, ...]:
    """1, 2 or 3, and 5 or so times each power of ten from 10^low to 10^high."""
    steps = [float(f"{m}e{k}") for k in range(low, high) for m in (1, 3)]
    return (*steps, float(f"1e{high}"))


WHOLE = (1, 2, 3, 5, 8, 10, 16, 20, 30, 50, 100, 200, 500, 1000, 2000)
TENTHS = tuple(k / 10 for k in range(9))

SWEEPS: dict[str, Sweep] = {
    "rate": _plain("rate", "Learning rate", ladder(-5, 3), 0.3, span=(0.001, 10.0), by=FACTORS),
    "batch_size": _plain("batch_size", "Batch size", WHOLE, 1, span=(1, 200), by=FACTORS),
    "optimizer": _plain("optimizer", "Optimizer", OPTIMIZERS, "Adam"),
    "beta": _plain(
        "beta", "β", (*TENTHS, 0.9, 0.95, 0.99, 0.999), 0.99, span=(0.0, 0.99), by=STEPS
    ),
    "schedule": _plain("schedule", "Schedule", SCHEDULES, "cosine"),
    "units": Sweep(
        "Units per layer",
        tuple(range(1, UNITS + 1)),
        8,
        (1, UNITS),
        lambda settings: _one(settings.units),
        _units,
        STEPS,
    ),
    "layers": Sweep(
        "Hidden layers",
        tuple(range(LAYERS + 1)),
        1,
        (0, LAYERS),
        lambda settings: len(settings.units),
        _layers,
        STEPS,
    ),
    "activation": Sweep(
        "Activation",
        tuple(ACTIVATIONS),
        "relu",
        tuple(ACTIVATIONS),
        lambda settings: _one(settings.activations),
        _activation,
    ),
    "initializer": _plain("initializer", "Initialization", INITIALIZERS, "zeros"),
    "features": _plain("features", "Features", FEATURE_SETS, FEATURE_SETS[4]),
    "batch_norm": _plain("batch_norm", "Batch norm", (False, True), True),
    "residual": _plain("residual", "Residual", (False, True), True),
    "dropout": _plain("dropout", "Dropout", TENTHS, 0.2, span=(0.0, 0.8), by=STEPS),
    "penalty": _plain("penalty", "Penalty", ("none", *PENALTIES), "l2"),
    "form": _plain("form", "Form of the penalty", FORMS, "proximal"),
    "strength": _plain(
        "strength", "Strength", ladder(-5, 1), 0.01, span=(1e-5, 1.0), by=FACTORS, change=_strength
    ),
    "clip": _plain("clip", "Clipping", CLIPS, "norm"),
    "limit": _plain(
        "limit",
        "Limit of clipping",
        ladder(-3, 3),
        0.1,
        span=(0.01, 10.0),
        by=FACTORS,
        change=_limit,
    ),
    "seed": _plain("seed", "Seed of the weights", range(1, 101), 2, span=(1, VALUES), by=STEPS),
    "data_seed": _plain(
        "data_seed", "Seed of the data", range(1, 101), 2, span=(1, VALUES), by=STEPS, draws=True
    ),
    "n": _plain(
        "n",
        "Number of examples",
        tuple(n for n in WHOLE if n >= 20),
        100,
        span=(20, 2000),
        by=FACTORS,
        draws=True,
    ),
    "noise": _plain(
        "noise",
        "Noise",
        tuple(k / 20 for k in range(11)),
        0.3,
        span=(0.0, 0.5),
        by=STEPS,
        draws=True,
    ),
    "share": _plain(
        "share",
        "Share that trains",
        tuple(k / 10 for k in range(1, 10)),
        0.8,
        span=(0.1, 0.9),
        by=STEPS,
        draws=True,
    ),
}
"""setting -> how it is compared and swept; those that `draws` have other examples each."""


def brought_along(before: Settings, after: Settings, changes: Iterable[str]) -> list[str]:
    """In words, the settings that changed although they are not among the changes: a penalty where
    there was none, a form of clipping."""
    others = [name for name in ("penalty", "clip") if name not in changes]
    return [
        f"{SWEEPS[name].label.lower()} {SWEEPS[name].written(getattr(after, name))}"
        for name in others
        if getattr(before, name) != getattr(after, name)
    ]
