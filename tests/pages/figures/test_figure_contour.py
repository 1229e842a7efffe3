"""Contours and the film of a race: every frame shows where the runs stood at its step."""

from __future__ import annotations

import numpy as np
import pytest

from engine.descent import descend
from engine.optimizers import OPTIMIZERS
from engine.surfaces import SURFACES, ravine
from pages.figures.contour import (
    CLICKS,
    FRAMES,
    MARKED,
    RESOLUTION,
    TAIL,
    clickable,
    contour_figure,
    gap_figure,
    grid,
    style,
    thin,
)
from tests.pages.figures.reading import (
    LIGHT,
    array,
    every_look,
    named,
    points,
    same,
    validated,
)

NAMES = ("GD", "Momentum", "Adam")


def race(surface, steps, names=NAMES, rate=0.03):
    return {
        name: descend(OPTIMIZERS[name](learning_rate=rate), surface, surface.start, steps)
        for name in names
    }


RACES = {
    "usual": (ravine(60), race(ravine(60), 120)),
    "short": (SURFACES["saddle"], race(SURFACES["saddle"], 10, ("RMSProp",))),
    "long": (SURFACES["beale"], race(SURFACES["beale"], 500, OPTIMIZERS, 1e-3)),
    "diverging": (ravine(1000), race(ravine(1000), 50)),
    "no step": (SURFACES["himmelblau"], race(SURFACES["himmelblau"], 0)),
}
every_race = pytest.mark.parametrize(("surface", "runs"), RACES.values(), ids=RACES)


def equal_points(actual, expected):
    np.testing.assert_array_equal(actual, np.asarray(expected, np.float32).astype(float))


@pytest.mark.parametrize("steps", [0, 1, 10, 58, 59, 60, 61, 120, 500, 5000])
def test_frames_are_at_most_sixty_with_both_ends(steps):
    chosen = thin(steps)
    assert len(chosen) <= FRAMES == 60
    assert (chosen[0], chosen[-1]) == (0, steps)
    assert (np.diff(chosen) > 0).all()
    if steps < FRAMES:
        np.testing.assert_array_equal(chosen, np.arange(steps + 1))
    else:
        assert np.ptp(np.diff(chosen)) <= 1


@every_race
@every_look
def test_figure_is_valid_and_draws_every_point(surface, runs, look):
    spec = validated(contour_figure(surface, runs, surface.start, look))
    for name, path in runs.items():
        trail = next(trace for trace in spec["data"] if trace.get("name") == name)
        equal_points(points(trail), path.points)
        assert ("markers" in trail["mode"]) == (len(path.points) <= MARKED)
        assert trail["line"]["color"] == look.lines[style(name)]
    same(points(named(spec, "minimum")), surface.minima)
    same(points(named(spec, "start")), [surface.start])
    ranges = [spec["layout"][axis]["range"] for axis in ("xaxis", "yaxis")]
    assert ranges == [list(surface.x_range), list(surface.y_range)]


@every_race
def test_frames_are_named_by_step_and_found_by_the_slider(surface, runs):
    spec = contour_figure(surface, runs, surface.start, LIGHT).to_dict()
    steps = [str(step) for step in thin(len(next(iter(runs.values())).points) - 1)]
    assert [frame["name"] for frame in spec["frames"]] == steps
    (slider,) = spec["layout"]["sliders"]
    assert [step["label"] for step in slider["steps"]] == steps
    assert [step["args"][0] for step in slider["steps"]] == [[step] for step in steps]
    assert slider["active"] == len(steps) - 1


