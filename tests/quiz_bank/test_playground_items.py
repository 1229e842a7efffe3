"""The playground's items: numbers worked from the prompts alone, and what the words claim of the
pictures."""

from __future__ import annotations

import re
from itertools import combinations, pairwise
from math import ceil

import numpy as np
import pytest

from quiz_bank.loader import load_bank
from quiz_bank.templates.playground import border
from quiz_bank.templates.playground_fits import FITS
from quiz_bank.templates.playground_runs import FAULTS, RUNS
from tests.quiz_bank.prompts import assert_worked, certified, whole

QUESTIONS = {q.id: q for q in load_bank() if q.id.partition("/")[2].startswith("playground-")}
COUNT = 15


def parameters(prompt, rounded):
    d, a, b, classes = whole(
        prompt, r"(\d+) feat", r"layers of (\d+)", r"(\d+) units", r"(\d+) cla"
    )
    return sum((n_in + 1) * n_out for n_in, n_out in ((d, a), (a, b), (b, classes)))


def updates(prompt, rounded):
    n, share, batch, epochs = whole(
        prompt, r"are (\d+) examples", r"(\d+) percent", r"has (\d+) examples", r"(\d+) epochs"
    )
    return epochs * ceil(n * share / 100 / batch)


def line_on_xor(prompt, rounded):
    """A line has any three corners on their right sides, as it has no four."""
    words = re.search(r"they have (.*?) points", " ".join(prompt.split()))[1]
    counts = [int(count) for count in re.findall(r"\d+", words)]
    return max(sum(three) for three in combinations(counts, 3)) / sum(counts)


def gradient_factor(prompt, rounded):
    found = re.findall(r"\$([0-9.]+)(?: \\times 10\^\{(-?\d+)\})?\$", prompt)
    lengths = [float(value) * 10.0 ** int(power or 0) for value, power in found]
    (hidden,) = whole(prompt, r"(\d+) hidden")
    assert len(lengths) == hidden + 1
    return rounded(lengths[0] / lengths[-1]) ** (1 / hidden)


WORKED = {
    "basics/playground-parameters": parameters,
    "optimizers/playground-updates": updates,
    "learning/playground-line-on-xor": line_on_xor,
    "vanishing/playground-gradient-factor": gradient_factor,
}


@pytest.mark.parametrize("name", WORKED)
def test_the_answer_follows_from_the_prompt_and_bears_rounding(name):
    assert_worked(QUESTIONS[name], WORKED[name])


def test_every_item_is_worked_here_or_is_a_picture():
    pictures = {name for name, question in QUESTIONS.items() if question.kind == "picture"}
    assert set(WORKED) == set(QUESTIONS) - pictures
    assert len(pictures) >= 10


def drawn(name, count=COUNT):
    """The pictures of certified variants, by the value of their first setting."""
    for _, variant in certified(QUESTIONS[name], count):
        yield {next(iter(o.picture.settings.values())): o.picture for o in variant.answer}


def heights(picture, line="training loss"):
    return picture.lines[line][1]


def at(picture, *places):
    """The values of a map at places in the plane."""
    x, y, z = picture.contours
    return [z[np.abs(y - b).argmin(), np.abs(x - a).argmin()] for a, b in places]


AROUND = ((3.6, 0), (-3.6, 0), (0, 3.6), (0, -3.6))
CENTER = (0, 0)


def test_maps_of_features_depend_on_what_is_read():
    for maps in drawn("learning/playground-features"):
        round_map = maps["$x_1^2$ and $x_2^2$"]
        assert at(round_map, CENTER)[0] < 0.5 < border(round_map).min()
        for name, axis in (("$x_1^2$ alone", 0), ("$x_2^2$ alone", 1)):
            z = maps[name].contours[2]
            assert np.ptp(z, axis=axis).max() < 1e-9
            np.testing.assert_allclose(z, z[::-1, ::-1], rtol=1e-9)


def test_hidden_units_give_as_many_edges_as_said():
    for maps in drawn("basics/playground-hidden-units"):
        closed, once = maps["8 tanh units"], border(maps["1 tanh unit"])
        assert at(closed, CENTER)[0] < 0.5 < np.quantile(border(closed), 0.1)
        assert once.min() < 0.5 < once.max()
        assert border(maps["2 tanh units"]).min() < 0.5


def test_maps_of_data_are_high_where_class_1_lies():
    for maps in drawn("learning/playground-data"):
        by_word = {re.match(r"\w+", name)[0]: picture for name, picture in maps.items()}
        assert at(by_word["Circle"], CENTER)[0] < 0.5 < min(at(by_word["Circle"], *AROUND))
        assert (
            min(at(by_word["XOR"], (-4, 4), (4, -4)))
            > 0.5
            > max(at(by_word["XOR"], (4, 4), (-4, -4)))
        )
        lower, upper = at(by_word["Gaussians"], (-3, -3), (3, 3))
        assert lower > 0.5 > upper
        sine = by_word["Sine"].contours[2]
        assert sine[-1].min() > 0.5 > sine[0].max()


