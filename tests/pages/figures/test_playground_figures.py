"""The playground's curves, scores and layers: pictures, words and tables against the run itself."""

from __future__ import annotations

import json
from dataclasses import replace
from functools import cache

import numpy as np
import plotly.io
import pytest

from engine.layers import Pass
from engine.losses import LOSSES
from engine.playground.build import build
from engine.playground.course import Course, go_to, play, start_course, take_steps
from engine.playground.look import look_at_layers
from engine.playground.run import Scores, score
from engine.playground.settings import Settings
from engine.playground.why import diagnose
from pages.figures.base import Figure
from pages.figures.playground_curves import DRAWN, curves_figure, is_logarithmic
from pages.figures.playground_curves_words import curves_alt, describe_curves
from pages.figures.playground_fitted import Fitted
from pages.figures.playground_history import Curves, curves_of, curves_table
from pages.figures.playground_layers import layers_figure, layers_table
from pages.figures.playground_layers_words import (
    describe_layers,
    describe_spread,
    layers_alt,
    spread_alt,
)
from pages.figures.playground_scores import (
    SETS,
    Confusion,
    confusion_figure,
    judged,
    scores_figure,
    scores_table,
)
from pages.figures.playground_scores_words import describe_scores, scores_alt
from pages.figures.playground_spread import BINS, OF, TALL, VALUES, spread_figure
from tests.pages.figures.reading import (
    LIGHT,
    after,
    array,
    clean,
    every_look,
    named,
    same,
    shown,
    validated,
)

DEEP = {"units": (6,) * 6, "activations": ("sigmoid",) * 6}
RUNS = {
    "circle": ({}, 12),
    "not begun": ({}, 0),
    "spiral of six": ({"data": "spiral", "classes": 6, "rate": 0.1}, 5),
    "houses": ({"data": "houses"}, 6),
    "bumps": ({"data": "bumps", "n": 900, "batch_size": 90}, 4),
    "no hidden layer": ({"units": (), "activations": ()}, 3),
    "all zero": ({"initializer": "zeros", "activations": ("relu", "relu")}, 2),
    "deep": (DEEP | {"initializer": "small_normal"}, 2),
    "normed": (
        {"batch_norm": True, "residual": True, "dropout": 0.2, "units": (4, 4), "data": "plane"},
        4,
    ),
}
CLASSES = [name for name in RUNS if name not in ("houses", "bumps", "normed")]
VALUED = ["houses", "bumps", "normed"]
every_run = pytest.mark.parametrize("name", RUNS)
every_set = pytest.mark.parametrize("of", SETS)
every_kind = pytest.mark.parametrize("of", OF)


def started(**settings) -> Course:
    return start_course(build(Settings(**settings)))


@cache
def run(name: str) -> Course:
    settings, epochs = RUNS[name]
    course = started(**settings)
    play(course, epochs)
    return course


def written(figure: Figure) -> str:
    return json.dumps(figure.to_dict(), sort_keys=True)


def made(train, test, at=None, size=4, quality="accuracy"):
    """Curves of these losses, shown after epoch `at`, by default the last."""
    train, test = np.array(train, float), np.array(test, float)
    at = len(train) - 1 if at is None else at
    k = int(np.argmin(test))
    right = np.full(len(train), 0.5)
    return Curves(
        np.arange(len(train), dtype=float),
        {"training": train, "test": test},
        {"training": right, "test": right},
        size,
        at * size,
        Scores(train[at], test[at], 0.5, 0.5),
        float(test[k]),
        k,
        quality,
    )


@every_run
@every_look
def test_curves_draw_the_marks_of_the_run(name, look):
    course = run(name)
    curves = curves_of(course)
    spec = validated(curves_figure(curves, look))
    size = course.experiment.steps_per_epoch
    training, test = (t for t in spec["data"] if t["mode"] == "lines" and t.get("yaxis") == "y")
    same(array(training["y"]), [mark.scores.training_loss for mark in course.marks])
    same(array(test["y"]), [mark.scores.test_loss for mark in course.marks])
    same(array(training["customdata"]), [mark.step for mark in course.marks])
    places = training["x0"] + training["dx"] * np.arange(len(course.marks))
    same(places, [mark.step / size for mark in course.marks])
    qualities = [t for t in spec["data"] if t["mode"] == "lines" and t.get("yaxis") == "y2"]
    same(array(qualities[1]["y"]), [mark.scores.test_quality for mark in course.marks])
    assert training["line"]["dash"] != test["line"]["dash"]
    best = named(spec, "lowest test loss")
    same(array(best["y"]), [min(mark.scores.test_loss for mark in course.marks)])
    assert best["x"] == [course.best_epoch]
    here = spec["layout"]["shapes"][-1]
    assert here["x0"] == here["x1"] == course.now.step / size


