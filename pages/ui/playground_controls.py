"""The playground's controls: every setting is one of them, in the address, and back again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import fields
from typing import Any

import numpy as np
import streamlit as st

from engine.activations import ACTIVATIONS
from engine.data import houses
from engine.initializers import INITIALIZERS
from engine.optimizers import OPTIMIZERS
from engine.playground.build import FORMS, HYPERPARAMETERS
from engine.playground.clouds import CLOUDS, CURVES
from engine.playground.data import DATA, DRAWN, OwnTable
from engine.playground.features import FEATURES
from engine.playground.settings import CLASSES, LAYERS, LIMITS, UNITS, Settings
from engine.schedules import SCHEDULES
from pages.ui.address import bound, kept
from pages.ui.playground_own import drawn_points, own_table
from pages.ui.playground_session import to_the_start

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


def controls() -> tuple[Settings, OwnTable | None]:
    """Draws all controls and returns the settings that they stand for, and the visitor's table
    where the data is one; None for a table that cannot be used."""
    with st.expander("Data", icon=":material/scatter_plot:", expanded=True):
        data, own = _data()
    with st.expander("Network", icon=":material/hub:", expanded=True):
        network = _network(data["data"], own)
    with st.expander("Training", icon=":material/trending_down:", expanded=True):
        training = _training()
    with st.expander("When to stop", icon=":material/flag:"):
        stops = _stops()
    return Settings(**data | network | training | stops), own


def _data() -> tuple[dict[str, Any], OwnTable | None]:
    kind = _choice("data", **kept("play_data"))
    values: dict[str, Any] = {"data": kind}
    own = None
    if kind == "own":
        own = own_table("play_own")
    elif kind == DRAWN:
        values["points"] = drawn_points()
    else:
        if kind in CLOUDS and len(CLOUDS[kind].classes) > 1:
            values["classes"] = _slider("classes", 2, CLASSES, 1)
        if kind == "curve":
            values["curve"] = _choice("curve")
        values["n"] = _slider("n", 20, 1000, 10)
        values["noise"] = _slider("noise", 0.0, 0.5, 0.05)
    values["share"] = _slider("share", 0.1, 0.9, 0.05)
    values["data_seed"] = _number("data_seed")
    return values, own


def _network(kind: str, own: OwnTable | None) -> dict[str, Any]:
    values: dict[str, Any] = _inputs(kind, own)
    layers = st.slider(LABELS["layers"], 0, LAYERS, len(DEFAULT.units), **bound("play_layers"))
    sizes = [_layer(k) for k in range(1, layers + 1)]
    values["units"] = tuple(units for units, _ in sizes)
    values["activations"] = tuple(kind for _, kind in sizes)
    values["initializer"] = _choice("initializer")
    values["batch_norm"] = _toggle("batch_norm")
    values["residual"] = _toggle(
        "residual", help="Around each hidden layer that is as wide as what it reads."
    )
    values["dropout"] = _slider("dropout", 0.0, 0.8, 0.05)
    values["seed"] = _seed()
    return values


def _seed() -> int:
    """The seed of the weights, which can be locked, and the way to the next one."""
    is_locked = bool(st.session_state.get("play_lock"))
    seed = _number("seed", disabled=is_locked)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.button(
            "New weights",
            key="play_new_weights",
            icon=":material/casino:",
            help="Back to the start, with the next seed. Reset goes there with the same weights.",
            on_click=_next_seed,
            disabled=is_locked,
        )
        st.toggle("Lock", key="play_lock", help="Keeps the seed as it is.")
    return seed


def _next_seed() -> None:
    seed = (st.session_state["play_seed"] + 1) % (LIMITS["seed"][1] + 1)
    st.session_state["play_seed"] = float(seed)
    to_the_start()


def _inputs(kind: str, own: OwnTable | None) -> dict[str, Any]:
    columns = own.names if own is not None else _house_columns() if kind == "houses" else ()
    names = {name: name for name in columns} or FEATURE_NAMES
    setting = "columns" if columns else "features"
    default = list(columns) if columns else list(DEFAULT.features)
    key = f"play_{setting}" if kind != "own" else "play_own_columns"
    chosen = st.pills(
        LABELS[setting],
        list(names),
        selection_mode="multi",
        default=default,
        format_func=names.__getitem__,
        key=key,
        **({"bind": "query-params"} if kind != "own" else {}),
    )
    return {setting: tuple(chosen or (default if columns else default[:1]))}


@st.cache_data(max_entries=1, show_spinner=False)
def _house_columns() -> tuple[str, ...]:
    return houses(np.random.default_rng(0), 1).features


def _layer(k: int) -> tuple[int, str]:
    """Units and activation of hidden layer k, counted from 1."""
    units, kind = (*zip(DEFAULT.units, DEFAULT.activations, strict=True), *[(4, "tanh")] * LAYERS)[
        k - 1
    ]
    left, right = st.columns([1, 1.3])
    with left:
        size = _whole(f"Units of layer {k}", 1, UNITS, units, f"play_units_{k}")
    activation = right.selectbox(
        f"Activation {k}",
        list(ACTIVATION_NAMES),
        list(ACTIVATION_NAMES).index(kind),
        format_func=ACTIVATION_NAMES.__getitem__,
        key=f"play_activation_{k}",
        bind="query-params",
    )
    return size, activation


def _training() -> dict[str, Any]:
    rule = _choice("optimizer", **kept("play_optimizer"))
    values: dict[str, Any] = {"optimizer": rule, "rate": _scale("rate")}
    own = {field.name for field in fields(OPTIMIZERS[rule])}  # type: ignore[arg-type]
    for setting, names in HYPERPARAMETERS.items():
        if own & set(names):
            values[setting] = _scale(setting)
    values["batch_size"] = int(_scale("batch_size"))
    values["schedule"] = _choice("schedule", **kept("play_schedule"))
    if values["schedule"] != "constant":
        values["horizon"] = _number("horizon")
    values["penalty"] = _choice("penalty", **kept("play_penalty"))
    if values["penalty"] != "none":
        values["form"] = _choice("form")
        values["strength"] = _scale("strength")
    values["clip"] = _choice("clip", **kept("play_clip"))
    if values["clip"] != "none":
        values["limit"] = _scale("limit")
    return values


def _stops() -> dict[str, Any]:
    return {
        "stop_epochs": _number("stop_epochs", help="0 is never."),
        "stop_loss": st.number_input(
            LABELS["stop_loss"],
            0.0,
            100.0,
            DEFAULT.stop_loss,
            0.01,
            key="play_stop_loss",
            bind="query-params",
            help="0 is never.",
        ),
        "patience": _number("patience", help="0 is never."),
    }


def _choice(setting: str, **more: Any) -> str:
    names = CHOICES[setting]
    return st.selectbox(
        LABELS[setting],
        list(names),
        list(names).index(getattr(DEFAULT, setting)),
        format_func=names.__getitem__,
        key=PREFIX + setting,
        bind="query-params",
        **more,
    )


def _scale(setting: str) -> float:
    return st.select_slider(
        LABELS[setting],
        SCALES[setting],
        value=getattr(DEFAULT, setting),
        format_func=written,
        key=PREFIX + setting,
        bind="query-params",
    )


def written(value: float) -> str:
    """A value of a scale as it is shown."""
    return f"{value:g}"


def _slider(setting: str, low: float, high: float, step: float) -> Any:
    return st.slider(
        LABELS[setting],
        low,
        high,
        getattr(DEFAULT, setting),
        step,
        key=PREFIX + setting,
        bind="query-params",
    )


def _number(setting: str, **more: Any) -> int:
    low, high = LIMITS[setting]
    return _whole(LABELS[setting], low, high, getattr(DEFAULT, setting), PREFIX + setting, **more)


def _whole(label: str, low: float, high: float, default: int, key: str, **more: Any) -> int:
    """A whole number, held as a float: an infinite one in a link breaks a field of integers."""
    value = st.number_input(
        label,
        float(low),
        float(high),
        float(default),
        1.0,
        "%.0f",
        key=key,
        bind="query-params",
        **more,
    )
    return round(value)


def _toggle(setting: str, **more: Any) -> bool:
    return st.toggle(
        LABELS[setting],
        getattr(DEFAULT, setting),
        key=PREFIX + setting,
        bind="query-params",
        **more,
    )


def state_of(settings: Settings) -> dict[str, Any]:
    """The value of every control by its key, for settings."""
    values = {PREFIX + name: getattr(settings, name) for name in LABELS if hasattr(settings, name)}
    values |= {PREFIX + name: _nearest(name, getattr(settings, name)) for name in SCALES}
    values |= {PREFIX + name: float(getattr(settings, name)) for name in WHOLE}
    values["play_layers"] = len(settings.units)
    for k, (units, kind) in enumerate(zip(settings.units, settings.activations, strict=True), 1):
        values[f"play_units_{k}"], values[f"play_activation_{k}"] = float(units), kind
    values["play_features"] = list(settings.features)
    values["play_columns"] = list(settings.columns or _house_columns())
    if settings.data == DRAWN:
        values["play_points"] = settings.points
    return values


def _nearest(setting: str, value: float) -> float:
    return min(SCALES[setting], key=lambda choice: abs(choice - value))


def use(settings: Settings) -> None:
    """Sets every control to the settings; for a callback, before the controls are drawn."""
    st.session_state.update(state_of(settings))


def query(settings: Settings, step: int = 0) -> dict[str, Any]:
    """The query values of an address that opens the playground with these settings at a step."""
    plain = state_of(DEFAULT)
    found = {
        key: _in_address(key.removeprefix(PREFIX), value)
        for key, value in state_of(settings).items()
        if value != plain.get(key) or key.startswith(("play_units", "play_activation"))
    }
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
