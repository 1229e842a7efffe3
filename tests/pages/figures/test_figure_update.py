"""The update drawn: curve, tangent and points; promised and real fall; many steps."""

from __future__ import annotations

import numpy as np
import pytest

from engine.by_hand.house_sales import house_problem
from engine.by_hand.staged import TASKS, forward
from engine.by_hand.update_line import repeat_update
from engine.by_hand.wrong_gradients import right_gradient
from pages.figures.update import (
    HIGHER,
    LOWER_LESS,
    LOWER_MORE,
    Update,
    along_alt,
    along_figure,
    describe_repeated,
    describe_update,
    repeated_alt,
    repeated_figure,
    update_table,
)
from tests.pages.figures.reading import (
    LIGHT,
    after,
    clean,
    every_look,
    named,
    points,
    same,
    shown,
    validated,
)


def update(eta=1.0, taken=50, task="price", hidden="sigmoid", reduction="mean", n=8, seed=0):
    problem = house_problem(task, hidden, reduction, n, seed)
    return Update(problem, right_gradient(problem), eta, repeat_update(problem, eta, 200), taken)


STATES = {
    "usual": update(),
    "no step": update(taken=0),
    "one step": update(taken=1),
    "tiny rate": update(1e-3),
    "too long": update(20.0, 50),
    "diverged": update(20.0, 200, reduction="sum"),
    "diverged at once": update(100.0, 200, hidden="relu", reduction="sum", n=16),
    "yes or no": update(5.0, 200, "above"),
    "yes or no, far": update(100.0, 200, "above", reduction="sum", n=16),
    "one house": update(2.0, 200, n=1),
}
every_state = pytest.mark.parametrize("state", STATES.values(), ids=STATES)


@every_look
@every_state
def test_every_state_draws(state, look):
    validated(along_figure(state, look))
    validated(along_figure(state, look, revealed=False))
    validated(repeated_figure(state, look))
    for text in (
        describe_update(state),
        describe_repeated(state),
        along_alt(state),
        along_alt(state, revealed=False),
        repeated_alt(state),
    ):
        clean(text)


@every_state
def test_the_sentence_has_the_numbers_of_the_engine(state):
    text = describe_update(state)
    problem = state.problem
    before = float(forward(problem)["J"])
    moved = float(forward(problem.at(problem.theta - state.eta * state.gradient))["J"])
    assert after(text, "loss from") == shown(before)
    assert after(text, "to **") == shown(moved)
    promised = before - state.eta * float(state.gradient @ state.gradient)
    assert after(text, "promised") == shown(promised)
    assert ("went up" in text) == (moved > before)


def test_what_is_drawn_is_the_loss_along_the_step():
    state = STATES["usual"]
    spec = validated(along_figure(state, LIGHT))
    curve = points(named(spec, "J(θ − ηg)"))
    straight = points(named(spec, "tangent at η = 0"))
    assert curve[0, 1] == pytest.approx(straight[0, 1])
    same(points(named(spec, "new loss")), [[1.0, state.after]])
    same(points(named(spec, "predicted")), [[1.0, state.predicted]])
    assert np.interp(1.0, *curve.T) == pytest.approx(state.after, rel=1e-4)


def test_a_hidden_result_is_not_drawn():
    names = [
        t["name"] for t in validated(along_figure(STATES["usual"], LIGHT, revealed=False))["data"]
    ]
    assert names == ["tangent at η = 0", "loss now"]


def test_outcomes():
    assert STATES["usual"].outcome() == LOWER_LESS
    assert STATES["too long"].outcome() == HIGHER
    found = {
        update(eta, task=task, hidden="relu", seed=seed).outcome()
        for eta in (0.1, 1.0)
        for task in TASKS
        for seed in range(6)
    }
    assert found <= {LOWER_LESS, LOWER_MORE, HIGHER}
    assert LOWER_MORE in found | {
        update(1.0, task=task, seed=seed).outcome() for task in TASKS for seed in range(21)
    }


def test_divergence_is_named():
    state = STATES["diverged"]
    text = describe_repeated(state)
    assert "diverge" in text
    assert after(text, "at step") == state.many.diverged_at
    assert state.last == state.many.diverged_at - 1
    assert after(text, "the loss is") == shown(state.many.losses[state.last])
    early = describe_repeated(STATES["too long"])
    assert after(early, "At step") == STATES["too long"].many.diverged_at


def test_losses_beyond_single_precision_are_drawn():
    state = STATES["too long"]
    ys = named(validated(repeated_figure(state, LIGHT)), "loss")["y"]
    assert max(y for y in ys if y is not None) > 1e40


def test_table():
    state = STATES["usual"]
    table = update_table(state)
    assert len(table) == 21
    np.testing.assert_allclose(table["after 1"], state.many.thetas[1], rtol=1e-12, atol=1e-15)
    np.testing.assert_array_equal(table["after 50 (taken)"], state.many.thetas[50])
