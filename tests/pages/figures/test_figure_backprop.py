"""The passes drawn: boxes, graph, formulas, sentences and tables against the engine's numbers."""

from __future__ import annotations

import math
import re

import numpy as np
import pytest

from engine.by_hand.edits import apply_edits
from engine.by_hand.house_sales import house_problem
from engine.by_hand.staged import BACKWARD, FORWARD, STAGES, TASKS, run
from engine.by_hand.weight_conventions import CONVENTIONS
from pages.figures.backprop import LIT, graph_alt, graph_figure
from pages.figures.backprop_steps import (
    Focus,
    entry_name,
    formula,
    label,
    result,
    shape_text,
    shown_place,
    symbol,
    tex,
    worked_stage,
)
from pages.figures.backprop_words import (
    MEANINGS,
    describe_stage,
    describe_trouble,
    largest_error,
    parameter_rows,
    passes_table,
    stage_rows,
    value_frame,
    whose,
)
from pages.figures.base import number
from pages.figures.flow_strip import CENTERS, strip_alt, strip_figure
from tests.pages.figures.reading import LIGHT, clean, every_look, numbers, points, shown, validated

FOCUS = Focus(example=2, feature=1, unit=3)
ROWS = CONVENTIONS["rows"]
every_convention = pytest.mark.parametrize("convention", CONVENTIONS.values(), ids=CONVENTIONS)
every_stage = pytest.mark.parametrize("stage", STAGES)
every_task = pytest.mark.parametrize("task", TASKS)


def passes(task="price", hidden="sigmoid", reduction="mean", n=4, seed=0):
    problem = house_problem(task, hidden, reduction, n, seed)
    return problem, run(problem)


@every_look
@every_stage
def test_figures_are_valid_at_every_stage(stage, look):
    problem, stages = passes()
    for convention in CONVENTIONS.values():
        validated(strip_figure(stages, convention, stage, look))
    validated(graph_figure(problem, stages, stage, FOCUS, look))


@every_stage
def test_one_box_is_lit_and_later_ones_are_dotted(stage):
    _, stages = passes()
    spec = validated(strip_figure(stages, ROWS, stage, LIGHT))
    boxes = spec["layout"]["shapes"]
    active = STAGES.index(stage)
    assert [box["line"]["width"] == 3 for box in boxes] == [k == active for k in range(14)]
    assert [box["line"]["dash"] == "dot" for box in boxes] == [k > active for k in range(14)]
    np.testing.assert_allclose(points(spec["data"][0]), [CENTERS[s] for s in STAGES], rtol=1e-6)


def test_boxes_do_not_overlap_and_show_shapes_only_once_reached():
    _, stages = passes()
    spec = validated(strip_figure(stages, ROWS, "dZ2", LIGHT))
    texts = [a["text"] for a in spec["layout"]["annotations"] if not a["showarrow"]][:14]
    assert "4 × 3" in texts[0]
    assert "scalar" in texts[5]
    assert texts[7].startswith("<b>dZ₂</b>")
    assert texts[STAGES.index("dW1")] == "dW₁"
    boxes = spec["layout"]["shapes"]
    for k, a in enumerate(boxes):
        for b in boxes[k + 1 :]:
            assert (
                a["x1"] <= b["x0"] or b["x1"] <= a["x0"] or a["y1"] <= b["y0"] or b["y1"] <= a["y0"]
            )


def test_the_click_target_of_a_box_is_its_stage():
    _, stages = passes()
    texts = validated(strip_figure(stages, ROWS, "X", LIGHT))["data"][0]["text"]
    assert texts == [f"go to {label(stage)}" for stage in STAGES]


def circles(spec):
    (trace,) = [t for t in spec["data"] if t.get("mode") == "markers+text"]
    return trace


def test_circles_fill_as_the_passes_go_on():
    problem, stages = passes()
    at = {s: circles(validated(graph_figure(problem, stages, s, FOCUS, LIGHT))) for s in STAGES}
    filled = {s: sum(bool(text) for text in at[s]["text"]) for s in STAGES}
    assert [filled[s] for s in FORWARD] == [3, 7, 7, 8, 8, 9]
    assert {filled[s] for s in BACKWARD} == {9}
    expected = [f"{v:.2f}".replace("-", "−") for v in stages["Z1"][FOCUS.example]]
    assert at["Z1"]["text"][3:7] == expected


@every_stage
def test_what_a_stage_lights(stage):
    problem, stages = passes()
    spec = validated(graph_figure(problem, stages, stage, FOCUS, LIGHT))
    lit = [width > 2 for width in circles(spec)["marker"]["line"]["width"]]
    columns = [0] * 3 + [1] * 4 + [2, 3]
    assert lit == [column == LIT[stage].column for column in columns]
    bright = [t for t in spec["data"] if t.get("opacity") == 1.0 and t["mode"] == "lines"]
    assert bool(bright) == (LIT[stage].edges is not None)


