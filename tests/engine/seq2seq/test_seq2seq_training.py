"""Training: a small task is learned, runs repeat and go on bit for bit, divergence is told."""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import replace

import numpy as np
import pytest

from engine.clipping import norm
from engine.seq2seq import Seq2Seq
from engine.seq2seq.batch import cut
from engine.seq2seq.checkpoint import LARGEST, Checkpoint
from engine.seq2seq.decoding import greedy_batch
from engine.seq2seq.teaching import mixed_inputs
from engine.seq2seq.training import Settings, mean_loss, start, train, update
from tests.engine.seq2seq.models import BATCH, MODELS
from tests.engine.seq2seq.models import start as any_theta

RNG = np.random.default_rng(0)
WORDS = [tuple(map(int, RNG.integers(4, 12, RNG.integers(1, 5)))) for _ in range(400)]
EXAMPLES = [(words, words[::-1]) for words in WORDS]  # to write a sentence from its end
TRAINING, HELD_OUT = EXAMPLES[:350], EXAMPLES[350:]
MODEL = Seq2Seq(12, 12, 16, 32, dropout=0.1)
SETTINGS = Settings(learning_rate=0.01, epochs=6, batch_size=32)
SHORT = replace(SETTINGS, epochs=2)
KINDS = {
    "plain": SHORT,
    "AdamW": replace(SHORT, optimizer="AdamW", weight_decay=0.1),
    "own words": replace(SHORT, teacher_forcing=0.5),
    "smoothed": replace(SHORT, smoothing=0.1, schedule="linear_warmup"),
}


def whole(settings: Settings, model: Seq2Seq = MODEL, checkpoint=None) -> list:
    return list(train(model, settings, TRAINING, HELD_OUT, checkpoint))


def same(a: Checkpoint, b: Checkpoint) -> bool:
    arrays = [(a.theta, b.theta), (a.best, b.best), *zip(a.state, b.state, strict=True)]
    equal = all(np.array_equal(x, y) for x, y in arrays)
    return equal and (a.step, a.best_score) == (b.step, b.best_score)


def test_a_small_task_is_learned():
    run = whole(replace(SETTINGS, epochs=12))
    scores = [progress.held_out for progress in run if progress.held_out is not None]
    assert scores[-1] < 0.1 < 1.5 < scores[0]
    theta = run[-1].best_theta
    right = sum(
        greedy_batch(MODEL, theta, np.array([source]))[0] == target for source, target in HELD_OUT
    )
    assert right >= 45


