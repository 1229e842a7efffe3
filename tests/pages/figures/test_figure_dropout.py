"""Dropout's pictures and words, against masks and means taken anew."""

from __future__ import annotations

import numpy as np
import pytest

from engine.gradcheck import numerical_gradient
from engine.layers import DROPOUT_FORMS, Pass
from engine.studies.dropout_study import (
    SmallNet,
    Tradeoff,
    all_masks,
    small_weights,
)
from pages.figures import dropout as figures
from pages.figures.dropout import Scaling
from pages.figures.dropout_ensemble import (
    describe_ensemble,
    describe_tradeoff,
    ensemble_alt,
    ensemble_figure,
    ensemble_table,
    tradeoff_alt,
    tradeoff_figure,
)
from tests.pages.figures.reading import (
    after,
    array,
    clean,
    every_look,
    named,
    numbers,
    points,
    same,
    shown,
    validated,
)

THETA, X = small_weights()
BATCH = np.vstack([X, np.random.default_rng(0).normal(size=(7, 3))])
STATES = {
    "default": (0.2, "inverted", "relu", True, 0),
    "nothing dropped": (0.0, "classic", "relu", True, 3),
    "nearly all": (0.9, "inverted", "relu", True, 5),
    "printed": (0.5, "printed", "linear", False, 7),
}
every_state = pytest.mark.parametrize("state", STATES.values(), ids=STATES)
SCALINGS = {form: Scaling(*DROPOUT_FORMS[form](0.8)) for form in DROPOUT_FORMS}
RATES = (0.0, 0.5, 0.9)
STUDY = [Tradeoff(0.0071, 2.5), Tradeoff(0.9, 0.4), Tradeoff(2.5, 0.02)]


def run(state):
    rate, form, kind, training, row = state
    net = SmallNet(rate, form, kind)
    _, trace = net.network.forward(THETA, BATCH, Pass(training, np.random.default_rng(0)))
    return net, trace, figures.example_of(net, THETA, trace, row)


@every_state
def test_an_example_is_its_mask_and_its_layers(state):
    net, trace, example = run(state)
    row = state[-1]
    hidden = trace.outputs[1][row]
    np.testing.assert_array_equal(example.values[1], hidden * example.factor)
    assert example.output == trace.outputs[-1][row, 0]
    if not state[3]:
        assert example.kept.all()
    np.testing.assert_array_equal(example.kept, example.factor > 0)
    tail = THETA[net.head.size :]
    slope = numerical_gradient(
        lambda h: float(net.tail.forward(tail, (h * example.factor)[None])[0][0, 0]), hidden
    )
    if example.values[1].any():  # else on the kink of every ReLU
        np.testing.assert_allclose(example.gradients[1], slope, atol=1e-8)
    assert (example.gradients[1][~example.kept] == 0).all()


@every_state
@every_look
@pytest.mark.parametrize("what", figures.SHOWN)
def test_graph_crosses_out_what_is_dropped(state, look, what):
    net, _, example = run(state)
    spec = validated(figures.dropout_figure(net, THETA, example, what, look))
    cross = named(spec, "dropped unit")
    heights = 2.5 - np.flatnonzero(~example.kept)
    same(points(cross), np.column_stack([np.ones(len(heights)), heights]))
    assert [text.strip() for text in cross["text"]] == ["0"] * len(heights)
    lines = [trace for trace in spec["data"] if trace["mode"] == "lines"]
    ends = np.concatenate([points(trace) for trace in lines])
    drawn = {tuple(end) for end in ends if not np.isnan(end[0])}
    assert not drawn & {(1.0, float(height)) for height in heights}


@every_state
@pytest.mark.parametrize("what", figures.SHOWN)
def test_words_count_the_units(state, what):
    net, _, example = run(state)
    row, training = state[-1], state[3]
    text = clean(figures.describe_example(net, example, row, training, what))
    if training:
        assert numbers(text)[:3] == [row + 1, example.kept.sum(), 6]
    if not training or what == "values":
        assert shown(numbers(text)[-1]) == example.output
    alt = clean(figures.dropout_alt(example, what))
    assert alt.count("crossed out") == 6 - example.kept.sum()


