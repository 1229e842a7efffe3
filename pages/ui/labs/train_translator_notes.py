"""The mathematics of the training lab: the loss of a sentence, perplexity, smoothing, and BLEU."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import streamlit as st

from engine.activations import log_softmax
from engine.gradcheck import check_gradient
from engine.seq2seq.batch import make_batch
from engine.seq2seq.loss import sequence_loss
from engine.studies.translation_scores import (
    ORDERS,
    TOKENS,
    WANTED,
    bleu_score,
    brevity_penalty,
    count,
    precisions,
)
from engine.types import Array
from pages.figures.base import counted
from pages.figures.bleu import bleu, tokens
from pages.figures.update_rules import latex_number
from pages.ui.lab import DIGITS, checked, worked
from pages.ui.labs.train_translator_pairs import Source
from pages.ui.labs.train_translator_run import Plan, TranslatorTraining

MEASURED = ("p", "−ln p")
SMOOTHING = 0.1  # worked where the run has none
CHECKED = 5  # words whose logits are checked


def mathematics(run: TranslatorTraining | None, plan: Plan, source: Source) -> None:
    """The formulas with the numbers of one held-out sentence, by the weights of now."""
    if run is None:
        if source.lesson is None:
            st.markdown("There are no pairs to compute with.")
            return
        run = TranslatorTraining(plan, source.lesson())
    place = _example(run)
    source_ids, target_ids = run.lesson.held_out[run.rows[place]]
    batch = make_batch([(source_ids, target_ids)])
    theta = run.checkpoint.theta.astype(float)
    logits, _ = run.model.forward(theta, batch)
    _cross_entropy(run, logits, batch.target)
    _smoothing(logits, batch.target, plan.settings.smoothing)
    _gradient(run, logits, batch.target)
    _bleu(run, place)


def _example(run: TranslatorTraining) -> int:
    """The first shown sentence that was not exactly right at last, else one of middle length."""
    outputs = run.epochs[-1].outputs if run.epochs else ()
    wrong = (
        k for k, text in zip(run.shown, outputs, strict=False) if text != run.scored[k].english
    )
    return next(wrong, run.shown[len(run.shown) // 2])


def _cross_entropy(run: TranslatorTraining, logits: Array, target: Array) -> None:
    """One held-out sentence: each word's probability, the mean, and the perplexity."""
    words = run.lesson.target.words
    errors = -log_softmax(logits[0])[np.arange(target.size), target[0]]
    loss, _ = sequence_loss(logits, target)
    st.markdown(
        f"The loss is the mean over real words, the sentence's end included; padding after it has "
        f"no weight. One held-out sentence after {counted(run.step, 'step')}, fed with the right "
        "words:"
    )
    st.dataframe(
        pd.DataFrame(
            {
                "word": [words[k] for k in target[0]],
                "p": np.exp(-errors),
                "−ln p": errors,
            }
        ),
        hide_index=True,
        width="stretch",
        column_config=dict.fromkeys(MEASURED, DIGITS),
    )
    worked(
        [
            (
                r"L = -\frac1N \sum_{t:\ y_t \ne \text{pad}} \ln p(y_t \mid y_{<t}, x)",
                rf"\frac{{{latex_number(float(errors.sum()))}}}{{{errors.size}}}"
                rf" = {latex_number(loss)}",
            ),
            (
                r"\text{perplexity} = e^{L}",
                rf"e^{{{latex_number(loss)}}} = {latex_number(math.exp(min(700.0, loss)))}",
            ),
        ]
    )


def _smoothing(logits: Array, target: Array, smoothing: float) -> None:
    """The same sentence's loss with smoothed labels."""
    eps, words = smoothing or SMOOTHING, logits.shape[2]
    plain, _ = sequence_loss(logits, target)
    spread = float(-log_softmax(logits[0]).mean())
    value, _ = sequence_loss(logits, target, eps)
    use = "This run smooths" if smoothing else "This run does not smooth; here it is with"
    st.markdown(
        f"{use} labels by ε = {eps:g}: the right word's share is 1 − ε + ε/V, that of every other "
        f"of the V = {words:,} words ε/V (Szegedy et al. 2016). The bar is the mean over all words."
    )
    worked(
        [
            (
                r"L_\varepsilon = (1 - \varepsilon)\,L + \varepsilon\,\overline{-\ln p}",
                rf"{1 - eps:g} \cdot {latex_number(plain)} + {eps:g} \cdot {latex_number(spread)}"
                rf" = {latex_number(value)}",
            )
        ]
    )


def _gradient(run: TranslatorTraining, logits: Array, target: Array) -> None:
    """The gradient by the first word's largest logits and the right one's, checked."""
    first = logits[0, 0]
    rows = list(dict.fromkeys([int(target[0, 0]), *np.argsort(-first).tolist()]))[:CHECKED]
    _, gradient = sequence_loss(logits, target)

    def loss(z: Array) -> float:
        moved = logits.copy()
        moved[0, 0, rows] = z
        return sequence_loss(moved, target)[0]

    st.markdown("Its gradient by logits of the first word is (p − y)/N, checked:")
    names = [run.lesson.target.words[k] for k in rows]
    checked("∂L/∂z", check_gradient(loss, gradient[0, 0, rows], first[rows]), names)


def _bleu(run: TranslatorTraining, place: int) -> None:
    """BLEU of one held-out sentence by its counts, beside sacrebleu's."""
    pair = run.scored[place]
    output = run.translator().translate(pair.german)
    st.markdown("BLEU counts n-grams of 1 to 4 tokens (Papineni et al. 2002). The sentence:")
    st.dataframe(
        pd.DataFrame(
            {
                "": ["German", "right", "translated"],
                "sentence": [pair.german, pair.english, output or "(nothing)"],
            }
        ),
        hide_index=True,
        width="stretch",
    )
    counts = count(tokens(output), tokens(pair.english))
    c, r = int(counts[TOKENS]), int(counts[WANTED])
    score, penalty = float(bleu_score(counts)), float(brevity_penalty(counts))
    factors = [
        rf"\frac{{{matched:.0f}}}{{{whole:.0f}}}" if matched else latex_number(float(p))
        for matched, whole, p in zip(
            counts[:ORDERS], counts[ORDERS : 2 * ORDERS], precisions(counts), strict=True
        )
        if whole
    ]
    dots = r" \cdot ".join(factors)
    product = rf"\Bigl({dots}\Bigr)^{{1/{len(factors)}}}"
    none = not counts[:ORDERS].any()
    worked(
        [
            (
                r"\mathrm{BP} = \min\left(1, e^{1 - r/c}\right)",
                rf"\min\left(1, e^{{1 - {r}/{c}}}\right) = {latex_number(penalty)}" if c else "0",
            ),
            (
                r"\mathrm{BLEU} = 100\,\mathrm{BP}\,\Bigl(\prod_n p_n\Bigr)^{1/n_{\max}}",
                "0"
                if none
                else rf"100 \cdot {latex_number(penalty)} \cdot {product}"
                rf" = {score:.4f}",
            ),
        ]
    )
    st.markdown(
        f"sacrebleu: **{bleu([output], [pair.english]):.4f}**. The score above adds up the counts "
        f"of {counted(len(run.scored), 'sentence')} before dividing."
    )
