"""Sequence tasks: what is drawn, where it is asked for, and what one gets without looking."""

from __future__ import annotations

import numpy as np
import pytest

from engine.losses import LOSSES
from engine.sequence_tasks import (
    ANGLES,
    COPIED,
    DISTRACTORS,
    LETTERS,
    NEAR_SINE,
    NEAR_SUM,
    SEQUENCE_TASKS,
    SHOWN,
)

STEPS = {"first_symbol": 1, "copy": 2 * COPIED, "adding": 0, "sine": SHOWN}  # beyond the length
every_task = pytest.mark.parametrize("key", SEQUENCE_TASKS)
every_length = pytest.mark.parametrize("length", [2, 3, 10, 41])


def draw(key, n, length, seed=0):
    return SEQUENCE_TASKS[key].make(np.random.default_rng(seed), n, length)


@every_length
@every_task
def test_shapes(key, length):
    task = SEQUENCE_TASKS[key]
    x, y, asked = draw(key, 7, length)
    assert x.shape == (7, length + STEPS[key], len(task.inputs))
    assert y.shape == (7, len(asked))
    assert asked[-1] == x.shape[1] - 1
    np.testing.assert_array_equal(np.diff(asked), 1)
    assert np.issubdtype(y.dtype, np.integer) == task.has_classes


@every_task
def test_the_same_generator_draws_the_same_sequences(key):
    for first, second in zip(draw(key, 5, 6), draw(key, 5, 6), strict=True):
        np.testing.assert_array_equal(first, second)
    assert not np.array_equal(draw(key, 5, 6).x, draw(key, 5, 6, seed=1).x)


@every_task
def test_a_length_that_is_too_short_is_refused(key):
    task = SEQUENCE_TASKS[key]
    draw(key, 2, task.shortest)
    with pytest.raises(ValueError, match=f"length of {task.shortest} or more"):
        draw(key, 2, task.shortest - 1)


@every_length
def test_only_the_first_symbol_is_a_letter(length):
    x, y, asked = draw("first_symbol", 50, length)
    np.testing.assert_array_equal(x.sum(axis=2), 1)
    np.testing.assert_array_equal(x[:, 0].argmax(axis=1), y[:, 0])
    assert not x[:, 1:, : len(LETTERS)].any()
    assert asked.tolist() == [length]  # as many distractors as steps to bridge
    assert set(y.ravel()) == set(range(len(LETTERS)))


def test_distractors_say_nothing_about_the_letter():
    x, y, _ = draw("first_symbol", 20_000, 3)
    for letter in range(len(LETTERS)):
        shares = x[y[:, 0] == letter][:, 1:, len(LETTERS) :].mean(axis=0)
        np.testing.assert_allclose(shares, 1 / len(DISTRACTORS), atol=0.03)


@every_length
def test_copy_asks_for_the_letters_after_the_signal(length):
    x, y, asked = draw("copy", 20, length)
    blank, signal = len(LETTERS), len(LETTERS) + 1
    symbols = x.argmax(axis=2)
    np.testing.assert_array_equal(symbols[:, :COPIED], y)
    np.testing.assert_array_equal(symbols[:, COPIED : COPIED + length - 1], blank)
    np.testing.assert_array_equal(symbols[:, COPIED + length - 1], signal)
    np.testing.assert_array_equal(symbols[:, asked], blank)
    assert len(asked) == COPIED


@every_length
def test_adding_marks_a_number_in_each_half(length):
    x, y, asked = draw("adding", 200, length)
    marks = x[..., 1]
    np.testing.assert_array_equal(marks[:, : length // 2].sum(axis=1), 1)
    np.testing.assert_array_equal(marks[:, length // 2 :].sum(axis=1), 1)
    np.testing.assert_allclose(y[:, 0], (x[..., 0] * marks).sum(axis=1))
    assert ((x[..., 0] >= 0) & (x[..., 0] < 1)).all()
    assert asked.tolist() == [length - 1]


@every_length
def test_a_sine_goes_on_unseen(length):
    x, y, asked = draw("sine", 30, length)
    np.testing.assert_array_equal(x[:, :SHOWN, 1], 1)
    assert not x[:, SHOWN:].any()
    whole = np.hstack([x[:, :SHOWN, 0], y])
    # A sine of angle w per step obeys s[t + 1] + s[t - 1] = 2 cos(w) s[t].
    ends, middle = whole[:, 2:] + whole[:, :-2], whole[:, 1:-1]
    cosines = (ends * middle).sum(axis=1) / (middle**2).sum(axis=1) / 2
    np.testing.assert_allclose(ends, 2 * cosines[:, None] * middle, atol=1e-12)
    angles = np.arccos(cosines)
    assert ((angles >= ANGLES[0]) & (angles <= ANGLES[1])).all()
    np.testing.assert_array_equal(asked, np.arange(SHOWN, SHOWN + length))


BLIND = {"first_symbol": np.zeros(4), "copy": np.zeros(4), "adding": np.ones(1), "sine": [0.0]}


@every_task
def test_chance_is_the_score_without_a_look_at_the_input(key):
    task = SEQUENCE_TASKS[key]
    _, y, _ = draw(key, 50_000, 6)
    answers = np.broadcast_to(BLIND[key], (*y.shape, len(task.outputs)))
    target = y.reshape(-1) if task.has_classes else y.reshape(-1, 1)
    loss = LOSSES[task.loss].value(answers.reshape(len(target), -1), target)
    assert loss == pytest.approx(task.blind_loss, rel=0.02)
    if task.has_classes:  # equal logits are a random guess: every class is as good as any
        shares = [task.score(np.eye(4)[np.full(y.shape, k)], y) for k in range(4)]
        np.testing.assert_allclose(shares, task.chance, atol=0.01)
    else:
        assert task.score(answers, y) == pytest.approx(task.chance, abs=0.005)


def test_reference_numbers():
    assert SEQUENCE_TASKS["adding"].blind_loss == pytest.approx(1 / 6)  # Le et al. 2015: 0.167
    assert SEQUENCE_TASKS["adding"].chance == pytest.approx(0.0784)
    assert SEQUENCE_TASKS["first_symbol"].blind_loss == pytest.approx(1.3863, abs=1e-4)
    assert SEQUENCE_TASKS["sine"].chance == pytest.approx(0.0638, abs=1e-4)


def test_scores():
    classes = SEQUENCE_TASKS["copy"].score
    y = np.array([[0, 1, 2]])
    assert classes(np.eye(4)[y], y) == 1
    assert classes(np.eye(4)[[[0, 3, 3]]], y) == pytest.approx(1 / 3)
    for key, tolerance in (("adding", NEAR_SUM), ("sine", NEAR_SINE)):
        score, target = SEQUENCE_TASKS[key].score, np.zeros((2, 1))
        answers = np.array([0.99 * tolerance, -1.01 * tolerance]).reshape(2, 1, 1)
        assert score(answers, target) == 0.5