@every_run
def test_words_on_curves_tell_the_scores_of_the_moment(name):
    course = run(name)
    now = score(course.experiment, course.now)
    curves = curves_of(course)
    text = clean(describe_curves(curves))
    assert after(text, "the loss is **") == shown(now.training_loss, 3)
    assert after(text, "in training and **") == shown(now.test_loss, 3)
    assert ("no more" in text) == (now.test_loss <= now.training_loss)
    assert clean(curves_alt(curves)).count("accuracy" if name in CLASSES else "R²") == 1


def test_a_moment_within_an_epoch_is_told_and_drawn_there():
    course = started(n=100)
    play(course, 2)
    take_steps(course, 3)
    curves = curves_of(course)
    assert "At step 13, within epoch 3, the loss" in clean(describe_curves(curves))
    assert curves.at == 13 / 5
    assert not curves.is_rewound
    spec = curves_figure(curves, LIGHT).to_dict()
    same(array(spec["data"][-2]["y"]), [curves.now.training_loss, curves.now.test_loss])
    assert spec["data"][-2]["x"] == [2.6, 2.6]


def test_what_came_after_the_moment_is_veiled():
    course = started()
    play(course, 10)
    end = curves_of(course)
    assert len(curves_figure(end, LIGHT).to_dict()["layout"]["shapes"]) == 1
    go_to(course, 4 * course.experiment.steps_per_epoch)
    back = curves_of(course)
    assert back.is_rewound
    veil, here = validated(curves_figure(back, LIGHT))["layout"]["shapes"]
    assert veil["x0"] == here["x0"] == 4
    assert veil["x1"] > 10
    assert 0 < veil["opacity"] < 1
    text = clean(describe_curves(back))
    assert text.startswith("After 4 epochs")
    assert text.endswith("up to epoch 10.")
    for name in ("training", "test"):
        np.testing.assert_array_equal(back.losses[name], end.losses[name])


CASES = {  # training and test losses -> what the words say
    "overfits": (np.linspace(3, 0.2, 15), [3, 2, *np.linspace(2.1, 3.0, 13)]),
    "is above its lowest": ([3, 2, 1, 1, 1, 1, 1, 1], [3, 2, 2.5, 2.5, 2.5, 2.5, 2.5, 2.5]),
    "still falling": ([3, 2.5, 2, 1.5, 1, 0.8, 0.6], [3, 2.5, 2, 1.5, 1, 0.9, 0.8]),
    "flat": ([3] + [1.0] * 10, [3] + [1.1] * 10),
    "too large can do that": ([3, 1, 2], [3, 2, 2]),
    "rose by": ([1, 1, 1, 1, 1, 1, 1.1], [1, 1, 1, 1, 1, 1, 1.1]),
    "no longer a finite number": ([1, np.inf], [1, 2]),
}


@pytest.mark.parametrize("words", CASES)
def test_words_say_what_the_curves_do(words):
    text = clean(describe_curves(made(*CASES[words])))
    trends = ["flat"] if words == "is above its lowest" else []
    assert [other for other in CASES if other in text] == [words, *trends]


def test_overfitting_begins_at_the_lowest_test_loss():
    train, test = CASES["overfits"]
    text = describe_curves(made(train, test))
    assert after(text, "lowest, **") == 2
    assert after(text, "**, after ") == 1
    for at in range(11):  # a rise within 10 epochs may pass
        assert "overfits" not in describe_curves(made(train, test, at=at))
    assert "overfits" in describe_curves(made(train, test, at=11))


