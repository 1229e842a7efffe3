"""The table of starting weights: numbers in its cells, the chosen cell, and captions."""

from __future__ import annotations

import numpy as np
import pytest

from engine.activations import ACTIVATIONS
from engine.diagnostics import deep_network, draw_input, propagate
from engine.schemes import SCHEMES
from engine.studies.initialization_table import LANDMARKS, draw_networks, gradient_ratios
from engine.studies.signal_propagation import expected_signals
from pages.figures.initializations import (
    cell_alt,
    cell_figure,
    cell_text,
    column_name,
    decades,
    describe_cell,
    describe_table,
    landmark_table,
    table_alt,
    table_figure,
    table_rows,
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

COLUMNS = ("sigmoid", "tanh", "leaky_relu")
WIDTH, DEPTH = 20, 12
WEIGHTS, X, DY = draw_networks(list(SCHEMES.values()), DEPTH, WIDTH, 4, 0)
TABLE = {key: gradient_ratios(WEIGHTS, ACTIVATIONS[key], X, DY) for key in COLUMNS}
every_scheme = pytest.mark.parametrize("scheme", SCHEMES)


def cell(activation, scheme):
    network = deep_network(DEPTH, WIDTH, activation)
    rng = np.random.default_rng(0)
    x, dy = draw_input(rng, 4, WIDTH)
    signals = propagate(network, network.initialize(rng, SCHEMES[scheme].draw), x, dy)
    gain = SCHEMES[scheme].gain(WIDTH)
    return signals, expected_signals(ACTIVATIONS[activation], gain, DEPTH)


@every_look
def test_cells_hold_the_logarithms_of_their_ratios(look):
    spec = validated(table_figure(TABLE, ("tanh", "he_normal"), look))
    heat = spec["data"][0]
    assert heat["x"] == ["Sigmoid", "Tanh", "Leaky<br>ReLU"]
    assert heat["y"] == [scheme.name for scheme in SCHEMES.values()]
    for j, activation in enumerate(COLUMNS):
        for i, ratio in enumerate(TABLE[activation]):
            text = heat["text"][i][j]
            if ratio == 0:
                assert text == "−∞"
            else:
                assert numbers(text) == [pytest.approx(np.log10(ratio), abs=0.0501)]
    np.testing.assert_allclose(
        array(heat["z"])[1:, 0], np.clip(np.log10(TABLE["sigmoid"][1:]), -20, 20), rtol=1e-5
    )


def test_the_chosen_cell_is_outlined_and_a_hidden_table_says_nothing():
    spec = validated(table_figure(TABLE, ("tanh", "he_normal"), LIGHT))
    (outline,) = spec["layout"]["shapes"]
    row = list(SCHEMES).index("he_normal")
    assert outline["x0"] < 1 < outline["x1"]
    assert outline["y0"] < row < outline["y1"]
    hidden = validated(table_figure(TABLE, ("tanh", "he_normal"), LIGHT, revealed=False))
    cells, clicks = hidden["data"]
    assert "text" not in cells
    assert not array(cells["z"]).any()
    assert clicks["type"] == "scatter"
    assert not hidden["layout"]["shapes"]


def test_a_click_can_hit_every_cell():
    clicks = validated(table_figure(TABLE, ("tanh", "he_normal"), LIGHT))["data"][-1]
    hit = set(zip(clicks["x"], clicks["y"], strict=True))
    assert len(hit) == len(COLUMNS) * len(SCHEMES)
    assert len({column_name(key) for key in ACTIVATIONS}) == len(ACTIVATIONS)


@pytest.mark.parametrize(
    ("value", "text"),
    [(-np.inf, "−∞"), (-18.94, "−18.9"), (-0.04, "0.0"), (25.55, "25.6"), (np.nan, "overflow")],
)
def test_cell_texts(value, text):
    assert cell_text(value) == text


def test_decades_of_nothing_are_minus_infinity():
    np.testing.assert_array_equal(decades(np.array([0.0, 1e-30, 100.0])), [-np.inf, -30, 2])


@every_scheme
@every_look
def test_the_chosen_cell_is_measured_and_expected(scheme, look):
    signals, expected = cell("tanh", scheme)
    spec = validated(cell_figure(signals, expected, look))
    drawn = named(spec, "gradient, measured")["y"]
    norms = signals.gradient_norms / signals.gradient_norms[-1]
    np.testing.assert_allclose(
        [np.nan if v is None else v for v in drawn], np.where(norms > 0, norms, np.nan), rtol=1e-4
    )
    theory = named(spec, "gradient, expected")
    assert theory["line"]["dash"] == "dot"
    assert theory["y"][-1] == 1


@every_scheme
def test_description_of_a_cell(scheme):
    signals, expected = cell("leaky_relu", scheme)
    words = (("leaky_relu", scheme), DEPTH, WIDTH, signals, expected)
    text = clean(describe_cell(*words))
    assert text.startswith(f"**Leaky ReLU**, **{SCHEMES[scheme].name}**")
    assert after(text, "first over last is **") == shown(signals.ratio, 3)
    assert after(text, "expects **") == shown(expected.gradient_norms[0], 3)
    assert after(text, "n Var(W) = ") == shown(SCHEMES[scheme].gain(WIDTH), 3)
    assert signals.ratio == pytest.approx(TABLE["leaky_relu"][list(SCHEMES).index(scheme)])
    assert "**" not in clean(cell_alt(*words))


def test_description_of_the_table():
    text = clean(describe_table(TABLE))
    ratios = np.concatenate(list(TABLE.values()))
    kept = int(((ratios >= 0.01) & (ratios <= 100)).sum())
    assert f"**{kept} of {len(ratios)}**" in text
    assert after(text, "goes from **") == shown(ratios[ratios > 0].min(), 2)
    assert after(text, ") to **") == shown(ratios.max(), 2)
    assert "**" not in clean(table_alt(TABLE))


def test_rows_of_the_table_and_landmarks():
    expected = {key: np.ones(len(SCHEMES)) for key in COLUMNS}
    rows = table_rows(TABLE, expected, WIDTH)
    assert len(rows) == len(COLUMNS) * len(SCHEMES)
    np.testing.assert_allclose(rows["log₁₀ measured"][: len(SCHEMES)], decades(TABLE["sigmoid"]))
    assert not rows["log₁₀ expected"].any()
    ratios = {mark.name: 0.5 for mark in LANDMARKS}
    assert list(landmark_table(ratios)["first over last"]) == ["0.5"] * len(LANDMARKS)
