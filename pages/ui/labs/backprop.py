"""Forward and backward through the network 3-4-1, one named stage at a time."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from engine.by_hand.house_sales import FEATURES, house_problem
from engine.by_hand.staged import (
    BACKWARD,
    STAGES,
    TASKS,
    Problem,
    Stages,
    backward,
    central_difference,
    flat,
    forward,
    output_gradient,
    output_sum_gradient,
    run,
)
from engine.by_hand.weight_conventions import CONVENTIONS, Convention
from engine.gradcheck import check_gradient
from engine.losses import LOSSES
from engine.types import Array
from pages.figures.backprop import graph_alt, graph_figure
from pages.figures.backprop_steps import (
    Focus,
    label,
    shape_text,
    worked_stage,
)
from pages.figures.backprop_words import (
    describe_stage,
    describe_trouble,
    largest_error,
    parameter_rows,
    passes_table,
)
from pages.figures.base import listed, number
from pages.figures.flow_strip import strip_alt, strip_figure
from pages.handbook.model import for_lab
from pages.handbook.training import ERRATA
from pages.ui.edit_problem import edited
from pages.ui.house_network import house_controls
from pages.ui.lab import checked, drawers, lab_columns, metrics, show, worked
from pages.ui.look import current_look
from pages.ui.predict import predict
from pages.ui.stage_in_full import stage_in_full

STEP, INPUT, UNIT = "backprop_step", "backprop_input", "backprop_unit"


@st.fragment
def lab() -> None:
    """Controls, the chain and the graph, the stage in full, and the drawers."""
    picture, controls = lab_columns()
    with controls:
        stage = st.select_slider("Step", STAGES, "Z1", key=STEP, bind="query-params")
        convention = _convention()
        settings = house_controls("backprop", 4)
    with picture:
        pictures, editing = st.container(), st.container()
    with editing:
        problem = edited(house_problem(*settings), convention)
    stages = run(problem)
    with pictures:
        revealed = predict(
            "backprop",
            (stage, convention.name, settings),
            f"As {convention.name} writes it: which shape has dW₁, the gradient by the "
            "12 weights of the hidden layer?",
            _shapes(stages),
            lambda: shape_text("dW1", stages["dW1"], convention),
        )
        show(
            strip_figure(stages, convention, stage, current_look()),
            "backprop_strip",
            strip_alt(stages, convention, stage),
            on_select=_go,
            selection_mode="points",
        )
        _back_and_next(stage)
        focus = _graph(problem, stages, stage)
        st.markdown(describe_stage(problem, stages, convention, stage, focus))
    if trouble := describe_trouble(problem, stages):
        st.info(trouble, icon=":material/report:")
    stage_in_full(problem, stages, convention, stage, focus)
    if revealed:
        _metrics(problem, stages, focus)
    drawers(
        "backprop",
        mathematics=lambda: _mathematics(problem, stages, convention, focus),
        table=lambda: passes_table(problem, stages, convention),
        code=[forward, backward, output_gradient, output_sum_gradient, central_difference],
        errata=for_lab(ERRATA, "backprop"),
    )


def _back_and_next(stage: str) -> None:
    """Between the chain and the graph, so that on a phone both stay in sight."""
    ways = (("Back", -1, STAGES[0]), ("Next", 1, STAGES[-1]))
    with st.container(horizontal=True):
        for way, by, end in ways:
            st.button(
                way,
                key=f"passes_{way.lower()}",
                on_click=_move,
                args=(by,),
                disabled=stage == end,
                icon=f":material/arrow_{way.lower() if by < 0 else 'forward'}:",
            )


def _move(by: int) -> None:
    k = STAGES.index(st.session_state[STEP]) + by
    st.session_state[STEP] = STAGES[min(max(k, 0), len(STAGES) - 1)]


def _go() -> None:
    if points := st.session_state["backprop_strip"].selection.points:
        st.session_state[STEP] = STAGES[points[0]["point_index"]]


def _convention() -> Convention:
    name = st.selectbox(
        "Written as",
        list(CONVENTIONS),
        format_func=lambda key: CONVENTIONS[key].name,
        key="backprop_convention",
        bind="query-params",
        help="X W + b: examples in rows, as in the engine and PyTorch. WᵀX + b: as the handbook.",
    )
    return CONVENTIONS[name]


def _graph(problem: Problem, stages: Stages, stage: str) -> Focus:
    """The graph with what is followed in it chosen underneath, or by a click on it."""
    graph = st.container()
    focus = _focus(len(problem.x), problem.units)
    with graph:
        show(
            graph_figure(problem, stages, stage, focus, current_look()),
            "backprop_graph",
            graph_alt(problem, stages, stage, focus),
            on_select=_follow,
            selection_mode="points",
        )
    return focus


def _follow() -> None:
    for point in st.session_state["backprop_graph"].selection.points:
        for key, place in zip((INPUT, UNIT), point["customdata"], strict=True):
            if place:
                st.session_state[key] = place - 1


def _focus(n: int, units: int) -> Focus:
    """The entry that is followed; a batch of one has no house to choose."""
    with st.container(horizontal=True):
        example = _choice("House", range(n), f"backprop_house_{n}", 90) if n > 1 else 0
        feature = _choice("Input", range(len(FEATURES)), INPUT, 130, FEATURES.__getitem__)
        unit = _choice("Hidden unit", range(units), UNIT, 100)
    return Focus(example, feature, unit)


def _choice(
    label: str,
    places: range,
    key: str,
    width: int,
    name: Callable[[int], str] = lambda k: str(k + 1),
) -> int:
    """One of the places, which count from 0 and are shown from 1 or by name."""
    return st.selectbox(label, places, format_func=name, key=key, width=width, bind="query-params")


def _shapes(stages: Stages) -> list[str]:
    """The shape of dW₁ in each convention, and that of dZ₁, which is often taken for it."""
    shapes = [
        shape_text(stage, stages[stage], convention)
        for stage, convention in (
            ("dW1", CONVENTIONS["rows"]),
            ("dW1", CONVENTIONS["outputs_first"]),
            ("dZ1", CONVENTIONS["rows"]),
        )
    ]
    return list(dict.fromkeys(shapes))


def _metrics(problem: Problem, stages: Stages, focus: Focus) -> None:
    error, unknown = largest_error(problem, stages)
    aside = f", {listed([label(name) for name in unknown])} aside" if unknown else ""
    metrics(
        {
            "Loss J": number(float(stages["J"])),
            f"Prediction for house {focus.example + 1}": number(
                float(stages["A2"][focus.example, 0])
            ),
            f"Largest error of the gradients{aside}": number(error, 2),
        }
    )


def _mathematics(problem: Problem, stages: Stages, convention: Convention, focus: Focus) -> None:
    st.markdown("The whole backward pass, each line for the entry that is followed above.")
    if problem.reduction == "mean":
        st.markdown(
            f"The 1/n of the mean, here n = {len(problem.x)}, enters once, at dA₂; all later "
            "gradients carry it and need none of their own."
        )
    for stage in BACKWARD:
        worked(worked_stage(problem, stages, convention, stage, focus))
    st.markdown("The gradient by all parameters, W[input, unit], checked:")
    loss = LOSSES[TASKS[problem.task].loss]
    factor = problem.scale * len(problem.x)

    def value(theta: Array) -> float:
        return factor * loss.value(problem.network.forward(theta, problem.x)[0], problem.y)

    checked("∂J/∂θ", check_gradient(value, flat(stages), problem.theta), parameter_rows(problem))
