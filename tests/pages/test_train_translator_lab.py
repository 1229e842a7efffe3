"""The translation training lab: runs, stop and go on, own pairs, files of runs, bad input."""

from __future__ import annotations

import json
import math
import zipfile
from dataclasses import replace
from io import BytesIO

import numpy as np
import plotly.graph_objects as go
import pytest
import streamlit as st

from engine.csv_table import MAX_BYTES
from engine.seq2seq import training as engine_training
from engine.seq2seq.training import Settings
from engine.translation.pairs import read_pairs
from engine.translation.pairs_data import make_lesson, number_words
from pages.figures.bleu import bleu
from pages.ui import training_run
from pages.ui.labs.train_translator_file import pack, unpack
from pages.ui.labs.train_translator_results import describe_own
from pages.ui.labs.train_translator_run import Plan, Size, TranslatorTraining
from tests.pages.app import controls, drawers, press, visit
from tests.pages.figures.reading import clean

LAB = "train_translator"
WHO = {"Ich": "I", "Tom": "Tom", "Anna": "Anna", "Sie": "They", "Wir": "We", "Paul": "Paul"}
WHAT = {"Brot": "bread", "Suppe": "soup", "Fisch": "fish", "Reis": "rice", "Obst": "fruit"}
WHEN = {"heute": "today", "morgen": "tomorrow"}
PAIRS = [
    (f"{who} will {when} {what}.", f"{WHO[who]} may want {WHAT[what]} {WHEN[when]}.")
    for who in WHO
    for what in WHAT
    for when in WHEN
]
TEXT = "".join(f"{english}\t{german}\n" for german, english in PAIRS)
OWN = {"lab": "Train it", f"{LAB}_pairs": "Own pairs"}
QUICK = OWN | {f"{LAB}_hidden": "16", f"{LAB}_epochs": "3", f"{LAB}_batch": "16"}
PLAN = Plan(
    "test",
    1000,
    0.2,
    1.0,
    Size(hidden=16, embedding=16),
    Settings(learning_rate=0.01, epochs=3, batch_size=8, schedule="constant"),
)


@pytest.fixture(autouse=True)
def short_pieces(monkeypatch):
    """A piece is one step, so that there are several to a run."""
    monkeypatch.setattr(training_run, "PIECE", -1.0)


@pytest.fixture(scope="module")
def lesson():
    return make_lesson(number_words(read_pairs(TEXT).pairs), 1000, 0.2)


@pytest.fixture
def charts(monkeypatch):
    """Figures by key, as last drawn."""
    drawn, draw = {}, st.plotly_chart

    def record(figure, **arguments):
        drawn[arguments["key"]] = figure
        return draw(figure, **arguments)

    monkeypatch.setattr(st, "plotly_chart", record)
    return drawn


def own(query=QUICK, text=TEXT):
    app = visit("translation", query)
    app.text_area(key=f"{LAB}_text").set_value(text).run()
    return app


def words(app):
    return " ".join(element.value for element in [*app.markdown, *app.warning, *app.info])


def training(app):
    return app.session_state[f"{LAB}_run"].steps


def advance(run, steps):
    """That many steps of a run, and no more."""
    for _ in range(steps):
        next(run)
    return run


def finished(run):
    for _ in run:
        pass
    return run


def same(a, b):
    """Whether two runs stand at the same place, bit for bit."""
    np.testing.assert_array_equal(a.checkpoint.theta, b.checkpoint.theta)
    np.testing.assert_array_equal(a.checkpoint.best, b.checkpoint.best)
    for mine, theirs in zip(a.checkpoint.state, b.checkpoint.state, strict=True):
        np.testing.assert_array_equal(mine, theirs)
    assert a.losses == b.losses
    assert [row._replace(seconds=0) for row in a.epochs] == [
        row._replace(seconds=0) for row in b.epochs
    ]


def test_a_run_is_drawn_scored_and_told(charts):
    app = press(own(QUICK | drawers(LAB)), f"{LAB}_train")
    assert not app.exception
    run, figure = training(app), charts[f"{LAB}_picture"]
    go.Figure(figure.to_dict())
    assert len(run.epochs) == 3
    outputs = run.translator().translate_all([pair.german for pair in run.scored])
    score = bleu(outputs, [pair.english for pair in run.scored])
    assert run.epochs[-1].bleu == score
    assert app.metric[0].value == f"{score:.1f}"
    assert f"BLEU **{score:.1f}** on 6 held-out sentences" in words(app)
    assert list(app.table[0].value.columns) == ["German", "Right", "After epoch 3"]
    assert len(app.table[0].value) == 6
    table = next(frame.value for frame in app.dataframe if "perplexity" in frame.value)
    assert list(table["epoch"]) == [1, 2, 3]
    assert table["perplexity"].iloc[-1] == pytest.approx(math.exp(run.epochs[-1].held_out))


