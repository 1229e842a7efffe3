"""One stage of the passes in full: rule, numbers, array, matrix product, central differences."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from engine.by_hand.staged import BACKWARD, Problem, Stages, check_stage
from engine.by_hand.weight_conventions import PRODUCTS, Convention
from engine.types import Array
from pages.figures.backprop_steps import Focus, label, shown_place, worked_stage
from pages.figures.backprop_words import stage_rows, value_frame
from pages.figures.matrix_product import is_wide, product_alt, product_figure
from pages.ui.lab import checked, show, worked
from pages.ui.look import current_look


def stage_in_full(
    problem: Problem, stages: Stages, convention: Convention, stage: str, focus: Focus
) -> None:
    """Rule, numbers, array; the product with its lit row and column; the differences."""
    st.header(f"{label(stage)} in full", anchor=False)
    matrices = None
    if stage in PRODUCTS:
        matrices = convention.factors(stage, {**stages, **problem.parameters})
    wide = matrices is not None and is_wide(*matrices)
    if matrices and wide:
        _product(matrices, convention, stage, focus)
        st.markdown("Point at a cell for its number; the framed row and column are below.")
    left, right = st.columns(2, gap="large")
    if matrices and not wide:
        with left:
            _product(matrices, convention, stage, focus)
    with right if matrices and not wide else left:
        worked(worked_stage(problem, stages, convention, stage, focus))
    with right:
        if stage in BACKWARD:
            _differences(problem, stages, convention, stage)
        else:
            st.dataframe(value_frame(stage, convention, stages[stage]), width="stretch")


def _product(
    matrices: tuple[Array, Array], convention: Convention, stage: str, focus: Focus
) -> None:
    factors = [
        label(factor.name) + "ᵀ" * factor.transposed for factor in convention.products[stage]
    ]
    whole = " ".join(factors) if stage.startswith("Z") else label(stage)
    sizes = [*(matrix.shape for matrix in matrices), (len(matrices[0]), matrices[1].shape[1])]
    names = tuple(
        f"{name} ({rows}, {columns})"
        for name, (rows, columns) in zip((*factors, whole), sizes, strict=True)
    )
    place = shown_place(stage, focus, convention)
    show(
        product_figure(*matrices, place, names, current_look()),
        "backprop_product",
        product_alt(*matrices, place, names),
    )


def _differences(problem: Problem, stages: Stages, convention: Convention, stage: str) -> None:
    check = check_stage(problem, stage, stages[stage])
    shown = replace(
        check,
        analytic=convention.shown(stage, check.analytic),
        numeric=convention.shown(stage, check.numeric),
    )
    checked(label(stage), shown, stage_rows(stage, convention, stages[stage]))
