"""A gate's gradient in two notations, and what the post's mistakes do to the backward pass."""

from __future__ import annotations

import numpy as np
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from engine.by_hand.lstm import Step, backward, forward, slopes, step_backward
from engine.by_hand.lstm_checks import parameter_check
from engine.by_hand.lstm_edits import differences
from engine.by_hand.lstm_example import GATES, Example
from engine.by_hand.lstm_nudges import nudged_errors
from engine.by_hand.lstm_rules import Rules, by_rules
from engine.by_hand.moved_step import (
    differences_by_pre_activations,
    differences_by_values,
    error_from,
    with_pre_activation,
)
from engine.by_hand.notations import GateCurve, Notations, gate_curve, notations
from engine.by_hand.wrong_lstm import MISTAKES, Mistake
from pages.figures.base import listed
from pages.figures.notation import (
    DEPENDS,
    NAMES,
    SYMBOLS,
    U_FIRST,
    VALUE_FIRST,
    Place,
    describe_pairs,
    larger,
    pairs_alt,
    pairs_figure,
    pairs_table,
)
from pages.figures.notation_check import check_mistake, check_table
from pages.figures.notation_curve import (
    curve_alt,
    curve_figure,
    describe_curve,
    describe_mistake,
    mistake_alt,
    mistake_figure,
    span,
)
from pages.figures.notation_mistakes import (
    describe_check,
    describe_labels,
    labels_alt,
    labels_figure,
    scatter_alt,
    scatter_figure,
)
from pages.handbook.lstm_post import ERRATA
from pages.handbook.model import for_lab
from pages.ui.edit_lstm import edited_example
from pages.ui.lab import choose, drawers, lab_columns, show
from pages.ui.labs.notation_mathematics import mistake_in_numbers, notations_in_numbers
from pages.ui.look import current_look
from pages.ui.predict import predict

VIEWS = {"notation": "Notation", "mistakes": "Mistakes"}
BY = {"u": "Pre-activation", "value": "Value"}
BY_STEP = {"2": "2", "1": "1"}
SHOWN_GATES = {gate: NAMES[gate].capitalize() for gate in "oucf"}
FIRST_MISTAKE = 1  # in MISTAKES, after none


@st.fragment
def lab() -> None:
    """The choice between both views; each has its pictures, and they share the numbers."""
    picture, controls = lab_columns()
    with controls:
        view = choose("Look at", VIEWS, "notation_view")
    with picture:
        pictures = st.container()
        example = edited_example()
    VIEW[view](example, pictures, controls)


def _notation(example: Example, picture: DeltaGenerator, controls: DeltaGenerator) -> None:
    """Both gradients of every gate, and one gate over its pre-activation."""
    with controls:
        notation = choose("Gradient by", BY, "notation_by", wrap=True)
        gate = choose("Gate", SHOWN_GATES, "notation_gate", wrap=True)
        step = choose("Step", BY_STEP, "notation_step")
    place = int(step) - 1, GATES.index(gate)
    steps = forward(example)
    pairs, look, at = notations(example, steps), current_look(), steps
    with picture:
        revealed = _predict(pairs, (notation, place, _key(example)))
        show(
            pairs_figure(pairs, notation, place, look, revealed=revealed),
            "notation_picture",
            pairs_alt(pairs, notation, place, revealed=revealed),
        )
        if revealed:
            st.markdown(describe_pairs(pairs, notation, place))
            st.header("Along the pre-activation", anchor=False)
            moved, start = _move(place), float(pairs.u[place])
            at = with_pre_activation(example, steps, *place, start + moved)
            curve = _curve(_key(example), place, "none", example, steps)
            now = _point(example, steps, place, start + moved, MISTAKES["none"])
            show(
                curve_figure(curve, now, start, notation, place, look),
                "notation_curve",
                curve_alt(now, moved, place),
            )
            st.markdown(describe_curve(now, moved, place))
    drawers(
        "notation",
        mathematics=lambda: notations_in_numbers(pairs, at, backward(example, at), place),
        table=lambda: pairs_table(pairs),
        code=[
            step_backward,
            slopes,
            error_from,
            differences_by_values,
            differences_by_pre_activations,
        ],
        errata=for_lab(ERRATA, "notation"),
    )