def test_translations_are_replayed_by_epoch(charts):
    app = press(own(), f"{LAB}_train")
    controls(app)[f"{LAB}_epoch_3"].set_value(1)
    app.run()
    assert not app.exception
    assert app.table[0].value.columns[-1] == "After epoch 1"
    assert charts[f"{LAB}_picture"].to_dict()["layout"]["shapes"][0]["x0"] == 1


def test_a_stopped_run_goes_on_to_the_same_end():
    app = own()
    app.button(key=f"{LAB}_train").click().run()
    app.session_state[f"{LAB}_run"].advance()
    app.button(key=f"{LAB}_stop").click().run()
    assert not app.exception
    assert not app.session_state[f"{LAB}_run"].is_going
    step = training(app).step
    app.run()
    assert training(app).step == step
    press(app, f"{LAB}_stop")
    whole = press(own(), f"{LAB}_train")
    same(training(app), training(whole))


def test_other_settings_discard_the_run():
    app = press(own(), f"{LAB}_train")
    controls(app)[f"{LAB}_seed"].set_value(1)
    app.run()
    assert not app.exception
    assert not app.table
    assert next(button.label for button in app.button) == "Train the model"


def test_a_prediction_starts_the_run_that_judges_it(monkeypatch, lesson):
    monkeypatch.setattr("pages.ui.labs.train_translator_pairs.corpus_part", lambda *_: lesson)
    app = visit("translation", {"lab": "Train it"})
    press(app, f"{LAB}_0")
    assert not app.exception
    score = training(app).epochs[-1].bleu
    assert ("Right: **Below 30**" in words(app)) == (score < 30)
    assert "**Below 30**" in words(app)


@pytest.mark.parametrize("steps", [1, 5, 12, 13, 14, 20])
def test_a_run_goes_on_from_its_file_bit_for_bit(lesson, steps):
    whole = finished(TranslatorTraining(PLAN, lesson))
    part = advance(TranslatorTraining(PLAN, lesson), steps)
    resumed = unpack(pack(part), TranslatorTraining(PLAN, lesson))
    again = TranslatorTraining(PLAN, lesson, resumed)
    assert again.step == part.step
    same(finished(again), whole)


def test_a_file_without_its_last_score_is_scored_again(lesson):
    run = TranslatorTraining(PLAN, lesson)
    while not (run.step and run.step % run.per_epoch == 0):
        next(run)
    assert not run.epochs
    again = TranslatorTraining(PLAN, lesson, unpack(pack(run), TranslatorTraining(PLAN, lesson)))
    same(finished(again), finished(TranslatorTraining(PLAN, lesson)))


def test_the_file_of_a_finished_run_has_nothing_to_do(lesson):
    run = finished(TranslatorTraining(PLAN, lesson))
    again = TranslatorTraining(PLAN, lesson, unpack(pack(run), TranslatorTraining(PLAN, lesson)))
    same(finished(again), run)


def rewritten(data, **parts):
    """The file of a run with other parts."""
    file = BytesIO()
    with zipfile.ZipFile(BytesIO(data)) as old, zipfile.ZipFile(file, "w") as new:
        for name in old.namelist():
            new.writestr(name, parts.get(name.partition(".")[0], old.read(name)))
    return file.getvalue()


@pytest.fixture(scope="module")
def packed(lesson):
    return pack(advance(TranslatorTraining(PLAN, lesson), 10))


