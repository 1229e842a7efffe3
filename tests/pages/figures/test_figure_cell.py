"""The cell lab: plates slide as gates open, bands and bars are the engine's values, words agree."""

from __future__ import annotations

import numpy as np
import pytest

from engine.studies.valves import read_sequence, run_valves, set_weights, unit
from pages.figures.cell import at, cell_figure
from pages.figures.cell_pipes import LINE, digits, short
from pages.figures.cell_steps import GATES, ROWS, STATES, steps_figure
from pages.figures.cell_words import (
    ADDED,
    EMPTIED,
    FATES,
    REPLACED,
    STAYS,
    cell_alt,
    cell_table,
    describe_cell,
    fate,
    left_of_first,
    moment,
    percent,
    question,
    steps_alt,
    told,
)
from pages.figures.gate_look import PARTS
from tests.pages.figures.reading import (
    LIGHT,
    after,
    array,
    clean,
    every_look,
    named,
    numbers,
    shown,
    validated,
)

STORIES = {
    "story": ("LSTM", "store 0.8, hold -0.9, hold 0.5, read, erase, read", {}, 0.0),
    "frozen": ("LSTM", "store 0.8, hold -0.9", {"f": 0.5, "i": 1.0}, -1.5),
    "sum": ("LSTM", "store 3, add 3, add 3, add 3", {}, 0.0),
    "gru": ("GRU", "store 0.8, add -0.9, hold 0.5, read, erase", {}, 0.5),
    "gru frozen": ("GRU", "store 0.8, hold 0.5", {"z": 0.3, "r": 0.0}, 2.0),
    "one step": ("LSTM", "read 1e-9", {}, 0.0),
}
every_story = pytest.mark.parametrize("name", STORIES)


def story(name):
    kind, text, frozen, start = STORIES[name]
    cell, steps = unit(kind, frozen), read_sequence(text)
    return kind, steps, run_valves(cell, set_weights(cell, 6.0, 0.5), steps, start), frozen


def draw(name, t, look=LIGHT, revealed=True):
    kind, _, values, _ = story(name)
    return validated(cell_figure(kind, moment(values, t), t, "step", 2.0, look, revealed))


@every_story
@every_look
def test_every_step_is_a_figure_hidden_or_not(name, look):
    kind, steps, values, _ = story(name)
    for t in range(1, len(steps) + 1):
        for revealed in (True, False):
            notes = draw(name, t, look, revealed)["layout"]["annotations"]
            text = " ".join(note["text"] for note in notes)
            assert ("= ?" in text) is not revealed
            words = [str(step) for step in steps]
            validated(steps_figure(kind, words, values, t, look, revealed))


@pytest.mark.parametrize(("name", "gate"), [("story", "f"), ("gru", "z")])
def test_a_plate_leaves_its_pipe_as_its_gate_opens(name, gate):
    _, steps, values, _ = story(name)
    for t in range(1, len(steps) + 1):
        plate = next(p for p in draw(name, t)["data"] if p["name"] == PARTS[gate].name)
        low = min(plate["y"])
        assert low == pytest.approx(LINE[0] + values[gate][t - 1])
        assert max(plate["y"]) - low == pytest.approx(1)
        assert plate["fillpattern"]["shape"] == PARTS[gate].pattern


def test_gates_differ_without_color():
    for gates in GATES.values():
        assert len({PARTS[gate].pattern for gate in gates}) == len(gates)
    assert all(PARTS[gate].pattern for gates in GATES.values() for gate in gates)


def test_a_band_is_as_thick_as_its_value_is_large_and_dashed_below_0():
    _, _, values, _ = story("frozen")
    bands = [s for s in draw("frozen", 1)["layout"]["shapes"] if s["line"]["width"] == 2]
    (first,) = [s for s in bands if s["x0"] == 0]
    assert first["y1"] - first["y0"] == pytest.approx(0.9 * 1.5 / 2)
    assert first["line"]["dash"] == "5px 3px"
    new = next(s for s in bands if s["x1"] == 10)
    c = values["c"][0]
    assert new["y1"] - new["y0"] == pytest.approx(0.9 * max(abs(c) / 2, 0.05))


