"""The memory lab's figures and captions, against records of short runs."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from engine.activations import softmax
from engine.sequence_tasks import SEQUENCE_TASKS
from engine.studies.memory import MEMORY_CELLS, MemoryRun, train_all
from engine.task import Divergence
from pages.figures.memory import (
    accuracy_figure,
    at_step,
    by_length,
    reach_figure,
    training_figure,
)
from pages.figures.memory_answers import answers_figure
from pages.figures.memory_example import sequence_figure, target_words
from pages.figures.memory_words import (
    ALL,
    GATED,
    MIXED,
    NONE,
    ONE,
    PREDICTIONS,
    accuracy_alt,
    describe_accuracy,
    describe_answers,
    describe_replay,
    describe_task,
    memory_table,
    outcome,
    reach_alt,
    sequence_alt,
    training_alt,
)
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

LENGTHS, CELLS = (2, 6), ("RNN", "GRU", "ReLU RNN")
BASE = MemoryRun(hidden=4, steps=20)
every_task = pytest.mark.parametrize("key", SEQUENCE_TASKS)


def state(key):
    base = replace(BASE, task=key)
    return base, by_length(train_all(base, CELLS, LENGTHS))


ALL_RUNS = {key: state(key) for key in SEQUENCE_TASKS}


def doubles(values):
    return np.array([np.nan if v is None else v for v in values], float)


def diverged(record):
    nothing = np.full_like(record.reach, np.nan)
    return record._replace(
        step=11,
        loss=np.nan,
        score=np.nan,
        reach=nothing,
        answers=np.full_like(record.answers, np.nan),
        stopped="diverged at step 11 in the loss",
        diverged=Divergence(11, "the loss"),
    )


def with_divergence(runs):
    at = dict(runs[6])
    at["ReLU RNN"] = [at["ReLU RNN"][0], diverged(at["ReLU RNN"][1])]
    return {**runs, 6: at}


@every_task
@every_look
def test_accuracy_has_a_point_per_length_and_cell(key, look):
    base, runs = ALL_RUNS[key]
    task = base.sequence_task
    spec = validated(accuracy_figure(runs, LENGTHS, task, look))
    for cell in CELLS:
        line = named(spec, cell)
        assert line["x"] == list(LENGTHS)
        expected = [100 * runs[length][cell][-1].score for length in LENGTHS]
        np.testing.assert_allclose(doubles(line["y"]), expected, rtol=1e-4)
        assert not any(symbol.endswith("open") for symbol in line["marker"]["symbol"])
    np.testing.assert_allclose(named(spec, "without looking")["y"], 100 * task.chance)


def test_a_run_under_way_is_hollow():
    base, runs = ALL_RUNS["first_symbol"]
    going = {2: {"RNN": runs[2]["RNN"][:2]}}
    spec = validated(accuracy_figure(going, LENGTHS, base.sequence_task, LIGHT))
    assert named(spec, "RNN")["marker"]["symbol"] == ["circle-open"]
    assert "under way" in clean(describe_accuracy(going, LENGTHS, base.sequence_task))
    going = {2: runs[2], 6: {"RNN": runs[6]["RNN"][:2]}}
    assert "Hollow" in clean(describe_accuracy(going, LENGTHS, base.sequence_task))
    assert "Hollow" not in clean(describe_accuracy(runs, LENGTHS, base.sequence_task))


def test_cells_differ_by_color_dash_and_marker():
    base, runs = ALL_RUNS["first_symbol"]
    lines = [
        named(validated(accuracy_figure(runs, LENGTHS, base.sequence_task, LIGHT)), cell)
        for cell in CELLS
    ]
    for what in ("color", "dash"):
        assert len({line["line"][what] for line in lines}) == len(CELLS)
    assert len({line["marker"]["symbol"][0] for line in lines}) == len(CELLS)


@every_task
@every_look
def test_training_is_drawn_in_three_panels(key, look):
    base, runs = ALL_RUNS[key]
    spec = validated(training_figure(runs[6], base.sequence_task, 10, look))
    assert len(spec["data"]) == 3 * len(CELLS)
    reads = {
        "y": lambda r: 100 * r.score,
        "y2": lambda r: r.loss,
        "y3": lambda r: r.reach[0],
    }
    for trace in spec["data"]:
        records = runs[6][trace["name"]]
        assert trace["x"] == [record.step for record in records]
        expected = [reads[trace["yaxis"]](record) for record in records]
        np.testing.assert_allclose(doubles(trace["y"]), expected, rtol=1e-4)
    (mark,) = spec["layout"]["shapes"]
    assert mark["x0"] == mark["x1"] == 10


@every_task
def test_reach_has_a_point_per_step_of_the_sequence(key):
    _, runs = ALL_RUNS[key]
    spec = validated(reach_figure(runs[6], 10, LIGHT))
    for cell, record in at_step(runs[6], 10).items():
        line = named(spec, cell)
        np.testing.assert_array_equal(array(line["x"]), np.arange(1, len(record.reach) + 1))
        drawn = np.where(record.reach > 0, record.reach, np.nan)
        np.testing.assert_allclose(doubles(line["y"]), drawn, rtol=1e-4)


def test_a_run_that_ended_stands_at_its_end():
    _, runs = ALL_RUNS["first_symbol"]
    short = {**runs[6], "RNN": runs[6]["RNN"][:2]}
    steps = {cell: record.step for cell, record in at_step(short, 20).items()}
    assert steps == {"RNN": 10, "GRU": 20, "ReLU RNN": 20}
    assert "(now at step 10); GRU" in clean(describe_replay(short, 20))
    solved = short["RNN"][1]._replace(stopped="solved")
    ended = {**short, "RNN": [short["RNN"][0], solved]}
    assert "(ended at step 10); GRU" in clean(describe_replay(ended, 20))
    assert describe_replay(ended, 20).count("step 10") == 1


@every_task
@every_look
def test_the_sequence_is_that_of_the_task(key, look):
    task = SEQUENCE_TASKS[key]
    sequences = replace(BASE, task=key, length=6).held_out()
    spec = validated(sequence_figure(task, sequences, look))
    x = sequences.x[0]
    if task.has_classes:
        (heat,) = spec["data"]
        drawn = array(heat["z"])
        np.testing.assert_array_equal(drawn > 0, x.T > 0)
        assert list(heat["y"]) == list(task.inputs)
    elif key == "adding":
        np.testing.assert_allclose(array(named(spec, "number")["y"]), x[:, 0], rtol=1e-6)
        marked = array(named(spec, "marked")["y"])
        assert marked.sum() == pytest.approx(sequences.y[0, 0], rel=1e-6)
    else:
        np.testing.assert_allclose(array(named(spec, "asked")["y"]), sequences.y[0], rtol=1e-6)
    (frame,) = spec["layout"]["shapes"]
    assert (frame["x0"], frame["x1"]) == (sequences.asked[0] + 0.5, sequences.asked[-1] + 1.5)
    clean(sequence_alt(task, sequences))


@every_task
def test_the_right_answer_is_told(key):
    task = SEQUENCE_TASKS[key]
    sequences = replace(BASE, task=key, length=6).held_out()
    text = clean(describe_task(key, task, sequences, 6))
    words = target_words(task, sequences)
    if task.has_classes:
        assert words.split() == [task.outputs[k] for k in sequences.y[0]]
    elif key == "adding":
        assert numbers(words)[0] == shown(sequences.y[0, 0], 3)
    assert f"**{words}**" in text if words else "continued for 6 more" in text
    assert after(text, "Without looking, **") == pytest.approx(100 * task.chance, abs=0.051)


@every_task
@every_look
def test_answers_are_those_of_the_records(key, look):
    base, runs = ALL_RUNS[key]
    task, sequences = base.sequence_task, replace(base, length=6).held_out()
    spec = validated(answers_figure(task, sequences, runs[6], 20, look))
    answers = [runs[6][cell][-1].answers for cell in CELLS]
    if task.has_classes:
        (heat,) = spec["data"]
        np.testing.assert_allclose(array(heat["z"]).T, softmax(np.vstack(answers)), rtol=1e-5)
        right = [(round(s["x0"] + 0.47), round(s["y0"] + 0.46)) for s in spec["layout"]["shapes"]]
        assert right == list(enumerate([*sequences.y[0]] * len(CELLS)))
        columns = spec["layout"]["xaxis"]["ticktext"]
        assert len(columns) == len(right)
        told = [name.split("<br>")[-1] for name in columns]
        assert [name for name in told if name] == list(CELLS)
    elif key == "adding":
        (dots,) = spec["data"]
        np.testing.assert_allclose(dots["x"], [values[0, 0] for values in answers])
        told = [numbers(name.split("<br>")[1])[0] for name in spec["layout"]["yaxis"]["ticktext"]]
        assert told == [shown(values[0, 0], 3) for values in answers]
        assert spec["layout"]["shapes"][0]["x0"] == sequences.y[0, 0]
    else:
        for cell, values in zip(CELLS, answers, strict=True):
            np.testing.assert_allclose(array(named(spec, cell)["y"]), values[:, 0], rtol=1e-5)
    text = clean(describe_answers(task, sequences, runs[6], 20))
    assert all(cell in text for cell in CELLS)


@every_task
def test_standings_are_those_of_the_longest_length(key):
    base, runs = ALL_RUNS[key]
    text = clean(describe_accuracy(runs, LENGTHS, base.sequence_task))
    assert text.startswith("At T = 6: ")
    for cell in CELLS:
        score = runs[6][cell][-1].score
        assert after(text, f"{cell} **") == pytest.approx(100 * score, abs=0.51)
    assert clean(accuracy_alt(runs, LENGTHS, base.sequence_task)).endswith(text.replace("*", ""))


def test_guessing_is_chance_within_two_standard_errors():
    base, runs = ALL_RUNS["first_symbol"]  # 25% of 100, give or take 8.66%
    for score, guesses in ((0.2, True), (0.33, True), (0.34, False)):
        made = {6: {"RNN": [runs[6]["RNN"][-1]._replace(score=score)]}}
        text = clean(describe_accuracy(made, LENGTHS, base.sequence_task))
        assert ("right. Not clearly better than without looking: RNN." in text) == guesses


def test_how_far_each_cell_is_right():
    base, runs = ALL_RUNS["first_symbol"]
    scores = {(2, "RNN"): 1.0, (6, "RNN"): 0.3, (2, "GRU"): 0.95, (6, "GRU"): 0.9}
    made = {
        length: {
            cell: [runs[length][cell][-1]._replace(score=scores.get((length, cell), 0.5))]
            for cell in CELLS
        }
        for length in LENGTHS
    }
    text = clean(describe_accuracy(made, LENGTHS, base.sequence_task))
    assert "RNN **30%**, GRU **90%**, ReLU RNN **50%** right." in text
    assert "Not clearly better than without looking: RNN." in text
    assert "Longest T with at least 90% right: RNN 2, GRU 6." in text
    assert "At no length that right within 20 steps: ReLU RNN." in text


@every_task
def test_a_replayed_step_is_told(key):
    _, runs = ALL_RUNS[key]
    text = clean(describe_replay(runs[6], 10))
    assert "After 10 steps: " in text
    for cell, record in at_step(runs[6], 10).items():
        assert after(text, f"{cell} ") == pytest.approx(100 * record.score, abs=0.51)
        ratio = text.index("over that by the last")
        expected = record.reach[0] / record.reach[-1]
        assert after(text[ratio:], f"{cell} **") == shown(expected, 2)
    clean(training_alt(runs[6], 10))
    clean(reach_alt(runs[6], 10))


@every_task
def test_a_divergence_is_told_with_cell_length_and_step(key):
    base, runs = ALL_RUNS[key]
    task, broken = base.sequence_task, with_divergence(runs)
    sequences = replace(base, length=6).held_out()
    for text in (
        describe_accuracy(broken, LENGTHS, task),
        describe_replay(broken[6], 20),
        accuracy_alt(broken, LENGTHS, task).replace("ReLU RNN at", "**ReLU RNN at"),
    ):
        assert "ReLU RNN at T = 6 diverged" in text.replace("*", "")
        assert "at step 11: the loss overflowed" in text
    clean(describe_accuracy(broken, LENGTHS, task))
    assert "ReLU RNN has no answer" in clean(describe_answers(task, sequences, broken[6], 20))
    validated(accuracy_figure(broken, LENGTHS, task, LIGHT))
    validated(training_figure(broken[6], task, 20, LIGHT))
    validated(reach_figure(broken[6], 20, LIGHT))
    validated(answers_figure(task, sequences, broken[6], 20, LIGHT))


@every_task
def test_nothing_but_divergence_is_drawn_and_told(key):
    base, runs = ALL_RUNS[key]
    task = base.sequence_task
    only = {6: {cell: [diverged(runs[6][cell][-1])] for cell in CELLS}}
    sequences = replace(base, length=6).held_out()
    assert "no run stayed finite" in clean(describe_accuracy(only, LENGTHS, task))
    clean(describe_replay(only[6], 11))
    validated(accuracy_figure(only, LENGTHS, task, LIGHT))
    validated(training_figure(only[6], task, 11, LIGHT))
    validated(reach_figure(only[6], 11, LIGHT))
    validated(answers_figure(task, sequences, only[6], 11, LIGHT))


def test_a_loss_beyond_all_bounds_is_drawn_over_powers_of_ten():
    base, runs = ALL_RUNS["adding"]
    huge = {cell: [r._replace(loss=1e200) for r in rs] for cell, rs in runs[6].items()}
    spec = validated(training_figure(huge, base.sequence_task, 10, LIGHT))
    assert spec["layout"]["yaxis2"]["type"] == "log"
    clean(describe_replay(huge, 10))


def test_no_gradient_at_all_is_drawn_and_told():
    base, runs = ALL_RUNS["first_symbol"]
    none = {
        cell: [r._replace(reach=np.zeros_like(r.reach)) for r in rs] for cell, rs in runs[6].items()
    }
    validated(reach_figure(none, 10, LIGHT))
    validated(training_figure(none, base.sequence_task, 10, LIGHT))
    assert "undefined" in clean(describe_replay(none, 10))


@pytest.mark.parametrize(
    ("right", "expected"),
    [
        ("RNN LSTM GRU", ALL),
        ("LSTM GRU", GATED),
        ("RNN GRU", MIXED),
        ("LSTM RNN", MIXED),
        ("GRU", ONE),
        ("", NONE),
    ],
)
def test_outcomes(right, expected):
    _, runs = ALL_RUNS["first_symbol"]
    record = runs[2]["RNN"][-1]
    records = [
        record._replace(
            run=replace(record.run, cell=cell), score=1.0 if cell in right.split() else s
        )
        for cell, s in (("RNN", 0.3), ("LSTM", 0.89), ("GRU", np.nan))
    ]
    assert outcome(records) == expected
    assert expected in PREDICTIONS


def test_table_has_a_row_per_length_and_cell():
    base, runs = ALL_RUNS["first_symbol"]
    table = memory_table(base, CELLS, LENGTHS, runs)
    assert list(zip(table["T"], table["cell"], strict=True)) == [
        (length, cell) for length in LENGTHS for cell in CELLS
    ]
    for row in table.to_dict("records"):
        record = runs[row["T"]][row["cell"]][-1]
        assert row["right answers"] == record.score
        assert row["at the end"] == record.reach[0]
        assert row["parameters"] == replace(base, cell=row["cell"]).model.size
    untrained = memory_table(base, [*MEMORY_CELLS], LENGTHS, {})
    assert (untrained["ended"] == "not trained").all()
    assert memory_table(base, (), LENGTHS, {}).empty
