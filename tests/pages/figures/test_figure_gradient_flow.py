"""Gradient flow: lines in float64, what a log axis cannot show, captions with their numbers."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from engine.studies.sequence_flow import (
    Setting,
    clipped,
    exploding_factor,
    exploding_flow,
    flow_of,
    forget_product,
    lost_at,
)
from pages.figures.gradient_flow import HIGHEST, LINES, LOWEST, Norms, flow_figure, units_figure
from pages.figures.gradient_flow_words import (
    ALL,
    BORDER,
    CELLS,
    GATED,
    LSTM_ALONE,
    NONE,
    carriers,
    describe_explosion,
    describe_flow,
    describe_units,
    flow_alt,
    flow_table,
    question,
)
from tests.pages.figures.reading import (
    LIGHT,
    after,
    array,
    clean,
    every_look,
    named,
    numbers,
    shown,
    validated,
)

NAMES = ("RNN", "LSTM", "cells", "GRU", "half", "near")
STATES = {
    "usual": (Setting(), None, None),
    "open gates": (Setting(forget_bias=5.0), None, None),
    "relu explodes": (Setting(activation="relu", radius=2.0), 10.0, None),
    "beyond float32": (Setting(steps=100, radius=0.1, forget_bias=-3.0), 1.0, None),
    "cut": (Setting(steps=12), None, 5),
    "wide window": (Setting(steps=5), None, 5),
    "nothing": (Setting(steps=4, activation="relu", input_scale=0.0, hidden=1), 1.0, 40),
}


def norms_of(name):
    setting, limit, window = STATES[name]
    flows = {kind: flow_of(kind, setting, window) for kind in CELLS}
    free = {kind: flow.hidden for kind, flow in flows.items()}
    free["cells"] = flows["LSTM"].cells
    products = {key: forget_product(f, setting.steps) for key, f in (("half", 0.5), ("near", 0.99))}
    cut = {key: clipped(values, limit) for key, values in free.items()}
    return Norms(free | products, cut | products, limit)


ALL_NORMS = {name: norms_of(name) for name in STATES}
every_state = pytest.mark.parametrize("name", STATES)


@every_state
@every_look
@pytest.mark.parametrize("names", [NAMES, ("GRU",), ()], ids=["all", "one", "none"])
def test_every_state_is_a_figure(name, look, names):
    norms = ALL_NORMS[name]
    spec = validated(flow_figure(norms, names, look))
    low, high = spec["layout"]["yaxis"]["range"]
    assert -46 < low < 0 < high < 40
    for key in names:
        drawn = np.array([np.nan if v is None else v for v in named(spec, LINES[key].name)["y"]])
        values = norms.shown[key]
        np.testing.assert_allclose(drawn, np.where(values > 0, values, np.nan), rtol=1e-4)


@every_state
def test_what_lies_beyond_the_axis_is_marked_at_its_edge(name):
    norms = ALL_NORMS[name]
    spec = validated(flow_figure(norms, NAMES, LIGHT))
    marks = [t for t in spec["data"] if t.get("name", "").endswith("beyond the axis")]
    count = sum(array(t["x"]).size for t in marks)
    low = 10 ** (spec["layout"]["yaxis"]["range"][0] + 0.3)
    assert count == sum(
        int(((v < low * 0.999) | (v > HIGHEST)).sum()) for v in (norms.shown[k] for k in NAMES)
    )
    assert all("exactly 0" in t["text"] for t in marks) or name == "beyond float32"


def test_states_cover_zeros_and_what_float32_cannot_hold():
    assert (ALL_NORMS["cut"].free["LSTM"][:11] == 0).all()
    assert 0 < ALL_NORMS["beyond float32"].free["RNN"][0] < LOWEST
    assert ALL_NORMS["relu explodes"].free["RNN"][0] > 1e10


def test_clipping_leaves_its_trace():
    norms = ALL_NORMS["relu explodes"]
    spec = validated(flow_figure(norms, NAMES, LIGHT))
    assert [t["name"] for t in spec["data"]].count("without clipping") >= 1
    assert spec["layout"]["shapes"][0]["y0"] == 10
    text = clean(describe_flow(norms, NAMES, None))
    assert after(text, "RNN, which would reach ") == shown(norms.free["RNN"].max(), 3)
    assert "does not help against vanishing" in text
    silent = clean(describe_flow(ALL_NORMS["beyond float32"], NAMES, None))
    assert "clipping changes nothing" in silent


@every_state
def test_the_description_tells_each_norm(name):
    norms, window = ALL_NORMS[name], STATES[name][2]
    text = clean(describe_flow(norms, NAMES, window))
    assert numbers(text)[0] == norms.steps
    for key in ("RNN", "LSTM", "cells", "GRU"):
        values = norms.shown[key]
        clause = next(part for part in text.split(": ", 1)[1].split(";") if LINES[key].name in part)
        if values[0] == 0:
            last = int(np.flatnonzero(values == 0)[-1])
            assert f" exactly **0** from t = {last} down" in clause
            continue
        assert after(clause, f"{LINES[key].name} **") == shown(values[0], 3)
        if LOWEST < values[0] < BORDER:
            assert after(clause, "below 0.001 from t = ") == lost_at(values, BORDER)
        assert ("too small for float32" in clause) == (values[0] < LOWEST)
    assert after(text, "of 0.5 leave ") == shown(0.5**norms.steps, 3)
    assert after(text, "those of 0.99 leave ") == shown(0.99**norms.steps, 3)


def test_fifty_steps_show_the_handbooks_numbers():
    text = describe_flow(ALL_NORMS["usual"], NAMES, None)
    assert "50 forget gates of 0.5 leave 8.88 × 10⁻¹⁶, those of 0.99 leave 0.605." in text


def test_the_caption_says_from_where_a_norm_stays_small():
    """The hidden state of the LSTM rises above a thousandth again on its way back."""
    norms = ALL_NORMS["usual"].shown["LSTM"]
    text = describe_flow(ALL_NORMS["usual"], ("LSTM",), None)
    last = int(after(text, "below 0.001 from t = "))
    assert (norms[: last + 1] < BORDER).all()
    assert norms[last + 1] >= BORDER
    assert (norms[last + 1 :] < BORDER).any()


def test_truncation_is_told():
    assert after(describe_flow(ALL_NORMS["cut"], NAMES, 5), "nothing passes t = ") == 10
    assert "covers all" in describe_flow(ALL_NORMS["wide window"], NAMES, 5)
    assert clean(describe_flow(ALL_NORMS["usual"], (), None)).startswith("No cell is chosen")


def test_what_float64_cannot_hold_is_a_sentence():
    values = np.array([np.inf, np.inf, 1.0])
    norms = Norms({"RNN": values}, {"RNN": values})
    assert "beyond float64 from t = 1 down" in clean(describe_flow(norms, ("RNN",), None))
    validated(flow_figure(norms, ("RNN",), LIGHT))
    clean(describe_units("RNN", np.full((3, 2), np.inf)))


@pytest.mark.parametrize(
    ("ends", "expected"),
    [
        ((1, 1, 1), ALL),
        ((0, 1, 1), GATED),
        ((0, 1, 0), LSTM_ALONE),
        ((0, 0, 0), NONE),
        ((1, 1, 0), "RNN and LSTM"),
    ],
)
def test_who_carries_a_gradient(ends, expected):
    norms = {kind: np.array([end, 1.0]) for kind, end in zip(CELLS, ends, strict=True)}
    assert carriers(norms) == expected


def test_the_first_question_has_a_surprising_answer():
    text = question(1.0, 50)
    assert "∂h₅₀/∂h₀" in text
    assert after(text, "at least ") == BORDER
    assert carriers(ALL_NORMS["usual"].shown) == NONE


@every_look
@pytest.mark.parametrize("limit", [None, 100.0])
@pytest.mark.parametrize(("weight", "steps"), [(8.0, 20), (8.0, 100), (0.0, 30), (-12.0, 100)])
def test_the_lstm_that_explodes(look, limit, weight, steps):
    flow = exploding_flow(weight, 0.5, steps)
    free = {"LSTM": flow.hidden, "cells": flow.cells, "alone": forget_product(0.5, steps)}
    cut = {key: v if key == "alone" else clipped(v, limit) for key, v in free.items()}
    norms = Norms(free, cut, limit)
    validated(flow_figure(norms, list(free), look))
    factor = exploding_factor(weight, 0.5)
    text = clean(describe_explosion(norms, factor))
    assert after(text, "becomes **") == shown(abs(factor) ** steps, 3)
    assert after(text, "factor of **") == shown(factor)
    assert ("explodes" in text) == (abs(factor) > 1)
    assert ("vanishes" in text) == (abs(factor) < 1)
    assert ("leaves the axis" in text) == (free["cells"][0] > HIGHEST)
    assert ("without clipping" in text) == (limit is not None and abs(factor) ** steps > limit)
    assert ("Nothing reads h" in text) == (weight == 0)
    shrinks = bool((cut["cells"] < 1).any())
    assert ("cannot make a gradient longer" in text) == (limit is not None and shrinks)


def test_units_are_logarithms_with_holes_at_zero():
    units = flow_of("LSTM", replace(Setting(), steps=12), window=5).units
    spec = validated(units_figure(units, LIGHT))
    z = array(spec["data"][0]["z"])
    assert np.isnan(z[:, :11]).all()
    np.testing.assert_allclose(z[:, 11:], np.log10(units[11:]).T, rtol=1e-5, atol=1e-6)
    assert "no unit" in clean(describe_units("LSTM", units))
    assert "Gray cells are exactly 0" in describe_units("LSTM", units)
    whole = flow_of("GRU", Setting()).units
    text = clean(describe_units("GRU", whole))
    assert after(text, "unit **") == whole[0].argmax() + 1
    assert after(text, "end, **") == shown(whole[0].max(), 3)
    assert "Gray" not in text


@every_state
def test_alt_and_table(name):
    norms = ALL_NORMS[name]
    text = clean(flow_alt(norms, NAMES, describe_flow(norms, NAMES, None)))
    assert "**" not in text
    table = flow_table(norms, NAMES)
    assert len(table) == norms.steps + 1
    np.testing.assert_array_equal(table["GRU, ∂h_T/∂h_t"], norms.shown["GRU"])
    assert list(flow_table(norms, ())) == ["t"]
