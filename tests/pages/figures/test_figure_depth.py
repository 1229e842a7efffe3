"""A deep network layer by layer: bands, sizes in float64, captions with the engine's numbers."""

from __future__ import annotations

import numpy as np
import pytest

from engine.diagnostics import deep_network, draw_input, propagate
from engine.schemes import SCHEMES
from pages.figures.base import number
from pages.figures.depth import VIEWS, decades_axis, entry_names, quantiles
from pages.figures.depth_words import (
    EXPLODES,
    KEEPS,
    VANISHES,
    depth_alt,
    depth_table,
    describe_depth,
    verdict,
)
from pages.figures.residual import residual_alt, residual_figure
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

STATES = {
    "vanishes": (30, 40, "sigmoid", "xavier_normal", {}),
    "keeps": (20, 40, "relu", "he_normal", {}),
    "explodes": (50, 128, "relu", "unit_normal", {}),
    "nothing": (6, 10, "tanh", "zeros", {}),
    "underflow": (50, 16, "sigmoid", "small_normal", {}),
    "one layer": (1, 4, "silu", "orthogonal", {}),
    "both": (10, 20, "tanh", "he_normal", {"batch_norm": True, "branch_scale": 0.1}),
}


def state(name):
    depth, width, activation, scheme, structure = STATES[name]
    network = deep_network(depth, width, activation, **structure)
    rng = np.random.default_rng(0)
    x, dy = draw_input(rng, 16, width)
    theta = network.initialize(rng, SCHEMES[scheme].draw)
    return propagate(network, theta, x, dy / np.linalg.norm(dy))


ALL = {name: state(name) for name in STATES}
every_state = pytest.mark.parametrize("name", STATES)


def doubles(values):
    return np.array([np.nan if v is None else v for v in values], float)


@every_state
@every_look
@pytest.mark.parametrize("view", VIEWS)
def test_every_view_is_a_figure_hidden_or_not(name, look, view):
    spec = validated(VIEWS[view](ALL[name], look))
    hidden = validated(VIEWS[view](ALL[name], look, revealed=False))
    assert spec["data"]
    assert not any("gradient" in trace.get("name", "") for trace in hidden["data"])
    assert hidden["layout"]["xaxis"]["range"] == spec["layout"]["xaxis"]["range"]


@every_state
def test_sizes_are_drawn_in_float64(name):
    signals = ALL[name]
    spec = validated(VIEWS["layers"](signals, LIGHT))
    assert spec["layout"]["yaxis2"]["type"] == "log"
    drawn = doubles(named(spec, "gradient at the activations")["y"])
    norms = signals.gradient_norms
    np.testing.assert_allclose(drawn, np.where(norms > 0, norms, np.nan), rtol=1e-4)
    weights = named(spec, "gradient of the weights")
    np.testing.assert_array_equal(array(weights["x"]), np.arange(1, len(norms)))