def test_a_rise_in_the_last_fifth_of_a_run_may_pass():
    train, test = np.linspace(3, 1, 101), np.full(101, 3.0)
    test[79], test[85] = 2.0, 1.9
    assert "is above its lowest, **1.9** after 85 epochs" in describe_curves(made(train, test))
    test[85] = 3
    assert "overfits" in describe_curves(made(train, test))


def test_a_small_rise_of_the_training_loss_is_no_rise():
    text = describe_curves(made([1, 0.01, 0.02], [1, 1, 1]))
    assert "too large" not in text
    assert "still falling" in text


def test_curves_and_diagnosis_agree_on_overfitting():
    course = started(
        data="gaussians", noise=0.5, n=60, units=(16, 16), activations=("relu",) * 2, rate=0.1
    )
    said = []
    for _ in range(12):
        play(course, 10)
        found = any(finding.name == "Overfitting" for finding in diagnose(course, is_deep=False))
        said.append("overfits" in describe_curves(curves_of(course)))
        assert said[-1] == found
    assert set(said) == {True, False}


def test_the_loss_axis_is_logarithmic_over_more_than_a_decade():
    for last, expected in ((0.2, False), (0.09, True), (0.0001, True), (0.0, False)):
        curves = made([1, last], [1, 0.9])
        assert is_logarithmic(curves) == expected
        spec = validated(curves_figure(curves, LIGHT))
        assert (spec["layout"]["yaxis"].get("type") == "log") == expected


def test_a_long_run_is_thinned_for_the_picture_and_whole_in_the_table():
    curves = made(np.linspace(2, 1, 401), np.linspace(2, 1.5, 401))
    spec = validated(curves_figure(curves, LIGHT))
    drawn = spec["data"][0]
    assert len(array(drawn["y"])) <= DRAWN
    same(array(drawn["y"]), curves.losses["training"][:: int(drawn["dx"])])
    assert len(curves_table(curves)) == 401
    assert len(plotly.io.to_json(spec, validate=False)) < 11_000


def test_losses_that_no_picture_can_hold_do_no_harm():
    for quality in ("accuracy", "R²"):
        curves = made([1, 1e300, np.nan], [1, np.inf, np.nan], quality=quality)
        validated(curves_figure(curves, LIGHT))
        clean(describe_curves(curves))


def test_the_table_of_curves_has_a_row_per_epoch():
    course = run("circle")
    table = curves_table(curves_of(course))
    assert list(table["step"]) == [mark.step for mark in course.marks]
    assert list(table["test accuracy"]) == [mark.scores.test_quality for mark in course.marks]
    assert list(table)[:4] == ["epoch", "step", "training loss", "test loss"]


@every_set
@pytest.mark.parametrize("name", CLASSES)
def test_the_confusion_counts_every_example(name, of):
    course = run(name)
    sample = course.experiment.sample
    found = judged(course, of)
    y = sample.y[sample.is_training] if of == "training" else sample.y[~sample.is_training]
    np.testing.assert_array_equal(found.counts.sum(axis=1), np.bincount(y.astype(int)))
    now = score(course.experiment, course.now)
    expected = now.test_quality if of == "test" else now.training_quality
    assert found.right / found.total == pytest.approx(expected, rel=1e-14)
    text = clean(describe_scores(found))
    assert after(text, "accuracy **") == pytest.approx(100 * expected, abs=0.0501)
    assert ("Wilson" in text) == (of == "test")
    clean(scores_alt(found))


@every_look
def test_the_confusion_shows_counts_shares_recall_and_precision(look):
    counts = np.array([[6, 2, 0], [1, 9, 0], [3, 1, 0]])
    spec = validated(confusion_figure(Confusion(counts, ("a", "b", "c")), look))
    (heat,) = spec["data"]
    assert [list(row) for row in heat["text"]] == [
        ["6<br>75%", "2<br>25%", "0", "75%"],
        ["1<br>10%", "9<br>90%", "0", "90%"],
        ["3<br>75%", "1<br>25%", "0", "0%"],
        ["60%", "75%", "–", "<b>68%</b>"],
    ]
    z = array(heat["z"])
    assert (np.diag(z)[:2] > 0).all()
    assert (z[0, 1], z[2, 0]) == (-0.25, -0.75)
    assert not z[3].any()
    assert not z[:, 3].any()
    table = scores_table(Confusion(counts, ("a", "b", "c")))
    assert list(table["said a"]) == [6, 1, 3]
    assert list(table["recall"]) == [0.75, 0.9, 0]
    assert "c taken for a, 3 times" in describe_scores(Confusion(counts, ("a", "b", "c")))