def _mistakes(example: Example, picture: DeltaGenerator, controls: DeltaGenerator) -> None:
    """What one mistake spoils, and the gradient with it along a pre-activation."""
    with controls:
        name = st.selectbox(
            "Mistake",
            list(MISTAKES),
            FIRST_MISTAKE,
            format_func=lambda key: MISTAKES[key].name,
            key="notation_mistake",
            bind="query-params",
        )
    steps, mistake = forward(example), MISTAKES[name]
    check, look = check_mistake(example, steps, mistake), current_look()
    with picture:
        show(scatter_figure(check, look), "notation_scatter", scatter_alt(check))
        _rule(mistake)
        st.markdown(describe_check(check))
        st.header("Where it travels", anchor=False)
        show(labels_figure(check, look), "notation_labels", labels_alt(check))
        st.markdown(describe_labels(check))
        st.header("Along the pre-activation", anchor=False)
        place = check.place
        moved, start = _move(place), float(steps[place[0]].u[place[1]])
        curve = _curve(_key(example), place, name, example, steps)
        now = _point(example, steps, place, start + moved, mistake)
        show(
            mistake_figure(curve, now, start, place, look),
            "notation_mistake_curve",
            mistake_alt(curve, now, place),
        )
        st.markdown(describe_mistake(curve, now, place))
    drawers(
        "notation",
        mathematics=lambda: mistake_in_numbers(check),
        table=lambda: check_table(check),
        code=[Rules, by_rules, parameter_check, nudged_errors],
        errata=for_lab(ERRATA, "notation"),
    )


VIEW = {"notation": _notation, "mistakes": _mistakes}


def _move(place: Place) -> float:
    """By how much to move this gate's pre-activation: beside the curve that it moves along."""
    gate = SYMBOLS[GATES[place[1]]]
    label = f"Move u of {gate}, step {place[0] + 1}, by"
    return st.slider(label, -4.0, 4.0, 0.0, 0.1, key="notation_move", bind="query-params")


def _predict(pairs: Notations, settings: tuple[object, ...]) -> bool:
    return predict(
        "notation",
        settings,
        "Each gate has a gradient by its value and one by its pre-activation u, which the post "
        "writes. Which is larger in size?",
        [VALUE_FIRST, U_FIRST, DEPENDS],
        lambda: larger(pairs),
    )


def _key(example: Example) -> tuple[object, ...]:
    """What distinguishes the example from the first: its edits."""
    return tuple(differences(example).items())


@st.cache_data(max_entries=100, show_spinner=False)
def _curve(
    key: tuple[object, ...], place: Place, name: str, _example: Example, _steps: tuple[Step, ...]
) -> GateCurve:
    u = span(float(_steps[place[0]].u[place[1]]))
    return gate_curve(_example, _steps, place, u, MISTAKES[name].rules)


def _point(
    example: Example, steps: tuple[Step, ...], place: Place, u: float, mistake: Mistake
) -> GateCurve:
    """The curve at one pre-activation alone."""
    return gate_curve(example, steps, place, np.array([u]), mistake.rules, every=1)


def _rule(mistake: Mistake) -> None:
    """The wrong line above the right one, and where it is printed."""
    if mistake.rule:
        wrong, right = (
            rule.replace(r"\Rightarrow", r"\\ & \Rightarrow")
            for rule in (mistake.rule, mistake.right)
        )
        rules = rf"& {wrong} \\[6pt] & \text{{instead of}} \\[6pt] & {right}"
        st.latex(rf"\begin{{aligned}} {rules} \end{{aligned}}")
    if mistake.errata:
        noun = "Erratum" if len(mistake.errata) == 1 else "Errata"
        st.markdown(f"{noun} {listed(mistake.errata)} of the post.")
