"""Symmetry: weights of every unit over the steps, and captions with the engine's numbers."""

from __future__ import annotations

import numpy as np
import pytest

from engine.optimizers import GD
from engine.studies.symmetry import distances, one_hidden_layer, start_theta, train_hidden
from engine.studies.xor import corners
from pages.figures.symmetry import (
    ALL,
    ONE,
    SOME,
    describe_symmetry,
    symmetry_alt,
    symmetry_figure,
    symmetry_table,
    verdict,
)
from tests.pages.figures.reading import (
    LIGHT,
    after,
    array,
    clean,
    every_look,
    named,
    shown,
    validated,
)

POINTS = corners(np.random.default_rng(0), 4, 0.0)
STATES = {
    "equal": ("equal", "tanh", 0.0, 0.0, 0.5, 120),
    "zeros": ("zeros", "tanh", 0.0, 0.0, 0.5, 120),
    "noise": ("equal", "tanh", 0.1, 0.0, 0.5, 300),
    "dropout": ("equal", "relu", 0.0, 0.5, 0.5, 60),
    "random": ("random", "sigmoid", 0.0, 0.0, 0.5, 50),
    "overflows": ("random", "relu", 0.0, 0.0, 1e200, 50),
}
UNITS = 4


def train(start, activation, noise, dropout, rate, steps):
    rng = np.random.default_rng(0)
    network = one_hidden_layer(2, UNITS, activation, dropout)
    theta = start_theta(network, start, noise, rng)
    return train_hidden(network, theta, 2 * POINTS.x - 1, POINTS.y[:, None], GD(rate), steps, rng)


RUNS = {name: train(*state) for name, state in STATES.items()}
RANDOM = {name: train("random", *state[1:]) for name, state in STATES.items()}
every_state = pytest.mark.parametrize("name", STATES)


@every_state
@every_look
def test_weights_of_every_unit_are_drawn(name, look):
    run = RUNS[name]
    spec = validated(symmetry_figure(run, RANDOM[name], look))
    heat = spec["data"][0]
    drawn, steps = array(heat["z"]), array(heat["x"]).astype(int)
    assert drawn.shape == (2 * UNITS, len(steps))
    assert len(set(heat["y"])) == 2 * UNITS
    expected = run.incoming[steps][:, 1, 2]  # the third unit's weight from the second input
    fits = np.isfinite(expected) & (np.abs(expected) < 1e30)
    np.testing.assert_allclose(drawn[5][fits], expected[fits], rtol=1e-5)
    assert steps[0] == 0
    assert steps[-1] == STATES[name][-1]
    loss = [np.nan if v is None else v for v in named(spec, "loss, this start")["y"]]
    finite = np.isfinite(run.losses)
    np.testing.assert_allclose(np.array(loss)[finite], run.losses[finite], rtol=1e-4)


def test_a_hidden_picture_shows_no_end():
    spec = validated(symmetry_figure(RUNS["equal"], RANDOM["equal"], LIGHT, revealed=False))
    assert not spec["data"]
    assert "→" not in " ".join(spec["layout"]["yaxis"]["categoryarray"])


def test_verdicts():
    assert verdict(RUNS["equal"]) == verdict(RUNS["zeros"]) == ONE
    assert verdict(RUNS["noise"]) == verdict(RUNS["random"]) == ALL
    assert len({ONE, SOME, ALL}) == 3


@pytest.mark.parametrize("name", ["equal", "zeros", "noise", "dropout", "random"])
def test_description_counts_units_and_tells_losses(name):
    run, random = RUNS[name], RANDOM[name]
    text = clean(describe_symmetry(run, random))
    columns = run.incoming[-1].T
    different = len({tuple(np.round(column, 8)) for column in columns})
    assert after(text, f"the {UNITS} hidden units come to **") == different
    assert after(text, "between two is **") == shown(distances(run.incoming[-1]).max(), 3)
    assert after(text, "ends at **") == shown(run.losses[-1], 3)
    if name == "random":
        assert "random" not in text
    else:
        assert after(text, "random weights at **") == shown(random.losses[-1], 3)
    assert ("no weight has a gradient" in text) == (name == "zeros")
    assert ("copies stay copies" in text) == (name == "equal")


def test_an_overflow_is_told_with_its_step():
    run = RUNS["overflows"]
    text = clean(describe_symmetry(run, RANDOM["overflows"]))
    step = int(np.argmax(~np.isfinite(run.losses)))
    assert after(text, "overflows at step ") == step
    assert after(text, "the loss before was ") == shown(run.losses[step - 1], 3)


@every_state
def test_alt_and_table(name):
    run, random = RUNS[name], RANDOM[name]
    assert clean(symmetry_alt(run, random)).startswith("Heat map")
    table = symmetry_table(run, random)
    assert len(table) == STATES[name][-1] + 1
    np.testing.assert_array_equal(table["loss"], run.losses)
