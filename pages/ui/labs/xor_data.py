"""The points of the XOR lab: of a known law, or the visitor's own table."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from engine.csv_table import TableReport, constant_columns
from engine.studies.xor import (
    POINTS,
    Features,
    Points,
    noisy_corners,
    raw,
    standardized,
    with_product,
)
from pages.figures.base import listed
from pages.figures.xor import UNIT, Frame, frame_around
from pages.ui.lab import choose
from pages.ui.upload import upload_table

SETS = {"corners": "XOR corners", "noisy": "Noisy XOR", "circles": "Circles", "own": "Own data"}
DRAWN = 120  # points of the sets with noise
MAX_LINES = 500  # of a table: so many are trained on at once


@dataclass(frozen=True, eq=False)
class Problem:
    """Points, the features that are read of them without and with the product, and their frame.

    `key` tells the problem from others; `source` is the function of the engine that made it.
    """

    points: Points
    plain: Features
    product: Features
    frame: Frame
    key: tuple[object, ...]
    source: Callable[..., Any]


def choose_problem(place: DeltaGenerator) -> Problem | None:
    """The problem that is chosen here, its table asked for in `place`; None without a table."""
    name = choose("Points", SETS, "xor_points", wrap=True)
    if name == "own":
        with place:
            table = _table()
        return None if table is None else own_problem(table)
    noise, drawn = (0.0, 0) if name == "corners" else _noise()
    points = POINTS[name](np.random.default_rng(drawn), DRAWN, noise)
    return Problem(points, raw, with_product, UNIT, (name, noise, drawn), POINTS[name])


def _noise() -> tuple[float, int]:
    with st.expander("Noise of the points"):
        noise = st.slider("Noise (sd)", 0.0, 0.4, 0.15, 0.05, key="xor_noise", bind="query-params")
        drawn = st.slider("Seed of the points", 0, 20, 0, key="xor_draw", bind="query-params")
    return noise, drawn


def own_problem(table: TableReport) -> Problem:
    """The problem of a table of two features and a label, 0 or 1."""
    points = Points(table.values[:, :2], table.values[:, 2])
    plain, product = (standardized(points, features) for features in (raw, with_product))
    frame = frame_around(points, table.columns if table.header else ())
    return Problem(
        points, plain, product, frame, ("own", table.columns, table.values.tobytes()), standardized
    )


def _table() -> TableReport | None:
    """The visitor's table, once it can be used."""
    report = upload_table(
        "xor",
        example_table(),
        what="two features, then a label that is 0 or 1",
        min_columns=3,
        max_columns=3,
        max_lines=MAX_LINES,
        labels=(0.0, 1.0),
    )
    if report.problem is not None:
        return None
    if same := constant_columns(report):
        st.warning(
            f"The same number in every row: {listed(same)}. Features and labels have to differ.",
            icon=":material/warning:",
        )
        return None
    st.markdown(
        "The third column is the label. The models read features of mean 0 and variance 1, train "
        "on every row and are judged on the same rows."
    )
    return report


def example_table() -> str:
    """Sixty houses as CSV, sold where they are either old or far: the text box's first content."""
    points = noisy_corners(np.random.default_rng(0), 60, 0.15)
    age, distance = np.clip([25, 8] + [40, 14] * points.x, 0, None).T
    rows = (f"{a:.0f},{d:.1f},{y:.0f}" for a, d, y in zip(age, distance, points.y, strict=True))
    return "\n".join(["age (years),distance (km),sold", *rows])
