"""Under- and overfitting: polynomials of each degree, their errors, and where these come from."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from engine.csv_table import TableReport, constant_columns
from engine.data import NOISE, price_law
from engine.gradcheck import check_gradient
from engine.studies.bias_variance import SETS, Study, decompose, study_law, study_table
from engine.studies.polynomials import (
    LAWS,
    MAX_DEGREE,
    legendre,
    ridge_fit,
    ridge_gradient,
    ridge_objective,
)
from pages.figures.fitting import describe_fit, fit_alt, fit_figure, said
from pages.figures.fitting_errors import (
    bars_alt,
    bars_figure,
    describe_parts,
    errors_alt,
    errors_figure,
    fitting_table,
)
from pages.figures.update_rules import latex_number
from pages.handbook.model import for_lab
from pages.handbook.regularization import ERRATA
from pages.ui.lab import checked, choose, drawers, lab_columns, show, worked
from pages.ui.look import current_look
from pages.ui.predict import predict
from pages.ui.upload import upload_table

DATA = {"law": "Known law", "own": "Own data"}
RIDGES = (0.0, 1e-6, 1e-5, 1e-4, 1e-3, 1e-2, 0.1, 1.0)
STIFF, BENT = 3, MAX_DEGREE  # the degrees that the prediction compares
BOTH, TRAIN, TEST, NEITHER = (
    "Both fall",
    "Only the training error falls",
    "Only the test error falls",
    "Neither falls",
)


@dataclass(frozen=True)
class Setting:
    """What is fitted: the study, the law's key or None for a table, the names of x and y."""

    study: Study
    law: str | None
    names: tuple[str, str]
    key: tuple[object, ...]


@st.fragment
def lab() -> None:
    """Controls, the fit with its spread, errors and their parts, and the drawers."""
    picture, controls = lab_columns()
    place, table = picture.container(), st.container()
    with controls:
        data = choose("Data", DATA, "fitting_data")
        degree = st.slider("Degree", 0, MAX_DEGREE, 9, key="degree", bind="query-params")
        setting, ridge = _law() if data == "law" else _own(table)
    if setting is None:
        place.info("The picture needs a table: see below what is wrong with yours.")
        return
    study, look = setting.study, current_look()
    with place:
        revealed = predict(
            "fitting",
            (data, degree, ridge, *setting.key),
            f"Same {len(study.x)} points, degree {STIFF} raised to {BENT}: what happens to the "
            "error on these points and on fresh ones?",
            [BOTH, TRAIN, TEST, NEITHER],
            lambda: outcome(study),
        )
        show(
            fit_figure(study, degree, look, setting.law, setting.names, revealed),
            "fitting_picture",
            fit_alt(study, degree) if revealed else "Training points, nothing fitted yet.",
        )
        if revealed:
            st.markdown(describe_fit(study, degree))
    if revealed:
        _errors(study, degree)
    drawers(
        "fitting",
        mathematics=lambda: _mathematics(study, degree, ridge),
        table=lambda: fitting_table(study),
        code=[legendre, ridge_objective, ridge_gradient, ridge_fit, decompose],
        errata=for_lab(ERRATA, "fitting"),
    )


def _law() -> tuple[Setting, float]:
    n = st.slider("Points n", 10, 100, 20, 5, key="fitting_n", bind="query-params")
    noise = st.slider("Noise σ", 0.0, 1.0, 0.3, 0.05, key="fitting_noise", bind="query-params")
    ridge = _ridge()
    with st.expander("Law and seed"):
        law = choose("Law", {key: law.name for key, law in LAWS.items()}, "fitting_law")
        seed = _seed("Seed of the samples")
    setting = Setting(
        _study(law, n, noise, ridge, seed), law, ("input x", "target y"), (law, n, noise, seed)
    )
    return setting, ridge


def _own(place: DeltaGenerator) -> tuple[Setting | None, float]:
    ridge, seed = _ridge(), _seed("Seed of the split")
    with place:
        report = upload_table("fitting", example_table(), what="two columns, x and y")
        usable = report.problem is None
        if usable and constant_columns(report):
            st.warning("All x or all y are the same.", icon=":material/warning:")
            usable = False
    if not usable:
        return None, ridge
    study = _own_study(report, ridge, seed)
    names = report.columns if report.header else ("x", "y")
    return Setting(study, None, (names[0], names[1]), (seed, report.values.tobytes())), ridge


