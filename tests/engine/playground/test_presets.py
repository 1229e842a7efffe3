"""Every preset does what its words say, in numbers."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from engine.playground.build import build
from engine.playground.course import history, play, start_course
from engine.playground.look import hidden_outputs, look_at_layers, weights
from engine.playground.presets import PRESETS
from engine.playground.run import outputs, score

CURES = {
    "relu_dies": ["leaky"],
    "zeros": ["zeros_cured"],
    "vanishing": ["vanishing_relu", "vanishing_norm", "vanishing_residual"],
    "overfit": ["overfit_l2", "overfit_dropout", "overfit_stopping", "overfit_data"],
    "diverges": ["clipped"],
}

SEEDED = ("xor_one", "relu_dies", "leaky", "overfit", "overfit_data", "diverges", "clipped")
SEEDS = (1, 2, 3, 4, 5)
every_seed = pytest.mark.parametrize("seed", SEEDS)


def trained(settings, epochs):
    course = start_course(build(settings))
    play(course, epochs)
    return course


@pytest.fixture(scope="module")
def ends():
    return {key: trained(p.settings, p.epochs) for key, p in PRESETS.items()}


@pytest.fixture(scope="module")
def runs():
    return {
        (key, seed): trained(replace(PRESETS[key].settings, seed=seed), PRESETS[key].epochs)
        for key in SEEDED
        for seed in SEEDS
    }


def at_end(course):
    return score(course.experiment, course.now)


def accuracy(course):
    return at_end(course).training_quality


def gap(course):
    scores = at_end(course)
    return scores.test_loss - scores.training_loss


def first_share(course):
    """The gradient of the first layer as a share of the output's."""
    looks = look_at_layers(course.experiment, course.now)
    return looks[0].gradient_norm / looks[-1].gradient_norm


def dead(course):
    return [look.dead for look in look_at_layers(course.experiment, course.now)[:-1]]


def test_every_preset_ends_by_itself_in_words_of_its_own():
    assert len({p.name for p in PRESETS.values()}) == len(PRESETS)
    assert len({p.words for p in PRESETS.values()}) == len(PRESETS)
    for preset in PRESETS.values():
        assert preset.settings.stop_epochs == preset.epochs
        assert preset.words.endswith(".")
        assert preset.words.count(". ") <= 1


def test_a_cure_follows_its_failure():
    keys = list(PRESETS)
    for failure, cures in CURES.items():
        first = keys.index(failure) + 1
        assert keys[first : first + len(cures)] == cures
        assert all(PRESETS[cure].chapter == PRESETS[failure].chapter for cure in cures)
    cures = {cure for group in CURES.values() for cure in group}
    assert {key for key, p in PRESETS.items() if p.name.startswith("Cure: ")} == cures


def test_only_divergence_and_early_stopping_end_before_their_epochs(ends):
    for key, course in ends.items():
        early = key in ("diverges", "overfit_stopping")
        assert (course.epoch < PRESETS[key].epochs) == early, key
        assert (course.now.diverged is not None) == (key == "diverges"), key
        assert course.stopped, key


def test_xor_needs_hidden_units(ends):
    assert abs(accuracy(ends["xor_line"]) - 0.5) < 0.1
    assert 0.6 < accuracy(ends["xor_one"]) < 0.75
    assert accuracy(ends["xor_solved"]) > 0.97
    assert at_end(ends["xor_solved"]).test_quality > 0.93


@every_seed
def test_one_unit_draws_one_line(seed, runs):
    """Along its direction the class changes once, wherever one looks."""
    course = runs["xor_one", seed]
    assert 0.6 < accuracy(course) < 0.75
    points = np.random.default_rng(0).uniform(-6, 6, (2000, 2))
    direction = weights(course.experiment.network, course.now.theta)[0][:, 0]
    said = outputs(course.experiment, course.now, points)[:, 1] > 0.5
    assert np.abs(np.diff(said[np.argsort(points @ direction)].astype(int))).sum() == 1


def test_units_that_start_at_zero_stay_copies(ends):
    course = ends["zeros"]
    network = course.experiment.network
    _, trace = network.forward(course.now.theta, course.experiment.task.training.x)
    (hidden,) = hidden_outputs(network, trace)
    np.testing.assert_allclose(hidden, np.broadcast_to(hidden[:, :1], hidden.shape), atol=1e-9)
    first = weights(network, course.now.theta)[0]
    assert np.abs(first).max() > 1  # they do learn
    assert accuracy(course) < 0.9
    other = ends["zeros_cured"]
    assert np.ptp(weights(network, other.now.theta)[0], axis=1).min() > 1
    assert accuracy(other) > 0.98


