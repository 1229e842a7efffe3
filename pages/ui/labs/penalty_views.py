"""The views of the lab of L1 and L2: paths, geometry and histogram, each with its controls."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from engine.least_squares import LeastSquares
from engine.regularizers import L1, ElasticNet, soft_threshold
from engine.studies.sparse_regression import (
    Run,
    bowl,
    coefficient_paths,
    fresh_error,
    proximal_step,
    run,
    subgradient_step,
)
from engine.types import Array
from pages.figures.base import Figure, number
from pages.figures.penalties import (
    STRENGTHS,
    describe_paths,
    describe_runs,
    histogram_figure,
    paths_alt,
    paths_figure,
    paths_table,
    runs_alt,
    runs_table,
    zeros,
)
from pages.figures.penalty_geometry import (
    describe_touch,
    geometry_alt,
    geometry_figure,
    geometry_table,
    touch,
)
from pages.ui.lab import choose
from pages.ui.labs.penalty_data import Data, choose_data, data_start, slider
from pages.ui.look import current_look

PENALTIES = {"l1": "L1", "l2": "L2", "elastic_net": "Elastic net"}
RATIOS = {"l1": 1.0, "l2": 0.0}
CHOICES = (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0)
RATES = CHOICES[:10]
STEPS = (1, 10, 30, 100, 300, 1000, 3000)


@dataclass(frozen=True, eq=False)
class View:
    """Pictures with their alternatives, what they say in words and boxes, and the drawers."""

    figures: list[tuple[Figure, str]]
    words: str
    boxes: dict[str, str]
    problem: LeastSquares
    penalty: ElasticNet
    table: Callable[[], pd.DataFrame]
    code: list[Callable[..., Any]]


def _paths(place: DeltaGenerator) -> View | None:
    name = choose("Penalty", PENALTIES, "penalty")
    ratio = RATIOS[name] if name in RATIOS else slider("Share r of L1", 0, 1, 0.5, "l1_ratio")
    strength = _strength()
    data = choose_data(place)
    if data is None:
        return None
    problem, at = data.problem, int(np.searchsorted(STRENGTHS, strength))
    here = {PENALTIES[key]: _solved(problem, r)[at] for key, r in RATIOS.items()}
    paths = _solved(problem, ratio)
    w = paths[at]
    if name not in RATIOS:
        here[f"elastic net (r = {number(ratio)})"] = w
    boxes = {"Mean squared error, training": number(2 * problem.value(w), 3)}
    if data.truth is not None:
        fresh = fresh_error(w, data.truth, data.noise)
        boxes["Mean squared error, fresh rows"] = number(fresh, 3)
    figure = paths_figure(STRENGTHS, paths, strength, data.names, data.truth, current_look())
    return View(
        [(figure, paths_alt(PENALTIES[name], STRENGTHS, paths, strength))],
        describe_paths({each: zeros(v) for each, v in here.items()}, strength, w.size),
        boxes,
        problem,
        ElasticNet(strength, ratio),
        lambda: paths_table(STRENGTHS, paths, data.names),
        [ElasticNet, soft_threshold, coefficient_paths],
    )


def _geometry(_: DeltaGenerator) -> View:
    strength = _strength(1.0, "geometry_strength")
    minimum = (
        slider("Minimum of the loss, w₁", -3, 3, 2.0, "minimum_w1"),
        slider("Minimum of the loss, w₂", -3, 3, 0.7, "minimum_w2"),
    )
    correlation = slider("Correlation of the features", -0.9, 0.9, 0.3, "correlation")
    problem = bowl(minimum, correlation)
    states = touch(problem, strength, 1.0), touch(problem, strength, 0.0)
    look = current_look()
    return View(
        [(geometry_figure(state, look), geometry_alt(state)) for state in states],
        " ".join(describe_touch(state) for state in states),
        {},
        problem,
        ElasticNet(strength, 1.0),
        lambda: geometry_table(states),
        [bowl, ElasticNet, coefficient_paths],
    )


def _solvers(place: DeltaGenerator) -> View | None:
    strength = _strength()
    rate = st.select_slider(
        "Learning rate η",
        RATES,
        0.05,
        format_func="{:g}".format,
        key="penalties_rate",
        bind="query-params",
    )
    steps = st.select_slider("Steps", STEPS, 3000, key="penalties_steps", bind="query-params")
    data = choose_data(place)
    if data is None:
        return None
    problem = data.problem
    runs = _runs(problem, strength, rate, steps, data)
    minimizer = coefficient_paths(problem, [strength], 1.0)[0]
    words = describe_runs(runs, minimizer, steps)
    return View(
        [(histogram_figure(runs, current_look()), runs_alt(runs, minimizer, steps))],
        words,
        {},
        problem,
        ElasticNet(strength, 1.0),
        lambda: runs_table(runs, minimizer, data.names),
        [L1, subgradient_step, proximal_step, run],
    )


HASHED = {
    LeastSquares: lambda problem: (problem.design.tobytes(), problem.target.tobytes()),
    Data: lambda data: data.seed,
}


@st.cache_resource(max_entries=64, show_spinner=False, hash_funcs=HASHED)
def _solved(problem: LeastSquares, ratio: float) -> Array:
    return coefficient_paths(problem, STRENGTHS, ratio)


@st.cache_resource(max_entries=64, show_spinner=False, hash_funcs=HASHED)
def _runs(
    problem: LeastSquares, strength: float, rate: float, steps: int, data: Data
) -> dict[str, Run]:
    """Both solvers from the same random start, which is drawn after the data of the seed."""
    penalty, start = L1(strength), data_start(data)
    return {
        "subgradient": run(subgradient_step(problem, penalty, rate), start, steps),
        "proximal": run(proximal_step(problem, penalty, rate), start, steps),
    }


def _strength(value: float = 0.2, key: str = "penalties_strength") -> float:
    return st.select_slider(
        "Strength λ",
        CHOICES,
        value,
        format_func="{:g}".format,
        key=key,
        bind="query-params",
    )


VIEWS: dict[str, Callable[[DeltaGenerator], View | None]] = {
    "Paths": _paths,
    "Geometry": _geometry,
    "Histogram": _solvers,
}
