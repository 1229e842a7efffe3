"""Why a run does not learn: each finding where it must appear, and a healthy run without any."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from engine.gradcheck import numerical_gradient
from engine.playground.build import build
from engine.playground.course import Course, go_to, play, start_course
from engine.playground.curvature import full_gradient, largest_curvature
from engine.playground.data import OwnTable
from engine.playground.reachable import line_quality, neighbor_quality
from engine.playground.settings import Settings
from engine.playground.why import CHECKS, diagnose

SICK = {
    "Diverged": (40, {"data": "plane", "rate": 10.0, "activations": ("relu", "relu")}),
    "Learning rate too large": (0, {"rate": 30.0}),
    "Exploding gradient": (1, {"data": "plane", "units": (), "activations": (), "rate": 1.0}),
    "Vanishing gradient": (20, {"units": (4,) * 6, "activations": ("sigmoid",) * 6}),
    "Dead units": (20, {"units": (8, 8), "activations": ("relu", "relu"), "rate": 3.0}),
    "Saturated units": (20, {"units": (8, 8), "rate": 30.0}),
    "Equal weights": (5, {"initializer": "zeros"}),
    "No bend": (5, {"units": (), "activations": (), "data": "xor"}),
    "Collapsed": (200, {"penalty": "l2", "strength": 1.0}),
    "Learning rate too small": (3, {"rate": 1e-5}),
    "One class for all": (5, {"initializer": "zeros"}),
    "Overfitting": (
        300,
        {
            "data": "gaussians",
            "noise": 0.5,
            "n": 60,
            "units": (16, 16),
            "activations": ("relu", "relu"),
            "rate": 0.1,
        },
    ),
    "Stuck": (150, {"data": "spiral", "units": (1,), "activations": ("tanh",)}),
}
HEALTHY = (
    (0, {}),
    (1, {}),
    (100, {}),
    (60, {"data": "xor", "units": (8, 4), "activations": ("relu", "relu"), "seed": 3}),
    (60, {"data": "xor", "initializer": "he_normal", "optimizer": "Momentum", "rate": 0.003}),
    (60, {"data": "gaussians", "units": (), "activations": ()}),
    (60, {"data": "gaussians", "units": (), "activations": (), "noise": 0.3, "n": 1000}),
    (60, {"data": "gaussians", "classes": 5, "units": (8,), "activations": ("tanh",)}),
    (60, {"data": "plane", "units": (), "activations": ()}),
    (60, {"data": "houses"}),
    (60, {"batch_norm": True, "units": (4, 4), "residual": True, "optimizer": "Adam"}),
    (60, {"dropout": 0.2, "units": (8, 8), "penalty": "l2", "strength": 0.001}),
)


def course_of(epochs: int, **settings: object) -> Course:
    course = start_course(build(Settings(**settings)))  # type: ignore[arg-type]
    play(course, epochs)
    return course


@pytest.mark.parametrize("name", SICK)
def test_each_finding_appears_with_its_number_and_what_it_would_change(name):
    epochs, settings = SICK[name]
    found = {f.name: f for f in diagnose(course_of(epochs, **settings))}
    assert name in found
    finding = found[name]
    assert finding.is_problem
    assert np.isfinite(finding.value)
    assert any(sign.isdigit() for sign in finding.seen)
    changed = replace(Settings(**settings), **finding.cure)
    assert name == "One class for all" or changed != Settings(**settings)


@pytest.mark.parametrize(("epochs", "settings"), HEALTHY)
def test_a_healthy_run_has_no_finding(epochs, settings):
    (only,) = diagnose(course_of(epochs, **settings))
    assert not only.is_problem, only
    if epochs > 1:
        assert "fell" in only.seen


def test_every_check_is_tried_here():
    assert len(SICK) == len(CHECKS) + 1  # and what is said where they see nothing but it rests


def test_rewinding_takes_back_what_came_later():
    epochs, settings = SICK["Overfitting"]
    course = course_of(epochs, **settings)
    assert go_to(course, course.experiment.steps_per_epoch)
    assert all(finding.name != "Overfitting" for finding in diagnose(course))


def test_without_depth_the_curvature_is_not_asked_for(monkeypatch):
    def refused(*_: object) -> float:
        raise AssertionError

    monkeypatch.setattr("engine.playground.evidence.largest_curvature", refused)
    assert diagnose(course_of(2, rate=30.0), is_deep=False)


def test_diagnosis_leaves_the_course_alone():
    course = course_of(3)
    theta, step = course.now.theta.copy(), course.now.step
    diagnose(course)
    assert course.now.step == step
    np.testing.assert_array_equal(course.now.theta, theta)


@pytest.mark.parametrize("units", [(), (3,), (2, 2)])
@pytest.mark.parametrize("epochs", [0, 5])
def test_the_curvature_is_the_largest_eigenvalue(units, epochs):
    course = course_of(epochs, n=40, units=units, activations=("tanh",) * len(units))
    experiment, now = course.experiment, course.now
    rows = [
        numerical_gradient(lambda t, k=k: full_gradient(experiment, now, t)[k], now.theta)
        for k in range(now.theta.size)
    ]
    exact = np.linalg.eigvalsh(np.array(rows))[-1]
    assert largest_curvature(experiment, now) == pytest.approx(exact, rel=0.05)


def test_the_bound_is_where_descent_turns_unstable():
    """On a convex loss, full-batch steps fall at half of the bound and rise far above it."""
    base = {"data": "plane", "units": (), "activations": (), "n": 60, "batch_size": 60}
    course = course_of(0, **base)
    bound = 2 / largest_curvature(course.experiment, course.now)
    losses = [
        course_of(30, **base, rate=share * bound).marks[-1].scores.training_loss
        for share in (0.5, 1.2)
    ]
    start = course.marks[0].scores.training_loss
    assert losses[0] < start < losses[1]


def test_a_line_and_neighbors_reach_what_they_can():
    rng = np.random.default_rng(0)
    x = rng.uniform(-1, 1, (300, 2))
    separable, bent = (x[:, 0] > x[:, 1]).astype(int), (x[:, 0] * x[:, 1] > 0).astype(int)
    assert line_quality(x, separable, True) > 0.97
    assert line_quality(x, bent, True) < 0.7
    assert neighbor_quality(x, bent, True) > 0.9
    assert line_quality(x, x.sum(axis=1), False) == pytest.approx(1)
    assert line_quality(x, x[:, 0] * x[:, 1], False) < 0.1
    assert neighbor_quality(x, x[:, 0] * x[:, 1], False) > 0.9


def test_many_classes_have_lines_of_their_own():
    rng = np.random.default_rng(1)
    y = np.arange(300) % 3
    x = np.column_stack([y + rng.normal(0, 0.05, 300), np.zeros(300)])  # one behind the other
    assert line_quality(x, y, True) > 0.9


@pytest.mark.parametrize("labels", [("a", "b"), ()])
def test_a_table_of_few_rows_is_judged_too(labels):
    own = OwnTable(("p", "q"), np.arange(8.0).reshape(4, 2) ** 2, np.array([0.0, 1, 0, 1]), labels)
    course = start_course(build(Settings(data="own", batch_size=2), own))
    play(course, 60)
    assert diagnose(course)
