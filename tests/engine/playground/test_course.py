"""A course: played, stopped, rewound and replayed, within a bounded memory."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from engine.playground.build import build
from engine.playground.course import (
    MARKS,
    go_to,
    history,
    play,
    start_course,
    take_steps,
)
from engine.playground.run import Trainer, begin, score
from engine.playground.settings import Settings

SETTINGS = Settings(n=40, batch_size=6)


def course_of(**changes):
    return start_course(build(replace(SETTINGS, **changes)))


def test_playing_scores_every_epoch():
    course = course_of()
    play(course, 5)
    columns = history(course)
    assert columns["epoch"].tolist() == [0, 1, 2, 3, 4, 5]
    assert columns["step"].tolist() == [k * course.experiment.steps_per_epoch for k in range(6)]
    now = score(course.experiment, course.now)
    assert columns["test_loss"][-1] == now.test_loss
    assert columns["training_quality"][-1] == now.training_quality


def test_a_rewound_run_is_the_run_that_was_and_its_scores_stay():
    course = course_of(optimizer="Adam")
    play(course, 30)
    end, columns = course.now, history(course)
    assert go_to(course, 17)
    alone = Trainer(course.experiment).advance(begin(course.experiment), 17)
    assert np.array_equal(course.now.theta, alone.theta)
    play(course, 30 - course.epoch)
    assert course.now.step == end.step
    assert np.array_equal(course.now.theta, end.theta)
    for name, values in history(course).items():
        assert np.array_equal(values, columns[name])


def test_how_it_was_played_leaves_no_trace():
    one, other = course_of(), course_of()
    play(one, 900)
    while other.now.step < one.now.step:
        take_steps(other, 5)
        play(other, 37)
        if other.now.step % 3 == 0:
            go_to(other, other.now.step // 2)
            go_to(other, other.reached)
    go_to(other, one.now.step)
    assert np.array_equal(one.now.theta, other.now.theta)
    last = other.marks[-1].step
    mine = [mark for mark in one.marks if mark.step <= last]
    theirs = [mark for mark in other.marks if mark.step <= one.reached]
    shared = {mark.step for mark in mine} & {mark.step for mark in theirs}
    scores = [{m.step: m.scores for m in marks if m.step in shared} for marks in (mine, theirs)]
    assert len(shared) > 100
    assert scores[0] == scores[1]


def test_a_long_run_keeps_evenly_spaced_marks_and_few_moments():
    course = course_of(n=20, batch_size=20, share=0.5)
    play(course, 3_000)
    steps = history(course)["epoch"]
    assert len(steps) <= MARKS + 1
    assert len(set(np.diff(steps))) == 1
    assert len(course.moments) <= course.room + 1


def test_a_large_network_keeps_fewer_moments():
    large = course_of(units=(16,) * 6, activations=("tanh",) * 6)
    assert 16 <= large.room < course_of().room


def test_a_link_to_a_step_goes_there_in_pieces():
    course, calls = course_of(), 0
    while not go_to(course, 2_000, seconds=0.002):
        calls += 1
        assert calls < 5_000
    whole = Trainer(course.experiment).advance(begin(course.experiment), 2_000)
    assert calls > 1
    assert np.array_equal(course.now.theta, whole.theta)


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        ({"stop_epochs": 7}, "after 7 epochs"),
        ({"stop_loss": 0.69}, "at most 0.69"),
        ({"patience": 3, "rate": 3.0}, "no better test loss for 3 epochs"),
    ],
)
def test_a_rule_stops_the_run_and_says_which(rule, words):
    course = course_of(**rule)
    play(course, 2_000)
    assert words in course.stopped
    assert course.epoch < 2_000
    end = course.now.step
    play(course, 1)
    assert course.now.step == end
    go_to(course, 1)
    assert not course.stopped
    assert go_to(course, 10**6)
    assert course.now.step == end


def test_the_rules_hold_what_they_say():
    course = course_of(stop_loss=0.5, rate=0.3)
    play(course, 2_000)
    losses = history(course)["training_loss"]
    assert losses[-1] <= 0.5 < losses[:-1].min()
    course = course_of(patience=4, rate=3.0)
    play(course, 2_000)
    test = history(course)["test_loss"]
    assert len(test) - 1 - test.argmin() == 4


def test_a_run_that_diverges_stops_with_step_and_tensor():
    course = course_of(data="plane", rate=1e4, activations=("relu", "relu"))
    play(course, 1_000)
    assert course.now.diverged is not None
    step, tensor = course.now.diverged
    assert course.stopped == f"Diverged at step {step:,} in {tensor}."
    go_to(course, 0)
    assert not course.stopped