@pytest.mark.parametrize(
    ("values", "ends"),
    [
        ([1.0, 0.5, np.nan], [-1, 1]),
        ([1e-19, 1.0, 0.0], [-20, 1]),
        ([3e42], [42, 43]),
        ([0.0, np.inf], [-1, 1]),
    ],
)
def test_a_log_axis_holds_its_values_within_whole_decades(values, ends):
    spec = decades_axis(LIGHT, "size", np.array(values))
    assert spec["range"] == ends
    assert spec["dtick"] == -(-(ends[1] - ends[0]) // 8)
    assert spec["showticklabels"] == any(0 < value < np.inf for value in values)


@every_state
def test_bands_are_quantiles_of_all_activations(name):
    signals = ALL[name]
    levels = quantiles(signals)
    flat = signals.activations.reshape(len(signals.activations), -1)
    assert (np.diff(levels, axis=0) >= 0).all()
    within = ((flat >= levels[0][:, None]) & (flat <= levels[-1][:, None])).mean(axis=1)
    assert (within >= 0.89).all()
    drawn = doubles(named(validated(VIEWS["layers"](signals, LIGHT)), "median")["y"])
    np.testing.assert_allclose(drawn, levels[2], rtol=1e-4)


@every_state
def test_units_are_drawn_as_logarithms_with_holes_at_zero(name):
    signals = ALL[name]
    (heat,) = validated(VIEWS["units"](signals, LIGHT))["data"]
    norms = signals.unit_gradients
    expected = np.log10(np.where(norms > 0, norms, np.nan)).T
    np.testing.assert_allclose(array(heat["z"]), expected, rtol=1e-5, atol=1e-6)


def test_states_cover_the_verdicts():
    found = {name: verdict(signals.ratio) for name, signals in ALL.items()}
    assert found["vanishes"] == found["nothing"] == found["underflow"] == VANISHES
    assert found["keeps"] == found["one layer"] == found["both"] == KEEPS
    assert found["explodes"] == EXPLODES
    assert [verdict(ratio) for ratio in (0.0099, 0.0101, 99, 101)] == [
        VANISHES,
        KEEPS,
        KEEPS,
        EXPLODES,
    ]


@pytest.mark.parametrize("name", [name for name in STATES if name != "nothing"])
def test_description_tells_the_ratio(name):
    signals, depth = ALL[name], STATES[name][0]
    text = clean(describe_depth(signals))
    norms = np.sqrt((signals.gradients**2).sum(axis=(1, 2)))
    ratio = norms[0] / norms[-1]
    assert numbers(text)[0] == depth
    assert after(text, "multiplied by **") == shown(ratio, 3)
    if depth > 1:
        assert after(text, f"{number(ratio, 3)}**, **") == shown(ratio ** (1 / depth))
        weights = signals.weight_gradients
        assert after(text, "matrix's gradient is ") == shown(weights[0] / weights[-1], 3)
    assert {VANISHES: "vanishes", KEEPS: "keeps", EXPLODES: "explodes"}[verdict(ratio)] in text


def test_a_branch_of_scale_0_gives_no_weight_a_gradient():
    network = deep_network(3, 4, "tanh", branch_scale=0.0)
    rng = np.random.default_rng(0)
    x, dy = draw_input(rng, 2, 4)
    signals = propagate(network, network.initialize(rng), x, dy)
    text = clean(describe_depth(signals))
    assert after(text, "multiplied by **") == 1
    assert "No weight has a gradient." in text


def test_zero_weights_are_told_apart():
    text = clean(describe_depth(ALL["nothing"]))
    assert "exactly **0** below layer 6" in text
    assert "float32" not in text


def test_limits_of_float32_are_told_with_their_layer():
    signals = ALL["explodes"]
    largest = np.abs(signals.activations).max(axis=(1, 2))
    layer = int(np.argmax(largest > np.finfo(np.float32).max))
    assert after(describe_depth(signals), "activations overflow at layer ") == layer
    text = describe_depth(ALL["underflow"])
    flow = np.abs(ALL["underflow"].gradients).max(axis=(1, 2))
    lost = int(np.flatnonzero(flow <= 0.7e-45)[-1])
    assert after(text, "gradient is 0 from layer ") == lost
    assert "float32" not in describe_depth(ALL["keeps"])


def test_what_float64_cannot_hold_is_a_sentence():
    network = deep_network(3, 4, "linear")
    rng = np.random.default_rng(0)
    x, dy = draw_input(rng, 2, 4)
    signals = propagate(network, 1e200 * network.initialize(rng), x, dy)
    text = clean(describe_depth(signals))
    assert text.startswith("Even float64 overflows. In float32 the activations overflow at layer 1")
    for view in VIEWS:
        validated(VIEWS[view](signals, LIGHT))
        clean(depth_alt(signals, view))
    assert len(depth_table(signals)) == 3


@every_state
def test_alts_are_sentences(name):
    for view in VIEWS:
        text = clean(depth_alt(ALL[name], view))
        assert "**" not in text
    assert f"{ALL[name].silent.mean():.0%}" in depth_alt(ALL[name], "shares")


@every_state
def test_table_has_a_row_per_layer(name):
    signals = ALL[name]
    table = depth_table(signals)
    assert list(table["layer"]) == list(range(1, STATES[name][0] + 1))
    np.testing.assert_allclose(table["sd"], [layer.std() for layer in signals.activations[1:]])
    with np.errstate(divide="ignore"):
        expected = np.log10([np.linalg.norm(g) for g in signals.gradients[1:]])
    np.testing.assert_allclose(table["log₁₀ of the gradient at the output"], expected, atol=1e-12)


def test_every_entry_has_a_name():
    network = deep_network(2, 2, "tanh")
    names = entry_names(network, np.zeros(network.size))
    assert names[:5] == ["W1[1, 1]", "W1[1, 2]", "W1[2, 1]", "W1[2, 2]", "b1[1]"]
    assert len(set(names)) == network.size


@every_look
def test_the_residual_diagram_shows_both_ways(look):
    spec = validated(residual_figure(0.8, 0.38, 0.43, 0.18, look))
    words = " ".join(note["text"] for note in spec["layout"]["annotations"])
    assert "identity: 0.8" in words
    assert "0.18 · (1 + 0.43)" in words
    text = clean(residual_alt(0.8, 0.38, 0.43, 0.18))
    assert after(text, "y = ") == pytest.approx(1.18)