@pytest.mark.parametrize(
    "spoil",
    [
        lambda data: b"",
        lambda data: b"garbage" * 100,
        lambda data: data[: len(data) // 2],
        lambda data: data[:2000] + b"\0" * 100 + data[2100:],
        lambda data: rewritten(data, run=b"{"),
        lambda data: rewritten(data, run=b"[1]"),
        lambda data: rewritten(data, run=b'{"plan": 3, "epochs": [], "seconds": "x"}'),
        lambda data: rewritten(data, run=b"[" * 100_000),
        lambda data: rewritten(data, losses=b"\0" * 12),
        lambda data: rewritten(data, losses=np.full(10, np.nan, "<f4").tobytes()),
        lambda data: rewritten(data, checkpoint=b"PK nothing"),
        lambda data: rewritten(data, checkpoint=data),
    ],
)
def test_what_is_no_file_of_a_run_is_refused(packed, lesson, spoil):
    with pytest.raises(ValueError, match="not a run of this lab") as refused:
        unpack(spoil(packed), TranslatorTraining(PLAN, lesson))
    clean(str(refused.value))


@pytest.mark.parametrize(
    "change",
    [
        lambda run: {"checkpoint": replace(run.checkpoint, state=run.checkpoint.state[:2])},
        lambda run: {
            "checkpoint": replace(run.checkpoint, theta=run.checkpoint.theta.astype(float))
        },
        lambda run: {"epochs": [run.epochs[0]._replace(outputs=("one",))]},
        lambda run: {"epochs": [run.epochs[0], run.epochs[0]._replace(epoch=2)]},
    ],
)
def test_a_run_whose_parts_do_not_fit_is_refused(lesson, change):
    run = TranslatorTraining(PLAN, lesson)
    while not run.epochs:
        next(run)
    vars(run).update(change(run))
    with pytest.raises(ValueError, match="not a run of this lab"):
        unpack(pack(run), TranslatorTraining(PLAN, lesson))


def test_a_run_with_other_settings_is_refused_by_name(packed, lesson):
    other = replace(
        PLAN,
        share=0.5,
        size=replace(PLAN.size, hidden=32, attention=None),
        settings=replace(PLAN.settings, clip=math.inf),
    )
    with pytest.raises(ValueError, match="other settings") as refused:
        unpack(packed, TranslatorTraining(other, lesson))
    text = clean(str(refused.value))
    assert "hidden 16 instead of 32" in text
    assert "attention general instead of none" in text
    assert "longest gradient 1 instead of none" in text
    with pytest.raises(ValueError, match="other pairs"):
        unpack(packed, TranslatorTraining(replace(PLAN, pairs="others"), lesson))


def test_weights_of_another_number_are_refused_with_both(packed, lesson):
    fewer = make_lesson(number_words(read_pairs(TEXT).pairs), 14, 0.2)
    with pytest.raises(ValueError, match="5,444 numbers") as refused:
        unpack(packed, TranslatorTraining(PLAN, fewer))
    assert f"{PLAN.size.model(fewer).size:,}" in clean(str(refused.value))


def test_an_endless_limit_is_kept(lesson):
    plan = replace(PLAN, settings=replace(PLAN.settings, clip=math.inf))
    run = advance(TranslatorTraining(plan, lesson), 3)
    assert unpack(pack(run), TranslatorTraining(plan, lesson)).checkpoint.step == 3


def test_a_run_goes_on_from_an_uploaded_file():
    app = press(own(), f"{LAB}_train")
    data = pack(training(app))
    app = own()
    app.file_uploader(key=f"{LAB}_resume").upload("run.zip", data, "application/zip").run()
    assert "This run has done 12 steps." in words(app)
    app.button(key=f"resume_{LAB.removeprefix('train_')}").click().run()
    app.session_state[f"{LAB}_run"].advance()
    app.run()
    assert not app.exception
    assert len(training(app).epochs) == 3
    assert app.table


def test_a_wrong_uploaded_file_is_a_sentence():
    app = own()
    app.file_uploader(key=f"{LAB}_resume").upload("run.zip", b"PK\x03\x04", "application/zip").run()
    assert not app.exception
    assert "not a run of this lab" in app.warning[0].value


def test_a_divergence_is_told_with_step_and_tensor(monkeypatch):
    class Blown(engine_training.OPTIMIZERS["Adam"]):
        def step(self, theta, gradient, state):
            return theta + np.float32(np.inf), state

    monkeypatch.setitem(engine_training.OPTIMIZERS, "Adam", Blown)
    app = press(own(QUICK | drawers(LAB)), f"{LAB}_train")
    assert not app.exception
    assert "**The run diverged at step 1 in E_source.**" in words(app)
    assert next(button.label for button in app.button) == "Train the model again"


BAD = {
    "empty": ("", "There is no text"),
    "one pair": ("Go.\tGeh.", "Only 1 different pair"),
    "all the same": ("Go.\tGeh.\n" * 500, "Only 1 different pair"),
    "same German": ("".join(f"Go {k}.\tGeh.\n" for k in range(20)), "the same German sentence"),
    "one column": ("Go.\nRun.\n" * 50, "no tab"),
    "swapped": (TEXT and "".join(f"{a}\t{b}\n" for a, b in PAIRS), "the other way round"),
    "markup": ("<script>alert(1)</script>\t**b**\n" * 20, "Only 1 different pair"),
    "million lines": ("a\tb\n" * 1_000_000, "Only 1 different pair"),
}


@pytest.mark.parametrize("name", BAD)
def test_a_bad_text_is_a_sentence_and_no_traceback(name):
    text, expected = BAD[name]
    app = own(QUICK | drawers(LAB), text)
    assert not app.exception
    assert expected in app.warning[0].value
    assert "see above" in app.info[0].value
    assert f"{LAB}_train" not in {button.key for button in app.button}
    assert "script" not in words(app)


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (TEXT.encode("utf-16"), "UTF-16"),
        ("für\tfor\n".encode("latin-1"), "Latin-1"),
        (b"a\tb\n" * (MAX_BYTES // 3), "5 MB"),
        (b"", "There is no text"),
    ],
)
def test_a_bad_file_is_a_sentence_and_no_traceback(content, expected):
    app = visit("translation", QUICK | drawers(LAB))
    app.file_uploader(key=f"{LAB}_file").upload("own.txt", content, "text/plain").run()
    assert not app.exception
    assert expected in app.warning[0].value


def test_a_file_is_kept_on_another_lab_and_removed_on_demand():
    app = visit("translation", QUICK)
    content = (TEXT + "no tab\n").encode()
    app.file_uploader(key=f"{LAB}_file").upload("own_*.txt", content, "text/plain").run()
    assert "Read: 60 pairs from 61 lines. Refused: 1 line (1 × no tab: only one column)." in words(
        app
    )
    assert app.text_area(key=f"{LAB}_text").disabled
    (shown,) = [frame.value for frame in app.dataframe if "refused because" in frame.value]
    assert shown.iloc[0]["line"] == 61
    app.button_group(key="lab").set_value("word_step").run()
    app.button_group(key="lab").set_value("train_translator").run()
    if controls(app)[f"{LAB}_pairs"].value != "own":
        app.button_group(key=f"{LAB}_pairs").set_value("own").run()
    assert "Read: 60 pairs" in words(app)
    assert "Still here: **own\\_\\*\\.txt**" in words(app)
    app.button(key="forget_translator_file").click().run()
    assert not app.exception
    assert "Still here" not in words(app)


def test_the_switch_reads_swapped_columns():
    app = own(text="".join(f"{german}\t{english}\n" for german, english in PAIRS))
    app.toggle(key=f"{LAB}_swap").set_value(True).run()
    assert not app.exception
    assert "Read: 60 pairs" in words(app)


def test_rare_words_leave_pairs_out_and_this_is_told():
    text = TEXT + "".join(f"Xylophone number {k}.\tXylophon Nummer {k}.\n" for k in range(300))
    app = own(text=text)
    controls(app)[f"{LAB}_words"].set_value(100)
    app.run()
    lesson = make_lesson(number_words(read_pairs(text).pairs), 100, 0.1)
    assert 0 < lesson.left_out < 300
    assert f"{lesson.left_out} pairs with a rarer word are left out." in words(app)


def test_two_held_out_sentences_are_a_rough_number():
    app = press(own(QUICK | {f"{LAB}_held_out": "5"}, "\n".join(TEXT.split("\n")[:40])), LAB_TRAIN)
    assert not app.exception
    assert "on 2 held-out sentences" in words(app)
    assert "make BLEU a rough number" in words(app)


LAB_TRAIN = f"{LAB}_train"


def test_a_sentence_is_translated_by_the_run(lesson):
    run = finished(TranslatorTraining(PLAN, lesson))
    german, english = PAIRS[3]
    told = describe_own(run, german, best=False)
    assert run.translator().translate(german)[:3] in told
    assert "Unknown" not in told
    told = describe_own(run, "Der **Hund** will <b>Brot</b>.", best=True)
    assert "Unknown to this model: Der, \\*" in told
    assert describe_own(run, "  ", best=False) == "Type a German sentence."
    assert "at most 20 are read" in describe_own(run, "!" * 40, best=False)
    assert english


def test_the_page_translates_a_typed_sentence():
    app = press(own(), f"{LAB}_train")
    app.text_input(key=f"{LAB}_sentence_own").set_value("Ich will heute Xyz.").run()
    assert not app.exception
    assert "After 12 steps: **" in words(app)
    assert "Unknown to this model: Xyz." in words(app)


def test_a_run_keeps_only_what_is_drawn(lesson):
    run = finished(TranslatorTraining(PLAN, lesson))
    assert run.losses.itemsize == 4
    held = [value for value in vars(run).values() if isinstance(value, np.ndarray)]
    assert sum(value.nbytes for value in held) < 10_000
    told = json.loads(json.dumps([row._asdict() for row in run.epochs]))
    assert len(json.dumps(told)) < 10_000