@every_race
def test_every_frame_shows_where_the_runs_stood(surface, runs):
    spec = contour_figure(surface, runs, surface.start, LIGHT).to_dict()
    for frame in spec["frames"]:
        step, count = int(frame["name"]), len(runs)
        still = step == int(spec["frames"][-1]["name"])
        trails, tails, (heads,) = np.split(np.array(frame["data"]), [count, 2 * count])
        assert [trail["opacity"] for trail in trails] == [1.0 if still else 0.25] * count
        equal_points(points(heads), [path.points[step] for path in runs.values()])
        for tail, path in zip(tails, runs.values(), strict=True):
            recent = path.points[max(0, step - TAIL) : step + 1]
            equal_points(points(tail), recent[:0] if still else recent)


@every_race
def test_frames_change_trails_tails_and_heads_alone(surface, runs):
    spec = contour_figure(surface, runs, surface.start, LIGHT).to_dict()
    for frame in spec["frames"]:
        targets = [spec["data"][k] for k in frame["traces"]]
        assert len(targets) == len(frame["data"]) == 2 * len(runs) + 1
        assert [trace.get("name") for trace in targets[:-1]] == [*runs, *runs]
        assert targets[-1]["marker"]["size"] == 11
        assert not {trace["type"] for trace in targets} - {"scatter"}


@every_race
def test_the_last_frame_is_the_still(surface, runs):
    spec = contour_figure(surface, runs, surface.start, LIGHT).to_dict()
    last = spec["frames"][-1]
    for index, change in zip(last["traces"], last["data"], strict=True):
        trace = spec["data"][index]
        assert trace.get("opacity", 1.0) == change.get("opacity", 1.0)
        if "x" in change:
            np.testing.assert_array_equal(points(trace), points(change))


@pytest.mark.parametrize("paths", [{}, RACES["usual"][1]], ids=["no paths", "paths"])
def test_a_still_has_no_player(paths):
    surface = ravine(60)
    figure = contour_figure(surface, paths, surface.start, LIGHT, playable=not paths)
    spec = validated(figure)
    assert "frames" not in spec
    assert not {"sliders", "updatemenus"} & set(spec["layout"])
    names = [trace.get("name") for trace in spec["data"]]
    assert names == [None, None, "minimum", *paths, "start"]


@pytest.mark.parametrize("surface", SURFACES.values(), ids=SURFACES)
def test_contours_rise_with_the_loss(surface):
    spec = validated(contour_figure(surface, {}, surface.start, LIGHT))
    heights = array(spec["data"][0]["z"])
    x, y, window = grid(surface, RESOLUTION, RESOLUTION)
    assert heights.shape == (RESOLUTION, RESOLUTION)
    same(array(spec["data"][0]["x"]), x)
    same(array(spec["data"][0]["y"]), y)
    values = surface.value(window)
    assert values[3, 7] == surface.value([x[7], y[3]])
    order = np.argsort(values, axis=None)
    assert (np.diff(heights.ravel()[order]) >= 0).all()
    assert heights.min() >= 0
    assert np.ptp(heights) > 2


@pytest.mark.parametrize("surface", SURFACES.values(), ids=SURFACES)
def test_a_click_hits_a_point_of_the_window(surface):
    trace = clickable(surface)
    spots = points(trace)
    assert len(spots) == CLICKS[0] * CLICKS[1]
    assert trace["marker"]["opacity"] == 0
    same(spots.min(axis=0), [surface.x_range[0], surface.y_range[0]])
    same(spots.max(axis=0), [surface.x_range[1], surface.y_range[1]])


def test_optimizers_have_styles_of_their_own():
    assert [style(name) for name in OPTIMIZERS] == list(range(8))
    assert len({style(name) for name in ("GD", "Mini-batch", "SGD")}) == 3


@every_race
@every_look
def test_gaps_are_the_losses_above_the_minimum(surface, runs, look):
    spec = validated(gap_figure(surface, runs, look))
    assert spec["layout"]["yaxis"]["type"] == "log"
    for name, path in runs.items():
        drawn = points(named(spec, name))
        gap = path.values - surface.minimum_value
        np.testing.assert_array_equal(drawn[:, 0], np.arange(len(gap)))
        same(drawn[:, 1], np.where(gap > 0, gap, np.nan))