def test_three_classes_share_the_plane():
    degrees = {"class 0": 45, "class 1": 165, "class 2": 285}
    for maps in drawn("losses/playground-three-classes"):
        np.testing.assert_allclose(sum(p.contours[2] for p in maps.values()), 1, rtol=1e-12)
        for name, turn in degrees.items():
            place = 3 * np.cos(np.radians(turn)), 3 * np.sin(np.radians(turn))
            assert at(maps[name], place)[0] > 0.8


def test_more_updates_in_an_epoch_lower_the_loss_faster():
    for curves in drawn("optimizers/playground-batch-size"):
        order = ("a single example", "4 examples", "16 examples", "all 64 training examples")
        firsts = [heights(curves[name])[1] for name in order]
        assert firsts == sorted(firsts)


def test_starts_wait_or_fall_as_said():
    for curves in drawn("vanishing/playground-starts"):
        flat = heights(curves["at zero"])
        small = heights(curves["normal with standard deviation 0.01"])
        xavier = heights(curves["uniform with Xavier's variance"])
        assert np.ptp(flat) < 0.08
        assert np.abs(small[:2] - flat[:2]).max() < 0.03
        assert small[-1] < 0.55
        assert xavier[3] < xavier[0] - 0.03


def test_fits_are_as_said():
    for curves in drawn("regularization/playground-fits"):
        few, line, many = (curves[FITS[run][0]] for run in ("few", "line", "many"))
        assert heights(few)[-1] < 0.15
        assert heights(few, "test loss")[-1] > 0.35
        assert min(heights(line)[-1], heights(line, "test loss")[-1]) > 0.4
        assert abs(heights(many)[-1] - heights(many, "test loss")[-1]) < 0.25


def test_l1_keeps_the_useful_input_longest():
    for bars in drawn("regularization/playground-l1", 30):
        sizes = {
            float(re.search(r"= ([0-9.]+)", name)[1]): picture.bars["size of the weight"][1]
            for name, picture in bars.items()
        }
        assert not sizes[5.0].any()
        for strength, share in ((0, 0.8), (0.2, 0.2), (0.5, 0.15)):
            assert sizes[strength][:4].max() < share * sizes[strength][4]
        useful = [sizes[strength][4] for strength in sorted(sizes)]
        assert all(below < 0.85 * above for above, below in pairwise(useful))


def test_only_the_rate_above_the_bound_makes_the_loss_grow():
    for curves in drawn("optimizers/playground-rates", 30):
        *stable, unstable = (heights(curves[rate]) for rate in sorted(curves, key=float))
        assert unstable[-1] > max(unstable[0], unstable[-2])
        for losses in stable:
            assert np.diff(losses).max() < 1e-9


def test_gradients_of_layers_are_as_said():
    for points in drawn("vanishing/playground-layer-gradients"):
        by_start = {name: picture.points["gradient"][1] for name, picture in points.items()}
        sigmoid = by_start["sigmoid units and Xavier's weights"]
        assert sigmoid[0] < 0.1 * sigmoid[-1]
        tiny = by_start["tanh units and normal weights with standard deviation 0.01"]
        assert tiny.max() < 1e-5
        assert tiny.max() < 30 * tiny.min()
        even = by_start["tanh units and Xavier's weights"]
        assert even.max() < 10 * even.min()
        assert by_start["ReLU units and standard normal weights"].min() > even.max()


def percents(picture):
    """What a report states: training and test accuracy, and the dead share of both layers."""
    return [float(p) for p in re.findall(r"([0-9.]+) percent", picture.settings["the report"])]


def test_faults_show_in_losses_and_reports():
    for curves in drawn("troubleshooting/playground-losses", 30):
        runs = {run: curves[RUNS[run][0]] for run in RUNS}
        well = heights(runs["well"], "test loss")
        assert heights(runs["well"])[-1] < 0.2
        assert well[-1] < min(well[0], well.min() + 0.05)
        assert min(percents(runs["well"])[:2]) >= 90
        report = runs["dead"].settings["the report"]
        assert percents(runs["dead"])[3] == 100
        assert "gradients $0$, $0$ and $0$" in report
        test = heights(runs["overfits"], "test loss")
        assert heights(runs["overfits"])[-1] < 0.1
        assert np.isnan(test[-1]) or test[-1] > np.nanmin(test) + 0.1
        jumps = heights(runs["jumps"])
        assert np.isnan(jumps[-7:]).any() or np.ptp(jumps[-7:]) > 0.2
        assert percents(runs["jumps"])[0] < 90


def test_faults_show_in_maps():
    for maps in drawn("troubleshooting/playground-surface"):
        faults = {fault: maps[FAULTS[fault][0]] for fault in FAULTS}
        assert at(faults["well"], CENTER)[0] < 0.5 < min(at(faults["well"], *AROUND))
        assert np.ptp(faults["blind"].contours[2], axis=0).max() < 1e-9
        assert 0.3 < at(faults["linear"], CENTER)[0] < 0.7
        around = at(faults["narrow"], *AROUND, (2.5, 2.5), (-2.5, 2.5), (2.5, -2.5), (-2.5, -2.5))
        assert min(around) < 0.5 < max(around)
