"""The training lab's curves, its sentences and its tables, against numbers computed anew."""

from __future__ import annotations

import math

import numpy as np
import pytest

from engine.translation.pairs import read_pairs
from pages.figures.train_translator import (
    BLEU,
    HELD_OUT,
    batches_a_point,
    curve,
    empty_figure,
    training_figure,
)
from pages.figures.train_translator_words import (
    PREDICTIONS,
    Scores,
    Standing,
    changed,
    describe_pairs,
    describe_progress,
    describe_run,
    describe_samples,
    duration,
    outcome,
    run_alt,
    run_table,
    samples_table,
)
from tests.pages.figures.reading import (
    LIGHT,
    after,
    array,
    clean,
    every_look,
    named,
    numbers,
    points,
    same,
    shown,
    validated,
)

LOSSES = np.exp(-np.arange(1000) / 300.0) * 6
EPOCHS = [
    Scores(1, 250, 4.2, 3.9, 12.5, 0.1, 8.0, ("Er geht.", "")),
    Scores(2, 500, 2.1, 2.0, 55.25, 0.4, 16.0, ("He goes.", "You are")),
    Scores(3, 750, 1.1, 2.4, 61.0, 0.5, 24.0, ("He is going.", "You are here.")),
]
PAIRS = [("Er geht.", "He is going."), ("Du bist da.", "You are here.")]
RUN = Standing(1000, 250, 1000, 150, EPOCHS, "")


def figure(losses=LOSSES, held_out=(3.9, 2.0, 2.4), shown=2, look=LIGHT):
    scores = [12.5, 55.25, 61.0][: len(held_out)]
    return validated(training_figure(losses, 1000, 250, held_out, scores, 400, shown, look))


def test_the_curve_is_the_mean_of_equally_many_batches():
    assert batches_a_point(1000) == 5
    x, means = curve(LOSSES, 1000, 250)
    same(means, LOSSES.reshape(200, 5).mean(axis=1))
    same(x, np.arange(1, 201) * 5 / 250)
    x, means = curve(LOSSES[:13], 1000, 250)
    assert len(x) == len(means) == 2
    assert batches_a_point(7) == 1
    assert len(curve(LOSSES[:0], 1000, 250)[0]) == 0


@every_look
def test_lines_are_losses_and_bleu(look):
    spec = figure(look=look)
    same(points(named(spec, HELD_OUT)), [(1, 3.9), (2, 2.0), (3, 2.4)])
    same(points(named(spec, BLEU)), [(1, 12.5), (2, 55.25), (3, 61.0)])
    assert named(spec, BLEU)["yaxis"] == "y2"
    same(array(named(spec, "a blind guess, ln 400")["y"]), [math.log(400)] * 2)
    assert len(points(named(spec, "training loss, mean of 5 batches"))) == 200
    assert spec["layout"]["shapes"][0]["x0"] == 2
    dashes = {trace["line"]["dash"] for trace in spec["data"]}
    assert len(dashes) >= 3


@every_look
def test_a_run_that_has_only_begun_is_drawn(look):
    spec = figure(losses=LOSSES[:0], held_out=(), shown=0, look=look)
    assert spec["layout"]["shapes"] == []
    assert len(validated(empty_figure(6, look))["data"]) == 2


def test_a_loss_beyond_all_bounds_is_drawn_over_powers_of_ten():
    assert figure(losses=LOSSES * 1e6)["layout"]["yaxis"]["type"] == "log"
    assert "type" not in figure()["layout"]["yaxis"]


def test_a_run_is_told_with_its_numbers():
    text = clean(describe_run(RUN))
    assert after(text, "After **") == 4
    assert after(text, "training loss **") == shown(1.1, 3)
    assert after(text, "held-out loss **") == shown(2.4, 3)
    assert after(text, "BLEU **") == 61.0
    assert "on 150 held-out sentences, 50% of them exactly right" in text
    assert "lowest after epoch 2, **2**: since then the model overfits." in text
    assert clean(run_alt(RUN)).endswith(text.replace("*", ""))