@every_story
def test_bars_are_the_engines_values(name):
    kind, steps, values, _ = story(name)
    spec = validated(steps_figure(kind, [str(s) for s in steps], values, 1, LIGHT))
    hidden = validated(steps_figure(kind, [str(s) for s in steps], values, 1, LIGHT, False))
    for part in ROWS[kind]:
        title = f"{PARTS[part].name} {PARTS[part].symbol}"
        np.testing.assert_allclose(array(named(spec, title)["y"]), values[part], rtol=1e-6)
        drawn = array(named(hidden, title)["y"])
        assert np.isnan(drawn).all() == (part in STATES[kind])


def test_numbers_fit_a_phone():
    texts = [short(v) for v in (0.0, 0.99753, -0.71630, 4.54e-5, -1.234e-9, 9.87654, 0.000786)]
    assert texts[:4] == ["0", "0.9975", "−0.716", "5 × 10⁻⁵"]
    assert max(map(len, texts)) <= 9
    assert [short(v) for v in (0.9999546, 0.9994, 1.0)] == ["0.99995", "0.9994", "1"]
    assert [percent(v) for v in (0.9999546, 0.9994, 1.0)] == ["99.995%", "99.94%", "100%"]
    assert [percent(v) for v in (0.99753, 1 - 0.99753, 0.982)] == ["99.75%", "0.247%", "98.2%"]
    assert at("C", 10) == "C₁₀"


@every_story
def test_the_description_tells_the_values(name):
    kind, steps, values, frozen = story(name)
    for t in range(1, len(steps) + 1):
        now = moment(values, t)
        text = clean(describe_cell(kind, steps[t - 1], values, t, frozen))
        assert numbers(text)[0] == t
        keeper = "f" if kind == "LSTM" else "z"
        assert after(text, "passes **" if kind == "LSTM" else "keeps **") == shown(
            100 * now[keeper], digits(now[keeper])
        )
        assert f"**{told(now['h'])}**" in text
        assert ("Frozen" in text) == bool(frozen)
        if t > 1:
            share = left_of_first(kind, values, t)
            assert share == pytest.approx(np.prod(values[keeper][1:t]))
            assert f"their product since, **{percent(share)}**." in text


@pytest.mark.parametrize(
    ("c", "expected"), [(0.79, STAYS), (-0.5, REPLACED), (0.02, EMPTIED), (0.31, ADDED)]
)
def test_the_fate_of_the_state(c, expected):
    assert fate("LSTM", {"before": 0.8, "g": -0.5, "c": c}) == expected


def test_the_first_question_has_one_answer():
    kind, _, values, _ = story("story")
    now = moment(values, 2)
    assert fate(kind, now) == STAYS
    assert len(set(FATES)) == 4
    text = question(kind, now)
    assert after(text, "forget gate is at ") == shown(now["f"], 4)
    assert after(text, "input gate is at ") == shown(now["i"], 3)
    assert "update gate" in question("GRU", moment(story("gru")[2], 2))


@every_story
def test_alts_and_table(name):
    kind, steps, values, _ = story(name)
    now = moment(values, 1)
    assert clean(cell_alt(kind, now, 1, True)).endswith(f"{told(now['h'])}.")
    assert "hidden" in clean(cell_alt(kind, now, 1, False))
    text = clean(steps_alt(kind, steps, values, True))
    assert "hidden state" in text
    assert "hidden state" not in steps_alt(kind, steps, values, False)
    table = cell_table(kind, steps, values)
    assert list(table["word"]) == [step.word for step in steps]
    np.testing.assert_array_equal(table["hidden state h"], values["h"])
