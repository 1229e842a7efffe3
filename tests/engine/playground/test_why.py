"""Why a run does not learn: each finding where it must appear, and a healthy run without any."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from engine.playground.build import Experiment, build
from engine.playground.course import Course, go_to, play, start_course, take_steps
from engine.playground.curvature import full_gradient, largest_curvature
from engine.playground.data import OwnTable
from engine.playground.evidence import RECENT, Evidence
from engine.playground.look import look_at_layers
from engine.playground.presets import PLANE
from engine.playground.reachable import line_quality, neighbor_quality
from engine.playground.run import Moment
from engine.playground.settings import Settings
from engine.playground.symptoms_of_learning import learning, stuck
from engine.playground.symptoms_of_signals import exploding, saturated, vanishing
from engine.playground.why import CHECKS, diagnose
from engine.types import Array

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
    course = start_course(build(Settings(**settings)))
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


def hessian(experiment: Experiment, moment: Moment, h: float = 1e-5) -> Array:
    """Every column a central difference of gradients."""
    ways = h * np.eye(moment.theta.size)
    ends = [
        [full_gradient(experiment, moment, moment.theta + s * w) for s in (1, -1)] for w in ways
    ]
    found = np.array([(above - below) / (2 * h) for above, below in ends])
    return (found + found.T) / 2


@pytest.mark.parametrize("units", [(), (3,), (2, 2), (16, 16, 16)])
@pytest.mark.parametrize("epochs", [0, 5])
@pytest.mark.parametrize("data", ["circle", "moons"])
def test_the_curvature_is_the_largest_eigenvalue(units, epochs, data):
    """Also of moons with three times 16 units, where the lowest is nearly as far from 0."""
    size = {"n": 300 if len(units) == 3 else 40}
    course = course_of(epochs, data=data, units=units, activations=("tanh",) * len(units), **size)
    experiment, now = course.experiment, course.now
    exact = np.linalg.eigvalsh(hessian(experiment, now))[-1]
    assert largest_curvature(experiment, now) == pytest.approx(exact, rel=2e-3)
    if (data, len(units), epochs) == ("moons", 3, 0):
        assert exact == pytest.approx(1.7236, abs=1e-4)


def test_a_kink_has_no_curvature():
    """The spiral has a point at 0, where units without a bias stand at the kink of ReLU."""
    course = course_of(3, data="spiral", units=(8, 8), activations=("relu", "relu"))
    assert largest_curvature(course.experiment, course.now) == pytest.approx(1.2618, abs=1e-3)


def test_numbers_that_overflow_have_no_curvature():
    course = course_of(0, activations=("relu", "relu"))
    moment = replace(course.now, theta=np.full_like(course.now.theta, 1e300))
    assert np.isnan(largest_curvature(course.experiment, moment))


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


def seen(course: Course, name: str) -> str:
    """What the finding of this name says; empty where there is none."""
    return next((f.seen for f in diagnose(course) if f.name == name), "")


def test_a_line_is_the_best_by_its_loss_alone():
    epochs, settings = SICK["No bend"]
    words = seen(course_of(epochs, **settings), "No bend")
    assert "Logistic regression, the best of those by its loss, gets" in words
    values = {"data": "bumps", "units": (), "activations": ()}
    assert "The least squares fit, the best of those, gets R²" in seen(
        course_of(5, **values), "No bend"
    )


@pytest.mark.parametrize(
    ("layer", "settings", "end"),
    [
        (1, {}, "reaches their weights now, so they stay so."),
        (1, {"optimizer": "Adam"}, "weights now; only momentum can bring them back."),
        (1, {"penalty": "l2"}, "weights now; only the penalty can bring them back."),
        (2, {}, "weights now; only a change in the layers below can bring them back."),
    ],
)
def test_dead_units_stay_so_only_where_nothing_moves_them(layer, settings, end):
    course = course_of(0, units=(4, 4), activations=("relu", "relu"), **settings)
    theta = course.now.theta.copy()
    course.experiment.network.unpack(theta)[f"b{layer}"][:] = -100
    course.now = replace(course.now, theta=theta)
    assert seen(course, "Dead units").endswith(end)


@pytest.mark.parametrize(("kind", "share"), [("relu", 1.0), ("tanh", 0.0), ("leaky_relu", 0.0)])
def test_a_unit_at_0_is_dead_only_where_its_slope_is_0(kind, share):
    course = course_of(0, units=(4,), activations=(kind,), initializer="zeros")
    assert look_at_layers(course.experiment, course.now)[0].dead == share


def test_clipped_steps_have_no_bound():
    assert seen(course_of(0, rate=30.0), "Learning rate too large")
    assert not seen(course_of(0, rate=30.0, clip="norm"), "Learning rate too large")


def test_a_rate_just_above_the_bound_of_a_parabola_is_told():
    settings = replace(PLANE, batch_size=2000, rate=0.2)  # 2/L is 0.16
    course = start_course(build(settings))
    assert seen(course, "Learning rate too large").endswith("may overshoot.")
    play(course, 10)
    assert seen(course, "Learning rate too large").endswith("overshoot and grow.")


def test_a_loss_that_falls_may_overshoot():
    course = start_course(build(replace(PLANE, batch_size=2000, rate=0.2)))
    play(course, 1)
    for before, words in ((1e9, "may overshoot."), (0.0, "overshoot and grow.")):
        first = course.marks[0]
        course.marks[0] = replace(first, scores=replace(first.scores, training_loss=before))
        assert seen(course, "Learning rate too large").endswith(words)


@pytest.mark.parametrize(("share", "is_problem"), [(0.5, True), (0.99, False)])
def test_a_loss_above_its_start_is_never_nothing(share, is_problem):
    course = course_of(2)
    first, now = course.marks[0], course.marks[-1].scores.training_loss
    course.marks[0] = replace(first, scores=replace(first.scores, training_loss=share * now))
    (only,) = diagnose(course, is_deep=False)
    assert only.name == "Loss above its start"
    assert only.is_problem == is_problem == bool(only.cure)
    assert f"from {share * now:.3g} to {now:.3g}" in only.seen


@pytest.mark.parametrize("steps", [0, 3])
def test_a_span_is_that_of_the_marks_that_are_kept(steps):
    course = course_of(100)
    course.marks = course.marks[::32]
    take_steps(course, steps)
    evidence = Evidence(course)
    then, now = course.marks[2].scores.training_loss, evidence.scores.training_loss
    assert evidence.before(RECENT).step == 64 * course.experiment.steps_per_epoch
    finding = learning(evidence)
    assert finding.value == then - now
    assert finding.seen.endswith(f"to {now:.3g} since epoch 64.")
    assert evidence.before(50).step == 32 * course.experiment.steps_per_epoch


def test_rest_is_judged_over_the_span_that_is_told():
    epochs, settings = SICK["Stuck"]
    course = course_of(epochs, **settings)
    course.marks = course.marks[::64]
    then = course.marks[1]
    for rise, rests in ((0.001, True), (0.5, False)):
        evidence = Evidence(course)
        loss = evidence.scores.training_loss - rise
        course.marks[1] = replace(then, scores=replace(then.scores, training_loss=loss))
        finding = stuck(evidence)
        assert (finding is not None) == rests
        assert finding is None or "risen by only 0.001 since epoch 64" in finding.seen


@pytest.mark.parametrize("check", [vanishing, exploding, saturated])
@pytest.mark.parametrize("share", [0.5, 1.0])
def test_what_is_learned_needs_no_gradient(check, share):
    evidence = Evidence(course_of(0))
    ends = (1e-9, 1.0) if check is vanishing else (1.0, 1e-9)
    flat = [replace(layer, saturated=1.0) for layer in evidence.layers]
    scores = replace(evidence.scores, training_quality=share)
    evidence.__dict__.update(ends=ends, layers=flat, scores=scores)
    assert (check(evidence) is None) == (share == 1)


def test_a_short_rise_of_the_test_loss_may_pass():
    epochs, settings = SICK["Overfitting"]
    course = course_of(epochs, **settings)
    words = seen(course, "Overfitting")
    assert f"since epoch {course.best_epoch}, from {course.best:.3g} to" in words
    go_to(course, (course.best_epoch + 9) * course.experiment.steps_per_epoch)
    assert not seen(course, "Overfitting")
