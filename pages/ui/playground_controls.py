"""The playground's controls: every setting is one of them, and in the address."""

from __future__ import annotations

from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from engine.playground.build import HYPERPARAMETERS, hyperparameters
from engine.playground.clouds import CLOUDS
from engine.playground.data import DRAWN, OwnTable
from engine.playground.settings import CLASSES, LAYERS, LIMITS, UNITS, Settings
from pages.ui.address import bound, kept
from pages.ui.playground_fields import (
    ACTIVATION_NAMES,
    CHOICES,
    DEFAULT,
    FEATURE_NAMES,
    LABELS,
    PREFIX,
    SCALES,
    house_columns,
    written,
)
from pages.ui.playground_own import drawn_points, own_table
from pages.ui.playground_presets import presets
from pages.ui.playground_session import keep_picked, to_the_start

WIDTH = 160  # of a control: two beside each other on a phone, four beside the menu


def controls() -> tuple[Settings, OwnTable | None]:
    """Draws all controls in tabs and returns the settings that they stand for, and the visitor's
    table where the data is one; None for a table that cannot be used."""
    about_data, about_network, about_training, about_stops, runs = st.tabs(
        ["Data", "Network", "Training", "When to stop", "Runs worth seeing"]
    )
    with runs:
        presets()
    with about_data:
        data, own = _data()
    with about_network:
        network = _network(data["data"], own)
    with about_training, side_by_side():
        training = _training()
    with about_stops, side_by_side():
        stops = _stops()
    return Settings(**data | network | training | stops), own


def side_by_side() -> DeltaGenerator:
    """Room for controls of one width, as many in a row as there is room for."""
    return st.container(horizontal=True, vertical_alignment="bottom")


def _data() -> tuple[dict[str, Any], OwnTable | None]:
    values: dict[str, Any] = {}
    own = None
    with side_by_side():
        kind = values["data"] = _choice("data", **kept("play_data"))
        if kind in CLOUDS and len(CLOUDS[kind].classes) > 1:
            values["classes"] = _slider("classes", 2, CLASSES, 1)
        if kind == "curve":
            values["curve"] = _choice("curve")
        if kind not in ("own", DRAWN):
            values["n"] = _slider("n", 20, 1000, 10)
            values["noise"] = _slider("noise", 0.0, 0.5, 0.05)
        values["share"] = _slider("share", 0.1, 0.9, 0.05)
        values["data_seed"] = _number("data_seed")
    if kind == "own":
        own = own_table("play_own")
    elif kind == DRAWN:
        values["points"] = drawn_points()
    return values, own


def _network(kind: str, own: OwnTable | None) -> dict[str, Any]:
    values: dict[str, Any] = _inputs(kind, own)
    with side_by_side():
        layers = st.slider(
            LABELS["layers"], 0, LAYERS, len(DEFAULT.units), width=WIDTH, **bound("play_layers")
        )
        sizes = [_layer(k) for k in range(1, layers + 1)]
    values["units"] = tuple(units for units, _ in sizes)
    values["activations"] = tuple(kind for _, kind in sizes)
    with side_by_side():
        values["initializer"] = _choice("initializer")
        values["dropout"] = _slider("dropout", 0.0, 0.8, 0.05)
        values["batch_norm"] = _toggle("batch_norm")
        values["residual"] = _toggle(
            "residual", help="Around each hidden layer that is as wide as what it reads."
        )
    with side_by_side():
        values["seed"] = _seed()
    return values


def _seed() -> int:
    """The seed of the weights, which can be locked, and the way to the next one."""
    is_locked = bool(st.session_state.get("play_lock"))
    seed = _number("seed", disabled=is_locked)
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
    keep_picked({"play_seed": float(seed)})
    to_the_start()


def _inputs(kind: str, own: OwnTable | None) -> dict[str, Any]:
    columns = own.names if own is not None else house_columns() if kind == "houses" else ()
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
    if not chosen:
        chosen = default if columns else default[:1]
        st.markdown(
            "None chosen: all are read." if columns else f"None chosen: {names[chosen[0]]}."
        )
    return {setting: tuple(chosen)}


def _layer(k: int) -> tuple[int, str]:
    """Units and activation of hidden layer k, counted from 1."""
    units, kind = (*zip(DEFAULT.units, DEFAULT.activations, strict=True), *[(4, "tanh")] * LAYERS)[
        k - 1
    ]
    with st.container(width=WIDTH, gap="small"):
        size = _whole(f"Units of layer {k}", 1, UNITS, units, f"play_units_{k}")
        activation = st.selectbox(
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
    own = hyperparameters(rule)
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
            width=WIDTH,
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
        width=WIDTH,
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
        width=WIDTH,
        bind="query-params",
    )


def _slider(setting: str, low: float, high: float, step: float) -> Any:
    return st.slider(
        LABELS[setting],
        low,
        high,
        getattr(DEFAULT, setting),
        step,
        key=PREFIX + setting,
        width=WIDTH,
        bind="query-params",
    )


def _number(setting: str, **more: Any) -> int:
    low, high = LIMITS[setting]
    key = PREFIX + setting
    return _whole(LABELS[setting], low, high, getattr(DEFAULT, setting), key, width=WIDTH, **more)


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