@every_look
def test_masks_are_drawn_a_row_each(look):
    _, trace, _ = run(STATES["default"])
    kept = trace.caches[2] > 0
    spec = validated(figures.masks_figure(kept, 2, look))
    same(array(spec["data"][0]["z"]), kept)
    assert [text.count("✕") for text in spec["data"][0]["text"]] == list((~kept).sum(axis=1))
    text = clean(figures.describe_masks(kept))
    assert after(text, "examples have **") == len({tuple(row) for row in kept})
    assert after(text, "masks, and **") == shown(100 * kept.mean(), 3)
    assert clean(figures.masks_alt(kept)).count("example") == len(kept)
    assert clean(figures.describe_masks(kept | True)).startswith("No unit is dropped")


@every_look
def test_scaling_bars_are_the_means(look):
    spec = validated(figures.scaling_figure(SCALINGS, look))
    for k, trace in enumerate(spec["data"]):
        same(array(trace["y"]), [scaling[k] for scaling in SCALINGS.values()])
    assert len({trace["marker"]["pattern"]["shape"] for trace in spec["data"]}) == 2
    clean(figures.scaling_alt(SCALINGS))


def test_scaling_words_compare_the_printed_rule():
    scalings = {
        "inverted": Scaling(1.0, 1.0),
        "classic": Scaling(0.8, 0.8),
        "printed": Scaling(0.8, 0.2),
    }
    text = clean(figures.describe_scaling(scalings, 0.2))
    assert after(text, "1 − p = **") == 0.8
    assert after(text, "by p = **") == 0.2
    assert after(text, "which is ") == 0.25
    half = {form: Scaling(0.5, 0.5) for form in scalings}
    assert "only because" in clean(figures.describe_scaling(half, 0.5))


@every_look
@every_state
def test_ensemble_bars_hold_all_probability(state, look):
    net, _, _ = run(state)
    ensemble = net.ensemble(THETA, BATCH[state[-1]][None])
    spec = validated(ensemble_figure(ensemble, look))
    assert array(named(spec, "thinned nets")["y"]).sum() == pytest.approx(1, abs=1e-6)
    same(points(named(spec, "their mean"))[:, 0], [ensemble.mean] * 2)
    same(points(named(spec, "whole net, scaled"))[:, 0], [ensemble.evaluated] * 2)
    text = clean(describe_ensemble(ensemble))
    assert numbers(text)[:3] == [64, shown(ensemble.mean), shown(ensemble.evaluated)]
    clean(ensemble_alt(ensemble))
    table = ensemble_table(ensemble)
    assert len(table) == 64
    assert (table["units kept"] == all_masks(6).sum(axis=1)).all()
    assert table["probability"] @ table["output"] == pytest.approx(ensemble.mean)


@pytest.mark.parametrize(("rate", "kind", "exact"), [(0.5, "linear", True), (0.5, "relu", False)])
def test_ensemble_words_say_whether_it_is_exact(rate, kind, exact):
    text = describe_ensemble(SmallNet(rate, "classic", kind).ensemble(THETA, X))
    assert ("equal" in text) == exact
    if not exact:
        assert numbers(text)[:3] == [64, -3.695, -2.848]


@every_look
def test_tradeoff_draws_its_parts_and_their_sum(look):
    spec = validated(tradeoff_figure(RATES, STUDY, 0.5, look))
    for name, values in zip(("bias²", "variance"), np.array(STUDY).T, strict=True):
        same(points(named(spec, name)), np.column_stack([RATES, values]))
    same(points(named(spec, "sum"))[:, 1], np.array(STUDY).sum(axis=1))
    text = clean(describe_tradeoff(RATES, STUDY, 0.5))
    assert after(text, "lowest at p = ") == 0.5
    assert after(text, "at p = 0.5 they are **") == 0.9
    assert clean(describe_tradeoff(RATES, STUDY, 0.0)).count("0.0071") == 1
    clean(tradeoff_alt(RATES, STUDY, 0.5))
