"""The check drawn: points on and off the diagonal, the valley of h, and what is to blame."""

from __future__ import annotations

import numpy as np
import pytest

from engine.by_hand.difference_steps import parameter_differences
from engine.by_hand.house_sales import house_problem
from engine.by_hand.staged import TASKS
from engine.by_hand.wrong_gradients import MISTAKES, right_gradient
from pages.figures.gradcheck import (
    Check,
    check_table,
    describe_check,
    describe_steps,
    scatter_alt,
    scatter_figure,
    steps_alt,
    steps_figure,
)
from tests.pages.figures.reading import (
    LIGHT,
    after,
    clean,
    every_look,
    named,
    numbers,
    points,
    same,
    shown,
    validated,
)

STEPS = np.logspace(-12, -1, 23)[::-1]
GROUPS = {"W₁": 12, "b₁": 4, "W₂": 4, "b₂": 1}


def check(key="none", h=1e-5, task="price", hidden="sigmoid", seed=0):
    problem = house_problem(task, hidden, "mean", 8, seed)
    mistake = MISTAKES[key]
    numeric = parameter_differences(problem, [h])[0]
    return Check(problem, mistake, h, mistake.gradient(problem), numeric, right_gradient(problem))


@every_look
@pytest.mark.parametrize("task", TASKS)
@pytest.mark.parametrize("key", MISTAKES)
def test_every_mistake_draws_and_is_told(key, task, look):
    state = check(key, task=task)
    validated(scatter_figure(state, look))
    text = clean(describe_check(state))
    clean(scatter_alt(state))
    wrong = int((np.abs(state.analytic - state.right) > 1e-7).sum())
    assert text.startswith("**") == (wrong > 0)
    if wrong:
        assert numbers(text)[0] == wrong
        worst = np.argmax(np.abs(state.analytic - state.numeric))
        assert after(text, "formula says") == shown(state.analytic[worst])
        assert after(text, "difference") == shown(state.numeric[worst])


def test_right_points_lie_on_the_diagonal_and_are_filled():
    state = check()
    spec = validated(scatter_figure(state, LIGHT))
    for name, count in GROUPS.items():
        trace = named(spec, name)
        xy = points(trace)
        assert len(xy) == count
        same(
            xy[:, 0],
            np.float32(state.numeric[state.names.index(f"{name}[1{tail(name)}]") :][:count]),
        )
        np.testing.assert_allclose(xy[:, 0], xy[:, 1], atol=1e-6)
        assert not any(symbol.endswith("open") for symbol in trace["marker"]["symbol"])
    text = describe_check(state)
    assert after(text, "largest error is") == shown(state.errors.max(), 2)
    assert state.errors.max() < 1e-9


def tail(name):
    return ", 1" if name.startswith("W") else ""


def test_wrong_points_are_open_and_far_ones_stay_in_the_picture():
    state = check("printed_sigma")
    spec = validated(scatter_figure(state, LIGHT))
    symbols = [s for name in GROUPS for s in named(spec, name)["marker"]["symbol"]]
    assert [s.endswith("open") for s in symbols] == list(state.failed)
    low, high = spec["layout"]["yaxis"]["range"]
    ys = np.concatenate([points(named(spec, name))[:, 1] for name in GROUPS])
    assert ((ys > low) & (ys < high)).all()
    assert (
        after(describe_check(state), "holds")
        == state.beyond
        == (np.abs(state.analytic) > state.window[1]).sum()
    )


@pytest.mark.parametrize(("h", "blamed"), [(1e-1, True), (1e-5, False), (1e-12, True)])
def test_a_bad_step_is_to_blame(h, blamed):
    assert ("to blame" in clean(describe_check(check(h=h)))) == blamed
    assert ("as well" in clean(describe_check(check("sign", h=h)))) == blamed


def test_what_is_not_finite_is_off():
    state = check()
    broken = Check(
        state.problem,
        MISTAKES["sign"],
        state.h,
        state.analytic * np.nan,
        state.numeric,
        state.right,
    )
    assert broken.failed.all()
    assert broken.beyond == 21
    validated(scatter_figure(broken, LIGHT))
    assert "not finite" in clean(describe_check(broken))


def errors():
    problem = house_problem("price", "sigmoid", "mean", 8, 0)
    return np.abs(parameter_differences(problem, STEPS) - right_gradient(problem)).max(axis=1)


@every_look
def test_the_valley(look):
    found = errors()
    spec = validated(steps_figure(STEPS, found, STEPS[0], look))
    same(points(named(spec, "largest error")), np.float32(np.column_stack([STEPS, found])))
    same(points(named(spec, "h now")), [[STEPS[0], found[0]]])


@pytest.mark.parametrize(("k", "words"), [(0, "too coarse"), (-1, "too fine")])
def test_which_error_rules(k, words):
    found = errors()
    text = clean(describe_steps(STEPS, found, STEPS[k]))
    assert words in text
    assert after(text, "up to") == shown(found[k], 2)
    assert after(text, "come closest,") == shown(found.min(), 2)
    clean(steps_alt(STEPS, found, STEPS[k]))


def test_the_best_step_is_said_to_be():
    found = errors()
    assert "the best of these" in clean(describe_steps(STEPS, found, STEPS[found.argmin()]))


def test_the_table_has_a_row_per_parameter():
    table = check_table(check("bias_sum"))
    assert len(table) == 21
    assert list(table["parameter"][~table["passes"]]) == ["b₂[1]"]
