"""The costs: bars and lines are the engine's counts, and sentences repeat them."""

from __future__ import annotations

import re

import numpy as np
import pytest

from engine.studies.sequence_costs import (
    Stack,
    leading_products,
    overtaken_from,
    stack_parameters,
    step_products,
)
from pages.figures.costs import (
    CELLS,
    LENGTHS,
    VIEWS,
    Plan,
    at_length,
    lines_figure,
    parameters_figure,
)
from pages.figures.costs_words import (
    DESCRIBE,
    costs_alt,
    costs_table,
    describe_leading,
    describe_memory,
    describe_parameters,
    describe_timing,
    describe_waiting,
    describe_work,
    ratio,
    size_text,
    times,
    timing_table,
)
from tests.pages.figures.reading import (
    LIGHT,
    after,
    array,
    clean,
    every_look,
    named,
    numbers,
    same,
    shown,
    validated,
)

PLANS = {
    "default": Plan(Stack(32, 64), 256),
    "all": Plan(Stack(128, 256, 3), 8192, 64, True, 2),
    "least": Plan(Stack(1, 1), 1),
    "equal": Plan(Stack(32, 64), 64),
    "narrow": Plan(Stack(1, 512, 4), 2, 256, True),
}
every_plan = pytest.mark.parametrize("name", PLANS)


@every_plan
@every_look
def test_bars_add_up_to_the_parameters(name, look):
    plan = PLANS[name]
    spec = validated(parameters_figure(plan, look))
    for k, cell in enumerate(CELLS):
        total = sum(trace["x"][k] for trace in spec["data"])
        assert total == plan.parameters(cell)
        holes = plan.peepholes and cell == "LSTM"
        assert total == stack_parameters(cell, plan.stack, peepholes=holes, biases=plan.biases)
        assert f"<b>{total:,}</b>" == spec["layout"]["annotations"][k]["text"]
    patterns = [trace["marker"]["pattern"]["shape"] for trace in spec["data"]]
    assert len(set(patterns)) == len(patterns) == (4 if plan.peepholes else 3)


def test_reference_counts_are_in_the_sentence():
    text = clean(describe_parameters(PLANS["default"]))
    counts = [after(text, f"{cell} **") for cell in CELLS]
    assert counts == [6208, 18624, 24832]
    assert after(text, "A GRU has **") == 3
    assert after(text, "an LSTM **") == 4
    assert times(ratio(PLANS["default"])) == "4 times"


def test_before_the_reveal_one_bar_leads_to_no_other():
    spec = validated(parameters_figure(PLANS["default"], LIGHT, CELLS[:1]))
    assert all(trace["y"] == ["RNN"] for trace in spec["data"])
    assert "24,832" not in str(spec)
    assert spec["layout"]["xaxis"]["range"][1] < 2 * 6208


@every_plan
@every_look
@pytest.mark.parametrize("view", VIEWS)
def test_lines_are_the_counts(name, look, view):
    plan = PLANS[name]
    made = VIEWS[view](plan)
    spec = validated(lines_figure(made, plan.steps, look))
    assert spec["layout"]["xaxis"]["type"] == spec["layout"]["yaxis"]["type"] == "log"
    for label, values in made.lines.items():
        trace = named(spec, label)
        same(array(trace["x"]), LENGTHS)
        same(array(trace["y"]), values)
        assert (values > 0).all()
    low, high = (10.0**end for end in spec["layout"]["yaxis"]["range"])
    every = np.concatenate(list(made.lines.values()))
    assert low < every.min()
    assert every.max() < high
    dashes = [trace["line"]["dash"] for trace in spec["data"]]
    assert len(set(dashes)) == len(dashes)
    assert spec["layout"]["shapes"][0]["x0"] == plan.steps


@every_plan
@pytest.mark.parametrize("view", ["parameters", *VIEWS])
def test_alternatives_repeat_the_sentence(name, view):
    plan = PLANS[name]
    text = clean(DESCRIBE[view](plan))
    assert clean(costs_alt(view, plan)).endswith(text.replace("*", ""))


@every_plan
def test_work_is_that_of_the_chosen_length(name):
    plan = PLANS[name]
    text = describe_work(plan)
    per_step = step_products("LSTM", plan.stack, peepholes=plan.peepholes)
    assert after(text, "the LSTM takes ") == shown(plan.batch * plan.steps * per_step, 3)
    overtaken = overtaken_from(plan.stack, peepholes=plan.peepholes)
    assert after(text, "from T = ") == overtaken
    assert ("a batch of" in text) is (plan.batch > 1)


@every_plan
def test_leading_terms_tell_the_smaller(name):
    plan = PLANS[name]
    text = describe_leading(plan)
    recurrent, attention = leading_products(plan.stack, plan.steps)
    if recurrent == attention:
        assert text.endswith("the two are equal.")
    else:
        larger = "the recurrent layer" if recurrent > attention else "attention"
        factor = max(recurrent / attention, attention / recurrent)
        assert after(text, f"{larger} takes **") == shown(factor, 3)
    assert after(text, "T = H = ") == plan.stack.h


@every_plan
def test_waiting_steps_are_told(name):
    plan = PLANS[name]
    chain = plan.steps + plan.stack.layers - 1
    told = numbers(describe_waiting(plan).replace("x₁", ""))
    assert told == [chain, plan.stack.layers, plan.steps, 1]


def test_memory_in_bytes_of_the_reference_plan():
    text = describe_memory(PLANS["default"])
    assert after(text, "needs ") == shown(256 * 64 * 4 / 1000, 3)
    assert after(text, "a GRU, ") == shown(7 * 256 * 64 * 4 / 1000, 3)
    attention = 5 * 256 * 64 + 256**2
    assert after(text, "LSTM and ") == shown(attention * 4 / 1000, 3)
    assert after(text, "Of the last, ") == round(100 * 256**2 / attention)


@pytest.mark.parametrize(
    ("count", "text"), [(4, "4 bytes"), (1500, "1.5 KB"), (2.5e6, "2.5 MB"), (1e13, "10 TB")]
)
def test_sizes_have_a_unit(count, text):
    assert size_text(count) == text


@every_plan
def test_the_table_agrees_with_the_pictures(name):
    plan = PLANS[name]
    table = costs_table(plan).set_index("layer")
    for view, key in (
        ("work", "multiplications in all"),
        ("memory", "bytes for the backward pass"),
    ):
        for label, value in at_length(VIEWS[view](plan), plan.steps).items():
            assert table.loc[label, key] == value
    assert list(table["parameters"][:3]) == [plan.parameters(cell) for cell in CELLS]
    assert list(table["path from x₁ to the end"]) == [plan.steps] * 3 + [1]


def test_measured_times_are_multiples_of_the_first():
    plan, seconds = PLANS["default"], {"RNN": 0.001, "GRU": 0.002, "LSTM": 0.0031}
    table = timing_table(plan, seconds)
    assert list(table["time ÷ RNN"]) == pytest.approx([1, 2, 3.1])
    assert table["multiplications ÷ RNN"][2] == pytest.approx(4 + 3 / 96)
    text = clean(describe_timing(plan, seconds))
    assert [float(found) for found in re.findall(r"\*\*([\d.]+) times", text)] == [3.1, 4]