def test_names_of_classes_can_do_nothing():
    label = "<b onclick=x>*k* [a](b)</b>"
    counts = np.array([[1, 1], [0, 1]])
    found = Confusion(counts, (label, "1"))
    axis = validated(confusion_figure(found, LIGHT))["layout"]["xaxis"]
    assert axis["ticktext"][0].startswith("&lt;b")
    assert axis["ticktext"][1] == "1"
    text = describe_scores(found)
    assert not set("<[]*") & set(text.split("mistake:")[1].split("taken")[0])
    assert "<b onclick" in scores_alt(found)


@every_set
@every_look
@pytest.mark.parametrize("name", VALUED)
def test_predictions_are_in_the_units_of_the_target(name, of, look):
    course = run(name)
    experiment, scale = course.experiment, course.experiment.sample.target
    found = judged(course, of)
    examples = experiment.test if of == "test" else experiment.task.training
    z, _ = experiment.network.forward(course.now.theta, examples.x, Pass(memory=course.now.memory))
    error = np.mean(np.abs(z - examples.y)) * scale.sd
    assert found.mean_error == pytest.approx(error, rel=1e-12)
    now = score(experiment, course.now)
    expected = now.test_quality if of == "test" else now.training_quality
    assert found.r_squared == pytest.approx(expected, rel=1e-10)
    spec = validated(scores_figure(found, look))
    dots = named(spec, f"{of} examples")
    assert set(np.float32(array(dots["x"]))) <= set(np.float32(found.true))
    same(array(spec["data"][0]["x"]), [found.true.min(), found.true.max()])
    text = clean(describe_scores(found))
    assert after(text, "misses by **") == shown(error, 3)
    assert ("The picture has 300" in text) == (len(found.true) > 300)
    assert list(scores_table(found)["error"]) == list(found.predicted - found.true)


def test_equal_values_and_overflow_have_words_too():
    flat = Fitted(np.ones(3), np.array([1.0, 2.0, 3.0]))
    assert "R²" not in clean(describe_scores(flat))
    gone = Fitted(np.ones(3), np.array([np.inf, 1.0, np.nan]))
    assert "no longer finite" in clean(describe_scores(gone))
    validated(scores_figure(gone, LIGHT))


@every_run
@every_look
def test_layers_show_the_norm_of_each_gradient(name, look):
    course = run(name)
    task, now = course.experiment.task, course.now
    looks = look_at_layers(course.experiment, now)
    spec = validated(layers_figure(looks, look))
    z, trace = task.network.forward(now.theta, task.training.x, Pass(memory=now.memory))
    dy = LOSSES[task.loss].gradient(z, task.training.y)
    gradient = task.network.unpack(task.network.backward(now.theta, trace, dy))
    sizes = [np.linalg.norm(v) for key, v in gradient.items() if key.startswith("W")]
    drawn = np.array(spec["data"][0]["x"])
    held = np.array(sizes) > 0
    np.testing.assert_allclose(drawn[held], np.array(sizes)[held], rtol=1e-4)
    low, high = spec["layout"]["xaxis"]["range"]
    assert (np.log10(drawn) >= low - 1e-12).all()
    assert (np.log10(drawn) < high).all()
    assert len(spec["data"]) == (1 if len(looks) == 1 else 3)
    if len(looks) > 1:
        assert list(spec["data"][1]["x"]) == [layer.dead for layer in looks[:-1]]
        assert list(spec["data"][2]["x"]) == [layer.saturated for layer in looks[:-1]]
        assert "pattern" in spec["data"][1]["marker"]
    np.testing.assert_allclose(layers_table(looks)["gradient norm"], sizes, rtol=1e-12)
    clean(describe_layers(looks))
    clean(layers_alt(looks))