def test_a_click_follows_its_input_and_unit():
    problem, stages = passes()
    spec = validated(graph_figure(problem, stages, "Z1", FOCUS, LIGHT))
    assert circles(spec)["customdata"] == [
        *([i, 0] for i in (1, 2, 3)),
        *([0, u] for u in (1, 2, 3, 4)),
        [0, 0],
        [0, 0],
    ]
    (edges,) = [t for t in spec["data"] if t["mode"] == "markers"]
    assert edges["customdata"] == [
        *([i, u] for i in (1, 2, 3) for u in (1, 2, 3, 4)),
        *([0, u] for u in (1, 2, 3, 4)),
    ]
    assert edges["text"][6] == f"W₁ from 2 to 3 = {number(problem.parameters['W1'][1, 2])}"


def test_no_two_click_targets_meet():
    problem, stages = passes()
    spec = validated(graph_figure(problem, stages, "X", FOCUS, LIGHT))
    at = np.concatenate([points(t) for t in spec["data"] if t["mode"].startswith("markers")])
    gaps = np.hypot(*(at[:, None] - at).transpose(2, 0, 1)) + np.eye(len(at))
    assert gaps.min() > 0.15


def test_edges_show_signs_by_dash_and_gradients_where_they_are_the_result():
    problem, stages = passes()
    for stage, values in (("Z1", problem.parameters["W1"]), ("dW1", stages["dW1"])):
        spec = validated(graph_figure(problem, stages, stage, FOCUS, LIGHT))
        first = [t for t in spec["data"] if t.get("opacity") == 1.0 and t["mode"] == "lines"]
        dashed = sum(len(points(t)) // 3 for t in first if t["line"]["dash"] != "solid")
        assert dashed == (values < 0).sum()
        names = [t["name"] for t in spec["data"] if "name" in t]
        what = "gradient" if stage == "dW1" else "weight"
        assert names == [f"positive {what}", f"negative {what}"]


@every_task
@every_convention
@every_stage
def test_captions_and_formulas(task, convention, stage):
    problem, stages = passes(task)
    text = clean(describe_stage(problem, stages, convention, stage, FOCUS))
    assert f"Step {STAGES.index(stage) + 1} of 14" in text
    value = float(stages[stage][FOCUS.place(stage)])
    assert numbers(text)[-1] == shown(value)
    assert shape_text(stage, stages[stage], convention) in text or stage == "J"
    clean(graph_alt(problem, stages, stage, FOCUS))
    clean(strip_alt(stages, convention, stage))
    for symbols, right in worked_stage(problem, stages, convention, stage, FOCUS):
        for part in (symbols, right):
            assert part.count("{") == part.count("}")
            assert "nan" not in part
    row, column = shown_place(stage, FOCUS, convention)
    assert convention.shown(stage, stages[stage])[row, column] == value


@every_task
@pytest.mark.parametrize("stage", [s for s in STAGES if s not in ("X", "J")])
@pytest.mark.parametrize("reduction", ["mean", "sum"])
@pytest.mark.parametrize("hidden", ["sigmoid", "tanh", "relu"])
def test_the_numbers_of_a_line_make_its_result(task, stage, reduction, hidden):
    problem, stages = passes(task, hidden, reduction)
    value = float(stages[stage][FOCUS.place(stage)])
    for _, line in worked_stage(problem, stages, ROWS, stage, FOCUS):
        left, _, right = line.rpartition(" = ")
        assert evaluated(right) == pytest.approx(value, rel=6e-4, abs=1e-12)
        if left:
            assert evaluated(left) == pytest.approx(value, rel=0.02, abs=2e-3)


def evaluated(latex):
    """A worked line of this chapter as a number, by turning its LaTeX into Python."""
    text = latex.replace(r"\\ & \quad", "").replace(r"\\ &", "").replace(r"\Big", "")
    text = re.sub(r"\\tfrac\{1\}\{(\d+)\}", r"(1/\1)*", text)
    text = re.sub(r"\\cdot 10\^\{(-?\d+)\}", r"*10.0**(\1)", text)
    while r"\frac" in text:
        text = re.sub(
            r"\\frac\{((?:[^{}]|\{[^{}]*\})*)\}\{((?:[^{}]|\{[^{}]*\})*)\}", r"((\1)/(\2))", text
        )
    text = re.sub(r"e\^\{(-?[^{}]*)\}", r"math.exp(\1)", text)
    text = text.replace(r"\tanh", "math.tanh").replace(r"\max", "max").replace(r"\cdot", "*")
    text = re.sub(r"\\,\s*", "*", text).replace("^2", "**2")
    text = re.sub(r"math\.tanh([\d.]+)", r"math.tanh(\1)", text)
    assert re.fullmatch(r"[\d\s.+\-*/(),a-z]*", text), text
    return float(eval(text, {"math": math, "max": max}))


def test_formulas_follow_the_convention():
    problem, _ = passes()
    written = {
        key: [formula(problem, convention, s) for s in ("Z1", "dW2", "dA1", "dW1")]
        for key, convention in CONVENTIONS.items()
    }
    assert written == {
        "rows": [
            r"X\,W_1 + b_1",
            r"A_1^\top\,dZ_2",
            r"dZ_2\,W_2^\top",
            r"X^\top\,dZ_1",
        ],
        "columns": [
            r"W_1^\top\,X + b_1",
            r"A_1\,dZ_2^\top",
            r"W_2\,dZ_2",
            r"X\,dZ_1^\top",
        ],
        "outputs_first": [
            r"W_1\,X + b_1",
            r"dZ_2\,A_1^\top",
            r"W_2^\top\,dZ_2",
            r"dZ_1\,X^\top",
        ],
    }


def test_the_output_gradient_shows_product_and_simplification():
    problem, stages = passes("above")
    (_, product), (words, short) = worked_stage(problem, stages, ROWS, "dZ2", FOCUS)
    assert "simplified" in words
    assert product.rpartition(" = ")[2] == short.rpartition(" = ")[2]
    assert r"\tfrac1n (A_2 - Y)" in words
    total, _ = passes("above", reduction="sum")
    words = worked_stage(total, run(total), ROWS, "dZ2", FOCUS)[1][0]
    assert r"= (A_2 - Y)" in words


def test_entries_are_counted_as_the_convention_writes_them():
    assert entry_name("dW1", FOCUS, ROWS) == "dW_1[2,4]"
    assert entry_name("dW1", FOCUS, CONVENTIONS["outputs_first"]) == "dW_1[4,2]"
    assert entry_name("Z1", FOCUS, CONVENTIONS["columns"]) == "Z_1[4,3]"
    assert entry_name("J", FOCUS, ROWS) == "J"
    assert whose("dW1", FOCUS) == "from age to hidden unit 4"
    assert (symbol("dZ2"), label("dZ2")) == ("dZ_2", "dZ₂")


def test_numbers_in_formulas():
    assert tex(np.nan) == r"\text{undefined}"
    assert tex(np.inf) == r"\infty"
    assert tex(-0.0) == "0"
    assert (tex(-2.0), result(-2.0), result(3.0)) == ("(-2)", "-2", "3")


@every_convention
def test_tables(convention):
    problem, stages = passes(n=5)
    table = passes_table(problem, stages, convention)
    assert len(table) == sum(np.size(v) for v in stages.values())
    assert table["error"].max() < 1e-9
    assert table["error"].isna().sum() == sum(np.size(stages[s]) for s in FORWARD)
    for stage in STAGES:
        frame = value_frame(stage, convention, stages[stage])
        np.testing.assert_array_equal(frame, convention.shown(stage, stages[stage]))
        rows = stage_rows(stage, convention, stages[stage])
        assert len(rows) == len(set(rows)) == stages[stage].size
    assert parameter_rows(problem)[:2] == ["W₁[1, 1]", "W₁[1, 2]"]
    assert set(MEANINGS) == set(STAGES)


def edited(edits, task="above", hidden="sigmoid"):
    problem, left_out = apply_edits(house_problem(task, hidden, "mean", 4, 0), edits)
    assert left_out == []
    return problem, run(problem)


@pytest.mark.parametrize(
    ("bias", "words"), [(60.0, "rounded to 1: dA₂ divides by 0"), (-900.0, "rounded to 0: dA₂")]
)
def test_a_rounded_probability_is_told(bias, words):
    problem, stages = edited({("b2", (0,)): bias})
    assert words in clean(describe_trouble(problem, stages))
    error, unknown = largest_error(problem, stages)
    assert unknown == ["dA2"]
    assert error < 1e-7
    for stage in STAGES:
        for example in range(4):
            focus = Focus(example, 0, 0)
            worked_stage(problem, stages, ROWS, stage, focus)
            validated(graph_figure(problem, stages, stage, focus, LIGHT))
            assert "None" not in describe_stage(problem, stages, ROWS, stage, focus)


def test_a_relu_on_its_kink_is_told():
    problem, stages = edited(
        {("W1", (k, 1)): 0.0 for k in range(3)} | {("b1", (1,)): 0.0}, hidden="relu"
    )
    assert "hidden unit 2 is exactly 0" in clean(describe_trouble(problem, stages))
    assert describe_trouble(*passes()) is None