def test_a_run_is_told_before_its_first_epoch_and_in_the_middle():
    text = clean(describe_run(RUN._replace(step=100, epochs=[])))
    assert text == (
        "After **0.4** of 4 epochs, step 100: held-out sentences are scored at the end of an epoch."
    )
    text = clean(describe_run(RUN._replace(step=300, epochs=EPOCHS[:1])))
    assert "step 300. At the end of epoch 1: training loss" in text
    assert "overfits" not in text


def test_few_sentences_and_divergence_are_told():
    assert "a rough number" in clean(describe_run(RUN._replace(scored=2)))
    text = clean(describe_run(RUN._replace(diverged="diverged at step 12 in the gradient")))
    assert "**The run diverged at step 12 in the gradient.**" in text


@pytest.mark.parametrize(
    ("bleu", "expected"),
    [(0, 0), (29.99, 0), (30, 1), (59.9, 1), (60, 2), (89.9, 2), (90, 3), (100, 3)],
)
def test_outcomes(bleu, expected):
    assert outcome([EPOCHS[0], EPOCHS[1]._replace(bleu=bleu)]) == PREDICTIONS[expected]
    assert outcome([]) == PREDICTIONS[0]


def test_progress_and_durations():
    assert clean(describe_progress(12, 3000, 64.2)) == "Step 12 of 3,000, about 65 s left."
    assert clean(describe_progress(0, 3000, math.nan)) == "Step 0 of 3,000."
    assert [duration(s) for s in (0.2, 99, 100, 125.5, 3600)] == [
        "1 s",
        "99 s",
        "1 min 40 s",
        "2 min 6 s",
        "60 min 0 s",
    ]


@pytest.mark.parametrize(
    ("now", "before", "expected"),
    [
        ("He is here.", "He was here.", r"He **is** here\."),
        ("He is here.", None, r"He is here\."),
        ("He is here.", "He is here.", r"He is here\."),
        ("Anna's *b* <i>.", "", r"**Anna's** **\***"),
        ("Yes, sir!", "Yes.", r"Yes**,**"),
    ],
)
def test_new_words_are_bold_and_markup_stays_text(now, before, expected):
    text = changed(now, before)
    assert text.startswith(expected)
    assert "<" not in text.replace("\\<", "")
    assert text.replace("**", "").replace("\\", "") == now


def test_samples_are_those_of_the_epoch():
    table = samples_table(PAIRS, EPOCHS, 3)
    assert list(table.columns) == ["German", "Right", "After epoch 3"]
    assert table.iloc[0, 2] == r"He **is** **going**\. :material/check:"
    assert samples_table(PAIRS, EPOCHS, 1).iloc[1, 2] == "(nothing)"
    assert clean(describe_samples(PAIRS, EPOCHS, 3)) == (
        "After epoch 3, **2** of these 2 sentences are exactly right; 2 have changed, new words in "
        "bold."
    )
    assert clean(describe_samples(PAIRS, EPOCHS, 1)).endswith("are exactly right.")
    still = [EPOCHS[2], EPOCHS[2]._replace(epoch=2)]
    assert clean(describe_samples(PAIRS, still, 2)).endswith("none has changed.")


def test_the_table_has_a_row_per_epoch():
    table = run_table([*PAIRS[:1], PAIRS[0]], EPOCHS)
    assert list(table["epoch"]) == [1, 2, 3]
    np.testing.assert_allclose(table["perplexity"], np.exp(table["held-out loss"]))
    assert table["1. Er geht."].iloc[2] == "He is going."
    assert run_table([], []).empty
    assert np.isfinite(run_table(PAIRS, [EPOCHS[0]._replace(held_out=1e6)])["perplexity"]).all()


def test_pairs_are_told_with_their_counts():
    lines = "".join(f"Line {k}.\tZeile {k}.\n" for k in range(20))
    text = clean(describe_pairs(read_pairs(lines + lines[:17] + "x\nx\n\tleer\n")))
    assert numbers(text)[:3] == [20, 24, 1]
    assert "Refused: 3 lines (2 × no tab: only one column, 1 × the English side is empty)." in text
    many = read_pairs("".join(f"{k}\tZahl {k}\n" for k in range(50_002)))
    assert "Not read: 2 lines after these; the first 50,000 pairs and" in clean(
        describe_pairs(many)
    )