@every_run
@every_kind
def test_histograms_count_every_number_once(name, of):
    looks = look_at_layers(run(name).experiment, run(name).now)
    spec = validated(spread_figure(looks, of, LIGHT))
    (bars,) = spec["data"]
    rows, counts = array(bars["base"]), array(bars["customdata"])
    heights = -array(bars["y"])
    centers, low = array(bars["x"]), spec["layout"]["xaxis"]["range"][0]
    for k, layer in enumerate(looks):
        values = VALUES[of](layer).ravel()
        assert counts[rows == k].sum() == values.size
        if values.size:
            assert heights[rows == k].max() == pytest.approx(TALL, rel=1e-6)
            edges = low + bars["width"] * np.arange(BINS + 1)
            expected = np.histogram(values, edges)[0]
            same(counts[rows == k], expected[expected > 0])
            same(centers[rows == k], (edges[:-1] + bars["width"] / 2)[expected > 0])
    clean(describe_spread(looks, of))
    clean(spread_alt(looks, of))


def looks_of(sizes, saturated=0.0, dead=0.0, quality=0.5):
    """Layers whose gradients have these norms."""
    looks = look_at_layers(run("circle").experiment, run("circle").now)
    return [
        replace(
            looks[min(k, 1) if k < len(sizes) - 1 else -1],
            name="Output" if k == len(sizes) - 1 else f"Hidden {k + 1}",
            weight_gradient=np.array([[size]], float),
            saturated=saturated,
            dead=dead if k < len(sizes) - 1 else 0.0,
            quality=quality,
        )
        for k, size in enumerate(sizes)
    ]


@pytest.mark.parametrize(
    ("sizes", "chapter", "words"),
    [
        ([1e-6, 1e-3, 1], "chapter 6", "vanishes"),
        ([0, 0, 1], "chapter 6", "vanished"),
        ([500, 20, 1], "chapter 7", "explodes"),
        ([5e3, 5e3, 5e3], "chapter 7", "explodes"),
        ([np.inf, 1, 1], "chapter 7", "explodes"),
        ([0.5, 1, 1], "", "within a factor of 100"),
        ([0, 0, 0], "", "no weight moves"),
        ([0.5], "", "output's weights has norm **0.5**"),
    ],
)
def test_a_chapter_is_named_only_where_the_norms_say_so(sizes, chapter, words):
    text = clean(describe_layers(looks_of(sizes)))
    assert words in text
    assert ("chapter" in text) == bool(chapter)
    assert chapter in text
    validated(layers_figure(looks_of(sizes), LIGHT))


@pytest.mark.parametrize("sizes", [[1e-6, 1e-3, 1], [0.5, 0.1, 1e-3]])
def test_ratios_of_what_is_left_of_a_learned_set_alarm_nobody(sizes):
    assert "chapter" in describe_layers(looks_of(sizes))
    text = clean(describe_layers(looks_of(sizes, quality=0.97)))
    assert "chapter" not in text
    assert "the training examples are learned" in text


def test_dead_and_saturated_units_are_told_where_there_are_any():
    text = clean(describe_layers(looks_of([1, 1, 1], saturated=0.4, dead=0.5)))
    assert "**3 of 6 hidden units** are dead" in text
    assert after(text, "hidden layer 1: **") == 40
    calm = clean(describe_layers(looks_of([1, 1, 1])))
    assert "dead" not in calm
    assert "aturated" not in calm


def test_a_deep_stack_of_sigmoids_vanishes():
    looks = look_at_layers(run("deep").experiment, run("deep").now)
    assert "vanishes** (chapter 6)" in describe_layers(looks)


@every_run
def test_the_same_state_gives_the_same_bytes(name):
    settings, epochs = RUNS[name]
    course, again = run(name), started(**settings)
    for _ in range(epochs):
        take_steps(again, course.experiment.steps_per_epoch)
    looks, others = (look_at_layers(c.experiment, c.now) for c in (course, again))
    pairs = [
        (curves_figure(curves_of(course), LIGHT), curves_figure(curves_of(again), LIGHT)),
        (scores_figure(judged(course, "test"), LIGHT), scores_figure(judged(again, "test"), LIGHT)),
        (layers_figure(looks, LIGHT), layers_figure(others, LIGHT)),
        *((spread_figure(looks, of, LIGHT), spread_figure(others, of, LIGHT)) for of in OF),
    ]
    for one, other in pairs:
        assert written(one) == written(other)