def _ridge() -> float:
    return st.select_slider(
        "Ridge penalty λ",
        RIDGES,
        format_func=lambda value: f"{value:g}",
        key="fitting_ridge",
        bind="query-params",
    )


def _seed(label: str) -> int:
    return st.slider(label, 0, 20, 0, key="fitting_seed", bind="query-params")


@st.cache_resource(max_entries=32, show_spinner=False)
def _study(law: str, n: int, noise: float, ridge: float, seed: int) -> Study:
    return study_law(law, n, noise, ridge, seed)


@st.cache_resource(
    max_entries=16,
    show_spinner=False,
    hash_funcs={TableReport: lambda report: report.values.tobytes()},
)
def _own_study(report: TableReport, ridge: float, seed: int) -> Study:
    return study_table(report.values[:, 0], report.values[:, 1], ridge, seed)


def example_table() -> str:
    """Thirty houses that differ in distance alone, as CSV: the text box's first content."""
    rng = np.random.default_rng(0)
    distance = (np.arange(30) + rng.random(30)).round(1)
    rows = np.column_stack([np.full(30, 3), np.full(30, 20), distance, np.zeros(30)])
    price = price_law(rows) + rng.normal(0, NOISE, 30)
    lines = (f"{x:.1f},{y:.0f}" for x, y in zip(distance, price, strict=True))
    return "\n".join(["distance (km),price (1000 dollars)", *lines])


def outcome(study: Study) -> str:
    """What raising the degree does to both errors."""
    falls = tuple(
        bool(error[BENT] < error[STIFF]) for error in (study.train_error, study.test_error)
    )
    return {
        (True, True): BOTH,
        (True, False): TRAIN,
        (False, True): TEST,
        (False, False): NEITHER,
    }[falls]


def _errors(study: Study, degree: int) -> None:
    look = current_look()
    left, right = st.columns(2, gap="medium")
    with left:
        show(errors_figure(study, degree, look), "fitting_errors", errors_alt(study))
    with right:
        show(bars_figure(study, degree, look), "fitting_parts", bars_alt(study, degree))
    st.markdown(describe_parts(study, degree))


def _mathematics(study: Study, degree: int, ridge: float) -> None:
    design = legendre(study.x, degree)
    c = study.coefficients[degree, : degree + 1]
    fitted = ridge_objective(c, design, study.y, ridge)
    lines = [
        (
            r"J(c) = \frac1n \sum_{i=1}^{n} (\hat y(x_i) - y_i)^2 + \lambda \sum_{k \ge 1} c_k^2,"
            r" \quad \hat y(x) = \sum_{k=0}^{d} c_k \sqrt{2k + 1}\,P_k(x)",
            rf"{latex_number(study.train_error[degree])} + {latex_number(ridge)}\cdot"
            rf" {latex_number(float(np.sum(c[1:] ** 2)))} = {latex_number(fitted)}",
        )
    ]
    if study.parts is not None:
        parts = [float(v) for v in (study.parts.bias2[degree], study.parts.variance[degree])]
        lines.append(
            (
                r"\mathbb{E}(y - \hat y)^2 = (\mathbb{E}\hat y - f)^2"
                r" + \mathbb{E}(\hat y - \mathbb{E}\hat y)^2 + \sigma^2",
                rf"{latex_number(parts[0])} + {latex_number(parts[1])}"
                rf" + {latex_number(study.parts.noise)}"
                rf" = {latex_number(float(study.parts.total[degree]))}",
            )
        )
    worked(lines)
    if study.parts is not None:
        st.markdown(
            f"The mean of {SETS} fits still wavers, by a variance of about {said(parts[1], 3)} ÷ "
            f"{SETS} = {said(parts[1] / SETS, 3)}: bias² is known no better than that."
        )
    st.markdown("The gradient of J at c = 0, checked:")
    at = np.zeros(degree + 1)
    checked(
        "∂J/∂c",
        check_gradient(
            lambda c: ridge_objective(c, design, study.y, ridge),
            ridge_gradient(at, design, study.y, ridge),
            at,
        ),
        [f"c of P{k}" for k in range(degree + 1)],
    )