@every_seed
def test_relu_dies_and_leaky_relu_does_not(seed, runs):
    died, leaky = (runs[key, seed] for key in ("relu_dies", "leaky"))
    assert replace(leaky.experiment.settings, activations=("relu", "relu")) == (
        died.experiment.settings
    )
    assert max(dead(start_course(died.experiment))) < 1
    assert dead(died)[1] == 1
    assert look_at_layers(died.experiment, died.now)[0].gradient_norm == 0
    assert look_at_layers(died.experiment, died.now)[1].gradient_norm == 0
    assert accuracy(died) < 0.55
    assert dead(leaky) == [0, 0]
    assert accuracy(leaky) > 0.95
    assert at_end(leaky).training_loss < 0.1


def test_six_sigmoid_layers_lose_the_gradient(ends):
    course = ends["vanishing"]
    assert first_share(start_course(course.experiment)) < 0.01
    assert abs(accuracy(course) - 0.5) < 0.05
    starts = {key: start_course(ends[key].experiment) for key in CURES["vanishing"]}
    assert first_share(starts["vanishing_relu"]) > 0.1
    assert first_share(starts["vanishing_residual"]) > 0.1
    for cure in CURES["vanishing"]:
        assert accuracy(ends[cure]) > 0.97, cure
        assert first_share(ends[cure]) > 10 * first_share(course), cure


def test_overfitting_and_its_cures(ends):
    course = ends["overfit"]
    assert len(course.experiment.task.training.x) == 30
    assert at_end(course).training_loss < 0.1
    lowest = history(course)["test_loss"].min()
    assert at_end(course).test_loss > 5 * lowest
    for cure in CURES["overfit"]:
        assert gap(ends[cure]) < gap(course) / 5, cure
        assert at_end(ends[cure]).test_loss < at_end(course).test_loss / 5, cure
    assert at_end(ends["overfit_l2"]).test_loss < 1.2 * lowest
    assert "no better test loss for 5 epochs" in ends["overfit_stopping"].stopped


@every_seed
def test_with_more_data_the_losses_stay_together(seed, runs):
    course = runs["overfit_data", seed]
    assert len(course.experiment.task.training.x) == 900
    columns = history(course)
    gaps = np.abs(columns["test_loss"] - columns["training_loss"])
    assert gaps[1:].max() < 0.05
    assert gaps[-1] < 0.025
    assert at_end(course).test_loss < 1.25 * columns["test_loss"].min()
    assert at_end(course).test_loss < at_end(runs["overfit", seed]).test_loss / 5


@every_seed
def test_the_rate_is_too_large_and_clipping_mends_it(seed, runs):
    plane, clipped = runs["diverges", seed], runs["clipped", seed]
    task = plane.experiment.task
    x = np.column_stack([task.training.x, np.ones(len(task.training.x))])
    assert plane.experiment.settings.rate > 2 / np.linalg.eigvalsh(x.T @ x / len(x)).max()
    assert plane.experiment.steps_per_epoch == 1  # so that every step is seen
    assert (np.diff(history(plane)["training_loss"]) > 0).all()
    minimum = np.linalg.lstsq(x, task.training.y)[0][:, 0]
    away = [np.linalg.norm(moment.theta - minimum) for moment in plane.moments]
    assert (np.diff(away) > 0).all()
    assert plane.epoch > 10  # there is something to be seen
    same = replace(clipped.experiment.settings, clip="none", limit=1.0)
    assert same == plane.experiment.settings
    assert at_end(clipped).training_quality > 0.9


def test_the_spiral_needs_no_made_features(ends):
    assert PRESETS["spiral"].settings.features == ("x1", "x2")
    assert at_end(ends["spiral"]).test_quality > 0.98


def test_the_house_prices_bend(ends):
    line = replace(PRESETS["houses"].settings, units=(), activations=())
    line_end = at_end(trained(line, PRESETS["houses"].epochs))
    assert at_end(ends["houses"]).test_quality > 0.96
    assert line_end.test_quality < at_end(ends["houses"]).test_quality - 0.02
