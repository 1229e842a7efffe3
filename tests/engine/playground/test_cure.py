"""The rate that is offered after a divergence lets the same run go on."""

from __future__ import annotations

from dataclasses import replace

import pytest

from engine.optimizers import OPTIMIZERS
from engine.playground.build import build
from engine.playground.course import play, start_course
from engine.playground.cure import steady_rate
from engine.playground.settings import LIMITS, Settings

PLANE = Settings(data="plane", rate=10.0, activations=("relu", "relu"), n=100)
DIVERGING = {
    "relu": PLANE,
    "he": replace(PLANE, units=(4, 4), initializer="he_normal"),
    "wide": replace(PLANE, units=(16, 16), initializer="he_normal"),
    "no hidden layer": replace(PLANE, units=(), activations=()),
    "bumps": replace(PLANE, data="bumps", initializer="he_uniform", units=(8, 8)),
    "squares": replace(PLANE, features=("x1", "x2", "x1x1", "x2x2")),
    "momentum": replace(PLANE, optimizer="Momentum"),
    "nesterov": replace(PLANE, optimizer="Nesterov", beta=0.95),
    "penalty": replace(PLANE, penalty="l2", form="decoupled", strength=0.01),
}


@pytest.mark.parametrize("settings", DIVERGING.values(), ids=DIVERGING.keys())
def test_the_offered_rate_trains_where_the_chosen_one_diverged(settings):
    course = start_course(build(settings))
    play(course, 300)
    assert course.diverged is not None
    rate = max(steady_rate(course.experiment), LIMITS["rate"][0])
    cured = start_course(build(replace(settings, rate=rate)))
    play(cured, 100)
    assert not cured.stopped
    assert cured.marks[-1].scores.training_loss < cured.marks[0].scores.training_loss


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_it_is_never_larger_than_a_tenth(name):
    experiment = build(replace(PLANE, optimizer=name))
    assert 0 < steady_rate(experiment) <= PLANE.rate / 10
