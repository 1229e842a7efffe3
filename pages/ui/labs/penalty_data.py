"""The regression of the lab of L1 and L2: drawn from a known law, or the visitor's own table."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from engine.csv_table import TableReport, constant_columns
from engine.data import houses
from engine.least_squares import LeastSquares
from engine.studies.sparse_regression import sparse_problem, table_problem, twins
from engine.types import Array
from pages.figures.base import SUBSCRIPTS, listed
from pages.ui.lab import choose
from pages.ui.upload import upload_table

DATA = {"law": "Known law", "own": "Own data"}


@dataclass(frozen=True, eq=False)
class Data:
    """A regression, the names of its weights, and the truth and noise where they are known."""

    problem: LeastSquares
    names: tuple[str, ...]
    seed: int
    truth: Array | None = None
    noise: float = 0.0


def choose_data(place: DeltaGenerator) -> Data | None:
    """The regression that is chosen here, its table asked for in `place`; None without one."""
    if choose("Data", DATA, "penalties_data") == "law":
        with st.expander("Rows, noise and seed"):
            n = st.slider("Rows n", 20, 200, 60, 10, key="penalties_n", bind="query-params")
            noise = slider("Noise σ", 0, 2, 0.1, "penalties_noise")
            seed = _seed()
        problem, truth = sparse_problem(np.random.default_rng(seed), n, noise)
        names = tuple(f"w{str(j).translate(SUBSCRIPTS)}" for j in range(1, truth.size + 1))
        return Data(problem, names, seed, truth, noise)
    seed = _seed()
    with place:
        table = _table()
    if table is None:
        return None
    problem = table_problem(table.values[:, :-1], table.values[:, -1])
    if pairs := twins(problem):
        names = listed([table.columns[k] for k in pairs[0]])
        place.warning(
            f"The same but for scale and shift: {names}. Leave one out.", icon=":material/warning:"
        )
        return None
    return Data(problem, table.columns[:-1], seed)


def _table() -> TableReport | None:
    """The visitor's table, once it can be used."""
    report = upload_table(
        "penalties",
        example_table(),
        what="2 to 20 columns of features, then one of the target",
        min_columns=3,
        max_columns=21,
        min_rows=8,
    )
    if report.problem is not None:
        return None
    if same := constant_columns(report):
        st.warning(
            f"The same number in every row: {listed(same)}. Leave it out.",
            icon=":material/warning:",
        )
        return None
    st.markdown("The last column is the target. Every column is scaled to mean 0 and variance 1.")
    return report


def _seed() -> int:
    return st.slider("Seed", 0, 20, 0, key="penalties_seed", bind="query-params")


def example_table() -> str:
    """Forty houses as CSV: the text box's first content."""
    table = houses(np.random.default_rng(0), 40)
    names = ",".join([*table.features, table.target])
    rows = (
        f"{rooms:.0f},{age:.0f},{km:.1f},{pool:.0f},{price:.0f}"
        for (rooms, age, km, pool), price in zip(table.x, table.y, strict=True)
    )
    return "\n".join([names, *rows])


def slider(label: str, low: float, high: float, value: float, key: str) -> float:
    """A slider in steps of a tenth, kept in the URL."""
    return st.slider(label, float(low), float(high), value, 0.1, key=key, bind="query-params")


def data_start(data: Data) -> Array:
    """A standard normal start (d,), from the seed's generator after it has drawn the data."""
    rng = np.random.default_rng(data.seed)
    if data.truth is not None:
        sparse_problem(rng, len(data.problem.target), data.noise)
    return rng.normal(size=data.problem.design.shape[1])
