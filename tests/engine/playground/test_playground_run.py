"""The run: the same from any cut, equal to plain training, and told where it diverges."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from engine.activations import sigmoid
from engine.layers import BatchNorm, Dropout, Pass, Residual
from engine.losses import LOSSES
from engine.optimizers import OPTIMIZERS
from engine.playground.build import FORMS, Decoupled, build, make_optimizer
from engine.playground.run import (
    Trainer,
    begin,
    epoch_order,
    outputs,
    rate_factor,
    rows_of,
    score,
    task_at,
)
from engine.playground.settings import Settings
from engine.regularizers import L1, L2, decay
from engine.schedules import SCHEDULES

BASE = Settings(n=50, batch_size=7, rate=0.05)
VARIED = {
    "plain": BASE,
    "three classes": replace(BASE, data="spiral", classes=3),
    "regression": replace(BASE, data="bumps"),
    "table": replace(BASE, data="houses"),
    "no hidden layer": replace(BASE, units=(), activations=()),
    "batch norm": replace(BASE, batch_norm=True),
    "dropout": replace(BASE, dropout=0.3),
    "residual": replace(BASE, units=(4, 4), residual=True),
    "schedule": replace(BASE, schedule="cosine", horizon=4),
    "clipping": replace(BASE, clip="norm", limit=0.1),
    "features": replace(BASE, features=("x1", "x2x2", "sin1")),
    **{name: replace(BASE, optimizer=name) for name in OPTIMIZERS},
    **{f"l1 {form}": replace(BASE, penalty="l1", form=form, strength=0.01) for form in FORMS},
    **{f"l2 {form}": replace(BASE, penalty="l2", form=form, strength=0.01) for form in FORMS},
}
each = pytest.mark.parametrize("settings", VARIED.values(), ids=VARIED.keys())


@each
def test_a_run_in_pieces_is_the_run_in_one_bit_for_bit(settings):
    experiment = build(settings)
    whole = Trainer(experiment).advance(begin(experiment), 23)
    trainer, moment = Trainer(experiment), begin(experiment)
    for steps in (1, 5, 2, 0, 4, 11):
        moment = trainer.advance(moment, steps)
    again = Trainer(build(settings)).advance(moment, 0)
    assert moment.step == whole.step == again.step == 23
    assert np.array_equal(moment.theta, whole.theta)
    assert np.array_equal(again.theta, whole.theta)


@each
def test_a_moment_goes_on_alike_after_the_trainer_was_elsewhere(settings):
    experiment = build(settings)
    trainer = Trainer(experiment)
    early = trainer.advance(begin(experiment), 6)
    late = trainer.advance(early, 12)
    assert np.array_equal(trainer.advance(early, 12).theta, late.theta)


@each
def test_steps_are_those_of_the_textbook_loop(settings):
    """Forward, loss gradient, backward, penalty, clipping, step, shrinking: written out."""
    experiment = build(settings)
    task, network = experiment.task, experiment.network
    theta, state, memory = experiment.start, task.optimizer.init(experiment.start), None
    for step in range(10):
        rows = rows_of(
            experiment, step, epoch_order(experiment, step // experiment.steps_per_epoch)
        )
        rng = np.random.default_rng([settings.seed, 3, step])
        x, y = task.training.x[rows], task.training.y[rows]
        z, trace = network.forward(theta, x, Pass(True, rng, memory))
        gradient = network.backward(theta, trace, LOSSES[task.loss].gradient(z, y))
        on = network.weights
        if task.penalty is not None:
            gradient[on] += task.penalty.gradient(theta[on])
        if task.clip is not None:
            gradient = task.clip(gradient)
        rule = task_at(experiment, step).optimizer
        theta, state = rule.step(theta, gradient, state)
        if task.shrink is not None:
            theta[on] = task.shrink(theta[on], rule.learning_rate)
        memory = trace.memory
    moment = Trainer(experiment).advance(begin(experiment), 10)
    np.testing.assert_allclose(moment.theta, theta, rtol=1e-11, atol=1e-13)


@each
def test_training_lowers_the_loss(settings):
    experiment = build(replace(settings, rate=min(settings.rate, 0.01)))
    start = begin(experiment)
    later = Trainer(experiment).advance(start, 300)
    assert score(experiment, later).training_loss < score(experiment, start).training_loss


def test_every_epoch_takes_every_training_example_once_in_an_order_of_its_own():
    experiment = build(BASE)
    n = len(experiment.task.training.x)
    orders = [epoch_order(experiment, epoch) for epoch in range(3)]
    assert all(np.array_equal(np.sort(order), np.arange(n)) for order in orders)
    assert not np.array_equal(orders[0], orders[1])
    size = experiment.steps_per_epoch
    taken = [rows_of(experiment, step, orders[0]) for step in range(size)]
    assert np.array_equal(np.concatenate(taken), orders[0])


@pytest.mark.parametrize("schedule", SCHEDULES)
def test_the_rate_follows_its_schedule_and_then_stays(schedule):
    settings = replace(BASE, schedule=schedule, horizon=3)
    experiment = build(settings)
    steps = 3 * experiment.steps_per_epoch
    for step in (0, 1, steps - 1):
        factor = SCHEDULES[schedule](step, steps)
        assert rate_factor(experiment, step) == factor
        assert task_at(experiment, step).optimizer.learning_rate == settings.rate * factor
    assert rate_factor(experiment, 10 * steps) == rate_factor(experiment, steps - 1)


def test_the_schedule_reaches_the_rule_inside_a_decoupled_one():
    settings = replace(BASE, schedule="step_decay", horizon=2, penalty="l2", form="decoupled")
    experiment = build(settings)
    rule = task_at(experiment, 10**6).optimizer
    assert isinstance(rule, Decoupled)
    assert rule.learning_rate == pytest.approx(settings.rate * 0.01)


def test_decoupled_decay_beside_adam_is_adamw_on_the_weights():
    experiment = build(
        replace(BASE, optimizer="Adam", penalty="l2", form="decoupled", strength=0.1)
    )
    rule, on = experiment.task.optimizer, experiment.network.weights
    adamw = OPTIMIZERS["AdamW"](learning_rate=BASE.rate, weight_decay=0.1)
    theta = np.linspace(-1, 1, on.size)
    gradient = np.cos(theta)
    ours, _ = rule.step(theta, gradient, rule.init(theta))
    theirs, _ = adamw.step(theta, gradient, adamw.init(theta))
    np.testing.assert_allclose(ours[on], theirs[on], rtol=1e-14)
    plain = make_optimizer(replace(BASE, optimizer="Adam"))
    undecayed, _ = plain.step(theta, gradient, plain.init(theta))
    np.testing.assert_allclose(ours[~on], undecayed[~on], rtol=1e-14)


@pytest.mark.parametrize("penalty", [L1(0.2), L2(0.2)])
def test_decoupled_shrinking_is_the_penaltys_gradient_beside_the_step(penalty):
    rule = Decoupled(OPTIMIZERS["GD"](learning_rate=0.5), penalty, np.array([True, False]))
    moved, _ = rule.step(np.array([2.0, 2.0]), np.zeros(2), ())
    expected = decay(2.0, 0.5, 0.2) if isinstance(penalty, L2) else 2.0 - 0.5 * 0.2
    assert moved == pytest.approx([expected, 2.0])


def test_probabilities_are_those_of_the_logits():
    two, three = build(BASE), build(replace(BASE, classes=3))
    for experiment in (two, three):
        p = outputs(experiment, begin(experiment), experiment.test.x)
        assert p.shape == (len(experiment.test.x), len(experiment.sample.labels))
        np.testing.assert_allclose(p.sum(axis=1), 1, rtol=1e-14)
    z, _ = two.network.forward(two.start, two.test.x)
    np.testing.assert_array_equal(outputs(two, begin(two), two.test.x)[:, 1], sigmoid(z)[:, 0])


def test_scores_are_accuracy_and_r_squared():
    experiment = build(replace(BASE, classes=3))
    p = outputs(experiment, begin(experiment), experiment.test.x)
    right = p.argmax(axis=1) == experiment.test.y.argmax(axis=1)
    assert score(experiment, begin(experiment)).test_quality == right.mean()
    experiment = build(replace(BASE, data="plane"))
    z = outputs(experiment, begin(experiment), experiment.test.x)
    y = experiment.test.y
    r2 = 1 - ((y - z) ** 2).sum() / ((y - y.mean()) ** 2).sum()
    assert score(experiment, begin(experiment)).test_quality == pytest.approx(r2, rel=1e-14)


def test_divergence_names_step_and_tensor_and_leaves_the_last_finite_moment():
    settings = replace(BASE, data="plane", rate=1e4, activations=("relu", "relu"))
    experiment = build(settings)
    moment = Trainer(experiment).advance(begin(experiment), 10_000)
    assert moment.diverged is not None
    assert moment.diverged.step == moment.step + 1
    assert np.isfinite(moment.theta).all()
    assert moment.diverged.tensor
    once = Trainer(experiment).advance(begin(experiment), moment.step)
    assert once.diverged is None
    assert np.array_equal(once.theta, moment.theta)
    assert Trainer(experiment).advance(once, 1).diverged == moment.diverged


def test_the_network_has_what_the_settings_name():
    settings = replace(BASE, units=(4, 4, 2), activations=("relu", "gelu", "elu"), dropout=0.2)
    layers = build(replace(settings, residual=True, batch_norm=True)).network.layers
    assert sum(isinstance(layer, Residual) for layer in layers) == 1
    assert sum(isinstance(layer, Dropout) for layer in layers) == 3
    assert sum(isinstance(layer, BatchNorm) for layer in layers) == 2