@pytest.mark.parametrize("kind", KINDS)
def test_a_run_goes_on_bit_for_bit_from_any_checkpoint(kind):
    run = whole(KINDS[kind])
    for k in (0, 4, len(run) // 2, len(run) - 2):
        checkpoint = Checkpoint.from_bytes(run[k].checkpoint.to_bytes())
        assert same(checkpoint, run[k].checkpoint)
        rest = whole(KINDS[kind], checkpoint=checkpoint)
        assert len(rest) == len(run) - k - 1
        assert same(rest[-1].checkpoint, run[-1].checkpoint)
        assert [p.loss for p in rest] == [p.loss for p in run[k + 1 :]]


@pytest.mark.parametrize("kind", KINDS)
def test_settings_change_the_run(kind):
    losses = {name: whole(settings)[-1].loss for name, settings in KINDS.items()}
    assert len(set(losses.values())) == len(KINDS)
    assert np.isfinite(list(losses.values())).all()


def test_progress_counts_batches_and_scores_each_epoch():
    run = whole(SHORT)
    per_epoch = len(cut(TRAINING, 32))
    assert [p.step for p in run] == list(range(1, 2 * per_epoch + 1))
    assert {p.steps for p in run} == {2 * per_epoch}
    assert [p.step for p in run if p.held_out is not None] == [per_epoch, 2 * per_epoch]
    assert run[-1].epoch == 2
    tests = cut(HELD_OUT, 32)
    np.testing.assert_allclose(run[-1].held_out, mean_loss(MODEL, run[-1].theta, tests))


def test_best_theta_has_the_lowest_held_out_loss():
    run = whole(replace(SETTINGS, learning_rate=0.05, epochs=8, schedule="constant"))
    scores = [p.held_out for p in run if p.held_out is not None]
    found = mean_loss(MODEL, run[-1].best_theta, cut(HELD_OUT, 32))
    np.testing.assert_allclose(found, min(scores), rtol=1e-6)


def test_without_held_out_examples_the_best_theta_is_the_last():
    *_, last = train(MODEL, SHORT, TRAINING, [])
    np.testing.assert_array_equal(last.best_theta, last.theta)
    assert last.held_out is None


def test_one_step_is_the_optimizer_on_the_clipped_gradient():
    settings = replace(SETTINGS, optimizer="AdamW", weight_decay=0.0, clip=1e-3)
    model = replace(MODEL, dropout=0.0)
    now, batch = start(model, settings), cut(TRAINING, 32)[0]
    _, length, after, wrong = update(model, settings, now, batch, 1.0)
    assert not wrong
    assert length > 1e-3
    np.testing.assert_allclose(norm(after.state[1] / 0.1), 1e-3, rtol=1e-5)
    assert after.theta.dtype == np.float32


@pytest.mark.parametrize("rate", [1e38, 1e39])
def test_divergence_is_told_with_step_and_tensor(rate):
    settings = replace(SETTINGS, learning_rate=rate, clip=1e38, optimizer="Adam")
    run = whole(settings)
    names = "|".join(map(re.escape, MODEL.unpack(run[-1].theta)))
    pattern = rf"diverged at step {run[-1].step + 1} in (the loss|(the gradient of )?({names}))"
    assert re.fullmatch(pattern, run[-1].diverged)
    assert len(run) < run[-1].steps
    assert np.isfinite(run[-1].theta).all()


def test_what_cannot_be_trained_is_refused():
    with pytest.raises(ValueError, match="at least one pair"):
        list(train(MODEL, SHORT, [((), (4,))], []))
    other = start(replace(MODEL, hidden=16), SHORT)
    with pytest.raises(ValueError, match=f"checkpoint of {MODEL.size} numbers"):
        whole(SHORT, checkpoint=other)


@pytest.mark.parametrize("name", MODELS)
def test_inputs_mix_right_words_and_own_ones(name):
    model, theta = MODELS[name], any_theta(MODELS[name])
    taught = mixed_inputs(model, theta, BATCH, 1.0, np.random.default_rng(0))
    np.testing.assert_array_equal(taught, BATCH.inputs)
    own = mixed_inputs(model, theta, BATCH, 0.0, np.random.default_rng(0))
    logits, _ = model.forward(theta, BATCH, inputs=own)
    np.testing.assert_array_equal(own[:, 1:], logits.argmax(axis=2)[:, :-1])


BOMB = io.BytesIO()
with zipfile.ZipFile(BOMB, "w", zipfile.ZIP_DEFLATED) as packed:
    packed.writestr("theta.npy", b"\0" * (LARGEST + 1))
GOOD = start(MODEL, SETTINGS)
BAD = {
    "nothing": b"",
    "cut off": GOOD.to_bytes()[:-40],
    "damaged": GOOD.to_bytes()[:200] + bytes(200) + GOOD.to_bytes()[400:],
    "words": b"step,theta\n1,2",
    "other arrays": (lambda file: (np.savez(file, a=np.ones(3)), file.getvalue())[1])(io.BytesIO()),
    "objects": (lambda file: (np.savez(file, step=np.array([{}])), file.getvalue())[1])(
        io.BytesIO()
    ),
    "too large when unpacked": BOMB.getvalue(),
    "best of another size": replace(GOOD, best=GOOD.best[1:]).to_bytes(),
    "not finite": replace(GOOD, theta=GOOD.theta * np.nan).to_bytes(),
    "state of another size": replace(GOOD, state=(0, np.ones(2), np.ones(2))).to_bytes(),
    "a table": replace(GOOD, theta=np.ones((2, 2)), best=np.ones((2, 2)), state=()).to_bytes(),
}


@pytest.mark.parametrize("kind", BAD)
def test_other_files_are_no_checkpoints(kind):
    with pytest.raises(ValueError, match="checkpoint"):
        Checkpoint.from_bytes(BAD[kind])
